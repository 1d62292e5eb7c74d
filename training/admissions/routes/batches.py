"""One act on several files of a call: the list to choose from, and the act on all the chosen ones."""

import uuid
from collections.abc import Mapping
from typing import Final

from flask import Blueprint, flash, render_template, request, url_for

from training.accounts.enums import Part
from training.accounts.rules import transcribes
from training.admissions import queries, rules
from training.admissions.enums import ApplicationAct
from training.admissions.file_uses import LIST_EVIDENCE
from training.admissions.forms.batches import (
    CHOSEN,
    BatchForm,
    EnrolBatchForm,
    ReasonedBatchForm,
    SchoolBatchForm,
    chosen,
)
from training.admissions.models import Application, Call
from training.admissions.procedure import APPLICATION
from training.admissions.routes import loaders
from training.admissions.services import batches
from training.cohorts import queries as cohorts
from training.common import clock
from training.common.declarations import file_use
from training.common.errors import Forbidden, NotFound, Refused
from training.common.formatting import plural
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission
from training.common.transaction import UploadLimit, commits
from training.common.views import Answer, answer

bp: Final = Blueprint("admissions_batches", __name__)
A = ApplicationAct

DONE: Final = {
    A.ADMIT: ("est recevable", "sont recevables"),
    A.START_REVIEW: ("est en examen", "sont en examen"),
    A.PRESELECT: ("est présélectionné", "sont présélectionnés"),
    A.NOT_PRESELECT: ("n’est pas présélectionné", "ne sont pas présélectionnés"),
    A.TRANSMIT: ("est transmis à l’école", "sont transmis à l’école"),
    A.VALIDATE: ("est validé par l’école", "sont validés par l’école"),
    A.REFUSE: ("est refusé par l’école", "sont refusés par l’école"),
    A.ENROL: ("devient une inscription", "deviennent des inscriptions"),
}
ONE_BY_ONE: Final = frozenset({A.ADMIT, A.NOT_PRESELECT, A.REFUSE})
"""Acts for which nothing is ticked beforehand: each file is looked at first."""


def _act(call: Call) -> ApplicationAct:
    """Return the act named in the address: one of this call’s procedure, that this person may take; else 404 or 403."""
    slug = (request.view_args or {})["act"]
    act = next((act for act in batches.ACTS if act.value == slug), None)
    if act is None or not batches.may_start(call, act):
        raise NotFound
    if not can(APPLICATION.steps[act].permission, call):
        raise Forbidden
    return act


def _form(call: Call, act: ApplicationAct) -> BatchForm:
    if act in batches.BY_SCHOOL:
        form = SchoolBatchForm(decided_on=None if _transcribing(call) else clock.today())
        form.needs_reason = act is A.REFUSE
        return form
    if act is A.ENROL:
        enrolling = EnrolBatchForm()
        enrolling.choose_among(cohorts.approved_trainers(call.cohort))
        return enrolling
    return ReasonedBatchForm() if APPLICATION.steps[act].reason else BatchForm()


def _transcribing(call: Call) -> bool:
    return transcribes(current_principal(), call, Part.SCHOOL)


@bp.get("/appels/<code>/lots/<act>")
@requires(Permission.ADMISSIONS_COMMITTEE_READ, loaders.call_to_run)
def choose(call: Call) -> str:
    """Show the files that may take an act, to choose among them."""
    act = _act(call)
    return _page(call, act, _ready(call, act), _form(call, act), {})


def _ready(call: Call, act: ApplicationAct, *, lock: bool = False) -> list[Application]:
    step = APPLICATION.steps[act]
    return list(queries.files_in(current_principal(), call, step.from_, most=batches.MOST, lock=lock))


def _page(
    call: Call, act: ApplicationAct, ready: list[Application], form: BatchForm, why: Mapping[uuid.UUID, str]
) -> str:
    """Return the page; ``why`` holds what each chosen file was refused for. What was ticked stays so."""
    barred = {a.id: words for a in ready if (words := batches.refusal(a, act, by=current_principal()))}
    ticked = chosen(request.form.getlist(CHOSEN)) if request.method == "POST" else None
    return render_template(
        "admissions/staff/batch.html",
        call=call,
        act=act,
        label=APPLICATION.steps[act].label,
        files=ready,
        most=batches.MOST,
        barred={**barred, **why},
        ticked={a.id for a in ready if a.id not in barred and act not in ONE_BY_ONE} if ticked is None else ticked,
        pieces=_pieces if act is A.ADMIT else None,
        transcribing=act in batches.BY_SCHOOL and _transcribing(call),
        by_school=act in batches.BY_SCHOOL,
        form=form,
    )


def _pieces(application: Application) -> list[tuple[str, str | None, str]]:
    """Return (label, address of the piece’s page or null, state) for each expected piece of a file."""
    rows: list[tuple[str, str | None, str]] = []
    for requirement in rules.expected_pieces(application):
        piece = rules.current_piece(application, requirement)
        if piece is None:
            rows.append((requirement.label, None, "manque" if requirement.mandatory else "non fournie"))
        else:
            page = url_for("admissions_staff.piece_page", application_id=application.id, piece_id=piece.id)
            rows.append((requirement.label, page, piece.status.label))
    return rows


def _evidence_limits(_call: Call) -> Mapping[str, UploadLimit]:
    return {"evidence": UploadLimit(file_use(LIST_EVIDENCE))}


@bp.post("/appels/<code>/lots/<act>")
@commits(files=_evidence_limits)
@requires(Permission.ADMISSIONS_COMMITTEE_READ, loaders.call_and_seats)
def take(call: Call) -> Answer:
    """Take the act on every chosen file, or on none."""
    act = _act(call)
    form, ready = _form(call, act), _ready(call, act, lock=request.method == "POST")
    why: dict[uuid.UUID, str] = {}
    number = 0

    def run() -> None:
        nonlocal number
        command = form.to_command(act, chosen(request.form.getlist(CHOSEN)))
        try:
            number = batches.take(ready, command, by=current_principal())
        except batches.BatchRefused as refusal:
            why.update(refusal.why)
            raise Refused(refusal.message) from None

    return answer(
        form,
        run,
        again=lambda: _page(call, act, ready, form, why),
        to=lambda: _done(call, act, number),
        done=None,
    )


def _done(call: Call, act: ApplicationAct, number: int) -> str:
    one, several = DONE[act]
    flash(f"{plural(number, 'dossier')} {one if number == 1 else several}.", "success")
    return url_for("admissions_calls.selection", code=call.code)
