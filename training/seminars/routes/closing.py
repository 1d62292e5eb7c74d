"""The countersignature of a sheet, by whoever taught: signed in, or by a personal link (R40, R115)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import flash, redirect, render_template, request

from training.accounts.models import Person
from training.cohorts.models import Cohort, CohortPart
from training.common.errors import NotFound
from training.common.forms import ActForm, attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.seminars import queries, services
from training.seminars.enums import SheetStatus
from training.seminars.link_purposes import bearer_of
from training.seminars.models import AttendanceSheet, HalfDay
from training.seminars.queries import SheetView
from training.seminars.routes.blueprint import SHEET, bp, type_answer
from training.seminars.routes.sheets import address_of, shared_by, sheet_of, to_sheet
from training.seminars.rules import attendance as rules

NO_LONGER: Final = "Ce lien n’est plus valable. Demandez-en un autre à l’organisme qui organise la formation."

# --- the countersignature --------------------------------------------------------------------------------------------


def _lock_page(view: SheetView, form: ActForm) -> str:
    return render_template(
        "seminars/sheet/lock.html", **shared_by(view), page=queries.sheet_page(view), form=form, action=request.path
    )


@bp.get(f"{SHEET}/verrouiller")
@requires(Permission.SEMINARS_SHEET_LOCK, sheet_of)
def lock_form(view: SheetView) -> type_answer:
    """What countersigning will do: who is written present, who away."""
    if view.status is not SheetStatus.OPEN:
        return redirect(address_of(view), 303)
    return _lock_page(view, ActForm())


@bp.post(f"{SHEET}/verrouiller")
@commits
@requires(Permission.SEMINARS_SHEET_LOCK, sheet_of)
def lock(view: SheetView) -> type_answer:
    """Countersign and lock."""
    form = ActForm()
    if not view.sheet.version:
        raise NotFound
    if form.validate_on_submit() and attempt(form, lambda: services.lock(view.sheet, by=current_principal())):
        return to_sheet(view, "La feuille est contresignée et verrouillée. Les heures des apprenant·es sont à jour.")
    return _lock_page(view, form), 422


@dataclass(frozen=True, slots=True)
class Teacher:
    """Someone who teaches at the half-day of a sheet."""

    view: SheetView
    person: Person

    @property
    def half_day(self) -> HalfDay:
        """The half-day."""
        return self.view.half_day

    @property
    def cohort(self) -> Cohort:
        """The cohort."""
        return self.view.cohort

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.view.parts


def teacher_of(principal: Principal, seminar_id: uuid.UUID, half_day_id: uuid.UUID, teacher_id: uuid.UUID) -> Teacher:
    """Return a trainer or speaker of a half-day this person may see."""
    view = sheet_of(principal, seminar_id, half_day_id)
    member = next((each for each in view.half_day.staff if each.person_id == teacher_id), None)
    if member is None:
        raise NotFound
    return Teacher(view, member.person)


@bp.post(f"{SHEET}/intervenants/<uuid:teacher_id>/lien")
@commits
@requires(Permission.SEMINARS_SHEET_RUN, teacher_of)
def send_countersign_link(teacher: Teacher) -> type_answer:
    """Send to a trainer or speaker of the half-day the link to countersign."""
    form = ActForm()

    def act() -> None:
        services.send_countersign_link(teacher.half_day, teacher.person, by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        return to_sheet(teacher.view, f"Le lien pour contresigner est parti à {teacher.person.name}.")
    return redirect(address_of(teacher.view), 303)


def countersigned_by_link(_principal: Principal, sheet_id: uuid.UUID) -> SheetView:
    """Return the sheet a link of this browser lets one countersign; ``NotFound`` without such a link."""
    bearer = bearer_of(rules.COUNTERSIGN, sheet_id)
    if bearer is None:
        raise NotFound(NO_LONGER)
    stored: AttendanceSheet = queries.sheet_by_id(sheet_id)
    view = queries.view_of(stored.half_day, stored)
    if all(member.person_id != bearer.person.id for member in view.half_day.staff):
        raise NotFound(NO_LONGER)
    return view


@bp.get("/emargement/contresigner/<uuid:sheet_id>")
@requires(Permission.SEMINARS_SHEET_SIGN, countersigned_by_link)
def countersign_form(view: SheetView) -> str:
    """The sheet, for the speaker who bears its link."""
    return _lock_page(view, ActForm())


@bp.post("/emargement/contresigner/<uuid:sheet_id>")
@commits
@requires(Permission.SEMINARS_SHEET_SIGN, countersigned_by_link)
def countersign(view: SheetView) -> type_answer:
    """Countersign by link."""
    form = ActForm()
    bearer = bearer_of(rules.COUNTERSIGN, view.id)
    if bearer is None:
        raise NotFound
    if form.validate_on_submit() and attempt(form, lambda: services.lock(view.sheet, by=bearer.principal)):
        flash("La feuille est contresignée et verrouillée. Merci.", "success")
        return redirect(request.path, 303)
    return _lock_page(view, form), 422
