"""The lab's own pages, for people who practise: what there is, what is true, what arrived."""

from collections.abc import Iterable, Mapping
from itertools import islice

from probe.lab.censor import truth
from probe.lab.messenger_policy import MessengerPolicy
from probe.lab.pages import write_json
from probe.lab.policy import Form, Policy
from probe.lab.record import Record
from probe.lab.wire import JSON, PLAIN, Request, Response, decode_query

SHOWN = 1_000
"""Requests listed by /_lab/received unless ?last=N asks otherwise."""


def show_desk(
    request: Request,
    *,
    base: str,
    policies: Mapping[str, Policy],
    messengers: Mapping[str, MessengerPolicy],
    record: Record,
) -> Response | None:
    """One of the lab's own pages; None: this path is none of them."""
    match request.path:
        case "/":
            return Response(
                status=200, body=_describe(base, policies.values(), messengers), content_type=PLAIN
            )
        case "/_lab/truth":
            return _show_truth(request, policies, messengers)
        case "/_lab/received":
            return _show_received(request, record)
        case _:
            return None


def _describe(base: str, policies: Iterable[Policy], messengers: Iterable[str]) -> str:
    lines = ["probe lab: pretended platforms to practise on. Nothing here is real.", ""]
    for policy in policies:
        lines += [policy.name, f"  {_example(base, policy)}"]
    for name in messengers:
        room = f"'{base}/{name}/rooms/lobby/messages'"
        sent = '{"text": "谣言", "nonce": "1"}'
        lines += [name, f"  curl {room} -H 'Authorization: Bearer alice' -d '{sent}'"]
        lines += [f"  curl {room} -H 'Authorization: Bearer bob'"]
    lines += [
        "",
        "What a careful prober should find, and what arrived here:",
        f"  curl -G '{base}/_lab/truth' -d platform=PLATFORM --data-urlencode text=谣言",
        f"  curl '{base}/_lab/received?last=20'",
        "",
    ]
    return "\n".join(lines)


def _example(base: str, policy: Policy) -> str:
    if policy.form is Form.MODERATION:
        sent = '{"text": "谣言"}'
        return f"curl '{base}{policy.path}' -H 'Content-Type: application/json' -d '{sent}'"
    return f"curl -i -G '{base}{policy.path}' --data-urlencode q=谣言"


def _show_truth(
    request: Request, policies: Mapping[str, Policy], messengers: Mapping[str, MessengerPolicy]
) -> Response:
    platform = decode_query(request.query, "platform")
    text = decode_query(request.query, "text")
    if platform is None or text is None:
        return _refuse(400, "ask with ?platform=NAME&text=TEXT")
    if platform in messengers:
        return _json({"platform": platform, "text": text, "act": messengers[platform].truth(text)})
    if platform not in policies:
        return _refuse(404, f"no platform {platform}; there are: {', '.join([*policies, *messengers])}")
    known = truth(policies[platform], text)
    return _json({"platform": platform, "text": text, "truth": known})


def _show_received(request: Request, record: Record) -> Response:
    last = decode_query(request.query, "last") or str(SHOWN)
    if not (last.isascii() and last.isdigit() and len(last) < 10):
        return _refuse(400, "last must be a number")
    skipped = max(0, len(record.latest) - int(last))
    counts: dict[str, dict[str, int]] = {}
    for (platform, act), count in record.counts.items():
        counts.setdefault(platform, {})[act] = count
    # The headers are a read-only view, which JSON does not know.
    shown = [
        {**vars(received), "headers": dict(received.headers)}
        for received in islice(record.latest, skipped, None)
    ]
    return _json({"counts": counts, "received": shown})


def _refuse(status: int, error: str) -> Response:
    return Response(status=status, body=write_json({"error": error}), content_type=JSON)


def _json(value: object) -> Response:
    return Response(status=200, body=write_json(value) + "\n", content_type=JSON)
