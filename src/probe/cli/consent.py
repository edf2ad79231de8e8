"""Consent: before the first question leaves this machine, the person who asks says yes, once, in plain words."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TextIO

import click
import platformdirs

from probe.errors import WrongUse
from probe.inputs.endpoints import host_of, is_loopback
from probe.model.definition import Endpoint

_WORDS = {
    "reads": (
        "What you are about to do asks other people's computers about words that somebody may not want asked about.\n"
        "  - Whoever runs those services, and whoever watches your network, can see that you ask, and what.\n"
        "  - The words may be objectionable, or against the law, where you are.\n"
        "  - Services may block your address for it."
    ),
    "sends": (
        "Some of these endpoints POST what you ask, in your name: {names}.\n"
        "  - Whoever runs them keeps it, whether or not it is taken away again afterwards.\n"
        "  - Whoever is in the same room, or follows the account, may see it."
    ),
    "account": "Some of these endpoints need an account. Accounts get banned for this, and may be tied to a person.",
}

EACH_TIME = frozenset({"sends"})
"""Risks that are agreed to for one run at a time, and by name."""


def needed_risks(endpoints: Sequence[Endpoint]) -> tuple[str, ...]:
    """The risks that somebody must agree to: none where only this machine is asked."""
    away = [
        one.definition.risk
        for endpoint in endpoints
        for one in (endpoint, endpoint.reference)
        if one is not None and not stays_here(one)
    ]
    needed = {
        "reads": bool(away),
        "sends": any(risk.sends for risk in away),
        "account": any(risk.account for risk in away),
    }
    return tuple(name for name, is_needed in needed.items() if is_needed)


def obtain_consent(
    endpoints: Sequence[Endpoint], *, yes: bool, proxy: str | None, also: Collection[str] = ()
) -> None:
    """Make sure of it for a command: with PROBE_CONSENT, and what this user agreed to before. Raises as `ask_consent`.

    `also` are risks that a settings file agrees to, which the user named.
    """
    ask_consent(
        endpoints,
        yes=yes,
        granted={*os.environ.get("PROBE_CONSENT", "").replace(",", " ").split(), *also},
        remembered=Path(platformdirs.user_config_dir("probe")) / "consent",
        proxy=proxy,
    )


def ask_consent(
    endpoints: Sequence[Endpoint], *, yes: bool, granted: Collection[str], remembered: Path, proxy: str | None
) -> None:
    """Make sure that every risk is agreed to; raises WrongUse where nobody can be asked, or somebody says no.

    `granted` is PROBE_CONSENT. What is agreed to at the prompt is remembered in the file `remembered`, so that each risk is
    asked about once; but for posting, which is asked about each time, and which `yes` does not answer either. The prompt
    uses the terminal device: standard input may be a list.
    """
    needed = needed_risks(endpoints)
    if proxy is not None and endpoints and "reads" not in needed:
        needed = ("reads", *needed)  # whatever is asked, the proxy sees it
    known = () if yes else _read_remembered(remembered)
    open_risks = [
        risk
        for risk in needed
        if risk not in granted and risk not in known and (risk in EACH_TIME or not yes)
    ]
    if not open_risks:
        return
    try:
        device = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        raise WrongUse(
            f"nobody has agreed to the risks of asking ({', '.join(open_risks)}), and there is no terminal to ask at",
            hint=f"Read what is at stake in the README, then use {_ways(open_risks)}.",
        ) from None
    with (
        open(device, encoding="utf-8", errors="replace") as answers,
        open(os.dup(device), "w", encoding="utf-8") as say,
    ):
        for risk in open_risks:
            if not _agrees(answers, say, risk, endpoints):
                raise WrongUse("nothing was asked, as you did not agree")
    _remember(remembered, [risk for risk in open_risks if risk not in EACH_TIME])


def _ways(risks: Sequence[str]) -> str:
    by_name = f"PROBE_CONSENT={','.join(risks)}"
    if EACH_TIME.isdisjoint(risks):
        return f"--yes or {by_name}"
    return f"{by_name} (--yes does not answer for {', '.join(sorted(EACH_TIME))})"


def _agrees(answers: TextIO, say: TextIO, risk: str, endpoints: Sequence[Endpoint]) -> bool:
    hosts = ", ".join(dict.fromkeys(host for one in endpoints for host in host_of(one)))
    names = ", ".join(one.name for one in endpoints if one.definition.risk.sends)
    say.write(f"\n{_WORDS[risk].format(names=names)}\n")
    if risk == "reads":
        say.write(f"  - Asked will be: {hosts}\n")
    say.write("Do you understand, and want to go on? Type yes: ")
    say.flush()
    return answers.readline().strip().lower() in ("yes", "y")


def stays_here(endpoint: Endpoint) -> bool:
    """Whether only this machine is asked."""
    return all(is_loopback(host.rpartition(":")[0].strip("[]")) for host in host_of(endpoint))


def _read_remembered(place: Path) -> frozenset[str]:
    try:
        return frozenset(place.read_text(encoding="utf-8").split())
    except (OSError, UnicodeDecodeError):
        return frozenset()


def _remember(place: Path, risks: Sequence[str]) -> None:
    """Note what was agreed to. Where that cannot be written, the question will come again: no harm."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("\n".join(sorted({*_read_remembered(place), *risks})) + "\n", encoding="utf-8")
    except OSError as error:
        click.echo(f"probe: your answer could not be remembered: {error.strerror}", err=True)
