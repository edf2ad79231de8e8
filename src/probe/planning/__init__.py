"""What to ask next. Pure state machines: no clock, no network, no chance that is not handed in.

    plan       which keyword to ask, and what became of it
    controls   around that: controls before, between and after, so that only answers that a control vouches for count
    custody    what is under way, and which answers wait for their closing control
    schedule   which controls are asked, and when
    words      the words for them
rest       how long to leave an endpoint alone
    allowance  how much may still be asked
    estimate   what a run will cost

A planner is asked `ready(room)` for questions, and told each answer with `tell(question, observation)`.
"""
