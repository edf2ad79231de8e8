"""What a run keeps.

ledger           the sums of a run, in memory; makes the run document
keeper           what a run asks of whoever keeps its answers
store            the runs of one SQLite file: begin, resume, read, delete
run_keeper       keeps the answers of one run: the store's Keeper
catalogue        which runs there are, and how users name them
stored_run       a run at a glance; the document of one that was killed
listing          which keywords and endpoints a run is about now
posts            messages, until they are gone again
rows, ids        from rows to values, and from values to rows
packing          answers and verdicts in few bytes; packed_exchange: exchanges
evidence/        a file of its own for others: what was sent and came back, sealed
redaction        takes secrets out of exchanges
hosts            daily counts and rests, over all runs
run_lock         one program at a time continues a run
erasing          deletes so that no byte is left
migrations       the tables, version by version
database         the only place that knows SQLite; explains its errors
"""
