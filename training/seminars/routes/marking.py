"""What is noted on a sheet by whoever runs it: presences, corrections after the lock, a paper sheet (R40, R41)."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask import flash, redirect, render_template
from wtforms.form import BaseForm

from training.cohorts.models import Enrolment
from training.common.declarations import file_use
from training.common.forms import attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import UploadLimit, commits
from training.database import db
from training.seminars import queries, services
from training.seminars.enums import Presence, SheetStatus
from training.seminars.forms import AddForm, CorrectForm, MarkForm, ScanForm
from training.seminars.forms.attendance import paper_form
from training.seminars.models import AttendanceEntry
from training.seminars.queries import Expected, SheetView
from training.seminars.routes.blueprint import SHEET, bp, type_answer
from training.seminars.routes.sheets import OnSheet, address_of, learner_on, shared_by, sheet_of, to_sheet

# --- what the trainer notes ------------------------------------------------------------------------------------------


def _mark_page(found: OnSheet, form: MarkForm) -> str:
    return render_template(
        "seminars/sheet/mark.html", **shared_by(found.view), enrolment=found.enrolment, entry=found.entry, form=form
    )


def _told(entry: AttendanceEntry | None) -> dict[str, Any] | None:
    if entry is None:
        return None
    return {
        "status": entry.status.value,
        "hours": str(entry.hours).replace(".", ",") if entry.hours is not None else None,
        "absence_kind": entry.absence_kind.value if entry.absence_kind else "",
    }


@bp.get(f"{SHEET}/apprenants/<uuid:enrolment_id>")
@requires(Permission.SEMINARS_SHEET_RUN, learner_on)
def mark_form(found: OnSheet) -> str:
    """What to note of one learner; once locked, a correction with its reason."""
    kind = CorrectForm if found.view.sheet.is_locked else MarkForm
    return _mark_page(found, kind(data=_told(found.entry)))


@bp.post(f"{SHEET}/apprenants/<uuid:enrolment_id>")
@commits
@requires(Permission.SEMINARS_SHEET_RUN, learner_on)
def mark(found: OnSheet) -> type_answer:
    """Note a presence, or correct it after the lock."""
    locked = found.view.sheet.is_locked
    form: MarkForm = CorrectForm() if locked else MarkForm()

    def act() -> None:
        by, stored = current_principal(), found.view.sheet
        if isinstance(form, CorrectForm):
            services.correct(stored, found.enrolment, form.to_correction(), by=by)
        else:
            services.mark(stored, found.enrolment, form.to_command(), by=by)

    if found.view.sheet.version and form.validate_on_submit() and attempt(form, act):
        return to_sheet(found.view, f"C’est noté pour {found.enrolment.person.name}.")
    return _mark_page(found, form), 422


def _absent_from(view: SheetView) -> list[tuple[str, str]]:
    """Return who of the cohort the locked sheet does not name."""
    named = {entry.enrolment_id for entry in queries.entries_of(view.sheet)}
    people = {each.id: each.person.name for each in view.cohort.enrolments if each.id not in named}
    people |= {each.enrolment.id: each.name for each in view.roster if each.enrolment.id not in named}
    return [(str(key), name) for key, name in sorted(people.items(), key=lambda pair: pair[1])]


def _add_form(view: SheetView) -> AddForm:
    form = AddForm()
    form.enrolment.offer([("", "Choisir…"), *_absent_from(view)])
    return form


def _add_page(view: SheetView, form: AddForm) -> str:
    return render_template("seminars/sheet/add.html", **shared_by(view), form=form)


@bp.get(f"{SHEET}/ajouter")
@requires(Permission.SEMINARS_SHEET_CORRECT, sheet_of)
def add_form(view: SheetView) -> type_answer:
    """Add someone a locked sheet does not name."""
    if not view.sheet.is_locked:
        return redirect(address_of(view), 303)
    return _add_page(view, _add_form(view))


@bp.post(f"{SHEET}/ajouter")
@commits
@requires(Permission.SEMINARS_SHEET_CORRECT, sheet_of)
def add(view: SheetView) -> type_answer:
    """Write someone on a locked sheet, with the reason."""
    if not view.sheet.is_locked:
        return redirect(address_of(view), 303)
    form = _add_form(view)

    def act() -> None:
        enrolment = db.session.get_one(Enrolment, uuid.UUID(form.enrolment.data or ""))
        services.correct(view.sheet, enrolment, form.to_correction(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        return to_sheet(view, "La personne est ajoutée, avec le motif.")
    return _add_page(view, form), 422


# --- on paper --------------------------------------------------------------------------------------------------------


def _scan_limits(_subject: Any) -> Mapping[str, UploadLimit]:
    return {"scan": UploadLimit(file_use(queries.SCAN_USE))}


def _paper_page(view: SheetView, form: BaseForm, scan: ScanForm) -> str:
    return render_template(
        "seminars/sheet/paper.html", **shared_by(view), page=queries.sheet_page(view), form=form, scan=scan
    )


def _names(roster: Sequence[Expected], page: queries.SheetPage) -> list[tuple[uuid.UUID, str, Presence | None]]:
    said = {row.expected.enrolment.id: row.entry.status for row in page.rows if row.entry is not None}
    return [(each.enrolment.id, each.name, said.get(each.enrolment.id)) for each in roster]


@bp.get(f"{SHEET}/papier")
@requires(Permission.SEMINARS_SHEET_RUN, sheet_of)
def paper(view: SheetView) -> str:
    """Print, have it signed, then attach the scan and enter who signed (R41)."""
    form = paper_form(_names(view.roster, queries.sheet_page(view)))
    return _paper_page(view, form, ScanForm(formdata=None))


@bp.post(f"{SHEET}/papier")
@commits
@requires(Permission.SEMINARS_SHEET_RUN, sheet_of)
def enter_paper(view: SheetView) -> type_answer:
    """Enter who signed the paper."""
    form = paper_form(_names(view.roster, queries.sheet_page(view)))

    def act() -> None:
        by = current_principal()
        stored = view.sheet if view.sheet.version else services.open_sheet(view.half_day, by=by)
        if stored.status is SheetStatus.TO_OPEN:
            stored = services.open_sheet(view.half_day, by=by)
        people = {each.enrolment.id: each.enrolment for each in view.roster}
        for enrolment_id, marking in form.markings():
            services.mark(stored, people[enrolment_id], marking, by=by)

    if form.validate_on_submit() and attempt(form, act):
        return to_sheet(view, "Les présences de la feuille papier sont enregistrées.")
    return _paper_page(view, form, ScanForm(formdata=None)), 422


@bp.post(f"{SHEET}/papier/feuille")
@commits(files=_scan_limits)
@requires(Permission.SEMINARS_SHEET_RUN, sheet_of)
def attach_scan(view: SheetView) -> type_answer:
    """Keep the scan of the signed paper."""
    form = ScanForm()

    def act() -> None:
        assert form.scan.data is not None
        stored = services.sheet_for(view.half_day)
        services.attach_scan(stored, form.scan.data, by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("La feuille signée est jointe.", "success")
        return redirect(address_of(view, "paper"), 303)
    names = _names(view.roster, queries.sheet_page(view))
    return _paper_page(view, paper_form(names, formdata=None), form), 422
