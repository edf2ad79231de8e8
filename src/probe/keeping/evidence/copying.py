"""Copying: a run of the store as an evidence file, as far as the store holds it."""

from __future__ import annotations

from probe.errors import WrongUse
from probe.keeping.evidence.evidence import Evidence
from probe.keeping.evidence.open_answers import OpenAnswers
from probe.keeping.store import Store


def copy_run(store: Store, run: str, evidence: Evidence) -> None:
    """Write a run to an evidence file, and seal it. Raises WrongUse where that cannot be: then it is not sealed."""
    stored = store.find(run)
    if stored.is_open:
        raise WrongUse(f"run {stored.id[:8]} is still going on", hint="Wait until it has ended.")
    open_answers = OpenAnswers()
    for definition, answer, exchange in store.answers(stored.id):
        key = (definition.name, definition.sha256)
        evidence.answer(key, answer.question, answer.observation, exchange)
        open_answers.add(definition.sha256, answer)
        if answer.void:
            evidence.void(key, answer.question)
    if evidence.answers and not evidence.exchanges:
        raise WrongUse(
            f"of run {stored.id[:8]} no request and no answer was kept, so there is nothing to show",
            hint="Ask with --evidence FILE, or with --keep-exchanges all.",
        )
    for verdict in store.verdicts(stored.id):
        about = open_answers.take(verdict.definition, verdict.components)
        evidence.verdict(verdict, about, is_here=lambda answer: True)
    evidence.close(None if stored.ended is None else store.document(stored.id), stored.notes)
