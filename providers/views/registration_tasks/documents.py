"""The papers that prove it."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.datastructures import FileStorage

from core.errors import InputErrors
from core.permissions import Permission
from core.web import actor, allow, done, load, page
from core.words import _
from providers import queries
from providers.models import Provider
from providers.schemas import DocumentForm
from providers.services import registration
from providers.views import registration as blueprint
from providers.views.registration_tasks.own import own


@blueprint.get("/<number>/registration/documents")
@allow(Permission.REGISTER_PROVIDER)
def documents(number: str) -> Any:
    return _documents_page(own(number))


@blueprint.post("/<number>/registration/documents")
@allow(Permission.REGISTER_PROVIDER)
def add_document(number: str) -> Any:
    provider, upload = own(number), request.files.get("file")
    try:
        form = load(DocumentForm())
        content, name = read_upload(upload)
        registration.add_document(provider, content=content, filename=name, by=actor(), **form)
    except InputErrors as errors:
        return _documents_page(provider, errors=errors)
    return done(url_for(".documents", number=number), _("%(name)s is saved.", name=name))


@blueprint.post("/<number>/registration/documents/<int:document>/remove")
@allow(Permission.REGISTER_PROVIDER)
def remove_document(number: str, document: int) -> Any:
    provider = own(number)
    row = queries.document(provider.organisation_id, document)
    if row is not None:
        registration.remove_document(provider, row)
    return done(url_for(".documents", number=number), _("The document is removed."))


def _documents_page(provider: Provider, errors: InputErrors | None = None) -> Any:
    kinds = registration.DOCUMENT_KINDS
    return page("providers/documents.html", errors=errors, provider=provider, kinds=kinds)


def read_upload(upload: FileStorage | None) -> tuple[bytes, str]:
    """Content and name; a form without its file has neither."""
    if upload is None:
        return b"", ""
    with upload.stream as stream:
        return stream.read(), upload.filename or ""
