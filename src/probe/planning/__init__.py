"""What to ask next. Pure state machines: no clock, no network, no chance that is not handed in.

plan       which keyword to ask, its truism or its reference, and what became of it
controls   around that: only answers that a passing control vouches for count
custody    what is under way and what waits for its control
schedule   which controls an endpoint is asked, and when
rest       how long to leave it alone after an answer
allowance  what ends a run before all is asked: a budget, a number a day, a span of time
estimate   what a run will cost, before anything is sent

A planner is asked `ready(room)` for questions, and told each answer with `tell(question, observation)`.
"""
