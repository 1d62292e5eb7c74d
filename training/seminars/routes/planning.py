"""Planning: a new seminar, its words, its half-days."""

from collections.abc import Iterable, Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for

from training.cohorts.models import Cohort
from training.common.formatting import date_range
from training.common.forms import ActForm, ReasonForm, attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.seminars import queries, services
from training.seminars.commands import HalfDayPlan
from training.seminars.forms import HalfDayForm, PlanForm, WordsForm
from training.seminars.models import HalfDay, Seminar
from training.seminars.queries import Clash
from training.seminars.queries.venues import known_venues
from training.seminars.routes.blueprint import COHORT, HALF_DAY, SEMINAR, bp, type_answer
from training.seminars.routes.loaders import cohort_of, half_day_of, seminar_of
from training.seminars.rules.shifting import scattered


def warned(form: Any, cohort: Cohort, plans: Iterable[HalfDayPlan], half_day: HalfDay | None = None) -> list[Clash]:
    """Return the clashes this person has not yet been shown and gone on despite (R35)."""
    found = services.clashes_with(cohort, plans, by=current_principal(), half_day=half_day)
    return [] if found and form.despite.data == services.seal_of(found) else found


def _to_seminar(seminar: Seminar, message: str) -> type_answer:
    flash(message, "success")
    return redirect(url_for(".show", seminar_id=seminar.id), 303)


@bp.get(f"{COHORT}/seminaires/nouveau")
@requires(Permission.SEMINARS_SEMINAR_PLAN, cohort_of)
def plan_form(cohort: Cohort) -> str:
    """The form of a new seminar."""
    return _plan_page(cohort, PlanForm())


def _plan_page(cohort: Cohort, form: PlanForm, clashes: Sequence[Clash] = ()) -> str:
    return render_template(
        "seminars/plan.html",
        cohort=cohort,
        form=form,
        venues=known_venues(cohort),
        lowered=services.lowered_by(cohort, services.FOR_ALL),
        clashes=clashes,
        seal=services.seal_of(clashes),
    )


@bp.post(f"{COHORT}/seminaires/nouveau")
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, cohort_of)
def plan(cohort: Cohort) -> type_answer:
    """Plan a seminar, cut in half-days."""
    form = PlanForm()
    made: list[Seminar] = []
    clashes: list[Clash] = []

    def act() -> None:
        made.append(services.plan_seminar(cohort, form.to_command(), by=current_principal()))

    if form.validate_on_submit():
        clashes = warned(form, cohort, form.to_command().half_days)
        if not clashes and attempt(form, act):
            return _to_seminar(
                made[0], "Le séminaire est dans les calendriers. Dites maintenant quels modules on y suit."
            )
    return _plan_page(cohort, form, clashes), 422


@bp.get(f"{SEMINAR}/modifier")
@requires(Permission.SEMINARS_SEMINAR_PLAN, seminar_of)
def rename_form(seminar: Seminar) -> str:
    """The form of a seminar’s words."""
    form = WordsForm(data={"kind": seminar.kind.value, "title": seminar.title})
    return render_template("seminars/rename.html", seminar=seminar, cohort=seminar.cohort, form=form)


@bp.post(f"{SEMINAR}/modifier")
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, seminar_of)
def rename(seminar: Seminar) -> type_answer:
    """Change what a seminar is called."""
    form = WordsForm()

    def act() -> None:
        services.rename_seminar(seminar, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        return _to_seminar(seminar, "C’est enregistré. Les calendriers suivent.")
    return render_template("seminars/rename.html", seminar=seminar, cohort=seminar.cohort, form=form), 422


def _half_day_page(seminar: Seminar, half_day: HalfDay | None, form: HalfDayForm, clashes: Sequence[Clash] = ()) -> str:
    return render_template(
        "seminars/half_day.html",
        seminar=seminar,
        cohort=seminar.cohort,
        half_day=half_day,
        form=form,
        venues=known_venues(seminar.cohort),
        lowered=None if half_day else services.lowered_in(seminar),
        clashes=clashes,
        seal=services.seal_of(clashes),
    )


def _half_day_form(seminar: Seminar, half_day: HalfDay | None) -> HalfDayForm:
    return HalfDayForm.of(half_day, queries.choices_for(seminar.cohort))


@bp.get(f"{SEMINAR}/demi-journees/ajouter")
@requires(Permission.SEMINARS_SEMINAR_PLAN, seminar_of)
def add_half_day_form(seminar: Seminar) -> str:
    """The form of one more half-day."""
    return _half_day_page(seminar, None, _half_day_form(seminar, None))


@bp.post(f"{SEMINAR}/demi-journees/ajouter")
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, seminar_of)
def add_half_day(seminar: Seminar) -> type_answer:
    """Add a half-day."""
    form = _half_day_form(seminar, None)

    def act() -> None:
        services.add_half_day(seminar, form.to_command(), by=current_principal())

    clashes: list[Clash] = []
    if form.validate_on_submit():
        clashes = warned(form, seminar.cohort, [form.to_command()])
        if not clashes and attempt(form, act):
            return _to_seminar(seminar, "La demi-journée est dans les calendriers.")
    return _half_day_page(seminar, None, form, clashes), 422


@bp.get(HALF_DAY)
@requires(Permission.SEMINARS_SEMINAR_PLAN, half_day_of)
def half_day_form(half_day: HalfDay) -> str:
    """The form of a half-day."""
    return _half_day_page(half_day.seminar, half_day, _half_day_form(half_day.seminar, half_day))


def _apart(half_day: HalfDay) -> str:
    """Return a word on a seminar whose half-days are now far apart; nothing otherwise."""
    days = scattered(half_day.seminar.half_days)
    return f" Attention, le séminaire va maintenant {date_range(*days)}." if days else ""


@bp.post(HALF_DAY)
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, half_day_of)
def move_half_day(half_day: HalfDay) -> type_answer:
    """Change a half-day: calendars follow (R37)."""
    form = _half_day_form(half_day.seminar, half_day)

    def act() -> None:
        services.move_half_day(half_day, form.to_command(half_day), by=current_principal())

    clashes: list[Clash] = []
    if form.validate_on_submit():
        clashes = warned(form, half_day.cohort, [form.to_command(half_day)], half_day)
        if not clashes and attempt(form, act):
            return _to_seminar(
                half_day.seminar, f"La demi-journée est changée. Les calendriers suivent.{_apart(half_day)}"
            )
    return _half_day_page(half_day.seminar, half_day, form, clashes), 422


def _cancel_page(half_day: HalfDay, form: ReasonForm) -> str:
    return render_template(
        "seminars/cancel_half_day.html",
        seminar=half_day.seminar,
        cohort=half_day.seminar.cohort,
        half_day=half_day,
        form=form,
    )


@bp.get(f"{HALF_DAY}/annuler")
@requires(Permission.SEMINARS_SEMINAR_PLAN, half_day_of)
def cancel_half_day_form(half_day: HalfDay) -> str:
    """What cancelling a half-day will do."""
    return _cancel_page(half_day, ReasonForm())


@bp.post(f"{HALF_DAY}/annuler")
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, half_day_of)
def cancel_half_day(half_day: HalfDay) -> type_answer:
    """Cancel a half-day; it stays in calendars, marked cancelled (R37)."""
    form = ReasonForm()

    def act() -> None:
        services.cancel_half_day(half_day, by=current_principal(), reason=form.reason.data or "")

    if form.validate_on_submit() and attempt(form, act):
        return _to_seminar(half_day.seminar, "La demi-journée est annulée. Les calendriers le montrent.")
    return _cancel_page(half_day, form), 422


def _restore_page(half_day: HalfDay, form: ActForm) -> str:
    return render_template(
        "seminars/restore_half_day.html",
        seminar=half_day.seminar,
        cohort=half_day.seminar.cohort,
        half_day=half_day,
        form=form,
        clashes=queries.clashes(half_day.cohort, [queries.wanted_of(half_day)], current_principal()),
    )


@bp.get(f"{HALF_DAY}/retablir")
@requires(Permission.SEMINARS_SEMINAR_PLAN, half_day_of)
def restore_half_day_form(half_day: HalfDay) -> str:
    """What restoring a half-day will do."""
    return _restore_page(half_day, ActForm())


@bp.post(f"{HALF_DAY}/retablir")
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, half_day_of)
def restore_half_day(half_day: HalfDay) -> type_answer:
    """Put a cancelled half-day back."""
    form = ActForm()

    def act() -> None:
        services.restore_half_day(half_day, by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        return _to_seminar(half_day.seminar, "La demi-journée est rétablie. Les calendriers suivent.")
    return _restore_page(half_day, form), 422
