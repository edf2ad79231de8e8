"""What several tests on real software share; started once a run, when first asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.real.haproxy import Running, running_haproxy
from tests.real.nginx import running_nginx
from tests.real.origin import running_origin
from tests.real.program import FEW_WORDS, Verdicts, prepared, read_verdicts
from tests.real.socat import running_socat
from tests.real.software import free_ports


@pytest.fixture(scope="session")
def origin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of an uncensored server."""
    ports = free_ports(1)
    with running_origin(ports, tmp_path_factory.mktemp("origin")):
        yield ports[0]


@pytest.fixture(scope="session")
def filters(origin: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """HAProxy, with what it saw."""
    with running_haproxy(origin, tmp_path_factory.mktemp("haproxy")) as running:
        yield running


@pytest.fixture(scope="session")
def haproxy(filters: Running) -> dict[str, str]:
    """HAProxy's behaviours: base URLs by name."""
    return filters.bases


@pytest.fixture(scope="session")
def faults(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Servers with faults that are not censorship, and a few good ones: base URLs by name."""
    with (
        running_nginx(tmp_path_factory.mktemp("nginx")) as by_nginx,
        running_socat(tmp_path_factory.mktemp("socat")) as by_socat,
    ):
        yield {**by_nginx, **by_socat, "refused": f"http://127.0.0.1:{free_ports(1)[0]}"}


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Verdicts:
    """The verdicts of the whole program on a few words, when nothing comes between."""
    with prepared(tmp_path_factory.mktemp("undisturbed"), FEW_WORDS) as program:
        return read_verdicts(program.finish(*program.first))
