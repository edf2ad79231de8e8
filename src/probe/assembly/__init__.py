"""The one place that puts the parts together. The command line and the tests call it.

job     what to ask, where and how
whole   the parts of a run
lane    the parts of one endpoint in it
place   where it is asked
late    messages that come when nobody waits any more
concluding  from settled cases to verdicts
isolations  which censored keywords are asked about in parts, and how
replay  the examples of a definition, judged by its rules
"""

from probe.assembly.job import Job, Keywords, describe_run, new_run_id
from probe.assembly.replay import Replayed, replay_examples
from probe.assembly.whole import assemble, plan

__all__ = [
    "Job",
    "Keywords",
    "Replayed",
    "assemble",
    "describe_run",
    "new_run_id",
    "plan",
    "replay_examples",
]
