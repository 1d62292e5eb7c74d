"""What is typed is kept by itself, resumed on another device, and told when two browsers are on one page."""

from collections.abc import Callable
from typing import Any, Final

from flask import Response, jsonify, request
from werkzeug.datastructures import MultiDict

from training.admissions import rules
from training.admissions.forms.applicant import SectionForm, changes
from training.admissions.models import Application
from training.admissions.routes import loaders
from training.admissions.routes.own_file import bp, save
from training.admissions.services import drafts
from training.common import clock
from training.common.errors import Conflict
from training.common.formatting import time_of_day
from training.common.guard import requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import Answer

Build = Callable[..., Any]
"""Builds the form of a page; given ``formdata``, on it instead of what the file says."""

CHANGED: Final = 409


def opened(application: Application, section: str, build: Build) -> Any:
    """Return the form of a page being opened: on what was typed last and not saved, if the page did not change since."""
    kept, base = drafts.last(application, section), rules.mark(application, section)
    if kept is None:
        form = build()
        form.show(base, drafts.new_page())
        return form
    typed = MultiDict([(name, value) for name, values in kept.fields.items() for value in values])
    if kept.base == base:
        form = build(formdata=typed)
        form.resumed_at = kept.saved_at
    else:  # saved since from elsewhere: what was typed is shown beside it
        form = build()
        form.changed = changes(form, build(formdata=typed))
    form.show(base, drafts.new_page(), kept.page)
    return form


def save_section(
    application: Application,
    section: str,
    form: SectionForm,
    act: Callable[[], Any],
    again: Callable[[], str],
    *,
    build: Build,
    to: str,
    done: str,
) -> Answer:
    """End the POST of a page: saved; or, if someone saved it meanwhile, shown with what changed and all that was typed."""
    base = rules.mark(application, section)
    if form.base and form.base != base and rules.is_editable(application):
        said = rules.SECTION_VALUES[section](application)
        there = build(formdata=MultiDict([(name, value) for name, values in said.items() for value in values]))
        form.changed = changes(there, form)
        if form.changed:
            form.validate()
            form.show(base, form.page or drafts.new_page())
            return again(), CHANGED

    def saving() -> None:
        act()
        drafts.forget(application, section, *form.pages)

    return save(form, saving, again, to=to, done=done)


def _to_keep(principal: Principal, application_id: Any, **_values: object) -> Application:
    return loaders.file_to_change(principal, application_id)


@bp.post("/saisie/<section>")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_EDIT, _to_keep)
def keep_typed(application: Application) -> Response | tuple[Response, int]:
    """Keep what is typed on an open page; say when, or that the page was saved elsewhere meanwhile."""
    section = str((request.view_args or {}).get("section"))
    base, page = [*(request.form.get("seen") or "").split(":"), "", ""][:2]
    try:
        drafts.keep(application, section, page, base, dict(request.form.lists()))
    except Conflict as conflict:
        return jsonify(message=conflict.message), CHANGED
    saved_at = time_of_day(clock.now())
    elsewhere = base != rules.mark(application, section)
    return jsonify(saved_at=saved_at, changed=ELSEWHERE if elsewhere else None)


ELSEWHERE: Final = (
    "Cette page a été enregistrée ailleurs entre-temps. Votre saisie est gardée : en l’enregistrant, vous verrez ce qui "
    "a changé."
)
