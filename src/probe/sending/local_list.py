"""Local lists: the answer to a question from a list of this machine's own. Nothing is sent to anybody."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from probe.model.definition import Endpoint
from probe.model.exchange import Exchange, Question, Request, Response, Step

_REQUEST = Request(method="GET", url="local://list/")


def list_reader(endpoint: Endpoint) -> Callable[[Question, float], Exchange] | None:
    """What looks a question up in the endpoint's list, at a moment in seconds since 1970; None where it has none.

    The answer is JSON: `matched` holds the words of the list that censor the text.
    """
    local = endpoint.definition.local
    if local is None:
        return None
    words = [(_form(word, local.ignore_case), word) for word in endpoint.words]

    def look_up(question: Question, moment: float) -> Exchange:
        text = _form(question.text, local.ignore_case)
        matched = [
            word for form, word in words if (form in text if local.match == "contains" else form == text)
        ]
        response = Response(
            status=200,
            headers=(("content-type", "application/json"),),
            body=msgspec.json.encode({"matched": matched, "words": len(words)}),
        )
        return Exchange(steps=(Step(request=_REQUEST, response=response),), started=moment, ended=moment)

    return look_up


def _form(text: str, ignore_case: bool) -> str:
    return text.casefold() if ignore_case else text
