"""Forms: read through a marshmallow schema, keep what was typed, answer 422 with the page itself."""

from __future__ import annotations

import tomllib
from typing import Any

from flask import flash, g, redirect, render_template, request
from marshmallow import EXCLUDE, Schema, ValidationError
from werkzeug.wrappers import Response

from core.errors import InputErrors, Problem
from core.faults import in_our_words


def form_values() -> dict[str, Any]:
    """What was typed: every field once, lists where the name repeats, empty strings kept out."""
    values: dict[str, Any] = {}
    for name in request.form:
        texts = [text.strip() for text in request.form.getlist(name)]
        texts = [text for text in texts if text]
        if texts:
            values[name] = texts if len(texts) > 1 or name.endswith("[]") else texts[0]
    return values


def load(schema: Schema, values: dict[str, Any] | None = None) -> Any:
    """Validated values, or `InputErrors` with one problem per field."""
    try:
        return schema.load(form_values() if values is None else values, unknown=EXCLUDE)
    except ValidationError as error:
        raise InputErrors(list(problems(error.messages))) from error


def load_toml(schema: Schema, text: str, part: str) -> Any:
    """A plan part's text through its schema; `InputErrors` name table and key."""
    try:
        return schema.load(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise InputErrors.at(part, str(error)) from error
    except ValidationError as error:
        raise InputErrors(problems(error.messages)) from error


def problems(messages: Any, where: str = "") -> list[Problem]:
    """marshmallow's nested messages as flat problems with a dotted place."""
    if isinstance(messages, dict):
        return [
            problem
            for key, inner in messages.items()
            for problem in problems(inner, f"{where}.{key}" if where and key != "_schema" else str(where or key))
        ]
    return [Problem(where, in_our_words(text)) for text in (messages if isinstance(messages, list) else [messages])]


def page(template: str, *, errors: InputErrors | None = None, values: Any = None, **context: Any) -> Any:
    """A rendered page; with `errors` it is answered as 422 and shows the summary, the typed values kept."""
    found = errors.problems if errors else []
    body = render_template(
        template,
        errors=found,
        error_at={problem.where: problem.message for problem in found},
        values=values if values is not None else request.form,
        **context,
    )
    return (body, 422) if errors else body


def keep() -> None:
    """Commit this request's work although the answer is a 422: a draft keeps its good fields."""
    g.is_kept = True


def done(url: str, message: Any) -> Response:
    """After a POST: say what happened (naming the object's number) and go to the page that shows it."""
    flash(str(message), "success")
    return redirect(url, 303)
