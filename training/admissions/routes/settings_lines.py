"""The lines of a call's lists: added, changed, taken away, moved up."""

import uuid
from collections.abc import Mapping
from typing import Any

from flask import render_template, request, url_for

from training.admissions import settings_view
from training.admissions.file_uses import CALL_TEMPLATE
from training.admissions.forms import lines as forms
from training.admissions.forms.settings import SettingsForm
from training.admissions.models import Call
from training.admissions.queries import settings as settings_queries
from training.admissions.routes import loaders
from training.admissions.routes.settings import LINE_FORMS, bp, change, lines_of, list_page, section_named
from training.admissions.services import call_lines
from training.common.declarations import file_use
from training.common.errors import NotFound
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import UploadLimit, commits
from training.common.views import Answer


def _limits(_call: Call) -> Mapping[str, UploadLimit]:
    return {"template": UploadLimit(file_use(CALL_TEMPLATE))} if section_named().slug == "pieces" else {}


def _list_named() -> settings_view.Section:
    named = section_named()
    if named not in settings_view.LISTS:
        raise NotFound
    return named


def _line_named(call: Call, slug: str) -> Any:
    """Return the line of the address, or raise ``NotFound``."""
    line_id: uuid.UUID = (request.view_args or {})["line_id"]
    found = next((line for line in lines_of(call, slug) if line.id == line_id), None)
    if found is None:
        raise NotFound
    return found


def _form_of(slug: str, line: Any = None) -> SettingsForm:
    kind = LINE_FORMS[slug]
    form: SettingsForm = kind(data=kind.values(line)) if line is not None else kind()
    if isinstance(form, forms.BodyLineForm):
        form.offer(settings_queries.every_body())
    return form


def _line_page(call: Call, named: settings_view.Section, form: SettingsForm, line: Any = None) -> str:
    return render_template("admissions/settings/line.html", call=call, section=named, form=form, line=line)


def _list_of(call: Call, named: settings_view.Section) -> str:
    return url_for("admissions_settings.section", code=call.code, section=named.slug)


@bp.get("/<section>/nouveau")
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_settings)
def new_line(call: Call) -> str:
    """Ask for a new line."""
    named = _list_named()
    return _line_page(call, named, _form_of(named.slug))


@bp.post("/<section>/nouveau")
@commits(files=_limits)
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_to_settle)
def add_line(call: Call) -> Answer:
    """Add a line at the end of its list."""
    named = _list_named()
    form = _form_of(named.slug)
    by = current_principal()
    return change(
        call,
        form,
        lambda: call_lines.write(call, form.to_command(), None, by=by),
        again=lambda: _line_page(call, named, form),
        named=named,
        to=_list_of(call, named),
    )


@bp.get("/<section>/<uuid:line_id>")
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_settings)
def line(call: Call) -> str:
    """Show a line to change it."""
    named = _list_named()
    found = _line_named(call, named.slug)
    return _line_page(call, named, _form_of(named.slug, found), found)


@bp.post("/<section>/<uuid:line_id>")
@commits(files=_limits)
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_to_settle)
def write_line(call: Call) -> Answer:
    """Change a line."""
    named = _list_named()
    found = _line_named(call, named.slug)
    form = _form_of(named.slug, found)
    by = current_principal()
    return change(
        call,
        form,
        lambda: call_lines.write(call, form.to_command(), found, by=by),
        again=lambda: _line_page(call, named, form, found),
        named=named,
        to=_list_of(call, named),
    )


@bp.post("/<section>/<uuid:line_id>/retrait")
@commits
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_to_settle)
def remove_line(call: Call) -> Answer:
    """Take a line out of its list."""
    named = _list_named()
    found = _line_named(call, named.slug)
    form = SettingsForm()
    return change(
        call,
        form,
        lambda: call_lines.remove(call, found),
        again=lambda: list_page(call, named, form),
        named=named,
        to=_list_of(call, named),
    )


@bp.post("/<section>/<uuid:line_id>/monter")
@commits
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_to_settle)
def move_line_up(call: Call) -> Answer:
    """Move a line one place up."""
    named = _list_named()
    found = _line_named(call, named.slug)
    form = SettingsForm()
    return change(
        call,
        form,
        lambda: call_lines.move_up(call, found),
        again=lambda: list_page(call, named, form),
        named=named,
        to=_list_of(call, named),
    )
