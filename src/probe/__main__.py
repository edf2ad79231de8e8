"""`python -m probe` and the installed `probe` command."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; never returns."""
    from probe.cli import start

    sys.exit(start(sys.argv[1:]))


if __name__ == "__main__":
    main()
