"""What a run keeps.

ledger  the sums of a run, in memory; makes the run document
"""
