"""HAProxy: one process that filters by keyword in ten ways, each on a port of its own, before one uncensored origin."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.real.asking import BLOCKED
from tests.real.software import free_ports, need, started

NOTICE = (
    '<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>搜索</title></head>'
    "<body><p>根据相关法律法规和政策，部分搜索结果未予显示。</p></body></html>"
)
RESIDUAL_SECONDS = 1
TARPIT_SECONDS = 1

_BLOCKED_BY = 'hdr Link "<https://example.invalid/>; rel=\\"blocked-by\\""'
_RESIDUAL = f"""
    log stdout format raw local0
    log-format "arrival %f %[var(txn.kw,no)] %[var(txn.early,no)]"
    stick-table type ip size 1k expire {RESIDUAL_SECONDS}s store gpc0
    http-request set-var(txn.kw) str(yes) if kw
    http-request track-sc0 src
    http-request set-var(txn.early) str(yes) if {{ sc0_get_gpc0 gt 0 }}
    http-request reject if {{ sc0_get_gpc0 gt 0 }}
    http-request sc-inc-gpc0(0) if kw
    http-request reject if kw"""

BEHAVIOURS = {
    "notice": 'http-request return status 200 content-type "text/html; charset=utf-8" file notice.html if kw',
    "forbidden": "http-request deny deny_status 403 if kw",
    "legal": f'http-request return status 451 content-type text/plain string "gone" {_BLOCKED_BY} if kw',
    "reject": "http-request reject if kw",
    "silent-drop": "http-request silent-drop if kw",
    "tarpit": "http-request tarpit if kw",
    "redirect": "http-request redirect code 302 location https://example.invalid/blocked if kw",
    "empty-list": "http-request return status 200 content-type application/json"
    """ string '{"args":{"q":"","result":[]}}' if kw""",
    "answer": """http-response wait-for-body time 2s
    http-response deny deny_status 502 if { res.body -m sub -f answer-words.txt }""",
    "residual": _RESIDUAL,
    "residual-crowded": _RESIDUAL,
    "residual-renewed": _RESIDUAL,
    "residual-renewed-crowded": _RESIDUAL,
}
"""Name of the endpoint: what stands in its frontend. The residual block is there four times, as it remembers who asked; and
whoever asks while it lasts renews it."""

_HEAD = """
global
    maxconn 1000
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s
    timeout tarpit {tarpit}s
    option http-buffer-request
    # httpbin ends idle connections after two seconds, at times just when one is used again.
    option http-server-close
backend origin
    server httpbin 127.0.0.1:{origin}
"""
_BROKEN = """
frontend broken
    bind 127.0.0.1:{broken}
    http-request return status 500 content-type text/plain string "out of order"
"""
_BALANCER = """
frontend {name}
    bind 127.0.0.1:{port}
    default_backend {name}
backend {name}
    balance roundrobin
{servers}
"""
BALANCERS = {"one-of-2-broken": 2, "one-of-3-broken": 3, "one-of-4-broken": 4}
"""Name of the endpoint: among how many servers, asked in turn, one is out of order. Nothing is filtered there."""
_FRONTEND = """
frontend {name}
    bind 127.0.0.1:{port}
    bind 127.0.0.2:{port}
    acl kw path,url_dec -m sub -i -f words.txt
    acl kw query,url_dec(1) -m sub -i -f words.txt
    acl kw req.body,url_dec(1) -m sub -i -f words.txt
    {behaviour}
    default_backend origin
"""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A request as HAProxy saw it, at a behaviour with a residual block."""

    censored: bool
    """Whether it holds a blocked word."""
    early: bool
    """Whether it came while the block that an earlier one left behind lasted."""


@dataclass(frozen=True, kw_only=True)
class Running:
    """HAProxy, as long as it runs."""

    bases: dict[str, str]
    """Base URLs of behaviours and balancers."""
    log: Path

    def elsewhere(self, name: str) -> str:
        """The same behaviour under another address, for which hosts are counted apart."""
        return self.bases[name].replace("127.0.0.1", "127.0.0.2")

    def arrivals(self, name: str) -> list[Arrival]:
        """All that came to a behaviour with a residual block so far, in order."""
        lines = (line.split() for line in self.log.read_text(errors="replace").splitlines())
        return [
            Arrival(censored=line[2] == "yes", early=line[3] == "yes")
            for line in lines
            if line[:2] == ["arrival", name]
        ]


def can_drop_silently() -> bool:
    """Whether HAProxy may end a connection without a word: without CAP_NET_ADMIN its silent drop is a reset on loopback."""
    status = Path("/proc/self/status").read_text()
    effective = re.search(r"^CapEff:\s+([0-9a-f]+)$", status, re.MULTILINE)
    return effective is not None and bool(int(effective.group(1), 16) >> 12 & 1)


@contextlib.contextmanager
def running_haproxy(origin: int, folder: Path) -> Iterator[Running]:
    """HAProxy before an uncensored server; `origin` is the port of that."""
    program = need("haproxy", "haproxy")
    names = [*BEHAVIOURS, *BALANCERS, "broken"]
    ports = dict(zip(names, free_ports(len(names)), strict=True))
    _write_files(folder, origin, ports)
    command = [program, "-db", "-C", str(folder), "-f", "haproxy.cfg"]
    log = folder / "haproxy.log"
    with started(command, log=log, ports=list(ports.values())):
        yield Running(bases={name: f"http://127.0.0.1:{port}" for name, port in ports.items()}, log=log)


def _write_files(folder: Path, origin: int, ports: dict[str, int]) -> None:
    frontends = (
        _FRONTEND.format(name=name, port=ports[name], behaviour=behaviour)
        for name, behaviour in BEHAVIOURS.items()
    )
    head = _HEAD.format(origin=origin, tarpit=TARPIT_SECONDS) + _BROKEN.format(broken=ports["broken"])
    balancers = (
        _BALANCER.format(name=name, port=ports[name], servers=_servers(number, origin, ports["broken"]))
        for name, number in BALANCERS.items()
    )
    (folder / "haproxy.cfg").write_text("".join([head, *frontends, *balancers]))
    (folder / "notice.html").write_text(NOTICE)
    (folder / "words.txt").write_text("\n".join(BLOCKED) + "\n")
    # httpbin writes its JSON in ASCII: a filter of answers has to know that form.
    escaped = (json.dumps(word).strip('"') for word in BLOCKED)
    (folder / "answer-words.txt").write_text("\n".join(escaped) + "\n")


def _servers(number: int, origin: int, broken: int) -> str:
    """Servers of a balancer that does not look after their health."""
    ports = [broken, *[origin] * (number - 1)]
    return "\n".join(f"    server s{place} 127.0.0.1:{port}" for place, port in enumerate(ports))
