"""What to ask next. Pure state machines: no clock, no network, no chance that is not handed in.

    plan      which keyword to ask, and what became of it; what a run will cost
    controls  around that: controls before, between and after, so that only answers that a control vouches for count

A planner is asked `ready(room)` for questions, and told each answer with `tell(question, observation)`.
"""
