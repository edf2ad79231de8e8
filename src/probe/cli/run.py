"""`probe run`: ask endpoints about keywords, print what is blocked or filtered."""

from __future__ import annotations

from typing import Any

import click

from probe.cli.configured import Configured
from probe.cli.options import baseline_options, fail_on_all_option, result_options, selection_options
from probe.cli.settings import name_variables


@click.command("run", cls=Configured)
@click.argument("words", metavar="[KEYWORD]...", nargs=-1)
@click.option(
    "-k",
    "--keywords",
    "lists",
    metavar="LIST",
    multiple=True,
    help="A bundled list, a file, or - for standard input.",
)
@click.option(
    "-e",
    "--endpoint",
    "endpoints",
    metavar="ENDPOINT",
    multiple=True,
    help="A built-in endpoint, or a YAML file.",
)
@click.option(
    "-u",
    "--url",
    "urls",
    metavar="URL",
    multiple=True,
    help="An address with {keyword} in it, as an endpoint without a file.",
)
@click.option(
    "--benign",
    metavar="WORD",
    multiple=True,
    help="With -u: a word that is always served (default: the benign list).",
)
@click.option(
    "--canary",
    "canaries",
    metavar="WORD",
    multiple=True,
    help="With -u: a word that is known to be censored there.",
)
@click.option(
    "--set",
    "settings",
    metavar="[ENDPOINT.]NAME=VALUE",
    multiple=True,
    help="Set a variable of a definition.",
)
@result_options
@selection_options
@fail_on_all_option
@baseline_options
@click.option(
    "--isolate",
    is_flag=True,
    help="Find out which parts of what is censored trigger. See `probe isolate` for one text.",
)
@click.option(
    "--pool",
    type=click.Choice(("auto", "on", "off")),
    default="auto",
    show_default=True,
    help="Ask many keywords in one text: where a definition allows it and no account is at stake; wherever possible; never.",
)
@click.option(
    "--combinations",
    is_flag=True,
    help="With pools: find out which keywords are censored only together.",
)
@click.option(
    "--monitor",
    is_flag=True,
    help="Watch for changes: what the last run found blocked is asked alone, what was ok in large pools.",
)
@click.option(
    "--alone-within",
    type=click.IntRange(1, 10_000),
    default=60,
    show_default=True,
    metavar="RUNS",
    help="With --monitor: what is only pooled is asked alone once in so many runs.",
)
@click.option(
    "--rate",
    type=click.FloatRange(min=0, min_open=True),
    metavar="N",
    help="Questions a second to one host, instead of the definition's.",
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, 100),
    metavar="N",
    help="Questions in flight at a time, instead of the definition's.",
)
@click.option(
    "--retries",
    type=click.IntRange(0, 10),
    metavar="N",
    help="Further tries after an answer that says nothing of the keyword; 0 for none.",
)
@click.option(
    "--residual-wait",
    type=click.FloatRange(0, 86_400),
    metavar="SECONDS",
    help="Rest after a cut connection, instead of the definition's; too short a rest renews the block.",
)
@click.option(
    "--budget",
    type=click.IntRange(min=4),
    metavar="N",
    help="Questions to ask at most, controls included; the rest is left for --resume.",
)
@click.option(
    "--max-time",
    metavar="TIME",
    help="Time after which no further keyword is asked: 90s, 20m, 3h; the rest is left for --resume.",
)
@click.option(
    "--resume",
    metavar="[RUN]",
    is_flag=False,
    flag_value="last",
    help="Go on with a run that was kept: the last one, or the one with this id. What was answered is not asked again.",
)
@click.option(
    "--store", metavar="FILE", help="The file that keeps the run, instead of your own; none to keep nothing."
)
@click.option(
    "--keep-exchanges",
    type=click.Choice(("none", "hits", "all")),
    default="hits",
    show_default=True,
    help="Which requests and answers are kept whole, for `probe rejudge`; hits includes controls.",
)
@click.option(
    "--evidence",
    metavar="FILE",
    help="Write all requests and answers with their verdicts to a sealed WARC file (.warc.gz), {run} in its name being"
    " the run's id. See `probe evidence`.",
)
@click.option(
    "-c", "--config", metavar="FILE", help="Settings: any of these options as fields of a YAML file."
)
@click.option(
    "--show-settings", is_flag=True, help="Print what holds and where each value comes from; ask nothing."
)
@click.option("--dry-run", is_flag=True, help="Print the plan. Nothing is sent, not even a name query.")
@click.option("--proxy", metavar="URL", help="Ask through an HTTP or SOCKS proxy; names are resolved there.")
@click.option("--vantage", metavar="LABEL", help="Where you ask from, as it should stand in the results.")
@click.option("--quiet", "-q", is_flag=True, help="No progress on standard error.")
@click.option("--public", is_flag=True, help="Post even where strangers can see it.")
@click.option(
    "--yes",
    is_flag=True,
    help="You know and accept the risks of asking (see the README). Posting needs PROBE_CONSENT=sends as well.",
)
def command(**options: Any) -> int:
    """Ask endpoints about keywords, and print which are blocked or filtered.

    \b
    Examples:
      probe run 天气 谣言 -e lab-notice
      probe run -k rumor -k my-words.csv -e my-endpoint.yaml -o results.csv
      cat words.txt | probe run -k - -u 'http://127.0.0.1:8080/?q={keyword}' -f jsonl
      probe run -k rumor -e my-endpoint.yaml --fail-on blocked,filtered
      probe run -k rumor -e my-endpoint.yaml --baseline last --confirm-changes --fail-on newly-blocked,lifted
      probe run -k rumor -e my-endpoint.yaml -o report.html -o results.xml -o summary.md
      probe run -k rumor -e my-endpoint.yaml --budget 500, and the next day: probe run --resume
      probe run -c probe.yaml

    Results go to standard output, everything else to standard error. Any option may stand in a settings file (-c), under its
    name, or in the environment, as in PROBE_MAX_TIME=20m; what is typed counts most, then the environment, then the file.
    """
    from probe.cli.session import run_command

    return run_command(**options)


name_variables(command)
