"""What no schema can say of a definition: parts that must agree with each other, and values that only look sound."""

from __future__ import annotations

import codecs
import datetime
import re
from collections.abc import Iterator

from probe.inputs.definitions.addresses import find_authority, find_url_troubles, find_value_trouble
from probe.inputs.definitions.control_check import find_control_faults
from probe.inputs.definitions.form_check import find_form_faults
from probe.inputs.definitions.message_check import find_message_faults
from probe.inputs.definitions.pool_check import find_pool_faults
from probe.inputs.definitions.rule_check import find_rule_faults
from probe.inputs.definitions.schema_faults import near
from probe.inputs.definitions.session_check import find_session_faults
from probe.inputs.definitions.slots import find_slot_faults, templates
from probe.inputs.definitions.yaml_nodes import Finding, Path, quoted
from probe.model.asking import PARAMETERS, RequestTemplate, Scheme, Signature
from probe.model.definition import Deciding, Definition, Example, Stability
from probe.model.observation import Outcome
from probe.reading.slots import find_slots

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_CODEC = re.compile(r"[A-Za-z0-9_-]{1,40}")
_SIGN_THE_QUERY = (Scheme.TC3, Scheme.ALIYUN, Scheme.WBI)
_OWN_HEADERS = ("content-length", "transfer-encoding", "connection")


def find_definition_faults(definition: Definition) -> Iterator[Finding]:
    """Everything that makes a definition unfit for use, though each of its fields has the right form."""
    yield from _identity_faults(definition)
    yield from _way_faults(definition)
    yield from _request_faults(definition)
    yield from find_slot_faults(definition)
    yield from find_form_faults(definition)
    yield from find_session_faults(definition)
    yield from find_message_faults(definition)
    yield from _rule_set_faults(definition)
    yield from find_rule_faults(definition)
    yield from find_control_faults(definition)
    yield from find_pool_faults(definition)
    yield from _deciding_faults(definition.deciding)
    for place, example in enumerate(definition.examples):
        yield from _example_faults(("examples", place), example, definition)


def _identity_faults(definition: Definition) -> Iterator[Finding]:
    if definition.last_verified is not None and not _is_date(definition.last_verified):
        message = f"{quoted(definition.last_verified)} is no day of any calendar."
        yield Finding(path=("last_verified",), message=message)
    if definition.encoding != "auto" and not _is_text_encoding(definition.encoding):
        message = (
            f"{quoted(definition.encoding)} is no known encoding: write auto, or a name such as gb18030."
        )
        yield Finding(path=("encoding",), message=message)
    if definition.local is not None and not _is_text_encoding(definition.local.encoding):
        message = f"{quoted(definition.local.encoding)} is no known encoding: write a name such as gb18030."
        yield Finding(path=("local", "encoding"), message=message)


def _way_faults(definition: Definition) -> Iterator[Finding]:
    """A request, a local list, or the reason why there is neither."""
    has_request, has_list = bool(definition.request.url), definition.local is not None
    if has_request and has_list:
        yield Finding(
            path=("local",), message="cannot stand beside a request: nothing is asked where a list is."
        )
    is_gone = definition.stability in (Stability.RETIRED, Stability.UNSUPPORTED)
    if definition.why_not is None:
        if not definition.is_askable:
            hint = "Write request:, or why_not: with stability: retired or unsupported."
            depends: tuple[Path, ...] = (("why_not",), ("local",))
            yield Finding(path=("request",), message="is missing.", hint=hint, depends=depends)
        for name in ("since", "instead"):
            if getattr(definition, name):
                yield Finding(path=(name,), message="is of no use without why_not.")
    elif definition.is_askable:
        message = "says that it cannot be asked, and there is something to ask."
        yield Finding(path=("why_not",), message=message, hint="Leave out why_not, or request and rules.")
    elif not is_gone:
        yield Finding(path=("stability",), message="must be retired or unsupported where why_not says so.")


def _request_faults(definition: Definition) -> Iterator[Finding]:
    for place, request in templates(definition):
        if request.url:
            yield from _template_faults(place, request, definition)


def _template_faults(place: Path, request: RequestTemplate, definition: Definition) -> Iterator[Finding]:
    for message, hint in find_url_troubles(request.url, definition.variables):
        yield Finding(path=(*place, "url"), message=message, hint=hint, depends=(("variables",),))
    for name, variable in definition.variables.items():
        trouble = None
        if variable.default is not None:
            trouble = find_value_trouble(request.url, name, variable.default)
        if trouble is not None:
            message, hint = trouble
            path = ("variables", name, "default")
            yield Finding(path=path, message=message, hint=hint, depends=((*place, "url"),))
    yield from _default_faults(place, request.url, definition)
    bodies = {"json": request.json_body, "form": request.form, "body": request.body}
    given = [name for name, body in bodies.items() if body is not None]
    if len(given) > 1:
        message = f"only one body can be sent: {' and '.join(given)} exclude each other."
        yield Finding(path=(*place, given[-1]), message=message)
    if given and request.method in ("GET", "HEAD"):
        message = f"a {request.method} has no body; use query, or method: POST."
        yield Finding(path=(*place, given[0]), message=message, depends=((*place, "method"),))
    yield from _header_faults(place, request.headers)
    if request.sign is not None:
        yield from _signature_faults((*place, "sign"), request.sign)
        yield from _signed_part_faults(place, request, request.sign.scheme)


def _signature_faults(place: Path, sign: Signature) -> Iterator[Finding]:
    wanted = PARAMETERS[sign.scheme]
    needs = f"{sign.scheme} needs {', '.join(wanted)}."
    depends = ((*place, "scheme"),)
    for name in wanted:
        if name not in sign.given:
            message = f"lacks {quoted(name)}."
            yield Finding(path=(*place, "with"), message=message, hint=needs, depends=depends)
    for name in sign.given.keys() - set(wanted):
        message = "is of no use here."
        yield Finding(path=(*place, "with", name), message=message, hint=needs, depends=depends)


def _signed_part_faults(place: Path, request: RequestTemplate, scheme: Scheme) -> Iterator[Finding]:
    """Parts that a scheme would not sign, so that every request were refused."""
    if scheme in _SIGN_THE_QUERY and "?" in request.url:
        message = f"has parameters that {scheme} would not sign: write them under query."
        yield Finding(path=(*place, "url"), message=message, depends=((*place, "sign", "scheme"),))
    if scheme is Scheme.YIDUN and request.form is None:
        message = f"{scheme} signs a form, and there is none."
        yield Finding(path=(*place, "sign", "scheme"), message=message, depends=((*place, "form"),))


def _default_faults(place: Path, url: str, definition: Definition) -> Iterator[Finding]:
    """Defaults that are sound one by one, and lead nowhere together."""
    variables = definition.variables
    defaults = {name: one.default for name, one in variables.items() if one.default is not None}
    slots = {slot.name for slot in find_slots(url)} & variables.keys()
    if not slots or not slots <= defaults.keys() or any(find_url_troubles(url, variables)):
        return
    if any(find_value_trouble(url, name, defaults[name]) for name in slots):
        return
    if find_authority(url, defaults) is None:
        message = "leads to no host and port with the defaults of its variables."
        yield Finding(path=(*place, "url"), message=message, depends=(("variables",),))


def _header_faults(place: Path, headers: dict[str, str]) -> Iterator[Finding]:
    seen: set[str] = set()
    for name, value in headers.items():
        path = (*place, "headers", name)
        if not _TOKEN.fullmatch(name):
            yield Finding(path=path, message="is no name that a header can have.")
        elif name.lower() in _OWN_HEADERS:
            yield Finding(path=path, message="is set by probe; leave it out.")
        elif name.lower() in seen:
            yield Finding(path=path, message="is given twice; case does not count in names of headers.")
        if re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value):
            yield Finding(path=path, message="holds a line break or a control character.")
        seen.add(name.lower())


def _rule_set_faults(definition: Definition) -> Iterator[Finding]:
    rules = definition.rules
    outcomes: tuple[Path, ...] = tuple(("rules", place, "outcome") for place in range(len(rules)))
    if definition.is_askable and all(rule.outcome is not Outcome.SERVED for rule in rules):
        message = "no rule has the outcome served, so that nothing could ever be ok."
        yield Finding(path=("rules",), message=message, depends=outcomes)
    first: dict[str, int] = {}
    for place, rule in enumerate(rules):
        if rule.id in first:
            message = f"{quoted(rule.id)} is the id of rules[{first[rule.id]}] too."
            depends: tuple[Path, ...] = (("rules", first[rule.id], "id"),)
            yield Finding(path=("rules", place, "id"), message=message, depends=depends)
        first.setdefault(rule.id, place)


def _deciding_faults(deciding: Deciding) -> Iterator[Finding]:
    if deciding.least > deciding.attempts:
        message = (
            f"is more than deciding.attempts, which is {deciding.attempts}: nothing could ever be decided."
        )
        path: Path = ("deciding", "least")
        yield Finding(path=path, message=message, depends=(("deciding", "attempts"),))


def _example_faults(path: Path, example: Example, definition: Definition) -> Iterator[Finding]:
    if (example.answer is None) == (example.failure is None):
        yield Finding(path=path, message="must have exactly one of answer and failure.")
    if example.stage is not None and example.failure is None:
        yield Finding(path=(*path, "stage"), message="is of no use without failure.", depends=(path,))
    answer = example.answer
    if answer is not None and answer.body is not None and answer.json_body is not None:
        yield Finding(path=(*path, "answer"), message="can have only one of body and json.")
    yield from _reading_faults(path, example, definition)
    if not example.keyword:
        yield Finding(path=(*path, "keyword"), message="is blank.")
    ids = [rule.id for rule in definition.rules]
    if example.rule is not None and example.rule not in ids:
        message = f"{quoted(example.rule)} is not the id of a rule."
        places: tuple[Path, ...] = tuple(("rules", place, "id") for place in range(len(ids)))
        yield Finding(path=(*path, "rule"), message=message, hint=near(example.rule, ids), depends=places)


def _reading_faults(path: Path, example: Example, definition: Definition) -> Iterator[Finding]:
    """Of the answer to a reading, in an example of a message."""
    back = example.read_back
    if back is None:
        return
    message = definition.message
    if message is None or message.read_back is None or message.read_back.request is None:
        says = "is of no use without message.read_back.request."
        yield Finding(path=(*path, "read_back"), message=says, depends=(("message",),))
    if back.body is not None and back.json_body is not None:
        yield Finding(path=(*path, "read_back"), message="can have only one of body and json.")
    if example.failure is not None:
        says = "is of no use where the sending failed."
        yield Finding(path=(*path, "read_back"), message=says, depends=(path,))


def _is_date(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _is_text_encoding(name: str) -> bool:
    """Whether Python can turn bytes into text by this name; `rot13` and `zlib` are codecs too."""
    if not _CODEC.fullmatch(name):
        return False
    try:
        codecs.lookup(name)
        b"ab".decode(name)
    except LookupError:
        return False
    except UnicodeError:
        return name != "undefined"
    return True
