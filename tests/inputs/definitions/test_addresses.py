"""Addresses: the host is known before anything is asked, whatever the slots are filled with."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from probe.inputs.definitions.addresses import (
    find_authority,
    find_url_troubles,
    find_value_trouble,
    is_loopback,
)


def _troubles(url: str, *variables: str) -> list[str]:
    return [message for message, _ in find_url_troubles(url, variables)]


@pytest.mark.parametrize(
    "url",
    [
        "https://search.example/s?q={keyword}",
        "https://search.example.:65535/s?q={keyword}",
        "HTTP://127.0.0.1:8080/{keyword:gbk}",
        "http://[::1]:80/{keyword}",
        "http://搜索.例子/{keyword}",
        "http://{host}:{port}/{keyword}",
        "http://{host}.example/{keyword}",
        "{base}/s?q={keyword}",
        "{base}?q={keyword}",
        "{base}",
    ],
)
def test_sound_urls_have_no_troubles(url: str) -> None:
    """Hosts by name, by number, and by a variable."""
    assert _troubles(url, "host", "port", "base") == []


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("search.example/{keyword}", "must be an absolute address"),
        ("ftp://search.example/{keyword}", "must be an absolute address"),
        ("{keyword}", "must be an absolute address"),
        ("https://u:p@search.example/{keyword}", "holds a user name or password before the host."),
        ("https://127.0.0.1\\@evil.example/{keyword}", "holds '\\\\', which no URL may hold."),
        ("https://{keyword}.example/", "has {keyword} in its host: only a variable may stand there."),
        ("https://{secret:HOST}/{keyword}", "has {secret:HOST} in its host"),
        ("https:///{keyword}", "has no sound host: ''."),
        ("https://a..b/{keyword}", "has no sound host"),
        ("https://-a/{keyword}", "has no sound host"),
        ("https://[::1/{keyword}", "has no sound host"),
        ("https://[1:2]/{keyword}", "has no sound host"),
        ("https://a:65536/{keyword}", "has the port 65536, and ports go from 1 to 65535."),
        ("https://a:99999?q={keyword}", "has the port 99999, and ports go from 1 to 65535."),
        ("https://[::1]:70000/{keyword}", "has the port 70000, and ports go from 1 to 65535."),
        ("https://a:123456/{keyword}", "has the port 123456, and ports go from 1 to 65535."),
        ("https://a:0/{keyword}", "has the port 0, and ports go from 1 to 65535."),
        ("https://a:/{keyword}", "has no sound host"),
        ("https://a/?q={keyword}#top", "has a part after #, which is never sent."),
        ("{base}/#{keyword}", "has a part after #, which is never sent."),
        ("{base}.evil.example/{keyword}", "must go on with / or ? after {base}"),
        ("{base}@evil.example/{keyword}", "must go on with / or ? after {base}"),
        ("https://a/{keyword}/{b c}/{}", "holds '{b c}', '{}', which is no slot."),
        ("https://a/{keyword}\n", "holds '\\n', which no URL may hold."),
        ("https://a/{keyword} b", "holds ' ', which no URL may hold."),
    ],
)
def test_an_unsound_url_is_said(url: str, said: str) -> None:
    """Nothing but a variable may decide which host is asked."""
    assert any(message.startswith(said) for message in _troubles(url, "base")), _troubles(url, "base")


def test_a_missing_scheme_has_a_remedy() -> None:
    """The whole address is written out, harmless to print."""
    ((_, hint),) = find_url_troubles("a.example/{keyword}", ())
    assert hint == "Write 'https://a.example/{keyword}'."


def test_an_unknown_variable_at_the_start_is_left_to_the_slots() -> None:
    """It is said once, as a slot that nobody knows."""
    assert _troubles("{bas}/s?q={keyword}", "base") == []


@pytest.mark.parametrize(
    ("url", "value"),
    [
        ("{x}/s", "http://127.0.0.1:8080"),
        ("{x}/s", "https://a.example/path/"),
        ("http://{x}/s", "a.example:81"),
        ("http://{x}/s", "[::1]"),
        ("http://a:{x}/s", "65535"),
        ("http://a:{x}/s", "1"),
        ("http://a/{x}", "any-thing&all=1"),
        ("http://a/", "{keyword} # ? not in the URL"),
    ],
)
def test_sound_values_are_taken(url: str, value: str) -> None:
    """A start of a URL, a host, or a text, by the place of the slot."""
    assert find_value_trouble(url, "x", value) is None


@pytest.mark.parametrize(
    ("url", "value"),
    [
        *[
            ("{x}/s", value)
            for value in (
                "127.0.0.1:8080",
                "ftp://a",
                "http://u@a",
                "http://a?b",
                "http://a#b",
                "http://a/{keyword}",
                "http://a b",
                "",
            )
        ],
        *[("{x}/s", value) for value in ("http://a:0", "http://a:65536", "http://[::1]:99999/b")],
        *[("http://{x}/s", value) for value in ("a:0", "a:65536", "[::1]:70000", "a:123456")],
        *[("http://a:{x}/s", value) for value in ("0", "65536", "123456", "٣", "a", "")],
        *[("http://{x}/s", value) for value in ("a/b", "u@a", "", "a b", "http://a", "a?b", "a\\b")],
        *[("http://a/{x}", value) for value in ("a b", "a#b", "a?b", "{y}", "a\\b", "a\r\nb")],
        ("http://a/", "line\nbreak"),
    ],
)
def test_values_that_would_change_the_url_are_refused(url: str, value: str) -> None:
    """Host, path and query stay what the definition says."""
    assert find_value_trouble(url, "x", value) is not None


@pytest.mark.parametrize(
    ("url", "values", "authority"),
    [
        ("https://A.example/x", {}, ("a.example", 443)),
        ("http://a.example:81/x", {}, ("a.example", 81)),
        ("{base}/x", {"base": "http://[::1]:8080"}, ("[::1]", 8080)),
        ("{base}/x", {}, None),
        ("http://{host}:{port}/", {"host": "a:1", "port": "2"}, None),
        ("http://u@a/", {}, None),
        ("x", {}, None),
    ],
)
def test_the_authority_is_known_or_nothing(
    url: str, values: dict[str, str], authority: tuple[str, int]
) -> None:
    """Host in small letters and port, with the default of the scheme."""
    assert find_authority(url, values) == authority


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.255.0.9",
        "::1",
        "0:0:0:0:0:0:0:1",
        "[::1]",
        "[::1]:80",
        "localhost",
        "LOCALHOST:8080",
    ],
)
def test_this_machine_is_loopback(host: str) -> None:
    """With or without a port."""
    assert is_loopback(host)


@pytest.mark.parametrize(
    "host",
    """0.0.0.0 128.0.0.1 10.0.0.1 ::2 ::ffff:127.0.0.1 127.1 2130706433 0x7f.0.0.1 localhost. localhost.example
    127.0.0.1.example １２７.0.0.1 example.org [::1%eth0] 127.0.0.1@a a@127.0.0.1""".split(),  # noqa: SIM905
)
def test_nothing_else_is_loopback(host: str) -> None:
    """What only may lead here counts as away, so that consent is asked for."""
    assert not is_loopback(host)


@pytest.mark.parametrize("value", ["http://127.0.0.1:99999", "http://127.0.0.1:0/"])
def test_a_port_that_does_not_exist_is_said_as_such(value: str) -> None:
    """Below, it would break the connection in a way that nobody understands."""
    trouble = find_value_trouble("{base}/s", "base", value)
    assert trouble is not None
    message, hint = trouble
    assert message.endswith("and ports go from 1 to 65535.")
    assert hint == "Write the port on which the service listens, or none for the usual one."


@given(
    st.text(alphabet="ahtp:/.@#?[]{}\\ 127x%&", max_size=30),
    st.text(alphabet="a:/.@#?[]{}\\ 1%&", max_size=12),
)
def test_a_value_that_is_taken_never_moves_the_host(rest: str, value: str) -> None:
    """For slots behind the host, whatever the value, the authority is that of the template."""
    url = "https://a.example/" + rest + "{x}"
    if not list(find_url_troubles(url, ["x"])) and find_value_trouble(url, "x", value) is None:
        assert find_authority(url, {"x": value}) == ("a.example", 443)
