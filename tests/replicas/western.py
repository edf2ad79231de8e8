"""OpenAI's moderations and Azure's content safety."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from tests.replicas.replica import Answer, Asked, json_answer
from tests.replicas.wechat import UNFORCED, Moderator

CATEGORIES = (
    "harassment",
    "harassment/threatening",
    "hate",
    "hate/threatening",
    "illicit",
    "illicit/violent",
    "self-harm",
    "self-harm/instructions",
    "self-harm/intent",
    "sexual",
    "sexual/minors",
    "violence",
    "violence/graphic",
)
KEY_WRONG = "Incorrect API key provided. You can find your API key in your account."
BUSY = "The server is currently overloaded, please try again later."
OPENAI_TROUBLES = {
    "token-error": (401, "invalid_request_error", "invalid_api_key", KEY_WRONG),
    "rate-limit": (429, "requests", "rate_limit_exceeded", "Rate limit reached. Please try again in 20s."),
    "quota": (429, "insufficient_quota", "insufficient_quota", "You exceeded your current quota."),
    "server-busy": (503, "server_error", None, BUSY),
}


@dataclass(kw_only=True)
class OpenAI(Moderator):
    """`POST /v1/moderations`. It knows no review: a soft word only raises a score."""

    troubles = tuple(OPENAI_TROUBLES)
    verdicts = (False, False, True)

    api_key: str = "sk-replica"
    models: frozenset[str] = frozenset({"omni-moderation-latest", "text-moderation-latest"})

    def answer(self, asked: Asked) -> Answer:
        if asked.path != "/v1/moderations":
            return _openai_error(404, "invalid_request_error", None, "Invalid URL")
        if asked.method != "POST":
            return _openai_error(405, "invalid_request_error", "method_not_supported", "Not allowed.")
        if self.trouble is not None:
            return _openai_error(*OPENAI_TROUBLES[self.trouble])
        if asked.headers.get("authorization") != f"Bearer {self.api_key}":
            return _openai_error(*OPENAI_TROUBLES["token-error"])
        body = _object(asked)
        given = body.get("input")
        texts: list[Any] = given if isinstance(given, list) else [given]
        if not all(isinstance(text, str) and text for text in texts):
            return _openai_error(400, "invalid_request_error", None, "Invalid type for 'input'.")
        model = body.get("model", "omni-moderation-latest")
        if model not in self.models:
            return _openai_error(
                400, "invalid_request_error", "model_not_found", "Invalid value for 'model'."
            )
        return self.tell(
            {"id": "modr-0001", "model": model, "results": [self._result(text) for text in texts]}
        )

    def _result(self, text: str) -> dict[str, Any]:
        rank = self.rank(text)
        return {
            "flagged": self.verdict(text),
            "categories": {name: rank == 2 and name == "hate" for name in CATEGORIES},
            "category_applied_input_types": {name: ["text"] for name in CATEGORIES},
            "category_scores": {
                name: (0.0001, 0.41, 0.97)[rank if name == "hate" else 0] for name in CATEGORIES
            },
        }


def _openai_error(status: int, kind: str, code: str | None, message: str) -> Answer:
    told = {"message": message, "type": kind, "param": None, "code": code}
    left: tuple[tuple[str, str], ...] = ()
    if status == 429:
        left = (
            ("x-ratelimit-limit-requests", "500"),
            ("x-ratelimit-remaining-requests", "0"),
            ("x-ratelimit-reset-requests", "20s"),
        )
    return json_answer({"error": told}, status=status, headers=left)


HARMS = ("Hate", "SelfHarm", "Sexual", "Violence")
AZURE_TROUBLES = {
    "token-error": (401, "Access denied due to invalid subscription key or wrong API endpoint."),
    "rate-limit": (429, "Requests have exceeded the call rate limit. Please retry after 7 seconds."),
    "server-busy": (503, "The service is temporarily unavailable."),
}


@dataclass(kw_only=True)
class Azure(Moderator):
    """`POST /contentsafety/text:analyze`. The verdict is the severity, forced in every category."""

    troubles = (*AZURE_TROUBLES, "empty-analysis")
    verdicts = (0, 2, 6)

    key: str = "replica-key"
    blocklists: Mapping[str, frozenset[str]] | None = None
    """The customer's own lists of words, by name; used only when a request names them."""

    def answer(self, asked: Asked) -> Answer:
        if unquote(asked.path) != "/contentsafety/text:analyze" or asked.method != "POST":
            return _azure_error(404, "Resource not found")
        if self.trouble in AZURE_TROUBLES:
            return _azure_error(*AZURE_TROUBLES[self.trouble])
        if asked.headers.get("ocp-apim-subscription-key") != self.key:
            return _azure_error(*AZURE_TROUBLES["token-error"])
        if asked.query().get("api-version") not in ("2023-10-01", "2024-09-01"):
            return _azure_error(404, "Resource not found")
        body = _object(asked)
        text, harms = body.get("text"), body.get("categories", list(HARMS))
        if not isinstance(text, str) or not 0 < len(text) <= 10_000:
            return _azure_error(400, "The text is missing, empty or too long.", "InvalidRequestBody")
        if (
            not set(harms) <= set(HARMS)
            or body.get("outputType", "FourSeverityLevels") != "FourSeverityLevels"
        ):
            return _azure_error(400, "A value is not one of those allowed.", "InvalidRequestBody")
        return self._judge(text, harms, body)

    def _judge(self, text: str, harms: list[str], body: dict[str, Any]) -> Answer:
        matches = [
            {"blocklistName": name, "blocklistItemId": f"item-{at}", "blocklistItemText": word}
            for name in body.get("blocklistNames", [])
            for at, word in enumerate(sorted((self.blocklists or {}).get(name, ())))
            if word in text
        ]
        halted = bool(matches) and body.get("haltOnBlocklistHit", False)
        analysis = [{"category": harm, "severity": self._severity(text, harm)} for harm in harms]
        if halted or self.trouble == "empty-analysis":
            analysis = []
        return self.tell({"blocklistsMatch": matches, "categoriesAnalysis": analysis})

    def _severity(self, text: str, harm: str) -> Any:
        """One category finds what there is to find; a forced value stands in all."""
        severity = self.verdict(text)
        return severity if harm == "Violence" or self.forced is not UNFORCED else 0


def _azure_error(status: int, message: str, code: str | None = None) -> Answer:
    retry = (("retry-after", "7"),) if status == 429 else ()
    return json_answer(
        {"error": {"code": code or str(status), "message": message}}, status=status, headers=retry
    )


def _object(asked: Asked) -> dict[str, Any]:
    """The object that was sent, empty where it is none."""
    try:
        value = asked.json() if "application/json" in asked.headers.get("content-type", "") else {}
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
