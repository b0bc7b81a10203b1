"""Files and single rows through the same pages in every room: read, say what is ready and what needs work, keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, current_app, request, url_for
from werkzeug.utils import secure_filename

from core import imports
from core.errors import InputErrors
from core.imports import Desk, Layout
from core.permissions import Permission
from core.tables import FileRefused
from core.web.access import actor, allow, permits, require
from core.web.forms import done, form_values, page
from core.web.home import WorkItem
from core.words import _, _l

Choices = Sequence[tuple[Any, Any]]
SHOWN = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """A field of a form, by the name of the mapping's field; `choices(organisation)` where there are few."""

    name: str
    label: Any
    hint: Any = ""
    choices: Callable[[int | None], Choices] | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What is recorded already, as a table: its first column names the row."""

    columns: Sequence[Any]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class RecordForm:
    """One kind of record typed by hand; `standing` reads what an organisation, None: anyone, has of it."""

    title: Any
    sentence: Any
    action: Any
    entries: Sequence[Entry]
    standing: Callable[[int | None], Standing] | None = None


@dataclass(frozen=True, slots=True)
class ImportPages:
    """`title`: of the page of files; `scope`: whose files; `tabs.html` in the blueprint's templates stands above."""

    blueprint: Blueprint
    desk: Desk
    permission: Permission
    title: Any
    scope: Callable[[], int | None] = lambda: None
    forms: Mapping[str, RecordForm] = field(default_factory=dict)

    def add(self) -> None:
        """Hang the routes on the blueprint."""
        files: list[tuple[str, str, str, Callable[..., Any]]] = [
            ("/imports", "imports", "GET", self._files_page),
            ("/imports", "check_import", "POST", self._check),
            ("/imports/<number>", "show_import", "GET", self._show),
            ("/imports/<number>/wrong.csv", "wrong_rows", "GET", self._wrong_rows),
            ("/imports/<number>", "keep_import", "POST", self._keep),
        ]
        records: list[tuple[str, str, str, Callable[..., Any]]] = [
            ("/records", "records", "GET", self._records_page),
            ("/records/<kind>", "record", "GET", self._record_page),
            ("/records/<kind>", "enter_record", "POST", self._enter),
        ]
        for rule, endpoint, method, view in files + (records if self.forms else []):
            self.blueprint.add_url_rule(rule, endpoint, allow(self.permission)(_named(view)), methods=[method])

    def _files_page(self, errors: InputErrors | None = None) -> Any:
        rows = imports.imported(self.desk.room, self.scope())
        choices = [(layout.name, layout.columns.title) for layout in self._open_layouts()]
        values = None if errors else request.args
        return self._page("imports", errors=errors, values=values, imports=rows, mapping_choices=choices)

    def _check(self) -> Any:
        """Read the file, say what is ready and what needs work; nothing counts yet."""
        upload = request.files.get("file")
        try:
            if upload is None or not upload.filename:
                raise InputErrors.at("file", _l("Choose a file: CSV or Excel."))
            layout = self.desk.layout(request.form.get("mapping", ""))
            require(layout.permission)
            content, name = upload.read(), secure_filename(upload.filename) or "file"
            row = self.desk.check(content, name, layout.name, by=actor(), organisation_id=self.scope())
        except FileRefused as refusal:
            return self._files_page(InputErrors.at("file", refusal.message))
        except InputErrors as errors:
            return self._files_page(errors)
        return done(url_for(".show_import", number=row.number), _("%(name)s was read.", name=row.filename))

    def _show(self, number: str) -> Any:
        row = self._file(number)
        return self._page("import", batch=row, report=self.desk.read_again(row), shown=SHOWN)

    def _wrong_rows(self, number: str) -> Any:
        row = self._file(number)
        headers = {"Content-Disposition": f'attachment; filename="{row.number}-wrong-rows.csv"'}
        return Response(self.desk.read_again(row).wrong_rows_csv(), mimetype="text/csv", headers=headers)

    def _keep(self, number: str) -> Any:
        row = self._file(number)
        outcome = self.desk.keep(row, by=actor())
        return done(url_for(".show_import", number=number), outcome.sentence)

    def _records_page(self) -> Any:
        open_kinds = {layout.kind for layout in self._open_layouts()}
        kinds = [
            WorkItem(form.title, url_for(".record", kind=kind), form.sentence)
            for kind, form in self.forms.items()
            if kind in open_kinds
        ]
        return self._page("records", kinds=kinds)

    def _record_page(self, kind: str, errors: InputErrors | None = None) -> Any:
        layout, form = self._form(kind)
        scope = self.scope()
        standing = form.standing(scope) if form.standing else None
        values = None if errors else request.args
        entries = [(entry, *self._control(layout, entry)) for entry in form.entries]
        shown = {"kind": kind, "form": form, "columns": layout.columns, "entries": entries, "standing": standing}
        return self._page("record", errors=errors, values=values, **shown)

    def _enter(self, kind: str) -> Any:
        layout, _form = self._form(kind)
        try:
            outcome = self.desk.enter(layout, form_values(), by=actor(), organisation_id=self.scope())
        except InputErrors as errors:
            return self._record_page(kind, errors)
        return done(url_for(".record", kind=kind), outcome.sentence)

    def _form(self, kind: str) -> tuple[Layout, RecordForm]:
        layout = self.desk.of_kind(kind if kind in self.forms else "")
        require(layout.permission)
        return layout, self.forms[kind]

    def _control(self, layout: Layout, entry: Entry) -> tuple[str, Choices]:
        """Which control asks for it, by the kind of the mapping's field; and what may be chosen."""
        kind = next(column.kind for column in layout.columns.fields if column.name == entry.name)
        return kind, entry.choices(self.scope()) if entry.choices else ()

    def _open_layouts(self) -> list[Layout]:
        return [layout for layout in self.desk.layouts.values() if permits(layout.permission, actor())]

    def _file(self, number: str) -> imports.ImportedFile:
        row = imports.by_number(self.desk.room, number, self.scope())
        require(self.desk.layout(row.layout).permission)
        return row

    def _page(self, name: str, **context: Any) -> Any:
        has_index = f"{self.blueprint.name}.index" in current_app.view_functions
        more = {"room": self.blueprint.name, "title": self.title, "has_forms": bool(self.forms), "has_index": has_index}
        return page(f"house/{name}.html", **more, **context)


def _named(view: Callable[..., Any]) -> Callable[..., Any]:
    """A method as the plain function that Flask and `allow` take."""

    def call(**values: Any) -> Any:
        return view(**values)

    return call
