"""``/promotions/<code>/formateurs``: relay trainers of a cohort, approved, assigned, ended (R32, R96)."""

import uuid
from collections.abc import Mapping

from flask import flash, redirect, render_template, url_for

from training.accounts.enums import Part
from training.accounts.rules import transcribes
from training.cohorts import queries, services
from training.cohorts.forms import AnimatorForm, ApprovalForm, EndForm
from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort, TrainerAssignment
from training.cohorts.queries import TrainersPage
from training.cohorts.routes.blueprint import COHORT, bp, type_answer
from training.cohorts.routes.loaders import assignment_of, cohort_of
from training.cohorts.rules import learner_scope, load_limit
from training.cohorts.services.trainers import EVIDENCE_USE
from training.common import clock
from training.common.declarations import file_use
from training.common.forms import attempt
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission
from training.common.transaction import UploadLimit, commits


@bp.get(f"{COHORT}/formateurs")
@requires(Permission.COHORTS_LEARNERS_READ, cohort_of)
def trainers(cohort: Cohort) -> str:
    """The relay trainers of a cohort."""
    principal = current_principal()
    return render_template(
        "cohorts/trainers.html",
        layout=layout_for(principal),
        cohort=cohort,
        shown=queries.trainers_page(cohort, names=learner_scope(principal, cohort).everyone),
        sees_approvals=bool(principal.capacities),
        may_approve=can(Permission.COHORTS_TRAINER_APPROVE, cohort),
        may_assign=can(Permission.COHORTS_TRAINER_ASSIGN, cohort),
        today=clock.today(),
        load_limit=load_limit(cohort),
    )


def _approval_limits(_cohort: Cohort) -> Mapping[str, UploadLimit]:
    return {"evidence": UploadLimit(file_use(EVIDENCE_USE))}


def _approval_page(cohort: Cohort, form: ApprovalForm) -> str:
    return render_template(
        "cohorts/approve.html",
        cohort=cohort,
        form=form,
        transcribed=transcribes(current_principal(), cohort, Part.SCHOOL),
    )


def _schools(cohort: Cohort) -> TrainersPage:
    return queries.trainers_page(cohort)


@bp.get(f"{COHORT}/formateurs/agrement")
@requires(Permission.COHORTS_TRAINER_APPROVE, cohort_of)
def approval(cohort: Cohort) -> str:
    """The form of a school’s approval."""
    return _approval_page(cohort, ApprovalForm().offer(_schools(cohort).schools))


@bp.post(f"{COHORT}/formateurs/agrement")
@commits(files=_approval_limits)
@requires(Permission.COHORTS_TRAINER_APPROVE, cohort_of)
def approve(cohort: Cohort) -> type_answer:
    """Record a school’s approval of a relay trainer, or transcribe it with its proof (R96)."""
    form = ApprovalForm().offer(_schools(cohort).schools)

    def act() -> None:
        services.approve_trainer(cohort, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("L’agrément est enregistré.", "success")
        return redirect(url_for(".trainers", code=cohort.code), 303)
    return _approval_page(cohort, form), 422


def _animator_form(cohort: Cohort) -> AnimatorForm:
    return AnimatorForm().offer(queries.approved_trainers(cohort))


def _animator_page(cohort: Cohort, form: AnimatorForm) -> str:
    has_choice = len(form.person_id.choices or ()) > 1
    return render_template("cohorts/animator.html", cohort=cohort, form=form, has_choice=has_choice)


@bp.get(f"{COHORT}/formateurs/animation")
@requires(Permission.COHORTS_TRAINER_ASSIGN, cohort_of)
def animator(cohort: Cohort) -> str:
    """The form that names who animates the cohort."""
    return _animator_page(cohort, _animator_form(cohort))


@bp.post(f"{COHORT}/formateurs/animation")
@commits
@requires(Permission.COHORTS_TRAINER_ASSIGN, cohort_of)
def assign_animator(cohort: Cohort) -> type_answer:
    """Name a relay trainer who animates the cohort."""
    form = _animator_form(cohort)

    def act() -> None:
        services.assign_animator(cohort, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("C’est enregistré : la promotion et ses séminaires sont maintenant dans son calendrier.", "success")
        return redirect(url_for(".trainers", code=cohort.code), 303)
    return _animator_page(cohort, form), 422


ASSIGNMENT = f"{COHORT}/suivis/<uuid:assignment_id>/fin"


@bp.get(ASSIGNMENT)
@requires(Permission.COHORTS_TRAINER_ASSIGN, assignment_of)
def end(assignment: TrainerAssignment) -> str:
    """What ending an assignment will do."""
    return render_template("cohorts/end.html", assignment=assignment, cohort=assignment.cohort, form=EndForm())


@bp.post(ASSIGNMENT)
@commits
@requires(Permission.COHORTS_TRAINER_ASSIGN, assignment_of)
def end_assignment(assignment: TrainerAssignment) -> type_answer:
    """End an assignment."""
    form = EndForm()

    def act() -> None:
        services.end_assignment(assignment, on=form.on.value, by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("Le suivi est terminé à cette date.", "success")
        return redirect(_after(assignment.cohort, assignment.enrolment_id), 303)
    return render_template("cohorts/end.html", assignment=assignment, cohort=assignment.cohort, form=form), 422


def _after(cohort: Cohort, enrolment_id: uuid.UUID | None) -> str:
    if enrolment_id is None:
        return url_for(".trainers", code=cohort.code)
    return url_for(".learner", code=cohort.code, enrolment_id=enrolment_id)
