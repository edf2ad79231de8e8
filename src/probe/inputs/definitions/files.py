"""Files of definitions: which file a name means, and its text, bounded."""

from __future__ import annotations

from pathlib import Path

import probe
from probe.errors import BadInput, Fault, WrongUse
from probe.inputs.definitions.schema_faults import near
from probe.inputs.definitions.yaml_nodes import MOST_BYTES, Finding, quoted
from probe.inputs.definitions.yaml_nodes import Path as FieldPath

BUILTIN = Path(probe.__file__).parent / "builtin"


def builtin_endpoints() -> tuple[str, ...]:
    """The names of the definitions that come with probe; templates, which start with `_`, are not among them."""
    return tuple(sorted(path.stem for path in BUILTIN.glob("*.yaml") if not path.name.startswith("_")))


def find_file(name: str) -> tuple[Path, str]:
    """The file of a built-in name or a path, and what messages call it. Raises WrongUse where there is none."""
    names = builtin_endpoints()
    if name in names:
        return BUILTIN / f"{name}.yaml", builtin_place(name)
    path = Path(name)
    try:
        exists = bool(name) and path.exists()
    except OSError:  # a name that no file system takes
        exists = False
    if exists:
        return path, name
    if "/" in name or path.suffix in (".yaml", ".yml"):
        raise WrongUse(f"there is no file {quoted(name)}")
    hint = near(name, names) or "`probe endpoints list` shows those that come with probe; a path works too."
    raise WrongUse(f"no endpoint is called {quoted(name)}", hint=hint)


def builtin_place(name: str) -> str:
    """What messages call the file of a built-in definition, wherever probe is installed."""
    return f"builtin/{name}.yaml"


def file_of(place: str) -> Path:
    """The file that messages call by this place."""
    builtin = {builtin_place(name): BUILTIN / f"{name}.yaml" for name in builtin_endpoints()}
    return builtin.get(place, Path(place))


def find_beside(name: str, file: Path, at: FieldPath) -> tuple[Path, str] | Finding:
    """The file that another definition's field `at` means by a name, and what messages call it.

    A definition in `file` finds the built-in ones; one of the user's also those whose path, from its own folder, it names.
    """
    builtins = builtin_endpoints()
    if name in builtins:
        return BUILTIN / f"{name}.yaml", builtin_place(name)
    if file.parent == BUILTIN:
        message = f"{quoted(name)} is no built-in definition, and a built-in one can name no other."
        return Finding(path=at, message=message, hint=near(name, builtins))
    if Path(name).is_absolute():
        message = f"{quoted(name)} must be a path that starts at this file's folder."
        return Finding(path=at, message=message, hint="Else the file is of use on one machine only.")
    path = file.parent / name
    try:
        exists = path.is_file()  # opening anything else might wait for ever
    except (OSError, ValueError):  # a name that no file system takes
        exists = False
    if not exists:
        message = f"{quoted(name)} is neither a built-in definition nor a file beside this one."
        return Finding(path=at, message=message, hint=near(name, builtins))
    return path, str(file.parent / repr(name)[1:-1])


def read_file(path: Path, place: str) -> str:
    """The text of a file, at most MOST_BYTES of UTF-8. Raises BadInput."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise BadInput([Fault(file=place, message=f"cannot be read: {error.strerror}.")]) from None
    if len(data) > MOST_BYTES:
        message = f"is larger than {MOST_BYTES // 1_000_000} MB."
        raise BadInput([Fault(file=place, line=1, message=message)])
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        hint = "Save the file as UTF-8."
        raise BadInput([Fault(file=place, line=line, message="is not UTF-8.", hint=hint)]) from None
