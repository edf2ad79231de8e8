"""Evidence: a file of its own (WARC 1.1) with what was sent and came back in a run, and what that was taken for.

evidence         what becomes a record, in the order in which it becomes known
heading          what stands at the beginning: the run, and the definitions
exchange_records the records of one exchange; http_block: a head and a body as such a record holds them
statement        what metadata records say, as JSON
open_answers     answers about keywords without a verdict, pools included
keeper           a run's Keeper that writes evidence beside another one; copying: evidence of a run of the store
file             a file that is added to; manifest: all records with their hashes; seal: the end of it
verification     whether a file is as it was written; reading: what it says
warc             records as bytes and back, by warcio and nowhere else
"""
