"""socat: servers that break HTTP itself. Each reads one request and answers it with what a small script writes."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

from tests.real.software import free_ports, need, started

RESULTS = '{"total": 3, "results": ["one", "two", "three"]}'
_HEAD = r"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
_READ = r"""
# Read the whole request first: closing with bytes unread is a reset, not an end.
while IFS= read -r line; do [ "${#line}" -le 1 ] && break; done
"""

FAULTS = {
    "delay": f"sleep 8; printf '{_HEAD}Content-Length: {len(RESULTS)}\\r\\n\\r\\n{RESULTS}'",
    "truncated-chunks": f"printf '{_HEAD}Transfer-Encoding: chunked\\r\\n\\r\\n80\\r\\n{RESULTS}'",
    "short-body": f"printf '{_HEAD}Content-Length: 500\\r\\n\\r\\n{RESULTS}'",
    "garbage": r"printf 'SSH-2.0-OpenSSH_9.2\r\nthis is not HTTP\r\n\r\n'",
    "slow-headers": r"printf 'HTTP/1.1 200 OK\r\n'; while printf 'X-Wait: 1\r\n'; do sleep 0.2; done",
    "endless-headers": r"printf 'HTTP/1.1 200 OK\r\n'; yes 'X-More: and more and more and more'",
    "endless-body": f"printf '{_HEAD}\\r\\n'; yes '{RESULTS}'",
}
"""Name of the endpoint: the script that answers."""


@contextlib.contextmanager
def running_socat(folder: Path) -> Iterator[dict[str, str]]:
    """Each fault's base URL."""
    program = need("socat", "socat")
    bases = {}
    with contextlib.ExitStack() as stack:
        for (name, script), port in zip(FAULTS.items(), free_ports(len(FAULTS)), strict=True):
            file = folder / f"{name}.sh"
            file.write_text(_READ + script + "\n")
            listen = f"TCP4-LISTEN:{port},bind=127.0.0.1,fork,reuseaddr"
            command = [program, listen, f"EXEC:sh {file}"]
            stack.enter_context(started(command, log=folder / f"{name}.log", ports=[port]))
            bases[name] = f"http://127.0.0.1:{port}"
        yield bases
