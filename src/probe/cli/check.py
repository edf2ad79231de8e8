"""`probe check`: is a settings file sound?"""

from __future__ import annotations

import click

from probe.cli.settings import DEFAULT_FILE


@click.command("check")
@click.argument("file", metavar="[FILE]", default=DEFAULT_FILE)
@click.option(
    "--schema", "wants_schema", is_flag=True, help="Print the JSON Schema of settings, for editors."
)
def command(file: str, wants_schema: bool) -> None:
    """Check a settings file, its lists and its endpoints. Sends nothing.

    Every fault is named with its file, line, field and remedy. Ends with 2 where there is one. Without FILE: probe.yaml.

    \b
    Examples:
      probe check probe.yaml
      probe check --schema > settings.json
    """
    from probe.cli.run import command as run

    if wants_schema:
        import json

        from probe.cli.settings import schema_of

        click.echo(json.dumps(schema_of(run), indent=2, ensure_ascii=False, sort_keys=True))
        return
    from probe.cli.configured import load
    from probe.cli.settings_check import check_settings
    from probe.showing.quantity import write_count

    sound = check_settings(load(run, file), run)
    keywords = (
        "keywords from standard input" if sound.keywords is None else write_count(sound.keywords, "keyword")
    )
    click.echo(f"{file}: sound; {keywords} at {write_count(sound.endpoints, 'endpoint')}")
