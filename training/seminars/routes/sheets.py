"""The sheet of a half-day, for whoever runs it: opened, watched, projected, signed on the room’s device (R39, R40)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from flask import Response, flash, redirect, render_template, request, session, url_for

from training.accounts.models import Person
from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.common import clock, journal, qr
from training.common.articles import of
from training.common.declarations import registry
from training.common.emails import is_reachable
from training.common.errors import NotFound
from training.common.forms import ActForm, attempt
from training.common.guard import can, current_principal, requires
from training.common.journal import Entry
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.extensions import settings
from training.seminars import passes, queries, services
from training.seminars.enums import SheetStatus, SigningMethod
from training.seminars.forms import SignForm
from training.seminars.models import AttendanceEntry, HalfDay
from training.seminars.queries import SheetView, Watched
from training.seminars.queries.corrections import Corrected
from training.seminars.routes.blueprint import SHEET, bp, type_answer
from training.seminars.rules import SHEET_PROCEDURE
from training.seminars.rules import attendance as rules
from training.seminars.sheet_words import change_words, how


def sheet_of(principal: Principal, seminar_id: uuid.UUID, half_day_id: uuid.UUID) -> SheetView:
    """Return the sheet of a half-day this person may see."""
    return queries.find_sheet(principal, seminar_id, half_day_id)


@dataclass(frozen=True, slots=True)
class OnSheet:
    """A learner on a sheet."""

    view: SheetView
    enrolment: Enrolment
    entry: AttendanceEntry | None

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


def learner_on(principal: Principal, seminar_id: uuid.UUID, half_day_id: uuid.UUID, enrolment_id: uuid.UUID) -> OnSheet:
    """Return a learner of the roster, or whom the sheet already names; ``NotFound`` for any other."""
    view = sheet_of(principal, seminar_id, half_day_id)
    entry = queries.entry_of(view.sheet, enrolment_id) if view.sheet.version else None
    found = next((each.enrolment for each in view.roster if each.enrolment.id == enrolment_id), None)
    if found is None and entry is not None:
        found = entry.enrolment
    if found is None:
        raise NotFound
    return OnSheet(view, found, entry)


def address_of(view: SheetView, endpoint: str = "sheet", **more: Any) -> str:
    """Return the address of a page of the sheet."""
    half_day = view.half_day
    return url_for(f".{endpoint}", seminar_id=half_day.seminar_id, half_day_id=half_day.id, **more)


def to_sheet(view: SheetView, message: str) -> type_answer:
    """Say what was done and lead back to the sheet."""
    flash(message, "success")
    return redirect(address_of(view), 303)


def shared_by(view: SheetView) -> dict[str, Any]:
    """Return what every page of the sheet prints."""
    half_day = view.half_day
    return {
        "view": view,
        "sheet": view.sheet,
        "half_day": half_day,
        "seminar": half_day.seminar,
        "cohort": view.cohort,
        "layout": layout_for(current_principal()),
    }


# --- the page --------------------------------------------------------------------------------------------------------


@bp.get(SHEET)
@requires(Permission.SEMINARS_SHEET_READ, sheet_of)
def sheet(view: SheetView) -> str:
    """Who signed, who is awaited, what remains to be done."""
    runs, principal = can(Permission.SEMINARS_SHEET_RUN, view), current_principal()
    page = queries.sheet_page(view)
    refused = SHEET_PROCEDURE.barred(view.sheet, principal)
    return render_template(
        "seminars/sheet/show.html",
        **shared_by(view),
        page=page,
        runs=runs,
        is_over=rules.signing_is_over(view.half_day, clock.now()),
        needs_scan=not page.scans and not rules.countersigns_by_herself(principal, view.sheet),
        open_acts=SHEET_PROCEDURE.available(view.sheet, principal),
        refused=[why for _act, why in refused],
        corrects=view.sheet.is_locked and can(Permission.SEMINARS_SHEET_CORRECT, view),
        speakers=_speakers(view) if runs else [],
        history=_history(view, page.corrections) if view.sheet.version > 0 and runs else [],
        how=how,
        watch=_watch(view),
    )


def _history(view: SheetView, corrections: Sequence[Corrected]) -> list[Entry]:
    """Return what happened to the sheet; a correction says whose, and from what to what."""
    told = {str(each.entry.id): change_words(each) for each in corrections}
    return [
        replace(entry, sentence=told.get(str(entry.codes.get("entry")), entry.sentence))
        for entry in journal.timeline(view.sheet, sentences=registry.sentences)
    ]


def _speakers(view: SheetView) -> list[Person]:
    own = current_principal().person_id
    return [
        member.person for member in view.half_day.staff if member.person_id != own and is_reachable(member.person.email)
    ]


def _watch(view: SheetView) -> str | None:
    """Return the address a watching screen asks, with what it knows; null when nothing more will happen."""
    if view.status is not SheetStatus.OPEN:
        return None
    address = passes.seal_watch(view.id, _sign_in())
    return url_for(".watch", token=address, etat=_state(view.sheet.version, clock.now()))


def _sign_in() -> str:
    """Return what names this device’s sign-in in its cookie: the database is not asked."""
    return str(session.get("_user_id", ""))


def _state(version: int, now: datetime) -> str:
    return f"{version}-{rules.slot_of(now)}"


def watched(_principal: Principal, token: str) -> Watched:
    """Return the version of the sheet that this screen was given to watch."""
    sheet_id = passes.unseal_watch(token, _sign_in())
    if sheet_id is None:
        raise NotFound
    return queries.watched_sheet(sheet_id)


@bp.get("/suivi/emargement/<token>")
@requires(Permission.SEMINARS_SHEET_FOLLOW, watched, by_address=True)
def watch(found: Watched) -> Response:
    """Answer a watching screen from the sheet’s version: nothing new (204), or read the page again (200)."""
    same = request.args.get("etat") == _state(found.version, clock.now()) and found.status is SheetStatus.OPEN
    response = Response("" if same else "changed", 204 if same else 200, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return response


# --- opening, projecting ---------------------------------------------------------------------------------------------


@bp.post(f"{SHEET}/ouvrir")
@commits
@requires(Permission.SEMINARS_SHEET_RUN, sheet_of)
def open_sheet(view: SheetView) -> type_answer:
    """Open the sheet: people may sign."""
    form = ActForm()
    if form.validate_on_submit() and attempt(form, lambda: services.open_sheet(view.half_day, by=current_principal())):
        return to_sheet(view, "L’émargement est ouvert. Projetez le code, ou faites passer la tablette.")
    for message in form.form_errors:
        flash(str(message), "refused")
    return redirect(address_of(view), 303)


@bp.get(f"{SHEET}/projection")
@requires(Permission.SEMINARS_SHEET_RUN, sheet_of)
def project(view: SheetView) -> type_answer:
    """The code of the room, to project: it changes every minute, until nobody signs by herself any more."""
    if view.status is not SheetStatus.OPEN or rules.signing_is_over(view.half_day, clock.now()):
        return redirect(address_of(view), 303)
    code = rules.code_of(view.sheet.tag, rules.slot_of(clock.now()), settings().secret_key)
    address = f"{settings().public_url}/emargement/{code}"
    return render_template(
        "seminars/sheet/project.html",
        **shared_by(view),
        page=queries.sheet_page(view),
        door=f"{settings().public_url}/emargement",
        code=rules.spaced_code(code),
        picture=qr.inline_svg(address, title="Code à viser pour signer", css_class="qr-code projected"),
        watch=_watch(view),
    )


# --- the tablet ------------------------------------------------------------------------------------------------------


@bp.get(f"{SHEET}/tablette")
@requires(Permission.SEMINARS_SHEET_RUN, sheet_of)
def tablet(view: SheetView) -> str:
    """The names, for each to find hers on the room’s device."""
    return render_template(
        "seminars/sheet/tablet.html",
        **shared_by(view),
        page=queries.sheet_page(view),
        refusal=rules.signing_refusal(view.sheet, clock.now()),
    )


def _tablet_page(found: OnSheet, form: SignForm) -> str:
    return render_template(
        "seminars/sheet/tablet_sign.html",
        **shared_by(found.view),
        enrolment=found.enrolment,
        entry=found.entry,
        refusal=rules.signing_refusal(found.view.sheet, clock.now()),
        form=form,
    )


@bp.get(f"{SHEET}/tablette/<uuid:enrolment_id>")
@requires(Permission.SEMINARS_SHEET_RUN, learner_on)
def tablet_form(found: OnSheet) -> str:
    """One learner signs on the room’s device."""
    return _tablet_page(found, SignForm())


@bp.post(f"{SHEET}/tablette/<uuid:enrolment_id>")
@commits
@requires(Permission.SEMINARS_SHEET_RUN, learner_on)
def tablet_sign(found: OnSheet) -> type_answer:
    """Write her signature, then give the device to the next one."""
    form = SignForm()

    def act() -> None:
        command = form.to_command(SigningMethod.TABLET, None)
        services.sign(found.view.sheet, found.enrolment, command, by=current_principal())

    if found.view.sheet.version and form.validate_on_submit() and attempt(form, act):
        flash(f"La présence {of(found.enrolment.person.name)} est enregistrée. Passez l’appareil.", "success")
        return redirect(address_of(found.view, "tablet"), 303)
    return _tablet_page(found, form), 422
