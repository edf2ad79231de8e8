"""Comments: a page on Django that refuses comments with words from a list, served by gunicorn."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from selectolax.lexbor import LexborHTMLParser

from tests.real.environments import in_environment
from tests.real.software import free_ports, started
from tests.real.visitor import Answer, Visitor, wait_until_ready

ROOT = Path(__file__).parents[2]
MODULE = "tests.real.comment_site"
THREADS = "8"


@dataclass(frozen=True, kw_only=True)
class Site:
    """A page with comments, as long as it is served."""

    base: str
    """Its address, without a slash at the end."""
    words: tuple[str, ...] = field(repr=False)
    """Those that it refuses. It compares them with the comment in small letters: one with a capital never strikes."""
    folder: Path
    """Holds its database."""

    @property
    def page(self) -> str:
        """Where the form and the comments stand."""
        return f"{self.base}/page/"

    def comment(self, text: str, **changed: str) -> Answer:
        """Write a comment as a new visitor does: fetch the page, fill its form in with or without changes, and send that."""
        visitor = Visitor()
        form = LexborHTMLParser(visitor.ask(self.page).text).css_first("form[action='/comments/post/']")
        assert form is not None, "the page has no form"
        fields = {
            field.attributes["name"] or "": field.attributes.get("value") or ""
            for field in form.css("input[type=hidden]")
        }
        fields |= {"name": "读者", "email": "reader@example.invalid", "comment": text, **changed}
        return visitor.ask(f"{self.base}/comments/post/", data=urlencode(fields).encode())

    def log_in_moderator(self) -> str:
        """What the cookie `sessionid` of somebody holds who may take comments away."""
        return _carry_out("moderator", self.folder).strip()

    def comments(self) -> list[str]:
        """The comments on the page, the newest first."""
        tree = LexborHTMLParser(Visitor().ask(self.page).text)
        return [node.text(strip=True) for node in tree.css("#comments .comment .text")]


@contextlib.contextmanager
def running_comments(folder: Path, *, words: Sequence[str] | None, good_for: int = 7200) -> Iterator[Site]:
    """A page that refuses these words, or without any those of hello-gfw: a real list that nobody here wrote.

    Its form is good for so many seconds.
    """
    python = str(in_environment("comments", "bin/python"))
    site_words = tuple(words) if words is not None else read_real_words()
    (folder / "words.txt").write_text("\n".join(site_words), encoding="utf-8")
    (port,) = free_ports(1)
    site = Site(base=f"http://127.0.0.1:{port}", words=site_words, folder=folder)
    log = folder / "gunicorn.log"
    _carry_out("migrate --verbosity 0", folder)
    command = [python, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--chdir", str(ROOT)]
    command += [
        "--env",
        f"FOLDER={folder}",
        "--env",
        f"GOOD_FOR={good_for}",
        "-k",
        "gthread",
        "--threads",
        THREADS,
    ]
    # Its control socket would stand in the home folder, one for all that run.
    command += ["--no-control-socket", "--log-level", "warning", "--graceful-timeout", "1"]
    command.append(f"{MODULE}:application")
    with started(command, log=log) as process:
        wait_until_ready(process, site.page, log)
        yield site


def read_real_words() -> tuple[str, ...]:
    """The words of hello-gfw, each once, without single characters: 6,170, of which 6,067 hold a Chinese one."""
    place = in_environment("comments", "lib/python3*/site-packages/hgfw/default.dict")
    lines = (line.strip() for line in place.read_text(encoding="utf-8").splitlines())
    return tuple(dict.fromkeys(line for line in lines if len(line) >= 2))


def _carry_out(command: str, folder: Path) -> str:
    """Do one thing in the site's own environment; returns what it prints."""
    done = subprocess.run(
        [str(in_environment("comments", "bin/python")), "-m", MODULE, *command.split()],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "FOLDER": str(folder)},
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout
