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


def changed(old: str, new: str) -> str:
    """The sound definition with one part of it replaced."""
    assert old in SOUND, old
    return SOUND.replace(old, new, 1)


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
