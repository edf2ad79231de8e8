"""Packet filter: what iptables does inside the namespace, by endpoint, and how the endpoints are asked."""

from __future__ import annotations

from typing import Any

from probe.model.definition import Endpoint
from tests.real.asking import opened

RESIDUAL_SECONDS = 1
CROWD = 4
"""Questions at a time where the residual block is crowded."""
PORTS = {"reset": 8081, "drop": 8082, "recent": 8083, "recent-crowded": 8084}
"""No other program listens in that network, so they need not be looked for."""
RESIDUAL = ("recent", "recent-crowded")
"""Those that refuse whoever was cut for a while."""


def filtered_endpoints() -> list[Endpoint]:
    """One a behaviour."""
    wait = RESIDUAL_SECONDS + 0.3
    limits: dict[str, dict[str, Any]] = {
        "reset": {},
        "drop": {"deadline": 1.0},
        "recent": {"residual_wait": wait},
        "recent-crowded": {"residual_wait": wait, "concurrency": CROWD},
    }
    return [
        opened("cut-connections.yaml", name, f"http://127.0.0.1:{PORTS[name]}", **limits[name])
        for name in PORTS
    ]
