"""Definitions for tests: one that is sound and warned of nothing, and what is said of others."""

from __future__ import annotations

from probe.inputs.endpoints import check_definition
from probe.model.definition import Definition

SOUND = """\
name: example-search
title: Example search
kind: search
request:
  url: https://search.example/search
  query: {q: "{keyword}"}
  connection: fresh
results:
  count: {css: .result}
  hosts: {css: .result a, attribute: href}
rules:
- id: captcha
  when: {redirect: /captcha}
  outcome: challenged
- id: notice
  when: {status: 200, text: 未予显示}
  outcome: blocked
  weight: determinate
  manner: explicit
- id: results
  when: {status: 200, count: ">=1"}
  outcome: served
controls:
  benign: [天气, 音乐, 足球]
  canaries: [谣言]
  authorised: [gov.cn]
examples:
- name: a page of results
  origin: documented
  keyword: 天气
  outcome: served
  rule: results
  answer: {headers: {content-type: text/html}, body: "<p class=result>天气</p>"}
- name: a notice
  origin: documented
  keyword: 谣言
  outcome: blocked
  rule: notice
  answer: {headers: {content-type: text/html}, body: "<p>结果未予显示</p>"}
"""

MESSAGE = """\
name: example-chat
title: Example chat
kind: message
risk: {sends: true, account: true}
limits: {per_day: 200}
forms: {plain: "{keyword} {nonce}"}
request:
  url: https://chat.example/messages
  method: POST
  json: {text: "{text}", key: "{nonce}"}
message:
  take: {id: {json: message.id}}
  resend: true
  read_back:
    request: {url: https://reader.example/messages}
    messages: {json: messages, id: id, text: text}
    again_after: 60
  clean_up:
    request: {url: "https://chat.example/messages/{id}", method: DELETE}
rules:
- id: limit
  when: {part: send, status: 429}
  outcome: throttled
- id: absent
  when: {arrived: absent}
  outcome: absent
- id: delivered
  when: {arrived: identical}
  outcome: served
examples:
- name: it arrives
  origin: documented
  keyword: 天气
  outcome: served
  answer: {json: {message: {id: 1}}}
  read_back: {json: {messages: [{id: 1, text: 天气 kavozuloka}]}}
- name: it does not arrive
  origin: documented
  keyword: 谣言
  outcome: absent
  answer: {json: {message: {id: 1}}}
  read_back: {json: {messages: []}}
"""


def changed(old: str, new: str) -> str:
    """The sound definition with one part of it replaced."""
    assert old in SOUND, old
    return SOUND.replace(old, new, 1)


def changed_message(old: str, new: str) -> str:
    """The sound definition of a messenger with one part of it replaced."""
    assert old in MESSAGE, old
    return MESSAGE.replace(old, new, 1)


def sound(text: str = SOUND) -> Definition:
    """A definition that has no faults."""
    definition, faults, _ = check_definition(text, "e.yaml")
    assert definition is not None, [str(fault) for fault in faults]
    return definition


def faults_of(text: str) -> list[str]:
    """What is wrong with a definition, as it is printed."""
    definition, faults, warnings = check_definition(text, "e.yaml")
    assert (definition is None) == bool(faults)
    assert not (faults and warnings)
    return [str(fault) for fault in faults]


def warnings_of(text: str) -> list[str]:
    """What a definition without faults is warned of, as it is printed."""
    definition, faults, warnings = check_definition(text, "e.yaml")
    assert definition is not None, [str(fault) for fault in faults]
    return [str(warning) for warning in warnings]
