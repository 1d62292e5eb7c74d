"""``/diplomes/<cohort>/decisions``: what will be decided, of whom, read again before it is done (R70)."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, request, url_for

from training.accounts.enums import Part
from training.accounts.rules import transcribes
from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort
from training.common.formatting import plural
from training.common.forms import attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.diplomas import queries, services
from training.diplomas.enums import Verdict
from training.diplomas.forms import DecisionForm
from training.diplomas.queries import Progress
from training.diplomas.routes.blueprint import BOARD, bp, type_answer
from training.diplomas.routes.loaders import cohort_of, decision_evidence

DECISIONS = f"{BOARD}/decisions"


def _undecided(cohort: Cohort) -> list[Progress]:
    return [each for each in queries.progress_of_cohort(cohort.id) if each.is_live]


def _asked_for() -> dict[str, Any]:
    """Return the people and the decision the board’s page chose."""
    verdict = request.args.get("decision", "")
    chosen = []
    for value in request.args.getlist("qui"):
        try:
            chosen.append(str(uuid.UUID(value)))
        except ValueError:
            continue
    return {"enrolments": chosen, "verdict": verdict if verdict in set(Verdict) else Verdict.GRADUATED.value}


def _page(cohort: Cohort, form: DecisionForm, found: list[Progress]) -> str:
    ticked = form.enrolments.ticked
    chosen = [each for each in found if str(each.enrolment_id) in ticked]
    return render_template(
        "diplomas/decisions.html",
        layout=layout_for(current_principal()),
        cohort=cohort,
        form=form,
        found=found,
        offered=form.enrolments.offered,
        chosen=chosen,
        lacking=[each for each in chosen if not each.eligibility.is_met],
        unread=[each for each in chosen if each.proofread_at is None],
        transcribes=transcribes(current_principal(), cohort, Part.SCHOOL),
    )


def _offered(form: DecisionForm, found: list[Progress]) -> DecisionForm:
    """Offer those whom the board’s page chose; everyone, when it chose nobody."""
    wanted = {*_asked_for()["enrolments"], *form.enrolments.ticked}
    chosen = [each for each in found if str(each.enrolment_id) in wanted]
    return form.offer((str(each.enrolment_id), each.name) for each in chosen or found)


@bp.get(DECISIONS)
@requires(Permission.DIPLOMAS_BOARD_DECIDE, cohort_of)
def decisions(cohort: Cohort) -> str:
    """What will be recorded, of whom, and what to know of each before."""
    found = _undecided(cohort)
    return _page(cohort, _offered(DecisionForm(**_asked_for()), found), found)


@bp.post(DECISIONS)
@commits(files=decision_evidence)
@requires(Permission.DIPLOMAS_BOARD_DECIDE, cohort_of)
def decide(cohort: Cohort) -> type_answer:
    """Record the decision."""
    found = _undecided(cohort)
    form = _offered(DecisionForm(), found)

    def act() -> None:
        services.decide(cohort, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        count = plural(len(form.enrolments.ids), "décision est enregistrée", "décisions sont enregistrées")
        flash(f"{count}. Chaque personne concernée reçoit un message.", "success")
        return redirect(url_for(".board", code=cohort.code), 303)
    return _page(cohort, form, found), 422
