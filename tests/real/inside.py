"""Runs inside the namespace: sets iptables, starts the origin, asks, and writes down what was found.

`python -m tests.real.inside FOLDER`, by `tests.real.namespace` only.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import msgspec

from tests.real.asking import BLOCKED, MIXED, ask, opened
from tests.real.namespace import NO_MODULE
from tests.real.origin import running_origin
from tests.real.software import need

RESIDUAL_SECONDS = 3
PORTS = {"reset": 8081, "drop": 8082, "recent": 8083}
"""No other program listens in this network, so they need not be looked for."""

RESET = ("-j", "REJECT", "--reject-with", "tcp-reset")
RECENT = ("-m", "recent", "--name", "probe", "--rsource")
HITS = {"reset": RESET, "drop": ("-j", "DROP"), "recent": (*RECENT, "--set", *RESET)}


def main(folder: Path) -> None:
    """Set up, ask, write `found.json`."""
    subprocess.run([need("ip", "iproute2"), "link", "set", "lo", "up"], check=True)
    try:
        _set_rules()
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"{error}\n{error.stderr}")
        sys.exit(NO_MODULE)
    base = {name: f"http://127.0.0.1:{port}" for name, port in PORTS.items()}
    wait = RESIDUAL_SECONDS + 0.5
    endpoints = [
        opened("cut-connections.yaml", "reset", base["reset"]),
        opened("cut-connections.yaml", "drop", base["drop"]),
        opened("cut-connections.yaml", "recent", base["recent"], residual_wait=wait),
    ]
    with running_origin(list(PORTS.values()), folder):
        found = asyncio.run(ask(endpoints, MIXED))
    answer = {"verdicts": found.verdicts, "run": found.run, "failed_controls": found.failed_controls}
    (folder / "found.json").write_bytes(msgspec.json.encode(answer))


def _set_rules() -> None:
    """A word may come as it is or percent-encoded, in capitals or not."""
    for name, port in PORTS.items():
        to_port = ("-A", "INPUT", "-i", "lo", "-p", "tcp", "--dport", str(port))
        if name == "recent":
            _iptables(*to_port, *RECENT, "--rcheck", "--seconds", str(RESIDUAL_SECONDS), *RESET)
        for word in BLOCKED:
            _iptables(*to_port, *_finds("--hex-string", f"|{word.encode().hex()}|"), *HITS[name])
            _iptables(*to_port, *_finds("--icase", "--string", quote(word)), *HITS[name])


def _finds(*what: str) -> tuple[str, ...]:
    return ("-m", "string", "--algo", "bm", *what)


def _iptables(*arguments: str) -> None:
    command = [need("iptables", "iptables"), "-w", *arguments]
    subprocess.run(command, check=True, capture_output=True, text=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
