"""What answers mean. Pure: no clock, no network, no chance.

rules        does this condition of a definition hold for this answer?
observation  one exchange -> one outcome, with the rule that said so and the measured facts
calibration  what this run's controls look like, so that answers can be compared with them; look, repeats, telling serve it
inference    the rules that a run without a definition found for itself
rates        how often this endpoint errs, and how often it censors, by its controls
comparison   what zero results and low counts mean beside a truism or a reference
decision     the observations of one keyword -> ask again, or enough
verdict      what they mean, with the evidence counted
condition    what the whole run means for the shell: the exit code
rejudging    a kept answer by today's rules; knowledge: conditions that may be unknown; vouching: which answers count
"""
