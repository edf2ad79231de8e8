from __future__ import annotations

import hashlib
import io
import os
import tracemalloc
from pathlib import Path

import pytest

from probe.errors import BadInput, CouldNotRun, WrongUse
from probe.inputs.keywords import benign_words, bundled_lists, open_keywords
from probe.inputs.lists import duplicates
from probe.model.run import ListUse
from tests.inputs.list_samples import piped, write


def test_bundled_names_paths_and_words_are_asked_together(tmp_path: Path) -> None:
    """Words of the command line first, then the lists in their order."""
    path = write(tmp_path, "mine.txt", "一个词\n")
    with open_keywords([path, "rumor"], ["天气", "a + b"]) as keywords:
        found = list(keywords)
        assert [one.line for one in found[:4]] == ["天气", "a + b", "一个词", "谣言"]
        assert [one.lists for one in found[:4]] == [("command line",)] * 2 + [("mine.txt",), ("rumor",)]
        assert keywords.count == len(found)
        assert keywords.notes == ()


def test_lists_are_named_with_the_hash_of_their_bytes(tmp_path: Path) -> None:
    """Who publishes a result can say exactly which list was asked."""
    content = "谣言\n谣言\n".encode("gb18030")
    with open_keywords([write(tmp_path, "a.txt", content)], ["x"]) as keywords:
        assert keywords.lists == (
            ListUse(name="command line", sha256=None, keywords=1),
            ListUse(name="a.txt", sha256=hashlib.sha256(content).hexdigest(), keywords=1),
        )


def test_iterating_again_gives_the_same(tmp_path: Path) -> None:
    """Each endpoint has its own pass, and passes may be under way at the same time."""
    with open_keywords(["rumor", write(tmp_path, "a.txt", "谣言\nb\nb\n")]) as keywords:
        first, second = iter(keywords), iter(keywords)
        pairs = list(zip(first, second, strict=True))
        assert all(one == other for one, other in pairs)
        assert len(pairs) == keywords.count


def test_duplicates_are_folded_and_the_first_is_kept(tmp_path: Path) -> None:
    """Also those that differ only before NFC, in space, or in the way they are written."""
    content = "keyword,gloss\nCafe\u0301,first\nb + c,x\n Café ,second\n b  +  c,no duplicate\nb + c,y\n"
    with open_keywords([write(tmp_path, "a.csv", content)]) as keywords:
        assert [(one.line, one.gloss) for one in keywords][:2] == [("Café", "first"), ("b + c", "x")]
        assert keywords.count == 2
        assert keywords.notes == ("a.csv: 3 duplicates folded",)


def test_a_keyword_of_several_lists_is_asked_once_and_names_them_all(tmp_path: Path) -> None:
    """In the order in which they were asked for."""
    one = write(tmp_path, "one.txt", "a\nb\nc\n")
    two = write(tmp_path, "two.txt", "c\nd\nb\nd\n")
    with open_keywords([one, two], ["b"]) as keywords:
        assert {keyword.line: keyword.lists for keyword in keywords} == {
            "b": ("command line", "one.txt", "two.txt"),
            "a": ("one.txt",),
            "c": ("one.txt", "two.txt"),
            "d": ("two.txt",),
        }
        assert [use.keywords for use in keywords.lists] == [1, 3, 3]
        assert keywords.notes == (
            "two.txt: 1 duplicate folded",
            "2 keywords on more than one list, asked once",
        )


def test_a_list_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    """Under any of its names; standard input, too."""
    path = write(tmp_path, "a.txt", "a\n")
    (tmp_path / "b.txt").symlink_to(path)
    with open_keywords([path, str(tmp_path / "b.txt"), "-", "-"], stdin=io.BytesIO(b"x\n")) as keywords:
        assert [use.name for use in keywords.lists] == ["a.txt", "standard input"]


def test_lists_of_the_same_name_are_told_apart(tmp_path: Path) -> None:
    """By the path of the later one."""
    (tmp_path / "x").mkdir()
    one, two = write(tmp_path, "a.txt", "a\n"), write(tmp_path / "x", "a.txt", "b\n")
    named = write(tmp_path, "c.yaml", "name: a.txt\nentries: [{keyword: c}]\n")
    with open_keywords([one, two, named]) as keywords:
        assert [use.name for use in keywords.lists] == ["a.txt", two, named]


def test_a_list_that_grew_unseen_is_not_asked_for_more(tmp_path: Path) -> None:
    """More entries than were checked, in as many bytes at the same time: an error, and no keyword unchecked."""
    path = Path(write(tmp_path, "a.txt", "a\na\nbbbbb\n"))
    with open_keywords([str(path)]) as keywords:
        status = path.stat()
        path.write_text("a\na\nb\nb\nb\n")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
        with pytest.raises(CouldNotRun, match="was changed"):
            list(keywords)


def test_a_misspelt_list_is_answered_with_the_nearest_name(tmp_path: Path) -> None:
    """All names that are wrong, at once; where nothing is near, all that there are."""
    with pytest.raises(BadInput) as caught:
        open_keywords(["rumour", "rumor", "\x1b[2J", str(tmp_path)])
    first, second, third = caught.value.faults
    assert (first.file, first.hint) == ("rumour", "Did you mean 'rumor'?")
    assert second.file == r"\x1b[2J"
    assert "Bundled lists: benign," in (second.hint or "")
    assert third.message == "is a folder, not a list."
    assert caught.value.exit_code == 2


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_list_is_a_fault(tmp_path: Path) -> None:
    """With the system's own reason."""
    path = write(tmp_path, "a.txt", "a\n")
    os.chmod(path, 0)
    with pytest.raises(BadInput) as caught:
        open_keywords([path])
    assert "Permission denied" in caught.value.faults[0].message


def test_the_faults_of_all_lists_come_at_once(tmp_path: Path) -> None:
    """Of words and standard input, too; nothing is asked where one of them has one."""
    one = write(tmp_path, "one.txt", "a + \n")
    two = write(tmp_path, "two.jsonl", "5\n\n6\n")
    with pytest.raises(BadInput) as caught:
        open_keywords([one, two, "-", "missing.txt"], ["ok", "", "\ud800"], stdin=io.BytesIO(b"%PDF"))
    assert [(fault.file.rpartition("/")[2], fault.line, fault.field) for fault in caught.value.faults] == [
        ("standard input", None, None),
        ("missing.txt", None, None),
        ("command line", None, "KEYWORD 2"),
        ("command line", None, "KEYWORD 3"),
        ("one.txt", 1, "keyword"),
        ("two.jsonl", 1, None),
        ("two.jsonl", 3, None),
    ]


def test_forty_kinds_of_faults_are_named_in_one_go(tmp_path: Path) -> None:
    """Each with its file and line, in the order of the files."""
    lists: dict[str, str | bytes] = {
        "a.txt": b"a + \n\0\n\xff\n\xe2\x80\xae\n\xef\xbb\xbfx\x85y\n" + b"x" * 2001 + b"\nok\n",
        "b.csv": 'keyword,gloss\n,x\na,\x1b\nb,c,d\n"e"f,\na\u2028b,\nc,' + "x" * 2001 + '\n"a\nb",\n"z',
        "c.csv": "gloss\nx\n",
        "d.csv": "keyword,keyword\nx,y\n",
        "e.json": '[5,\n"",\n{},\n{"keyword": 5},\n{"components": []},\n{"components": [1]},\n'
        'true,\n{"a": 1, "a": 2},\n"\\ud800"\n"x"]',
        "f.json": '{"x": 1}',
        "g.jsonl": "{\n5\n" + "[" * 5000 + "\n[]\n",
        "h.yaml": "nam: x\nentries:\n- keyword: ''\n- word: a\n- keyword: a\n  added: x\n- x\n- keyword: [a]\n"
        "- components: a\n- components: []\n- {gloss: x}\n- keyword: *a\n- keyword: &a a\n- keyword: !a a\n"
        "- keyword: a\n  keyword: b\n- {keyword: a, components: [b]}\n- ? [a]\n  : b\n- keyword: 'a\n",
        "i.yaml": "- a\n",
        "j.yaml": "name: x\n",
        "k.txt": "",
        "l.csv": "PK\x03\x04",
    }
    paths = [write(tmp_path, name, content) for name, content in lists.items()]
    with pytest.raises(BadInput) as caught:
        open_keywords([*paths, str(tmp_path), "nothing"], ["a + ", ""])
    places: dict[str, list[int | None]] = {}
    for fault in caught.value.faults:
        places.setdefault(fault.file.rpartition("/")[2], []).append(fault.line)
    assert places == {
        "l.csv": [None],
        tmp_path.name: [None],
        "nothing": [None],
        "command line": [None, None],
        "a.txt": [1, 2, 3, 4, 5, 5, 6],
        "b.csv": [2, 3, 4, 5, 6, 7, 8, 10],
        "c.csv": [1],
        "d.csv": [1],
        "e.json": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        "f.json": [None],
        "g.jsonl": [1, 2, 3, 4],
        "h.yaml": [1, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 18, 20],
        "i.yaml": [1],
        "j.yaml": [None],
        "k.txt": [None],
    }
    assert caught.value.total == sum(map(len, places.values())) > 40


def test_a_million_faults_are_counted_not_kept(tmp_path: Path) -> None:
    """The first hundred are enough to mend a list."""
    with pytest.raises(BadInput) as caught:
        open_keywords([write(tmp_path, "a.txt", "a + \n" * 5000)])
    assert (len(caught.value.faults), caught.value.total) == (100, 5000)
    assert caught.value.message.startswith("5,000 faults")


def test_a_long_list_can_be_asked(tmp_path: Path) -> None:
    """100,000 lines, a quarter of them said before."""
    path = write(tmp_path, "long.txt", "".join(f"关键词 {number % 75_000}\n" for number in range(100_000)))
    with open_keywords([path]) as keywords:
        assert keywords.count == sum(1 for _ in keywords) == 75_000
        assert keywords.notes == ("long.txt: 25,000 duplicates folded",)


def test_a_long_list_is_never_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eight megabytes of text, every keyword said twice, pass through one or two."""
    monkeypatch.setattr(duplicates, "_IN_MEMORY", 100_000)
    path = write(
        tmp_path, "long.txt", "".join(f"{number % 10_000} {'谣' * 200}\n" for number in range(20_000))
    )
    tracemalloc.start()
    with open_keywords([path]) as keywords:
        assert sum(1 for _ in keywords) == 10_000
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 2_000_000


def test_standard_input_is_gone_after_closing() -> None:
    """What was piped in is kept as long as it is asked, and not longer."""
    keywords = piped("谣言\n")
    descriptor = keywords.checked[0]._file._descriptor
    os.fstat(descriptor)
    keywords.close()
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(descriptor)
    keywords.close()


def test_files_are_closed_where_a_list_has_faults(tmp_path: Path) -> None:
    """A library that is used again and again must not run out of descriptors."""
    before = len(os.listdir("/dev/fd"))
    with pytest.raises(BadInput):
        open_keywords([write(tmp_path, "a.txt", "a + \n"), "rumor"])
    assert len(os.listdir("/dev/fd")) == before


def test_standard_input_is_the_programs_own_where_none_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the command line means it."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO("谣言\n".encode())))
    with open_keywords(["-"]) as keywords:
        assert [keyword.line for keyword in keywords] == ["谣言"]


def test_asking_nothing_is_wrong_use() -> None:
    """Neither word nor list."""
    with pytest.raises(WrongUse):
        open_keywords([])


def test_bundled_lists_say_what_is_in_them() -> None:
    """For the table of `probe keywords list`."""
    heads = {head.name: head for head in bundled_lists()}
    rumor = heads["rumor"]
    assert (rumor.licence, rumor.language, rumor.notes) == ("CC0-1.0", "zh-Hans", None)
    assert rumor.languages == ("zh-Hans", "zh-Hant")
    assert rumor.categories[0] == "rumor"
    assert rumor.path.name == "rumor.yaml"
    with open_keywords(["rumor"]) as keywords:
        assert rumor.keywords == keywords.count


def test_benign_words_are_there_for_controls() -> None:
    """Enough of them, as texts that can be sent."""
    assert len(benign_words()) >= 20
    assert "天气" in benign_words()
