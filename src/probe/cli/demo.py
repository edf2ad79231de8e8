"""`probe demo`: start the practice platform, probe it with words of the bundled lists, print the table."""

from __future__ import annotations

import click

from probe.cli.options import FORMAT_NAMES

WORDS = (
    "谣言",
    "政治改革",
    "六四",
    "爆炸",
    "色情",
    "诈骗",
    "法轮功",
    "翻墙",
    "自由亚洲电台",
    "天气",
    "音乐",
    "足球",
)
"""The first words of the bundled lists, and three benign ones."""


@click.command("demo")
@click.option("--all", "show_all", is_flag=True, help="List what is ok, too.")
@click.option(
    "-f",
    "--format",
    "format_name",
    type=click.Choice(FORMAT_NAMES),
    help="Format of the results.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of the platform's noise.")
def command(show_all: bool, format_name: str | None, seed: int) -> int:
    """Start the practice platform on this machine, probe it with twelve words, and print the table.

    Needs no network: seventeen pretended services, each with its own way to censor, or to get in the way. At the end every
    verdict is compared with what the platform says it did.

    \b
    Example:
      probe demo --all
    """
    from probe.cli.practice import run_demo

    return run_demo(WORDS, show_all=show_all, format_name=format_name, seed=seed)
