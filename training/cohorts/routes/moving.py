"""``/promotions/<code>/reprise``: bringing in, step by step, a cohort that is half-way (R114)."""

from flask import render_template, url_for

from training.cohorts import moving, queries
from training.cohorts.models import Cohort
from training.cohorts.routes.blueprint import COHORT, bp, type_answer
from training.cohorts.routes.loaders import cohort_of
from training.cohorts.services import moving as verbs
from training.common import import_runs
from training.common.declarations import registry
from training.common.forms import ActForm, Form
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import answer


@bp.get(f"{COHORT}/reprise")
@requires(Permission.COHORTS_COHORT_MOVE_IN, cohort_of)
def moving_in(cohort: Cohort) -> str:
    """The steps, what is there, what is left, and what was brought in so far."""
    steps = moving.shown(cohort, current_principal())
    runs = import_runs.last_runs(cohort.id)
    return render_template(
        "cohorts/moving.html",
        cohort=cohort,
        steps=steps,
        runs=[(run, kind) for run in runs if (kind := registry.import_kind(run.kind)) is not None],
        waiting=queries.to_be_told(cohort),
    )


def _tell_page(cohort: Cohort, form: Form) -> str:
    return render_template("cohorts/moving_tell.html", cohort=cohort, form=form, waiting=queries.to_be_told(cohort))


@bp.get(f"{COHORT}/reprise/prevenir")
@requires(Permission.COHORTS_COHORT_MOVE_IN, cohort_of)
def tell_moved_in(cohort: Cohort) -> str:
    """Whom telling the people brought in will reach."""
    return _tell_page(cohort, ActForm())


@bp.post(f"{COHORT}/reprise/prevenir")
@commits
@requires(Permission.COHORTS_COHORT_MOVE_IN, cohort_of)
def send_moved_in(cohort: Cohort) -> type_answer:
    """Tell the people brought in, each once."""
    form = ActForm()
    return answer(
        form,
        lambda: verbs.invite(cohort, by=current_principal()),
        again=lambda: _tell_page(cohort, form),
        to=url_for(".moving_in", code=cohort.code),
        done="Chaque personne est prévenue par courriel.",
    )
