"""MediaWiki: wikis of ten pages in a temporary folder, on SQLite, served by PHP itself; and what may go wrong with one."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.real.software import PATH, START_SECONDS, free_ports, miss, need, started

PACKAGES = "mediawiki php-cli php-sqlite3"
HOME = Path("/usr/share/mediawiki")
"""Where Debian puts MediaWiki; nothing is written there."""
WORKERS = "4"
"""PHP's server answers one request at a time in each."""

PAGES = {
    "天气": "今天天气很好，很多人去公园散步。2020年的春天比2019年暖和。",
    "音乐": "听说2018年的音乐会在公园举行，一共有12首歌。",
    "面包": "早餐 面包 100 克；午餐吃米饭。",
    "足球": "一支足球队有11名球员，另有10名候补。",
    "谣言": "不要相信关于天气的谣言，先看20点的预报。",
    "Weather": "The weather of 2020 was mild: 12 days of rain, 10 of wind, and more sun than in 2019.",
    "Music": "A concert in the park in 2018: 20 songs, or 100 minutes of music.",
    "Tea": "Green tea, black tea and forbiddenword tea: 20 kinds since 2019.",
    "Bread": "Bread takes 100 g of flour and 12 hours of patience.",
    "Football": "A team has 10 players and a goalkeeper; the club was founded in 2018 or 2020.",
}
"""Title and text. Among others, they hold the everyday numbers that the definition asks for."""

TROUBLES = {
    "read-only": "$wgReadOnly = 'Maintenance until the evening.';",
    "private": "$wgGroupPermissions['*']['read'] = false;",
    "search-off": "$wgSearchType = 'SearchEngineDummy';",
    "lagging": "$wgJobQueueIncludeInMaxLagFactor = 0.001;",  # each job that waits counts as 1000 s of lag
    "no-database": "$wgSQLiteDataDir = '/nonexistent';",
    "no-index": "$wgSQLiteDataDir = __DIR__ . '/before';",  # zero results for all: the wiki before it had pages
}
"""Name: what the settings say then. The first stops edits only, and search goes on."""

_TROUBLE = "trouble.php"
_SETTINGS = f"""
$wgCacheDirectory = __DIR__ . '/cache';
$wgJobRunRate = 0;
if ( file_exists( __DIR__ . '/{_TROUBLE}' ) ) {{ require __DIR__ . '/{_TROUBLE}'; }}
"""


@dataclass(frozen=True, kw_only=True)
class Wiki:
    """A wiki, as long as it runs."""

    port: int
    folder: Path

    @property
    def base(self) -> str:
        """The address of the folder of api.php, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def asked(self) -> int:
        """How many questions came so far, as its server counts."""
        return (self.folder / "php.log").read_text(errors="replace").count("GET /api.php?")

    def wait_for_questions(self, number: int) -> None:
        """Wait until so many came."""
        until = time.monotonic() + START_SECONDS
        while self.asked() < number:
            assert time.monotonic() < until, "nobody asks it"
            time.sleep(0.003)

    @contextlib.contextmanager
    def troubled(self, name: str) -> Iterator[None]:
        """The same wiki in trouble, until the block ends; it counts from the next question on."""
        new = self.folder / "trouble.new"
        new.write_text(f"<?php {TROUBLES[name]}\n")
        new.replace(self.folder / _TROUBLE)
        try:
            yield
        finally:
            (self.folder / _TROUBLE).unlink()


@contextlib.contextmanager
def running_mediawiki(folder: Path, language: str) -> Iterator[Wiki]:
    """A wiki with all pages; its language says how their words are indexed."""
    php = _find_php()
    (port,) = free_ports(1)
    wiki = Wiki(port=port, folder=folder)
    _install(php, wiki, language)
    _fill(php, wiki)
    # Settings count at once, and not only after the seconds for which PHP trusts what it compiled.
    serve = ["env", f"MW_CONFIG_FILE={folder}/LocalSettings.php", f"PHP_CLI_SERVER_WORKERS={WORKERS}"]
    serve += [php, "-d", "opcache.revalidate_freq=0", "-S", f"127.0.0.1:{port}", "-t", str(HOME)]
    with started(serve, log=folder / "php.log", ports=[port]):
        yield wiki


def _find_php() -> str:
    php = need("php", PACKAGES)
    modules = subprocess.run([php, "-m"], capture_output=True, text=True, check=True).stdout.split()
    if not (HOME / "api.php").exists() or "pdo_sqlite" not in modules:
        miss(f"MediaWiki, or PHP's SQLite, is not installed: apt-get install {PACKAGES}")
    return php


def _install(php: str, wiki: Wiki, language: str) -> None:
    folder = str(wiki.folder)
    options = {"dbtype": "sqlite", "dbname": "wiki", "dbpath": f"{folder}/data", "confpath": folder}
    options |= {"server": wiki.base, "scriptpath": "", "lang": language, "pass": "only-on-the-loopback"}
    arguments = [part for name, value in options.items() for part in (f"--{name}", value)]
    _maintain(php, wiki, "install.php", *arguments, "Wiki", "Admin")
    shutil.copytree(wiki.folder / "data", wiki.folder / "before")
    (wiki.folder / "cache").mkdir()
    with (wiki.folder / "LocalSettings.php").open("a") as settings:
        settings.write(_SETTINGS)


def _fill(php: str, wiki: Wiki) -> None:
    """Pages, each from a file named after it; they are searched from when they are saved."""
    pages = wiki.folder / "pages"
    pages.mkdir()
    for title, text in PAGES.items():
        (pages / f"{title}.txt").write_text(text, encoding="utf-8")
    files = sorted(str(path) for path in pages.iterdir())
    _maintain(php, wiki, "importTextFiles.php", "--overwrite", *files)


def _maintain(php: str, wiki: Wiki, script: str, *arguments: str) -> None:
    """One of MediaWiki's own scripts, on these settings and not on those of the machine."""
    environment = {**os.environ, "PATH": PATH, "MW_CONFIG_FILE": str(wiki.folder / "LocalSettings.php")}
    command = [php, str(HOME / "maintenance" / script), *arguments]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env=environment,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{script} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
