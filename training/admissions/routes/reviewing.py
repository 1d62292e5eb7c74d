"""Who reads which file before the meeting, each reviewer's pile, and the grid of a call (R25, R106)."""

import uuid
from collections import Counter, defaultdict
from typing import Final

from flask import Blueprint, flash, render_template, request, url_for
from wtforms.fields.choices import SelectChoice

from training.admissions import queries, rules
from training.admissions.enums import ReadingMoment
from training.admissions.forms.reviewing import LINES, CriteriaForm, ReviewersForm, ShareOutForm, criteria_lines
from training.admissions.models import Application, Call
from training.admissions.routes import loaders
from training.admissions.services import reviewing
from training.common.errors import ActUnavailable
from training.common.formatting import plural
from training.common.forms import Form
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import Answer, answer

bp: Final = Blueprint("admissions_reviewing", __name__)


@bp.get("/appels/<code>/avis")
@requires(Permission.ADMISSIONS_COMMITTEE_READ, loaders.call_to_run)
def pile(call: Call) -> str:
    """Show a reviewer the files given to her, those that wait first."""
    readings = queries.pile(current_principal(), call)
    return render_template(
        "admissions/staff/pile.html",
        call=call,
        readings=readings,
        waiting=sum(not reading.given for reading in readings),
        shares=can(Permission.ADMISSIONS_REVIEW_ASSIGN, call),
    )


@bp.get("/appels/<code>/relecteurs")
@requires(Permission.ADMISSIONS_REVIEW_ASSIGN, loaders.call_to_run)
def readers(call: Call) -> str:
    """Show who reads what, and share files out."""
    return _readers_page(call, ShareOutForm())


def _readers_page(call: Call, form: Form) -> str:
    """Return the page of the readers of a call, with how much each has."""
    files = queries.readable_files(current_principal(), call)
    by_file: dict[uuid.UUID, list[tuple[str, bool]]] = defaultdict(list)
    loads: Counter[uuid.UUID] = Counter()
    given: Counter[uuid.UUID] = Counter()
    said = {file.id: {o.reviewer_id for o in file.opinions} for file in files}
    for line in queries.assignments(call.id):
        done = line.reviewer_id in said.get(line.application_id, ())
        by_file[line.application_id].append((line.reviewer.name, done))
        loads[line.reviewer_id] += 1
        given[line.reviewer_id] += done
    return render_template(
        "admissions/staff/readers.html",
        call=call,
        files=files,
        by_file=by_file,
        people=[
            (
                reader,
                rules.part_spoken_for(call, reader.organisation_ids),
                loads[reader.person_id],
                given[reader.person_id],
            )
            for reader in queries.reviewers(call)
            if reader.person_id
        ],
        form=form,
    )


@bp.post("/appels/<code>/relecteurs")
@commits
@requires(Permission.ADMISSIONS_REVIEW_ASSIGN, loaders.call_to_change)
def share_out(call: Call) -> Answer:
    """Share the files out evenly between those who may read them."""
    form, number = ShareOutForm(), 0

    def act() -> None:
        nonlocal number
        files = queries.readable_files(current_principal(), call, lock=True)
        number = reviewing.share_out(call, files, form.to_command(), by=current_principal())

    def to() -> str:
        flash(f"{plural(number, 'lecture est confiée', 'lectures sont confiées')} ; chacun est prévenu.", "success")
        return url_for("admissions_reviewing.readers", code=call.code)

    return answer(form, act, again=lambda: _readers_page(call, form), to=to, done=None)


@bp.get("/candidatures/<uuid:application_id>/relecteurs")
@requires(Permission.ADMISSIONS_REVIEW_ASSIGN, loaders.file)
def readers_of_file(application: Application) -> str:
    """Show who reads one file, and who may not."""
    if application.status not in queries.READABLE:
        raise ActUnavailable("Choisir qui lit le dossier", application.status.label)
    standing = [str(line.reviewer_id) for line in queries.assigned_to(application.id)]
    return _file_page(application, ReviewersForm(data={"reviewers": standing}))


def _file_page(application: Application, form: ReviewersForm) -> str:
    given = {o.reviewer_id for o in application.opinions}
    people = [(reader, reviewing.refusal(application, reader)) for reader in queries.reviewers(application.call)]
    form.reviewers.choices = [
        SelectChoice(str(reader.person_id), f"{reader.name}{' (avis donné)' if reader.person_id in given else ''}")
        for reader, why in people
        if why is None
    ]
    return render_template(
        "admissions/staff/file_readers.html",
        application=application,
        call=application.call,
        form=form,
        barred=[(reader.name, why) for reader, why in people if why],
    )


@bp.post("/candidatures/<uuid:application_id>/relecteurs")
@commits
@requires(Permission.ADMISSIONS_REVIEW_ASSIGN, loaders.file_to_change)
def assign(application: Application) -> Answer:
    """Give a file to those ticked."""
    form = ReviewersForm()
    return answer(
        form,
        lambda: reviewing.assign(application, form.to_command(), by=current_principal()),
        again=lambda: _file_page(application, form),
        to=url_for("admissions_reviewing.readers", code=application.call.code),
        done="C’est noté ; les personnes à qui le dossier est confié sont prévenues.",
    )


@bp.get("/appels/<code>/criteres")
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_to_run)
def criteria(call: Call) -> str:
    """Show the grids of a call, to write them."""
    return _criteria_page(call, CriteriaForm())


def _criteria_page(call: Call, form: Form) -> str:
    standing = [
        {"moment": c.moment.value, "label": c.label, "hint": c.hint, "weight": c.weight, "highest": c.highest}
        for c in queries.criteria(call.id)
    ]
    if request.method == "POST":
        names = ("moment", "label", "hint", "weight", "highest")
        standing = [{name: request.form.get(f"{name}-{n}", "") for name in names} for n in range(1, LINES + 1)]
    blank = {"moment": "file", "label": "", "hint": "", "weight": 1, "highest": 4}
    return render_template(
        "admissions/staff/criteria.html",
        call=call,
        form=form,
        lines=[*standing, *[blank] * (LINES - len(standing))],
        moments=list(ReadingMoment),
        frozen=queries.has_marks(call.id),
    )


@bp.post("/appels/<code>/criteres")
@commits
@requires(Permission.ADMISSIONS_CALL_MANAGE, loaders.call_to_change)
def set_criteria(call: Call) -> Answer:
    """Write the grids of a call."""
    form = CriteriaForm()
    return answer(
        form,
        lambda: reviewing.set_criteria(call, criteria_lines(request.form), by=current_principal()),
        again=lambda: _criteria_page(call, form),
        to=url_for("admissions_calls.selection", code=call.code),
        done="Les critères sont enregistrés.",
    )
