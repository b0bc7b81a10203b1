"""The engine with one sentence of its source changed, imported beside the real one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

import claims

ROOT = Path(__file__).parents[2]
SHARED = ("claims.case", "claims.reasons", "claims.benefit_plan")  # the words of both engines


class Planted(SourceFileLoader):
    """Loads the written source, also where a compiled module lies beside it."""

    def __init__(self, name: str, path: str, change: tuple[str, str] | None) -> None:
        super().__init__(name, path)
        self._change = change

    def get_code(self, fullname: str) -> Any:
        text = Path(self.path).read_text()
        if self._change is not None:
            old, new = self._change
            assert text.count(old) == 1, f"{fullname} says {text.count(old)} times: {old}"
            text = text.replace(old, new)
        return compile(text, self.path, "exec")


class Finder(MetaPathFinder):
    def __init__(self, module: str, change: tuple[str, str]) -> None:
        self._module, self._change = module, change
        self.is_planted = False

    def find_spec(self, name: str, path: object, target: object = None) -> ModuleSpec | None:
        if not name.startswith("claims.") or name.startswith(SHARED):
            return None
        place = ROOT / name.replace(".", "/")
        file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
        change = self._change if name == self._module else None
        self.is_planted = self.is_planted or change is not None
        folders = [str(place)] if place.is_dir() else None
        loader = Planted(name, str(file), change)
        return spec_from_file_location(name, file, loader=loader, submodule_search_locations=folders)


def planted(module: str, old: str, new: str) -> Callable[..., Any]:
    """`decide` of an engine in which `module` says `new` instead of `old`."""
    finder = Finder(module, (old, new))
    with _set_aside():
        sys.meta_path.insert(0, finder)
        try:
            decide: Callable[..., Any] = import_module("claims.adjudication").decide
        finally:
            sys.meta_path.remove(finder)
    assert finder.is_planted, f"deciding does not use {module}"
    return decide


@contextmanager
def _set_aside() -> Iterator[None]:
    """The modules of the real engine step out of the way and come back unchanged."""
    room = vars(claims)
    mine, attributes = _engine(), dict(room)
    for name in mine:
        del sys.modules[name]
        room.pop(name.removeprefix("claims."), None)
    try:
        yield
    finally:
        for name in _engine():
            del sys.modules[name]
        sys.modules.update(mine)
        room.clear()
        room.update(attributes)


def _engine() -> dict[str, ModuleType]:
    return {n: m for n, m in sys.modules.items() if n.startswith("claims.") and not n.startswith(SHARED)}
