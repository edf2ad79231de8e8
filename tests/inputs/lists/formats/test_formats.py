from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from probe.inputs.keywords import open_keywords
from probe.inputs.lists.formats import FORMATS, format_by_content, format_by_ending
from probe.inputs.lists.formats.contents import look_through
from probe.model.keyword import Keyword, tidy

_HIDDEN = "\u2028\u2029\ufeff" + "".join(map(chr, [*range(0x202A, 0x202F), *range(0x2066, 0x206A)]))
_characters = st.one_of(
    st.sampled_from("谣言习\u0301\u200d\u200c +-=@#'\",;:\\|[]{}&*!%`~?<>0\u3000\xa0\ufffd\uffff＝😀eno"),
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters=_HIDDEN),
)
_texts = st.text(_characters, min_size=1, max_size=12).map(tidy).filter(bool)
_fields = st.dictionaries(st.sampled_from(["gloss", "category", "language", "source", "notes"]), _texts)
_keywords = st.builds(
    lambda components, fields, added, extra: Keyword(
        components=tuple(components), added=added, extra=extra, **fields
    ),
    st.lists(_texts, min_size=1, max_size=3),
    _fields,
    st.none() | st.dates().map(str),
    st.dictionaries(st.sampled_from(["idx", "Date", "=x", "a b"]), _texts),
)


def write(keywords: Sequence[Keyword], name: str) -> bytes:
    contents = look_through(keywords, {"name": "list"})
    return "".join(FORMATS[name].write(keywords, contents)).encode()


def read(content: bytes, name: str, folder: Path) -> list[Keyword]:
    path = folder / f"list.{name}"
    path.write_bytes(content)
    with open_keywords([str(path)]) as keywords:
        return list(keywords)


def without_lists(keywords: Sequence[Keyword]) -> list[Keyword]:
    names = ("components", "gloss", "category", "language", "source", "added", "notes", "extra")
    return [Keyword(**{name: getattr(one, name) for name in names}) for one in keywords]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lists")


def different(keywords: list[Keyword]) -> list[Keyword]:
    return list({one.components: one for one in keywords}.values())


@given(st.lists(_keywords, min_size=1, max_size=4).map(different))
@example([Keyword(components=("#MeToo",)), Keyword(components=("\\#", "+", "\\+"))])
@example([Keyword(components=("'=1+1",)), Keyword(components=("=1+1",)), Keyword(components=("''@",))])
@example([Keyword(components=("no",), gloss="1989-06-04", notes="a: b # c\n\td")])
@example([Keyword(components=("a\uffffb",), notes="\ufffe")])
@example([Keyword(components=("谣" * 2000,), gloss="x" * 2000)])
@example([Keyword(components=("keyword",)), Keyword(components=("[",)), Keyword(components=("entries:",))])
def test_keywords_survive_every_format(folder: Path, keywords: list[Keyword]) -> None:
    """From text to YAML to CSV to JSON Lines and back, and through all others."""
    again = keywords
    for name in ("txt", "yaml", "csv", "jsonl", "tsv", "json", "txt"):
        again = read(write(again, name), name, folder)
        assert [one.components for one in again] == [one.components for one in keywords]


@pytest.mark.parametrize("name", ["csv", "tsv", "json", "jsonl"])
@given(keywords=st.lists(_keywords, min_size=1, max_size=4).map(different))
def test_tables_and_json_keep_everything(folder: Path, name: str, keywords: list[Keyword]) -> None:
    """All fields, and all columns that probe does not know."""
    assert without_lists(read(write(keywords, name), name, folder)) == without_lists(keywords)


@given(keywords=st.lists(_keywords, min_size=1, max_size=4).map(different))
def test_yaml_keeps_all_known_fields(folder: Path, keywords: list[Keyword]) -> None:
    """Only further columns are left out."""
    bare = [
        Keyword(**{**{n: getattr(one, n) for n in one.__struct_fields__}, "extra": {}}) for one in keywords
    ]
    assert without_lists(read(write(keywords, "yaml"), "yaml", folder)) == without_lists(bare)


@given(_keywords)
def test_no_spreadsheet_runs_a_cell(keyword: Keyword) -> None:
    """Whatever a keyword, a field or the name of a column starts with."""
    import csv

    for row in csv.reader(io.StringIO(write([keyword], "csv").decode(), newline="")):
        assert not any(cell[:1] in tuple("=+-@\t\r＝＋－＠") for cell in row if cell)


@given(st.lists(_keywords, min_size=1, max_size=3).map(different))
@example(
    [Keyword(components=(word,), gloss=word) for word in ("no", "Yes", "null", "ON", "true", "y", "e1", ".5")]
)
def test_other_yaml_readers_see_the_same_texts(keywords: list[Keyword]) -> None:
    """What is written plain is a text by YAML's own rules, too; dates alone are dates."""
    import yaml

    document = yaml.safe_load(write(keywords, "yaml"))
    for entry, keyword in zip(document["entries"], keywords, strict=True):
        written = [entry["keyword"]] if "keyword" in entry else entry["components"]
        assert written == ([keyword.line] if "keyword" in entry else list(keyword.components))
        assert entry.get("gloss") == keyword.gloss
        assert str(entry.get("added")) == str(keyword.added)


@pytest.mark.parametrize("name", list(FORMATS))
def test_a_list_without_keywords_is_still_of_its_format(name: str) -> None:
    """Nothing is written that could not be read."""
    content = write([], name).decode()
    assert content == {"json": "[]\n", "yaml": "name: list\nentries: []\n"}.get(name, content)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.TXT", "txt"), ("a.b.csv", "csv"), ("a.tab", "tsv"), ("a.json", "json"), ("a.ndjson", "jsonl"),
        ("a.yml", "yaml"), ("/x.yaml/list", None), ("a.list", None), ("yaml", None),
    ],
)  # fmt: skip
def test_the_ending_tells_the_format(name: str, expected: str | None) -> None:
    """In any case of letters; an ending that is not known tells nothing."""
    found = format_by_ending(name)
    assert (found.name if found else None) == expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("", "txt"),
        ("谣言\n传闻\n", "txt"),
        ("result\n传闻\n", "txt"),
        ("[citation needed]\n", "txt"),
        ("# x\n谣言\n", "txt"),
        ('"quoted" words\n', "txt"),
        ("keyword\n谣言\n", "csv"),
        ("\n Result;idx\n谣言;1\n", "csv"),
        ("gloss\tWord\n", "csv"),
        ('"keyword","gloss"\n', "csv"),
        ('["a", "b"]', "json"),
        ("[\n  {", "json"),
        ("[]", "json"),
        ('{"entries": ["a"]}', "json"),
        ('{\n  "entries": [', "json"),
        ('{"keyword": "a"}\n{"keyword": "b"}\n', "jsonl"),
        ('"a"\n"b"\n', "jsonl"),
        ("---\nname: x\n", "yaml"),
        ("# about\nname: x\nentries:\n- keyword: a\n", "yaml"),
        ("entries: [\n", "yaml"),
        ("[" * 100_000, "json"),
        ('{"a":' * 100_000, "json"),
    ],
)  # fmt: skip
def test_the_content_tells_the_format(head: str, expected: str) -> None:
    """Standard input has no name."""
    assert format_by_content(head).name == expected


def test_hypothesis_makes_what_it_should() -> None:
    """The texts above are tidy: NFC, and without space at the ends."""
    assert tidy(" e\u0301 ") == unicodedata.normalize("NFC", "e\u0301")
