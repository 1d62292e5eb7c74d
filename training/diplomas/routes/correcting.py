"""``/parcours/<enrolment>/diplome/correction``: a final decision corrected, the former one kept (R70)."""

from typing import Final

from flask import flash, redirect, render_template, url_for

from training.accounts.enums import Part
from training.accounts.rules import transcribes
from training.cohorts.enums import DECIDED
from training.cohorts.layout import layout_for
from training.cohorts.models import Enrolment
from training.common.forms import attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.diplomas import queries, services
from training.diplomas.forms import CorrectionForm
from training.diplomas.routes.blueprint import LEARNER, bp, type_answer
from training.diplomas.routes.loaders import decided_of, decision_evidence

CORRECTION: Final = f"{LEARNER}/correction"


def _page(enrolment: Enrolment, form: CorrectionForm) -> str:
    principal = current_principal()
    return render_template(
        "diplomas/correction.html",
        layout=layout_for(principal),
        enrolment=enrolment,
        cohort=enrolment.cohort,
        decision=queries.current_decision(enrolment.id),
        entry=queries.entry_of(enrolment.id),
        transcribes=transcribes(principal, enrolment, Part.SCHOOL),
        form=form,
    )


@bp.get(CORRECTION)
@requires(Permission.DIPLOMAS_DECISION_CORRECT, decided_of)
def correction_form(enrolment: Enrolment) -> type_answer:
    """What was decided, and what correcting it does."""
    if enrolment.status not in DECIDED:
        flash("Rien de définitif n’a été décidé pour cette personne.", "warning")
        return redirect(url_for(".learner", enrolment_id=enrolment.id), 303)
    decision, entry = queries.current_decision(enrolment.id), queries.entry_of(enrolment.id)
    shown = CorrectionForm(
        verdict=decision.verdict.value if decision else None,
        decided_on=decision.decided_on if decision else enrolment.left_on,
        printed_name=entry.printed_name if entry else queries.printed_name_of(enrolment).name,
    )
    return _page(enrolment, shown)


@bp.post(CORRECTION)
@commits(files=decision_evidence)
@requires(Permission.DIPLOMAS_DECISION_CORRECT, decided_of)
def correct(enrolment: Enrolment) -> type_answer:
    """Correct it."""
    form = CorrectionForm()

    def act() -> None:
        services.correct(enrolment, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("La correction est enregistrée. La personne reçoit un message.", "success")
        return redirect(url_for(".learner", enrolment_id=enrolment.id), 303)
    return _page(enrolment, form), 422
