"""Rewrite what is made from the code and kept beside it: published schemas, cases, expected tables.

Run by `make cases`, which shows the difference; read it before committing.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from probe.cli.run import command as run_command
from probe.cli.settings import schema_of as settings_schema
from probe.inputs.endpoints import schema as endpoint_schema
from probe.showing.document_schema import SCHEMAS as SCHEMAS_OF_DOCUMENTS
from tests import test_cases
from tests.showing import test_table

SCHEMAS = Path(__file__).parent.parent / "schemas"


def published() -> dict[str, dict[str, Any]]:
    """The schemas that other programs rely on, by file name."""
    documents = {f"{name}.json": schema() for name, schema in SCHEMAS_OF_DOCUMENTS.items()}
    return {
        "endpoint.json": endpoint_schema(),
        "settings.json": settings_schema(run_command),
        **documents,
    }


def write_json(value: Any) -> str:
    """How these files are written: for people to read, and for git to compare."""
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def show_demo() -> str:
    """What the README shows of the demo: some platforms, the sums, and what could not be measured."""
    demo = subprocess.run([sys.executable, "-m", "probe", "demo"], capture_output=True, text=True, check=True)
    parts = demo.stdout.strip("\n").split("\n\n")
    chosen = ("lab-moderation", "lab-silent", "lab-sources\n", "lab-wall")
    platforms = [part for part in parts if part.startswith(chosen)]
    sums = [part for part in parts if part.startswith("12 keywords")]
    walls = [part for part in parts if part.startswith("Not measured")]
    return "\n\n".join([*platforms, "...", *sums, "...", *walls])


def rewrite_readme() -> None:
    """Put the demo's table where the README shows it."""
    readme = SCHEMAS.parent / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split("<!-- demo -->")
    after = rest.split("<!-- /demo -->")[1]
    block = f"<!-- demo -->\n```text\n{show_demo()}\n```\n<!-- /demo -->"
    readme.write_text(before + block + after, encoding="utf-8")


if __name__ == "__main__":
    for name, schema in published().items():
        (SCHEMAS / name).write_text(write_json(schema), encoding="utf-8")
    test_cases.rewrite()
    test_table.rewrite()
    rewrite_readme()
