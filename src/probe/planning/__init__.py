"""What to ask next. Pure state machines: no clock, no network, no chance that is not handed in.

    plan       which keyword to ask, and what became of it
    controls   around that: controls before, between and after, so that only answers that a control vouches for count
    custody    what is under way, and which answers wait for their closing control
    schedule   which controls are asked, and when
    words      the words for them
    isolating    around the first: which parts of a censored keyword trigger
    transcript   what was asked and answered for that, so that it can be begun anew
    isolation    the thinking: one trigger, or every one
    narrowing    component by component
    line         a posterior over what one component may be
    passage      a text in characters, and where it is cut
    inquiry      what is asked about parts, and what was heard
    arrangement  whether order and distance matter
    channel      how much an answer tells
rest       how long to leave an endpoint alone
    allowance  how much may still be asked
    estimate   what a run will cost

A planner is asked `ready(room)` for questions, and told each answer with `tell(question, observation)`.
"""
