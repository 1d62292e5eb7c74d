"""``/promotions/<code>/annee``: a cohort’s whole course on one page."""

from flask import render_template

from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort
from training.common.forms import ActForm
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission
from training.seminars.enums import MOVABLE
from training.seminars.queries.seminars import HOURS_COLUMNS
from training.seminars.queries.year import year_of
from training.seminars.routes.blueprint import COHORT, bp
from training.seminars.routes.loaders import cohort_of

WEEKDAYS = "LMMJVSD"


@bp.get(f"{COHORT}/annee")
@requires(Permission.COHORTS_COHORT_READ, cohort_of)
def year(cohort: Cohort) -> str:
    """The months of the course, hours planned beside those asked, what is missing and what clashes."""
    principal = current_principal()
    return render_template(
        "seminars/year.html",
        layout=layout_for(principal),
        cohort=cohort,
        year=year_of(cohort, principal),
        hours_columns=HOURS_COLUMNS,
        weekdays=WEEKDAYS,
        form=ActForm() if can(Permission.SEMINARS_SEMINAR_PLAN, cohort) else None,
        movable=MOVABLE,
    )
