"""``/promotions/<code>/seminaires/modele``: seminars made from a pattern, proposed, adjusted, then created in one act."""

from collections.abc import Sequence
from typing import Final

from flask import flash, redirect, render_template, request, url_for

from training.cohorts.models import Cohort
from training.common.formatting import plural
from training.common.forms import attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.seminars import queries, services
from training.seminars.forms import PatternForm
from training.seminars.queries import Clash
from training.seminars.queries.venues import known_venues
from training.seminars.routes.blueprint import COHORT, bp, type_answer
from training.seminars.routes.loaders import cohort_of
from training.seminars.routes.planning import warned

PATTERN: Final = f"{COHORT}/seminaires/modele"


def _page(cohort: Cohort, form: PatternForm, clashes: Sequence[Clash] = ()) -> str:
    plans = form.to_command() if form.rows and not form.errors else []
    return render_template(
        "seminars/pattern_rows.html" if form.rows else "seminars/pattern.html",
        cohort=cohort,
        form=form,
        venues=known_venues(cohort),
        hours=services.hours_after(cohort, plans) if plans else [],
        lowered=services.lowered_by(cohort, services.counting_in(cohort, plans)),
        clashes=clashes,
        seal=services.seal_of(clashes),
    )


@bp.get(PATTERN)
@requires(Permission.SEMINARS_SEMINAR_PLAN, cohort_of)
def pattern_form(cohort: Cohort) -> str:
    """The form of a pattern."""
    form = PatternForm.of(queries.choices_for(cohort))
    form.launch_day.data, form.first_day.data = None, cohort.first_seminar_on
    return _page(cohort, form)


@bp.post(PATTERN)
@commits
@requires(Permission.SEMINARS_SEMINAR_PLAN, cohort_of)
def plan_pattern(cohort: Cohort) -> type_answer:
    """Propose the seminars of the pattern, show them again adjusted, or create them all."""
    form, step = PatternForm.of(queries.choices_for(cohort)), request.form.get("step", "")
    if not form.validate_on_submit() or step == "back":
        return _page(cohort, form), 422 if form.errors else 200
    if step == "propose":
        form.propose()
        return _page(cohort, form, _clashes(cohort, form))
    form.read_rows()
    clashes = _clashes(cohort, form) if form.rows_hold() else []
    if form.errors or step == "check":
        return _page(cohort, form, clashes), 422 if form.errors else 200
    if not clashes and attempt(form, lambda: services.plan_seminars(cohort, form.to_command(), by=current_principal())):
        flash(f"{plural(len(form.rows), 'séminaire est', 'séminaires sont')} dans les calendriers.", "success")
        return redirect(url_for(".year", code=cohort.code), 303)
    return _page(cohort, form, clashes), 422


def _clashes(cohort: Cohort, form: PatternForm) -> list[Clash]:
    return warned(form, cohort, [half_day for row in form.rows for half_day in form.half_days_of(row)])
