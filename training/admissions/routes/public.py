"""Pages anyone may read: the calls, one call; and the button that starts a file."""

from typing import Any, Final

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from training.accounts.enums import CARRYING, Part, StructureKind
from training.admissions import queries, rules
from training.admissions.enums import CallPhase
from training.admissions.models import Call
from training.admissions.queries import CallSheet
from training.admissions.queries import applicant as own
from training.admissions.routes import loaders
from training.admissions.services import filing
from training.catalogue.enums import Provenance
from training.common import clock
from training.common.filetypes import describe
from training.common.forms import ActForm, Form
from training.common.guard import current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import Answer, answer

bp: Final = Blueprint("admissions_public", __name__)

DATE_COLUMNS: Final = (Column("step", "Étape"), Column("when", "Quand"))
COST_COLUMNS: Final = (Column("cost", "Dépense"), Column("payer", "Prise en charge"))


def days_words(call: rules.Window) -> str | None:
    """Return how long people still have, in words, or null when nothing is running out."""
    left = rules.days_left(call, clock.today())
    if left is None or rules.phase(call, clock.now()) is not CallPhase.OPEN:
        return None
    if left == 0:
        return "Dernier jour : ce soir à 23 h 59"
    return "Plus qu’un jour : clôture demain à 23 h 59" if left == 1 else f"Il reste {left} jours"


@bp.get("/appels")
@requires(Permission.PUBLIC_READ)
def index() -> str:
    """List the calls open now, then those to open."""
    now = clock.now()
    calls = [(call, rules.phase(call, now)) for call in queries.open_calls()]
    return render_template(
        "admissions/public/calls.html",
        running=[call for call, phase in calls if phase is CallPhase.OPEN],
        upcoming=[call for call, phase in calls if phase is CallPhase.UPCOMING],
        days_words=days_words,
        kinds=_kinds,
    )


@bp.get("/appels/<code>")
@requires(Permission.ADMISSIONS_CALL_READ, loaders.call_sheet)
def show(sheet: CallSheet) -> str:
    """Show a call: who it is for, until when, what to prepare, what it costs."""
    return _page(sheet, ActForm())


def _page(sheet: CallSheet, form: Form) -> str:
    call = sheet.call
    place = own.own_place(current_principal(), call.id)
    phase = rules.phase(call, clock.now())
    published = phase not in {CallPhase.DRAFT, CallPhase.FINALISED}
    return render_template(
        "admissions/public/call.html",
        call=call,
        sheet=sheet,
        carrier=sheet.carrier,
        phase=phase,
        place=place,
        can_apply=place.application is None and (phase is CallPhase.OPEN or (published and place.has_extension)),
        form=form,
        days_words=days_words(call),
        kinds=_kinds(call),
        bodies=_bodies(sheet),
        has_funder=any(body.part is Part.FUNDER for body in sheet.bodies),
        formats=lambda piece: describe(piece.media_types),
        provenance=Provenance(call.provenance),
        date_columns=DATE_COLUMNS,
        cost_columns=COST_COLUMNS,
    )


def _kinds(call: Any) -> list[str]:
    return [StructureKind(kind).label for kind in call.structure_kinds]


def _bodies(sheet: CallSheet) -> list[tuple[str, list[str]]]:
    """Return who stands behind the call: what they do, and their names."""
    told = (("Porté par", CARRYING), ("Financé par", (Part.FUNDER,)), ("Diplôme", (Part.SCHOOL,)))
    named = [(label, [body.name for body in sheet.bodies if body.part in parts]) for label, parts in told]
    return [(label, names) for label, names in named if names]


@bp.get("/appels/<code>/candidater")
@requires(Permission.ADMISSIONS_CALL_READ, loaders.call_sheet)
def apply(sheet: CallSheet) -> Response:
    """Lead whoever comes back to this address to the page where the button is."""
    return redirect(url_for("admissions_public.show", code=sheet.call.code), 303)


@bp.post("/appels/<code>/candidater")
@commits
@requires(Permission.ADMISSIONS_APPLICATION_START, loaders.call)
def start(call: Call) -> Answer:
    """Start a file on this call, or resume the one already there (R11)."""
    form = ActForm()
    principal = current_principal()
    started: list[str] = []

    def act() -> None:
        application = filing.start(call, by=principal)
        started.append(url_for("admissions_files.show", application_id=application.id))

    return answer(
        form, act, again=lambda: _page(queries.call_sheet(principal, call.code), form), to=lambda: started[0], done=None
    )
