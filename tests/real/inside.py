"""Runs inside the namespace: sets iptables, starts the origin, asks, and writes down what was found.

`python -m tests.real.inside FOLDER`, by `tests.real.namespace` only.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

import msgspec

from tests.real.asking import BLOCKED, MIXED, ask
from tests.real.namespace import NO_MODULE
from tests.real.origin import running_origin
from tests.real.packet_filter import PORTS, RESIDUAL, RESIDUAL_SECONDS, filtered_endpoints
from tests.real.software import need

RESET = ("-j", "REJECT", "--reject-with", "tcp-reset")


def main(folder: Path) -> None:
    """Set up, ask, write `found.json`."""
    subprocess.run([need("ip", "iproute2"), "link", "set", "lo", "up"], check=True)
    try:
        _set_rules()
    except subprocess.CalledProcessError as error:
        sys.stderr.write(f"{error}\n{error.stderr}")
        sys.exit(NO_MODULE)
    with running_origin(list(PORTS.values()), folder):
        found = asyncio.run(ask(filtered_endpoints(), MIXED))
        early = {name: _count_early(name) for name in RESIDUAL}
        _ask_too_early(PORTS[RESIDUAL[0]])
    answer = {
        "found": {"verdicts": found.verdicts, "run": found.run, "failed_controls": found.failed_controls},
        "early": early,
        "early_by_hand": _count_early(RESIDUAL[0]) - early[RESIDUAL[0]],
    }
    (folder / "found.json").write_bytes(msgspec.json.encode(answer))


def _set_rules() -> None:
    """A word may come as it is or percent-encoded, in capitals or not."""
    for name, port in PORTS.items():
        to_port = ("-A", "INPUT", "-i", "lo", "-p", "tcp", "--dport", str(port))
        recent = ("-m", "recent", "--name", name, "--rsource")
        if name in RESIDUAL:
            lasting = (*recent, "--rcheck", "--seconds", str(RESIDUAL_SECONDS))
            _iptables("-N", f"early-{name}")  # an empty chain, whose rule counts what comes too early
            _iptables(*to_port, "--syn", *lasting, "-j", f"early-{name}")
            _iptables(*to_port, *lasting, *RESET)
        hit = {"reset": RESET, "drop": ("-j", "DROP")}.get(name, (*recent, "--set", *RESET))
        for word in BLOCKED:
            _iptables(*to_port, *_finds("--hex-string", f"|{word.encode().hex()}|"), *hit)
            _iptables(*to_port, *_finds("--icase", "--string", quote(word)), *hit)


def _finds(*what: str) -> tuple[str, ...]:
    return ("-m", "string", "--algo", "bm", *what)


def _count_early(name: str) -> int:
    """Connections that were tried while the residual block lasted, as the kernel counted them."""
    for line in _iptables("-nvxL", "INPUT").splitlines():
        if f"early-{name}" in line.split():
            return int(line.split()[0])
    raise LookupError(name)


def _ask_too_early(port: int) -> None:
    """A hit, and at once another connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=5) as connection:
        connection.sendall(f"GET /{quote(BLOCKED[0])} HTTP/1.1\r\nHost: h\r\n\r\n".encode())
        with suppress(ConnectionResetError):
            connection.recv(1)
    with suppress(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=5).close()


def _iptables(*arguments: str) -> str:
    command = [need("iptables", "iptables"), "-w", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main(Path(sys.argv[1]))
