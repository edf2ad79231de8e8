"""Asking. Nothing here knows what an answer means.

request    question and definition to what goes over the wire
pacing     the clock, and when a host may be asked
transport  one request over one connection: a response, or a failure with its stage. The only place for httpx
unpaused   runs what is below the transport without its pauses
flow       all requests of one question: an exchange
engine     all endpoints at once, each as its planner says
"""
