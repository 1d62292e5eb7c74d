"""``/appels/<code>/reglages``: what a call asks, one subject a page; a published one changes by a page that tells what will."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for

from training.accounts.enums import StructureKind
from training.admissions import rules, settings_view
from training.admissions.enums import CallStatus, ProfileField
from training.admissions.forms import applicant as applicant_forms
from training.admissions.forms import lines as line_forms
from training.admissions.forms import settings as forms
from training.admissions.forms.questions import questions_form
from training.admissions.forms.settings import SettingsForm
from training.admissions.models import Call
from training.admissions.procedure import CALL
from training.admissions.queries import settings as settings_queries
from training.admissions.routes import loaders
from training.admissions.services import revising, sections
from training.admissions.services.revising import Unconfirmed
from training.common import clock, mail
from training.common.errors import NotFound
from training.common.filetypes import describe
from training.common.forms import ActForm, Form, attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import Answer

bp: Final = Blueprint("admissions_settings", __name__, url_prefix="/appels/<code>/reglages")

FORMS: Final[Mapping[str, Any]] = {
    "presentation": forms.PresentationForm,
    "dates": forms.WindowForm,
    "public": forms.AudienceForm,
    "profil": forms.ProfileForm,
    "selection": forms.SelectionForm,
}
"""The form of each subject; that of the places is made for the call."""

KEPT_OUT: Final = frozenset({"csrf_token", "once", "confirmed"})


def hub_of(call: Call) -> str:
    """Return the address of the page of all settings."""
    return url_for("admissions_settings.index", code=call.code)


@bp.get("")
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_settings)
def index(call: Call) -> str:
    """Show every subject of the settings with what is set, and what to do now."""
    return render_template(
        "admissions/settings/index.html",
        call=call,
        phase=rules.phase(call, clock.now()),
        sections=settings_view.sections(),
        faults=rules.opening_faults(call) if call.status is CallStatus.DRAFT else [],
        warnings=rules.calendar_warnings(call),
        open_acts={act.value for act in CALL.available(call, current_principal())},
        validation=settings_queries.validation(call.id),
    )


def section_named() -> settings_view.Section:
    """Return the subject named in the address, or raise ``NotFound``."""
    slug = (request.view_args or {}).get("section")
    found = next((each for each in settings_view.sections() if each.slug == slug), None)
    if found is None:
        raise NotFound
    return found


def _form_of(call: Call, slug: str) -> SettingsForm:
    """Return the form of a subject, filled with what the call says unless it has just been sent."""
    if slug == "places":
        made: SettingsForm = forms.places_form_for(call)(data=forms.places_of(call))
        return made
    kind = FORMS[slug]
    form: SettingsForm = kind(data=kind.values(call))
    if isinstance(form, forms.AudienceForm):
        form.offer(call, list(settings_queries.every_region()))
    return form


@bp.get("/<section>")
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_settings)
def section(call: Call) -> str:
    """Show one subject: its form, or the lines of its list."""
    named = section_named()
    if named in settings_view.LISTS:
        return list_page(call, named)
    return _section_page(call, named, _form_of(call, named.slug))


def _section_page(call: Call, named: settings_view.Section, form: SettingsForm) -> str:
    return render_template("admissions/settings/section.html", call=call, section=named, form=form)


def list_page(call: Call, named: settings_view.Section, form: Form | None = None) -> str:
    """Return the page of a list; ``form`` carries why an act on a line was refused."""
    return render_template(
        "admissions/settings/list.html",
        call=call,
        section=named,
        form=form or ActForm(formdata=None),
        lines=[(line, *settings_view.line_words(line)) for line in lines_of(call, named.slug)],
        warnings=rules.calendar_warnings(call) if named.slug == "calendrier" else [],
    )


@bp.post("/<section>")
@commits
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_to_settle)
def settle(call: Call) -> Answer:
    """Write a subject of the settings; of a published call, first show what will change and for whom."""
    named = section_named()
    if named in settings_view.LISTS:
        raise NotFound
    form = _form_of(call, named.slug)
    by = current_principal()
    return change(
        call,
        form,
        lambda: sections.write(call, form.to_command(), by=by),
        again=lambda: _section_page(call, named, form),
        named=named,
        to=hub_of(call),
    )


def change(
    call: Call,
    form: SettingsForm,
    write: Callable[[], Any],
    *,
    again: Callable[[], str],
    named: settings_view.Section,
    to: str,
) -> Answer:
    """End the POST of a page of the settings: written, refused under its field, or waiting to be confirmed."""

    def act() -> None:
        revising.change(call, write, confirmed=form.is_confirmed, section=named.slug, by=current_principal())

    if not form.validate_on_submit():
        return again(), 422
    try:
        done = attempt(form, act)
    except Unconfirmed as asked:
        return _confirmation_page(call, named, asked, form), 422
    if not done:
        return again(), 422
    flash("Les réglages sont enregistrés.", "success")
    return redirect(to, 303)


def _confirmation_page(call: Call, named: settings_view.Section, asked: Unconfirmed, sent: SettingsForm) -> str:
    """Return the page that says what a change of a published call will do, and to whom; what was typed comes along."""
    return render_template(
        "admissions/settings/confirm.html",
        call=call,
        section=named,
        form=ActForm(formdata=None),
        revision=asked.revision,
        told=asked.told,
        mail=_mail_to(call, asked),
        kept=[*_typed(), *_files_of(sent)],
        here=request.path,
    )


def _typed() -> list[tuple[str, str]]:
    return [(name, value) for name, value in request.form.items(multi=True) if name not in KEPT_OUT]


def _files_of(sent: SettingsForm) -> list[tuple[str, str]]:
    """Return the tokens that carry the files received across the page that asks to confirm."""
    return [kept for field in sent if (kept := getattr(field, "kept", None)) is not None]


def _mail_to(call: Call, asked: Unconfirmed) -> tuple[str, str] | None:
    """Return the subject and the words of the mail as the first person told will get it, or null."""
    if not asked.told:
        return None
    first = asked.told[0]
    context = {
        "recipient": first.application.person,
        "first_name": first.application.person.first_name,
        "call_title": call.title,
        "carrier": call.carrier.short_name,
        "path": f"/candidatures/{first.application.id}",
        "changes": first.sentences,
    }
    subject, text, _html = mail.templates().render("admissions/call_changed", context)
    return subject, text


LINE_FORMS: Final[Mapping[str, Any]] = {
    "pieces": line_forms.PieceLineForm,
    "engagements": line_forms.DeclarationLineForm,
    "questions": line_forms.QuestionLineForm,
    "calendrier": line_forms.DateLineForm,
    "couts": line_forms.CostLineForm,
    "organismes": line_forms.BodyLineForm,
}
"""The form of a line of each list."""

ATTRIBUTE: Final[Mapping[str, str]] = {
    "pieces": "pieces",
    "engagements": "declarations",
    "questions": "questions",
    "calendrier": "dates",
    "couts": "costs",
    "organismes": "parts",
}
"""The list of the call behind each slug."""


def lines_of(call: Call, slug: str) -> list[Any]:
    """Return the lines of a list, in order."""
    lines: list[Any] = getattr(call, ATTRIBUTE[slug])
    return lines


@bp.get("/apercu")
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_settings)
def preview(call: Call) -> str:
    """Show the file as the applicant will fill it; nothing on the page acts."""
    regions = {region.code: region.name for region in settings_queries.every_region()}
    return render_template(
        "admissions/settings/preview.html",
        call=call,
        kinds=[StructureKind(kind).label for kind in call.structure_kinds],
        regions=[regions[code] for code in call.regions],
        situation=applicant_forms.SituationForm(formdata=None).offer(call),
        declarations=applicant_forms.DeclarationsForm(formdata=None).offer(call),
        questions=questions_form(call.questions, {}),
        profile=[ProfileField(name) for name in call.profile_fields],
        formats=lambda piece: describe(piece.media_types),
    )


@bp.get("/versions")
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_to_run)
def versions(call: Call) -> str:
    """Show how a published call changed, version by version."""
    return render_template(
        "admissions/settings/versions.html",
        call=call,
        versions=settings_queries.versions(call),
        phase=rules.phase(call, clock.now()),
    )
