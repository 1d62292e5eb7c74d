"""``/seminaires/<id>``: a seminar, its steps, its file for a calendar."""

from typing import Any

from flask import Response, flash, redirect, render_template, url_for

from training.cohorts.enums import GONE
from training.cohorts.layout import layout_for
from training.cohorts.models import Enrolment
from training.common import clock, ical, journal
from training.common.attachments import attachment
from training.common.declarations import registry
from training.common.errors import NotFound
from training.common.formatting import plural
from training.common.forms import ActForm, Form, ReasonForm, attempt
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.extensions import settings
from training.seminars import queries, services
from training.seminars.enums import MOVABLE, SeminarAct
from training.seminars.ical import calendar_of
from training.seminars.models import HalfDay, Seminar
from training.seminars.queries import convocations as around
from training.seminars.queries.venues import access_to
from training.seminars.routes.blueprint import ACTS, SEMINAR, bp, type_answer
from training.seminars.routes.loaders import SeminarStep, seminar_of, step_of
from training.seminars.rules import PROCEDURE
from training.seminars.rules.convocations import is_over
from training.seminars.rules.seminars import speaker


def _shown(seminar: Seminar) -> list[HalfDay]:
    """Return the half-days one is shown; ``NotFound`` when none of them concerns a learner."""
    half_days = queries.visible_half_days(current_principal(), seminar)
    if not half_days and seminar.half_days:
        raise NotFound
    return half_days


@bp.get(SEMINAR)
@requires(Permission.SEMINARS_SEMINAR_READ, seminar_of)
def show(seminar: Seminar) -> str:
    """A seminar: when, where, what, who."""
    principal = current_principal()
    plans = can(Permission.SEMINARS_SEMINAR_PLAN, seminar)
    available = PROCEDURE.available(seminar, principal)
    return render_template(
        "seminars/show.html",
        layout=layout_for(principal),
        seminar=seminar,
        cohort=seminar.cohort,
        access={} if plans or is_over(seminar.half_days, clock.today()) else access_to(seminar),
        half_days=_shown(seminar),
        plans=plans,
        **_around(seminar, plans=plans),
        follows=(can(Permission.SEMINARS_ATTENDANCE_READ, seminar) and queries.reads_names(principal, seminar.cohort))
        or speaker(principal, seminar),
        movable=plans and seminar.status in MOVABLE,
        open_acts=[(slug, act) for slug, act in ACTS.items() if act in available],
        clashes=queries.clashes_of(seminar, principal) if plans else [],
        history=journal.timeline(seminar, sentences=registry.sentences) if plans else [],
    )


def _around(seminar: Seminar, *, plans: bool) -> dict[str, Any]:
    """Return the documents one is shown, and to a learner what she owes once the seminar is over (R118)."""
    principal = current_principal()
    adds = can(Permission.SEMINARS_MATERIAL_ADD, seminar)
    over = is_over(seminar.half_days, clock.today())
    own = (
        next(
            (e for e in seminar.cohort.enrolments if e.person_id == principal.person_id and e.status not in GONE), None
        )
        if not plans
        else None
    )
    return {
        "materials": around.materials_of(seminar, all_of_them=adds),
        "adds": adds,
        "over": over,
        "convened": not seminar.is_off
        and not over
        and (speaker(principal, seminar) if plans else can(Permission.SEMINARS_CONVOCATION_READ, seminar)),
        "due": around.due_after(seminar, own) if own is not None and over else [],
        "own": own,
    }


@bp.get(f"{SEMINAR}.ics")
@requires(Permission.SEMINARS_SEMINAR_READ, seminar_of)
def calendar_file(seminar: Seminar) -> Response:
    """The seminar, to put once in a calendar."""
    calendar = calendar_of(
        _shown(seminar), name=seminar.title, uid=f"{seminar.id}@tesselle", public_url=settings().public_url
    )
    return attachment(ical.feed(calendar), f"{ical.MEDIA_TYPE}; charset=utf-8", f"seminaire-{seminar.id}.ics")


def _step_form(step: SeminarStep) -> Form:
    return ReasonForm() if PROCEDURE.steps[step.act].reason else ActForm()


def _step_page(step: SeminarStep, form: Form) -> str:
    seminar, clashes = step.seminar, []
    if step.act is SeminarAct.RESTORE:
        back = [queries.wanted_of(half_day) for half_day in seminar.half_days if half_day.cancelled_at is None]
        clashes = queries.clashes(seminar.cohort, back, current_principal())
    return render_template(
        "seminars/step.html", seminar=seminar, cohort=seminar.cohort, act=step.act, form=form, clashes=clashes
    )


@bp.get(f"{SEMINAR}/etat/<act>")
@requires(Permission.SEMINARS_SEMINAR_PLAN, step_of)
def step(found: SeminarStep) -> str:
    """What a step of the seminar will do."""
    PROCEDURE.check(found.seminar, found.act, by=current_principal(), reason="-")
    return _step_page(found, _step_form(found))


@bp.post(f"{SEMINAR}/etat/<act>")
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, step_of)
def take_step(found: SeminarStep) -> type_answer:
    """Confirm, hold, close, postpone, cancel or restore the seminar."""
    form = _step_form(found)
    reason = form.reason.data if isinstance(form, ReasonForm) else None

    def act() -> None:
        services.advance(found.seminar, found.act, by=current_principal(), reason=reason)

    if form.validate_on_submit() and attempt(form, act):
        flash(f"Le séminaire est maintenant {found.seminar.status.label}. Les calendriers suivent.", "success")
        return redirect(url_for(".show", seminar_id=found.seminar.id), 303)
    return _step_page(found, form), 422


# --- links to sign without a password ----------------------------------------------------------------------------------


def _links_page(seminar: Seminar, people: list[Enrolment], form: ActForm) -> str:
    return render_template(
        "seminars/sign_links.html",
        seminar=seminar,
        cohort=seminar.cohort,
        people=[each.person.name for each in people],
        form=form,
    )


@bp.get(f"{SEMINAR}/liens")
@requires(Permission.SEMINARS_SEMINAR_PLAN, seminar_of)
def sign_links_form(seminar: Seminar) -> str:
    """To whom a personal link to sign will leave."""
    return _links_page(seminar, queries.expected_at(seminar), ActForm())


@bp.post(f"{SEMINAR}/liens")
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, seminar_of)
def send_sign_links(seminar: Seminar) -> type_answer:
    """Send them."""
    form, people = ActForm(), queries.expected_at(seminar)

    def act() -> None:
        services.send_sign_links(seminar, people, by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash(f"Le lien est parti à {plural(len(people), 'personne')}.", "success")
        return redirect(url_for(".show", seminar_id=seminar.id), 303)
    return _links_page(seminar, people, form), 422
