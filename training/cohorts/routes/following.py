"""Following learners: an alert, no post any more, a note changed, from one trainer to the next (R116, R119)."""

from collections.abc import Callable
from typing import Any, Final

from flask import flash, redirect, render_template, request, url_for

from training.cohorts import queries, services
from training.cohorts.following_forms import (
    HandingOver,
    HandOverForm,
    PostForm,
    PostlessForm,
    RiskForm,
    RiskOutcomeForm,
    how_many,
)
from training.cohorts.forms import NoteForm
from training.cohorts.layout import layout_for
from training.cohorts.models import Enrolment
from training.cohorts.routes.blueprint import COHORT, LEARNER, bp, type_answer
from training.cohorts.routes.loaders import (
    FollowerFound,
    NoteFound,
    enrolment_of,
    followed_of,
    follower_of,
    note_of,
)
from training.common.forms import Form, attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits

NOTE: Final = f"{LEARNER}/notes/<uuid:note_id>"
RISK: Final = f"{LEARNER}/alerte"
RISK_END: Final = f"{LEARNER}/alerte/levee"
POSTLESS: Final = f"{LEARNER}/sans-poste"
POST_FOUND: Final = f"{LEARNER}/sans-poste/regle"
HAND_OVER: Final = f"{COHORT}/formateurs/<uuid:trainer_id>/relais"


def _page(enrolment: Enrolment, form: Form, template: str, **more: Any) -> str:
    return render_template(
        f"cohorts/{template}.html",
        layout=layout_for(current_principal()),
        enrolment=enrolment,
        cohort=enrolment.cohort,
        form=form,
        **more,
    )


def _to_learner(enrolment: Enrolment) -> type_answer:
    return redirect(url_for(".learner", code=enrolment.cohort.code, enrolment_id=enrolment.id), 303)


def _done(form: Form, act: Callable[[], Any], words: str) -> bool:
    if form.validate_on_submit() and attempt(form, act):
        flash(words, "success")
        return True
    return False


@bp.get(NOTE)
@requires(Permission.COHORTS_ENROLMENT_READ, note_of)
def note_form(found: NoteFound) -> str:
    """The form by which its author changes a note."""
    note = found.note
    return _page(found.enrolment, NoteForm(data={"words": note.words, "shared": note.shared}), "note", note=note)


@bp.post(NOTE)
@commits
@requires(Permission.COHORTS_ENROLMENT_READ, note_of)
def edit_note(found: NoteFound) -> type_answer:
    """Change a note of one’s own, within a day."""
    form = NoteForm()

    def act() -> None:
        services.edit_note(found.note, form.to_command(), by=current_principal())

    if _done(form, act, "La note est modifiée."):
        return _to_learner(found.enrolment)
    return _page(found.enrolment, form, "note", note=found.note), 422


@bp.get(RISK)
@requires(Permission.COHORTS_ENROLMENT_READ, followed_of)
def risk_form(enrolment: Enrolment) -> str:
    """What raising an alert on a learner will do."""
    return _page(enrolment, RiskForm(), "risk")


@bp.post(RISK)
@commits
@requires(Permission.COHORTS_ENROLMENT_READ, followed_of)
def raise_risk(enrolment: Enrolment) -> type_answer:
    """Say that a learner may give up, and why."""
    form = RiskForm()

    def act() -> None:
        services.raise_risk(enrolment, form.reason.data or "", by=current_principal())

    if _done(form, act, "L’alerte est donnée : l’équipe du porteur la lit sur sa page « À faire »."):
        return _to_learner(enrolment)
    return _page(enrolment, form, "risk"), 422


@bp.get(RISK_END)
@requires(Permission.COHORTS_ENROLMENT_READ, followed_of)
def risk_end_form(enrolment: Enrolment) -> str:
    """What lifting an alert will do."""
    return _page(enrolment, RiskOutcomeForm(), "risk_end", risk=queries.risk_on(enrolment))


@bp.post(RISK_END)
@commits
@requires(Permission.COHORTS_ENROLMENT_READ, followed_of)
def close_risk(enrolment: Enrolment) -> type_answer:
    """Say what came of an alert."""
    form = RiskOutcomeForm()

    def act() -> None:
        services.close_risk(enrolment, form.outcome.data or "", by=current_principal())

    if _done(form, act, "L’alerte est levée."):
        return _to_learner(enrolment)
    return _page(enrolment, form, "risk_end", risk=queries.risk_on(enrolment)), 422


@bp.get(POSTLESS)
@requires(Permission.COHORTS_ENROLMENT_MANAGE, enrolment_of)
def postless_form(enrolment: Enrolment) -> str:
    """What noting that a learner has no post any more will do."""
    return _page(enrolment, PostlessForm(), "postless")


@bp.post(POSTLESS)
@commits
@requires(Permission.COHORTS_ENROLMENT_MANAGE, enrolment_of)
def declare_postless(enrolment: Enrolment) -> type_answer:
    """Note that a learner has no post any more, and by when that is settled (R116)."""
    form = PostlessForm()

    def act() -> None:
        services.declare_postless(enrolment, form.to_command(), by=current_principal())

    if _done(form, act, "C’est noté. « À faire » vous le rappellera à l’approche de la date."):
        return _to_learner(enrolment)
    return _page(enrolment, form, "postless"), 422


def _post_form() -> PostForm:
    return PostForm().seek(lambda words: queries.structures_answering(current_principal(), words))


@bp.get(POST_FOUND)
@requires(Permission.COHORTS_ENROLMENT_MANAGE, enrolment_of)
def post_form(enrolment: Enrolment) -> str:
    """What noting that she has a post again will do."""
    return _page(enrolment, _post_form(), "post_found")


@bp.post(POST_FOUND)
@commits
@requires(Permission.COHORTS_ENROLMENT_MANAGE, enrolment_of)
def settle_post(enrolment: Enrolment) -> type_answer:
    """Note that a learner has a post again, in the same structure or another (R116)."""
    form = _post_form()

    def act() -> None:
        services.settle_post(enrolment, form.structure_id, by=current_principal())

    if _done(form, act, "La situation est réglée."):
        return _to_learner(enrolment)
    return _page(enrolment, form, "post_found"), 422


def _hand_over_page(found: FollowerFound, form: HandOverForm, summary: HandingOver | None = None) -> str:
    return render_template(
        "cohorts/hand_over_preview.html" if summary else "cohorts/hand_over.html",
        summary=summary,
        cohort=found.cohort,
        follower=found.follower,
        form=form,
        has_choice=len(form.to_id.choices or ()) > 1,
    )


def _hand_over_form(found: FollowerFound) -> HandOverForm:
    return HandOverForm().offer(found.follower, queries.approved_trainers(found.cohort))


@bp.get(HAND_OVER)
@requires(Permission.COHORTS_TRAINER_ASSIGN, follower_of)
def hand_over_form(found: FollowerFound) -> str:
    """The form that passes a trainer’s learners to another."""
    return _hand_over_page(found, _hand_over_form(found))


@bp.post(HAND_OVER)
@commits
@requires(Permission.COHORTS_TRAINER_ASSIGN, follower_of)
def hand_over(found: FollowerFound) -> type_answer:
    """Say what passing learners to another will do, then do it, in one act (R119)."""
    form = _hand_over_form(found)
    if request.form.get("step") != "done":
        valid = form.validate_on_submit() and request.form.get("step") != "back"
        return _hand_over_page(
            found, form, form.summary(found.follower) if valid else None
        ), 422 if form.errors else 200

    def act() -> None:
        services.hand_over(found.cohort, form.to_command(), by=current_principal())

    if _done(form, act, f"C’est fait : {how_many(len(form.enrolments.data or ()))}. Chacun·e reçoit un message."):
        return redirect(url_for(".trainers", code=found.cohort.code), 303)
    return _hand_over_page(found, form), 422
