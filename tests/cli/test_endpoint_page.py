"""Pages about endpoints, where the command line's tests do not reach them."""

from __future__ import annotations

import io
import re
from pathlib import Path

from probe.cli.asking_lines import known_hosts
from probe.cli.endpoint_page import print_definition, print_list, summarise
from probe.inputs.endpoints import check_definition
from probe.model.definition import Definition
from probe.showing.page import Page

_DOCS = Path(__file__).parents[2] / "docs" / "endpoints.md"
COMPLETE = re.findall(r"```yaml\n(.*?)```", _DOCS.read_text(encoding="utf-8"), re.DOTALL)[0]


def _definition(url: str, variable: str) -> Definition:
    text = COMPLETE.replace("https://search.example/search", f"'{url}'")
    text = text.replace("request:", f"variables: {{base: {{{variable}}}}}\nrequest:")
    definition, faults, _ = check_definition(text, "e.yaml")
    assert definition is not None, faults
    return definition


def _listed(*definitions: Definition, width: int = 80) -> str:
    stream = io.StringIO()
    print_list(Page(stream, width=width, colour=False), definitions)
    return stream.getvalue()


def test_a_host_is_listed_as_far_as_it_is_known() -> None:
    """By the default of its variable, else as the user's own to name."""
    assert known_hosts(_definition("{base}/s", "default: 'http://a.example:81'")) == ["a.example:81"]
    unset = _definition("{base}/s", "help: yours")
    assert known_hosts(unset) == []
    assert summarise(unset)["hosts"] == []
    assert "(yours: --set base=...)" in _listed(unset)


def test_unverified_endpoints_are_marked_in_words() -> None:
    """And the word is explained below the table."""
    out = _listed(_definition("{base}/s", "default: 'http://a.example'"))
    assert re.search(r"^example-search .* search +cn +unverified$", out, re.MULTILINE)
    assert out.endswith("unverified: written from documents, nobody has recorded that it works live\n")


def test_a_long_name_is_folded_and_an_empty_list_has_its_head() -> None:
    """The table never grows beyond the page."""
    text = COMPLETE.replace("name: example-search", "name: " + "a-long-name-" * 3)
    definition, _, _ = check_definition(text, "e.yaml")
    assert definition is not None
    assert max(map(len, _listed(definition).splitlines())) <= 80
    assert _listed().split() == [
        "NAME",
        "WHAT",
        "IT",
        "IS,",
        "AND",
        "WHOM",
        "IT",
        "ASKS",
        "KIND",
        "IN",
        "STATE",
    ]


def _shown(definition: Definition, reference: Definition | None = None, *, width: int = 80) -> str:
    stream = io.StringIO()
    print_definition(Page(stream, width=width, colour=False), definition, "e.yaml", reference)
    return stream.getvalue()


def _changed(*changes: tuple[str, str]) -> Definition:
    text = COMPLETE
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    definition, faults, _ = check_definition(text, "e.yaml")
    assert definition is not None, faults
    return definition


def test_a_page_says_which_controls_there_are() -> None:
    """How many, which, and whom the reference asks; within the page's width."""
    truism = "  truism: 天气 OR {keyword}\n"
    reference = _changed(
        ("name: example-search", "name: abroad"),
        ("url: https://search.example", "url: https://abroad.example:444"),
    )
    more = "  reference: abroad.yaml\n  share: 0.2\n  authorised_authors: [新华社, 人民日报]\n"
    compared = _changed((truism, f"{truism}{more}"))
    for width in (80, 200):
        out = " ".join(_shown(compared, reference, width=width).split())
        for part in (
            "Controls 4 benign words, always served: 天气, 音乐, 足球, 春天",
            "1 canary, known to be censored: 谣言",
            "truism, which has results unless the keyword is censored: 天气 OR {keyword}",
            "reference, which does not censor: abroad.yaml, which asks abroad.example:444",
            "filtered where fewer than 20 % of the reference's results come",
            "authorised hosts: gov.cn, people.com.cn",
            "authorised authors: 新华社, 人民日报",
        ):
            assert part in out, out
        assert "zero results stay" not in out
        assert max(map(len, _shown(compared, reference, width=width).splitlines())) <= width
    assert summarise(compared)["reference"] == "abroad.yaml"
    assert "reference" not in _shown(_changed())


def test_a_page_says_what_is_missing_to_read_zero_results() -> None:
    """Before somebody spends a day on asking."""
    bare = _shown(_changed(("  truism: 天气 OR {keyword}\n", ""), ("[谣言]", "[谣言, 维权]")))
    assert "neither truism nor reference: zero results stay inconclusive" in bare
    assert "2 canaries, known to be censored: 谣言, 维权" in bare
    shared = _changed(("  truism: 天气 OR {keyword}\n", "  truism: a {keyword}\n  share: 0.25\n"))
    assert "filtered where fewer than 25 % of the truism's results come" in _shown(shared)


def test_a_page_says_what_a_verdict_takes() -> None:
    """The trigger rate with its reason, and what follows from it for normal answers."""
    cuts = " ".join(_shown(_changed()).split())
    assert (
        "Decides a censor is taken to act 75 % of the time (usual where rules read cut connections)" in cuts
    )
    assert "so 5 normal answers in a row clear a keyword" in cuts
    assert "error rate 0.001; at most 20 askings of one keyword" in cuts
    rule = COMPLETE[COMPLETE.index("- id: reset") : COMPLETE.index("- id: sources-only")]
    example = COMPLETE[COMPLETE.index("- name: the connection is reset") :]
    silent = " ".join(_shown(_changed((rule, ""), (example, ""))).split())
    assert "act 99.95 % of the time (usual where no rule reads cut connections)" in silent
    assert "so 1 normal answer clears a keyword" in silent
    deciding = "deciding: {trigger_rate: 0.5, error_rate: 0.01, attempts: 1, mechanisms: seen}\n"
    own = " ".join(_shown(_changed(("risk:", f"{deciding}risk:"))).split())
    assert "act 50 % of the time (trigger rate of the definition)" in own
    assert "so 7 normal answers in a row" in own
    assert "error rate 0.01; at most 1 asking of one keyword" in own
    assert "only ways of censoring that the run has seen are reckoned with" in own


def test_a_page_says_how_long_it_waits_and_how_much_it_asks() -> None:
    """What the service asks for is obeyed up to a limit; a day may have one too."""
    out = _shown(_changed(("max_text: 60}", "max_text: 60, longest_wait: 60, per_day: 1000}")))
    assert "waits 1 min 00 s at most where the service asks for a rest" in out
    assert "1,000 questions a day to one host" in out
    assert "a day" not in _shown(_changed()).partition("Rules")[0].partition("Limits")[2]
