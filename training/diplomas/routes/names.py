"""``/parcours/<enrolment>/nom-imprime``: the name on the diploma, proofread by its learner before the board (R110)."""

from flask import flash, redirect, render_template, url_for

from training.cohorts.layout import layout_for
from training.cohorts.models import Enrolment
from training.common.forms import attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.diplomas import queries, services
from training.diplomas.forms import NameForm
from training.diplomas.routes.blueprint import bp, type_answer
from training.diplomas.routes.loaders import enrolment_of

NAME = "/parcours/<uuid:enrolment_id>/nom-imprime"


def _page(enrolment: Enrolment, form: NameForm) -> str:
    return render_template(
        "diplomas/name.html",
        layout=layout_for(current_principal()),
        enrolment=enrolment,
        cohort=enrolment.cohort,
        shown=queries.printed_name_of(enrolment),
        board=queries.next_board(enrolment.cohort_id),
        form=form,
    )


@bp.get(NAME)
@requires(Permission.DIPLOMAS_NAME_PROOFREAD, enrolment_of)
def name(enrolment: Enrolment) -> str:
    """The name the diploma will bear, to read again."""
    return _page(enrolment, NameForm(name=queries.printed_name_of(enrolment).name))


@bp.post(NAME)
@commits
@requires(Permission.DIPLOMAS_NAME_PROOFREAD, enrolment_of)
def proofread(enrolment: Enrolment) -> type_answer:
    """Say that it is right, or what it should be."""
    form = NameForm()

    def act() -> None:
        services.proofread(enrolment, form.name.data or "", by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("C’est noté\u00a0: ce nom sera imprimé sur votre diplôme.", "success")
        return redirect(url_for(".learner", enrolment_id=enrolment.id), 303)
    return _page(enrolment, form), 422
