"""`probe completion`: the script that a shell needs to complete probe's commands."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

from probe.errors import WrongUse


@click.command("completion")
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the script that completes probe's commands in SHELL.

    \b
    Example:
      probe completion bash > ~/.local/share/bash-completion/completions/probe
    """
    from probe.cli import cli

    kind = get_completion_class(shell)
    if kind is None:  # click knows all three; a plug-in could remove one
        raise WrongUse(f"click cannot complete in {shell}")
    click.echo(kind(cli, {}, "probe", "_PROBE_COMPLETE").source())
