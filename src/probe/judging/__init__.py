"""What answers mean. Pure: no clock, no network, no chance.

rules        does this condition of a definition hold for this answer?
observation  one exchange -> one outcome, with the rule that said so and the measured facts
calibration  what this run's benign controls look like
decision     the observations of one keyword -> ask again, or enough
verdict      what they mean, with the evidence counted
condition    what the whole run means for the shell: the exit code
"""
