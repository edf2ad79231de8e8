"""How much memory a hostile body costs: `python -m tests.real.bomb_memory GOOD BAD [BAD ...]` in a process of its own.

Asks the good endpoint first, so that what every run loads is there; then the bad ones. Writes JSON: MB at the highest.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from pathlib import Path

from tests.real.asking import MIXED, ask, opened


def main(good: str, bad: list[str]) -> None:
    """Print the peak before and after, and what was found."""
    before, first = _peak_after(good)
    statuses = set()
    after = before
    for base in bad:
        after, status = _peak_after(base)
        statuses |= status
    sys.stdout.write(
        json.dumps({"before": before, "after": after, "good": sorted(first), "bad": sorted(statuses)})
    )


def _peak_after(base: str) -> tuple[float, set[str]]:
    endpoint = opened("plain-search.yaml", "endpoint", base, deadline=20)
    found = asyncio.run(ask([endpoint], MIXED))
    return _highest(), set(found.status("endpoint").values())


def _highest() -> float:
    """The most memory that this process ever had at a time, in MB: a peak that has passed is seen too.

    Not `ru_maxrss`: that begins with the size of the process that started this one.
    """
    status = Path("/proc/self/status").read_text()
    found = re.search(r"^VmHWM:\s+([0-9]+) kB$", status, re.MULTILINE)
    assert found is not None
    return int(found.group(1)) / 1000


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
