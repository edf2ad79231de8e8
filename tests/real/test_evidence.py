"""Evidence files are what web archives use: pywb replays them, and in a browser the notice is seen that was seen then."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from probe.keeping.evidence.verification import verify
from probe.keeping.evidence.warc import HTTP_RESPONSE, read_members, read_record
from tests.real.program import prepared
from tests.real.pywb import running_pywb, see

pytestmark = pytest.mark.real

NOTICE = "根据相关法律法规和政策"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of the whole program beside a lab that is gone when it is replayed."""
    folder = tmp_path_factory.mktemp("evidence")
    place = folder / "run.warc.gz"
    with prepared(folder, ["谣言", "天气"]) as program:
        program.finish(*program.first, "--evidence", str(place))
    return place


@pytest.fixture(scope="module")
def replay(recorded: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_pywb(tmp_path_factory.mktemp("pywb"), recorded) as address:
        yield address


def addresses(place: Path) -> dict[str, bytes]:
    """Address and body of each page that the file holds."""
    with place.open("rb") as file:
        records = [read_record(member) for member in read_members(file)]
    return {
        one.uri or "": one.block.partition(b"\r\n\r\n")[2]
        for one in records
        if one.content_type == HTTP_RESPONSE
    }


def test_warcios_checker_passes_every_record(recorded: Path) -> None:
    """Each has a digest, and it is right; and so does our own."""
    tool = Path(sys.executable).with_name("warcio")
    done = subprocess.run([tool, "check", recorded], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert verify(recorded).is_sound


def test_the_notice_is_seen_in_a_browser(recorded: Path, replay: str, tmp_path: Path) -> None:
    """Long after the platform that showed it is gone."""
    notices = [uri for uri, body in addresses(recorded).items() if NOTICE.encode() in body]
    (page,) = [uri for uri in notices if "/notice/" in uri and quote("谣言") in uri]
    text = see(replay + page, tmp_path / "page.png")
    assert NOTICE in text
    assert (tmp_path / "page.png").stat().st_size > 1_000


def test_a_page_without_a_notice_is_seen_without_one(recorded: Path, replay: str, tmp_path: Path) -> None:
    """What is shown is what was answered to that word."""
    page = next(
        uri
        for uri, body in addresses(recorded).items()
        if "/notice/" in uri and quote("天气") in uri and NOTICE.encode() not in body
    )
    text = see(replay + page, tmp_path / "page.png")
    assert "<title>天气 - 搜索</title>" in text
    assert "<li" in text
    assert NOTICE not in text


def test_every_page_is_replayed_as_it_came(recorded: Path, replay: str) -> None:
    """Byte by byte, where pywb is asked to change nothing; what was cut has no page."""
    pages = addresses(recorded)
    assert len(pages) > 6
    for uri, body in pages.items():
        with urlopen(f"{replay}id_/{uri}", timeout=60) as answer:
            assert answer.read() == body, uri
    with recorded.open("rb") as file:
        records = [read_record(member) for member in read_members(file)]
    cut = {one.uri or "" for one in records if one.kind == "request"} - set(pages)
    assert cut
    for uri in cut:
        with pytest.raises(HTTPError, match="404"):
            urlopen(f"{replay}id_/{uri}", timeout=60)
