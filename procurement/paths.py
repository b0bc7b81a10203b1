"""Reading and writing inside JSON that nobody promised the shape of: a missing or odd step is simply nothing."""

from __future__ import annotations

from typing import Any


def value(tree: Any, path: str) -> Any:
    """What stands at `tender/value/amount`, or None."""
    for step in path.split("/"):
        tree = tree.get(step) if isinstance(tree, dict) else None
    return tree


def text(tree: Any, path: str) -> str:
    """The same as text; lists, objects and truth values are none."""
    found = value(tree, path)
    return "" if found is None or isinstance(found, dict | list | bool) else str(found)


def rows(tree: Any, path: str) -> list[dict[str, Any]]:
    """The objects of a list; whatever else stands in it is left out."""
    found = value(tree, path)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def put(tree: dict[str, Any], path: str, new: Any) -> None:
    """Write a value, making the objects on the way; an odd step in the way is left alone."""
    *way, last = path.split("/")
    for step in way:
        inner = tree.setdefault(step, {})
        if not isinstance(inner, dict):
            return
        tree = inner
    tree[last] = new
