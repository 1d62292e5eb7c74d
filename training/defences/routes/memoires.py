"""``/memoires/<id>``: a mémoire from its subject to the “bon à soutenir” (R56–R60)."""

import uuid
from typing import Any

from flask import flash, redirect, render_template, url_for

from training.cohorts.layout import layout_for
from training.cohorts.models import Enrolment
from training.common import access, clock, filetypes, journal
from training.common.declarations import file_use, registry
from training.common.forms import ActForm, ReasonForm, attempt
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.common.views import answer
from training.defences import file_uses, queries
from training.defences.enums import MemoireAct
from training.defences.forms.memoires import (
    ChangeSubjectForm,
    RemarkForm,
    StepForm,
    SubjectDecisionForm,
    SubjectForm,
)
from training.defences.models import Memoire, Milestone
from training.defences.procedure import MEMOIRE as PROCEDURE
from training.defences.routes.blueprint import MEMOIRE, STEP, bp, type_answer
from training.defences.routes.loaders import enrolment_of, memoire_of, step_of
from training.defences.services import memoires as services
from training.portfolio.rules import the_learner

FORMS = {"remark": RemarkForm, "step": StepForm}


def to_memoire(memoire_id: uuid.UUID) -> str:
    """Return the address of a mémoire."""
    return url_for("defences.memoire", memoire_id=memoire_id)


def memoire_screen(memoire: Memoire, **forms: Any) -> str:
    """Return the page for whoever is here; a form that was refused comes back as it was typed."""
    principal = current_principal()
    use = file_use(file_uses.VERSION)
    shown = queries.memoire_page(memoire, principal)
    return render_template(
        "defences/memoire.html",
        layout=layout_for(principal),
        memoire=memoire,
        enrolment=memoire.enrolment,
        shown=shown,
        own=the_learner(principal, memoire),
        follows=can(Permission.DEFENCES_MEMOIRE_FOLLOW, memoire),
        transcribes=can(Permission.DEFENCES_SHARING_TRANSCRIBE, memoire),
        decision_form=forms.get("decision") or SubjectDecisionForm(),
        form=ActForm(),
        accept=filetypes.accept_attribute(use.media_types),
        formats=filetypes.describe(use.media_types),
        history=journal.timeline(memoire, sentences=registry.sentences),
        today=clock.today(),
        **{f"{name}_form": forms.get(name) or form() for name, form in FORMS.items()},
    )


@bp.get(MEMOIRE)
@requires(Permission.DEFENCES_MEMOIRE_READ, memoire_of)
def memoire(subject: Memoire) -> str:
    """A mémoire: to its author, what to do next; to those who follow her, what she hands in."""
    principal = current_principal()
    page = memoire_screen(subject)
    if not the_learner(principal, subject):
        access.note(principal, "memoire.read", subject)
    return page


# --- the subject -------------------------------------------------------------------------------------------------------


def _subject_page(enrolment: Enrolment, form: SubjectForm, *, memoire: Memoire | None, changes: bool = False) -> str:
    return render_template(
        "defences/subject.html",
        layout=layout_for(current_principal()),
        enrolment=enrolment,
        memoire=memoire,
        form=form,
        changes=changes,
    )


@bp.get("/parcours/<uuid:enrolment_id>/memoire")
@requires(Permission.PORTFOLIO_PATH_READ, enrolment_of)
def of_learner(enrolment: Enrolment) -> type_answer:
    """A learner’s mémoire, or the page where she proposes its subject."""
    found = queries.memoire_of(enrolment.id)
    if found is not None and can(Permission.DEFENCES_MEMOIRE_READ, found):
        return redirect(to_memoire(found.id), 303)
    if not can(Permission.DEFENCES_MEMOIRE_WRITE, enrolment):
        return redirect(url_for("portfolio.path", enrolment_id=enrolment.id), 303)
    return _subject_page(enrolment, SubjectForm(), memoire=None)


@bp.post("/parcours/<uuid:enrolment_id>/memoire")
@commits
@requires(Permission.DEFENCES_MEMOIRE_WRITE, enrolment_of)
def propose(enrolment: Enrolment) -> type_answer:
    """Propose a subject, or write the one that waits otherwise."""
    form = SubjectForm()
    found: list[Memoire] = []
    return answer(
        form,
        lambda: found.append(services.propose(enrolment, form.to_command(), by=current_principal())),
        again=lambda: _subject_page(enrolment, form, memoire=queries.memoire_of(enrolment.id)),
        to=lambda: to_memoire(found[0].id),
        done="Votre sujet est proposé : la personne qui vous suit en est prévenue.",
    )


@bp.get(f"{MEMOIRE}/sujet")
@requires(Permission.DEFENCES_MEMOIRE_WRITE, memoire_of)
def subject_form(subject: Memoire) -> str:
    """Write the subject otherwise while it waits; once approved, ask to change it."""
    data = {"subject": subject.subject, "approach": subject.approach, "keywords": subject.keywords}
    changes = MemoireAct.CHANGE_SUBJECT in PROCEDURE.available(subject, current_principal())
    form = ChangeSubjectForm(data=data) if changes else SubjectForm(data=data)
    return _subject_page(subject.enrolment, form, memoire=subject, changes=changes)


@bp.post(f"{MEMOIRE}/sujet")
@commits
@requires(Permission.DEFENCES_MEMOIRE_WRITE, memoire_of)
def change_subject(subject: Memoire) -> type_answer:
    """Ask to change an approved subject, and say why."""
    form = ChangeSubjectForm()
    return answer(
        form,
        lambda: services.change_subject(subject, form.to_command(), form.reason.data or "", by=current_principal()),
        again=lambda: _subject_page(subject.enrolment, form, memoire=subject, changes=True),
        to=to_memoire(subject.id),
        done="Votre nouveau sujet est proposé : la personne qui vous suit en est prévenue.",
    )


@bp.post(f"{MEMOIRE}/sujet/reponse")
@commits
@requires(Permission.DEFENCES_MEMOIRE_FOLLOW, memoire_of)
def decide_subject(subject: Memoire) -> type_answer:
    """Approve the subject, or ask to rework it."""
    form = SubjectDecisionForm()
    approve = form.decision.data == "approve"
    name = subject.enrolment.person.name
    return answer(
        form,
        lambda: services.decide_subject(
            subject, approve=approve, reason=form.reason.data or "", by=current_principal()
        ),
        again=lambda: memoire_screen(subject, decision=form),
        to=to_memoire(subject.id),
        done=f"Le sujet est approuvé : {name} peut rédiger." if approve else f"Votre demande est envoyée à {name}.",
    )


# --- clearance ---------------------------------------------------------------------------------------------------------


@bp.post(f"{MEMOIRE}/bon-a-soutenir")
@commits
@requires(Permission.DEFENCES_MEMOIRE_FOLLOW, memoire_of)
def clear(subject: Memoire) -> type_answer:
    """Give the “bon à soutenir”: the final version is then locked."""
    form = ActForm()
    if form.validate_on_submit() and attempt(form, lambda: services.clear(subject, by=current_principal())):
        flash("Le bon à soutenir est donné ; la version finale ne change plus.", "success")
    else:
        for message in form.form_errors:
            flash(message, "refused")
    return redirect(to_memoire(subject.id), 303)


BACK = {
    "retirer": (services.take_back, MemoireAct.TAKE_BACK, "Le bon à soutenir est retiré."),
    "reprendre": (services.return_final, MemoireAct.RETURN_FINAL, "La reprise est demandée."),
}


def _back_page(subject: Memoire, form: ReasonForm, act: MemoireAct) -> str:
    return render_template(
        "defences/back.html", layout=layout_for(current_principal()), memoire=subject, enrolment=subject.enrolment,
        form=form, act=act,
    )  # fmt: skip


@bp.get(f"{MEMOIRE}/retour")
@requires(Permission.DEFENCES_MEMOIRE_FOLLOW, memoire_of)
def back_form(subject: Memoire) -> str:
    """What taking back, or asking to work on it again, will do."""
    return _back_page(subject, ReasonForm(), _asked(subject)[1])


def _asked(subject: Memoire) -> Any:
    retires = MemoireAct.TAKE_BACK in PROCEDURE.available(subject, current_principal())
    return BACK["retirer" if retires else "reprendre"]


@bp.post(f"{MEMOIRE}/retour")
@commits
@requires(Permission.DEFENCES_MEMOIRE_FOLLOW, memoire_of)
def back(subject: Memoire) -> type_answer:
    """Take the clearance back, or ask to work on the final version again."""
    form = ReasonForm()
    verb, act, done = _asked(subject)
    return answer(
        form,
        lambda: verb(subject, form.reason.data or "", by=current_principal()),
        again=lambda: _back_page(subject, form, act),
        to=to_memoire(subject.id),
        done=done,
    )


# --- the plan of work --------------------------------------------------------------------------------------------------


@bp.post(f"{MEMOIRE}/etapes")
@commits
@requires(Permission.DEFENCES_MEMOIRE_WRITE, memoire_of)
def plan_step(subject: Memoire) -> type_answer:
    """Add a step to one’s plan."""
    form = StepForm()
    return answer(
        form,
        lambda: services.plan_step(subject, form.to_command(), by=current_principal()),
        again=lambda: memoire_screen(subject, step=form),
        to=lambda: url_for("defences.memoire", memoire_id=subject.id, _anchor="plan"),
        done=None,
    )


@bp.post(f"{STEP}/fait")
@commits
@requires(Permission.DEFENCES_MEMOIRE_WRITE, step_of)
def tick_step(step: Milestone) -> type_answer:
    """Note a step done, or not done after all."""
    if ActForm().validate_on_submit():
        services.tick_step(step, by=current_principal())
    return redirect(url_for("defences.memoire", memoire_id=step.memoire_id, _anchor="plan"), 303)


@bp.post(f"{STEP}/retirer")
@commits
@requires(Permission.DEFENCES_MEMOIRE_WRITE, step_of)
def drop_step(step: Milestone) -> type_answer:
    """Take a step out of one’s plan."""
    memoire_id = step.memoire_id
    if ActForm().validate_on_submit():
        services.drop_step(step, by=current_principal())
    return redirect(url_for("defences.memoire", memoire_id=memoire_id, _anchor="plan"), 303)
