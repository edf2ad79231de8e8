"""Pure reading of answers: bytes to text, values, true or false. Used by sending and judging alike.

body     bytes off the wire to bytes and text, bounded
page     one answer, seen as text, HTML or JSON, each made once and only when asked for
extract  values picked out of a page: counts, hosts, authors, waiting times
match    is this text, value or number what a rule looks for; the echoed keyword does not count
shape    a sketch of a page's structure, to compare pages without keeping them
"""
