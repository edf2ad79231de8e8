"""All benchmarks, one after the other, and one table of their figures. Takes about half an hour."""

from __future__ import annotations

import sys

import memory
import start_up
import throughput
import truth
from figure import Figure, describe_machine, report


def main() -> int:
    """Measure everything; returns 1 where a figure is missed."""
    print(describe_machine())
    figures: list[Figure] = []
    for name, measure in (
        ("start_up", start_up.measure),
        ("throughput", throughput.measure),
        ("memory", memory.measure),
        ("truth", truth.all_figures),
    ):
        print(f"measuring {name} ...", file=sys.stderr, flush=True)
        figures += measure()
    return report(figures)


if __name__ == "__main__":
    sys.exit(main())
