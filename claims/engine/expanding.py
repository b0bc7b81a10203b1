"""A dataclass with its `__init__` and `__reduce__` written out, so that a compiler sees them.

In the text a record is `@dataclass(slots=True)`, short and small in memory. Compiled as it stands its `__init__` would
still be interpreted, seven times slower than one that is in the text, and it could not be pickled.
"""

from __future__ import annotations

import ast

INDENT = "    "


def expanded(text: str) -> str:
    """The module `text` with every dataclass written out; everything else stays as it is."""
    lines = text.splitlines()
    records = [node for node in ast.parse(text).body if isinstance(node, ast.ClassDef) and _decorator(node)]
    for record in reversed(records):
        decorator = _decorator(record)
        assert decorator is not None
        lines[record.end_lineno : record.end_lineno] = ["", *_methods(record)]
        lines[decorator.lineno - 1] = "@dataclass(init=False)"
    return "\n".join(lines) + "\n"


def _decorator(node: ast.ClassDef) -> ast.expr | None:
    return next((each for each in node.decorator_list if ast.unparse(each).startswith("dataclass")), None)


def _methods(record: ast.ClassDef) -> list[str]:
    fields = [node for node in record.body if isinstance(node, ast.AnnAssign)]
    given = [field for field in fields if "init=False" not in _default(field)]
    names = ", ".join(f"self.{_name(field)}" for field in given)
    made = ["def __init__(self, " + ", ".join(map(_parameter, given)) + ") -> None:", *map(_assignment, given)]
    if any(isinstance(node, ast.FunctionDef) and node.name == "__post_init__" for node in record.body):
        made.append(f"{INDENT}self.__post_init__()")
    made += ["", "def __reduce__(self) -> tuple[object, ...]:", f"{INDENT}return {record.name}, ({names},)"]
    return [INDENT + line if line else "" for line in made]


def _name(field: ast.AnnAssign) -> str:
    return ast.unparse(field.target)


def _default(field: ast.AnnAssign) -> str:
    return "" if field.value is None else ast.unparse(field.value)


def _factory(field: ast.AnnAssign) -> str:
    value = field.value
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "field":
        return next((ast.unparse(each.value) for each in value.keywords if each.arg == "default_factory"), "")
    return ""


def _parameter(field: ast.AnnAssign) -> str:
    annotated = f"{_name(field)}: {ast.unparse(field.annotation)}"
    if _factory(field):
        return f"{annotated} | None = None"
    return f"{annotated} = {_default(field)}" if field.value is not None else annotated


def _assignment(field: ast.AnnAssign) -> str:
    name, factory = _name(field), _factory(field)
    given = f"{factory}() if {name} is None else {name}" if factory else name
    return f"{INDENT}self.{name} = {given}"
