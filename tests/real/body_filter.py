"""Body filter: HAProxy that waits for what is posted and looks for words in it; what it lets through is taken."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.real.software import free_ports, need, started

ACTS = {"denied": "http-request deny deny_status 403 if word", "cut": "http-request reject if word"}
"""Name: what is done to a post with a word in it."""
_CONFIGURATION = """
global
    maxconn 1000
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
    log stdout format raw local0
"""
_FRONTEND = """
frontend {name}
    bind 127.0.0.1:{port}
    log-format "{name} %ST"
    http-request wait-for-body time 2s
    acl word req.body -m sub -i -f words.lst
    acl pair req.body -m sub -i -f left.lst
    acl pair_too req.body -m sub -i -f right.lst
    {act}
    {pair_act}
    http-request return status 200 content-type application/json string '{{"taken":true}}'
"""


@contextlib.contextmanager
def filtering_bodies(
    folder: Path, words: Sequence[str], pair: tuple[str, str] = ("zzqleft", "zzqright")
) -> Iterator[dict[str, str]]:
    """HAProxy with these words, and two that are filtered only together; base URLs by name of what it does."""
    program = need("haproxy", "haproxy")
    ports = dict(zip(ACTS, free_ports(len(ACTS)), strict=True))
    frontends = (
        _FRONTEND.format(name=name, port=ports[name], act=act, pair_act=act.replace("word", "pair pair_too"))
        for name, act in ACTS.items()
    )
    (folder / "haproxy.cfg").write_text("".join([_CONFIGURATION, *frontends]))
    for name, lines in {"words": words, "left": pair[:1], "right": pair[1:]}.items():
        (folder / f"{name}.lst").write_text("\n".join(lines) + "\n", encoding="utf-8")
    command = [program, "-db", "-C", str(folder), "-f", "haproxy.cfg"]
    with started(command, log=folder / "haproxy.log", ports=list(ports.values())):
        yield {name: f"http://127.0.0.1:{port}" for name, port in ports.items()}


def count_posts(folder: Path, name: str) -> int:
    """How many posts came to one of them, as HAProxy logs them."""
    lines = (folder / "haproxy.log").read_text(errors="replace").splitlines()
    return sum(line.startswith(f"{name} ") for line in lines)
