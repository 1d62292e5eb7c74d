"""``/soutenances/<id>``: one defence, from its pledge to its published result (R62–R66, R126)."""

import uuid
from typing import Any, Final

from flask import Response, flash, redirect, render_template, request, url_for

from training.cohorts.layout import layout_for
from training.common import access, clock, journal, pdf
from training.common.attachments import attachment, file_name
from training.common.declarations import registry
from training.common.errors import NotFound
from training.common.forms import ActForm, Form, ReasonForm, attempt
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import answer
from training.defences import jury_papers as papers
from training.defences.enums import APPRECIATIONS, CRITERIA, Appreciation, Stage
from training.defences.forms.juries import (
    ConclusionForm,
    DeclineForm,
    EvaluationForm,
)
from training.defences.models import DefenceSlot, JurySeat
from training.defences.queries.defences import find_slot, versions_of
from training.defences.routes.blueprint import bp, type_answer
from training.defences.rules import juries
from training.defences.rules.people import slot_learner
from training.defences.services import publishing, sitting

DEFENCE: Final = "/soutenances/<uuid:defence_id>"


def layout() -> str:
    """Return the layout: the public one for whoever acts by a link."""
    principal = current_principal()
    return layout_for(principal) if principal.is_signed_in else "layouts/public.html"


def defence_of(principal: Principal, defence_id: uuid.UUID) -> DefenceSlot:
    """Return a defence this person has to do with; a POST holds it for its transaction."""
    return find_slot(principal, defence_id, to_change=request.method == "POST")


def to_defence(slot: DefenceSlot) -> str:
    """Return the address of a defence."""
    return url_for("defences.defence", defence_id=slot.id)


def own_seat(slot: DefenceSlot) -> JurySeat:
    """Return the seat of whoever acts."""
    seat: JurySeat | None = juries.seat_of(current_principal(), slot)
    if seat is None:
        raise NotFound
    return seat


def _evaluation_form(slot: DefenceSlot, seat: JurySeat | None) -> EvaluationForm:
    written = seat.evaluation if seat is not None else None
    data: dict[str, Any] = {}
    if written is not None:
        data = {**written.marks, "words": written.words, "give": written.given_at is not None}
        data["proposal"] = written.proposal.value if written.proposal else ""
    form = EvaluationForm(data=data)
    form.offer(juries.outcomes_of(slot.cohort.edition.rules))
    return form


def _conclusion_form(slot: DefenceSlot) -> ConclusionForm:
    minutes = slot.minutes
    data: dict[str, Any] = {"present": [str(seat.id) for seat in slot.sitting if seat.present is not False]}
    if minutes is not None:
        data |= {
            "outcome": minutes.outcome.value, "comments": minutes.comments, "corrections": minutes.corrections,
            "corrections_due": minutes.corrections_due,
        }  # fmt: skip
    form = ConclusionForm(data=data)
    form.offer(slot.sitting, juries.outcomes_of(slot.cohort.edition.rules))
    return form


def defence_screen(slot: DefenceSlot, **forms: Form) -> str:
    """Return the page for whoever is here; a form that was refused comes back as it was typed."""
    principal = current_principal()
    seat = juries.seat_of(principal, slot)
    own = slot_learner(principal, slot)
    deliberates = can(Permission.DEFENCES_DEFENCE_DELIBERATE, slot) and not own
    reads = seat is not None and juries.may_read(seat, slot)
    versions = versions_of(slot.memoire) if slot.memoire is not None and (reads or slot.published_at) else ()
    shown = juries.shares_evaluations(slot) and (deliberates or (seat is not None and seat.pledged_at is not None))
    return render_template(
        "defences/defence.html",
        layout=layout(),
        slot=slot,
        cohort=slot.cohort,
        memoire=slot.memoire,
        seat=seat,
        own=own,
        told=slot.published_at is not None
        or (not own and (seat is not None or can(Permission.DEFENCES_DAY_READ, slot.cohort))),
        stage=juries.stage_of(slot),
        reads=reads,
        final=next((each for each in versions if each.kind.value != "draft" and not each.is_hidden), None),
        evaluations=[each for each in slot.sitting if shown and each.evaluation and each.evaluation.given_at],
        criteria=CRITERIA,
        appreciation=Appreciation,
        appreciations=APPRECIATIONS,
        deliberates=deliberates,
        signs=can(Permission.DEFENCES_MINUTES_SIGN, slot) and not own,
        plans=can(Permission.DEFENCES_DAY_MANAGE, slot.cohort) and not own,
        accepts=not own
        and juries.corrections_are_open(slot, clock.today())
        and can(Permission.DEFENCES_CORRECTIONS_ACCEPT, slot),
        unsigned=juries.unsigned(slot),
        quorum=juries.quorum_of(slot.cohort.edition.rules),
        started=slot.starts_at <= clock.now(),
        form=ActForm(),
        decline_form=forms.get("decline") or DeclineForm(),
        evaluation_form=forms.get("evaluation") or _evaluation_form(slot, seat),
        conclusion_form=forms.get("conclusion") or _conclusion_form(slot),
        history=[] if own else journal.timeline(slot, sentences=registry.sentences),
        today=clock.today(),
    )


@bp.get(DEFENCE)
@requires(Permission.DEFENCES_DEFENCE_READ, defence_of)
def defence(slot: DefenceSlot) -> str:
    """One defence: to its jury, what to do now; to the learner, when and where, then her published result."""
    return defence_screen(slot)


@bp.post(f"{DEFENCE}/engagement")
@commits
@requires(Permission.DEFENCES_DEFENCE_JUDGE, defence_of)
def pledge(slot: DefenceSlot) -> type_answer:
    """Pledge to judge impartially."""
    if ActForm().validate_on_submit():
        sitting.pledge(own_seat(slot), by=current_principal())
        opened = "" if slot.day.is_open else " Le mémoire s’ouvrira à la date prévue."
        flash(f"Votre engagement est noté.{opened}", "success")
    return redirect(to_defence(slot), 303)


@bp.post(f"{DEFENCE}/empechement")
@commits
@requires(Permission.DEFENCES_DEFENCE_JUDGE, defence_of)
def decline(slot: DefenceSlot) -> type_answer:
    """Say that one cannot judge this learner."""
    form, juror = DeclineForm(), own_seat(slot).juror
    return answer(
        form,
        lambda: sitting.decline(own_seat(slot), form.words.data or "", by=current_principal()),
        again=lambda: defence_screen(slot, decline=form),
        to=url_for("defences.own_jury", juror_id=juror.id),
        done="C’est noté : vous ne jugerez pas cette personne. L’équipe vous remplace.",
    )


@bp.post(f"{DEFENCE}/evaluation")
@commits
@requires(Permission.DEFENCES_DEFENCE_JUDGE, defence_of)
def evaluate(slot: DefenceSlot) -> type_answer:
    """Keep or give one’s evaluation."""
    form = EvaluationForm()
    form.offer(juries.outcomes_of(slot.cohort.edition.rules))
    given = bool(form.give.data)
    return answer(
        form,
        lambda: sitting.evaluate(own_seat(slot), form.to_command(), by=current_principal()),
        again=lambda: defence_screen(slot, evaluation=form),
        to=to_defence(slot),
        done="Votre évaluation est remise." if given else "Votre évaluation est gardée : vous seul·e la lisez.",
    )


@bp.post(f"{DEFENCE}/deliberation")
@commits
@requires(Permission.DEFENCES_DEFENCE_DELIBERATE, defence_of)
def open_deliberation(slot: DefenceSlot) -> type_answer:
    """Open the deliberation."""
    form = ActForm()
    if form.validate_on_submit() and not attempt(form, lambda: sitting.open_deliberation(slot, by=current_principal())):
        flash(form.form_errors[0], "warning")
    return redirect(to_defence(slot), 303)


@bp.post(f"{DEFENCE}/proces-verbal")
@commits
@requires(Permission.DEFENCES_DEFENCE_DELIBERATE, defence_of)
def conclude(slot: DefenceSlot) -> type_answer:
    """Write what the jury decides."""
    form = ConclusionForm()
    form.offer(slot.sitting, juries.outcomes_of(slot.cohort.edition.rules))
    return answer(
        form,
        lambda: sitting.conclude(slot, form.to_command(), by=current_principal()),
        again=lambda: defence_screen(slot, conclusion=form),
        to=lambda: url_for("defences.signatures", defence_id=slot.id),
        done="Le procès-verbal est écrit. Chaque membre présent le signe maintenant, tour à tour.",
    )


@bp.get(f"{DEFENCE}/proces-verbal.pdf")
@requires(Permission.DEFENCES_MINUTES_SIGN, defence_of)
def minutes_paper(slot: DefenceSlot) -> Response:
    """The minutes as a PDF."""
    if slot.minutes is None or slot_learner(current_principal(), slot):
        raise NotFound
    access.note(current_principal(), "defence.minutes_read", slot)
    paper = papers.minutes_paper(slot)
    return attachment(paper, pdf.MEDIA_TYPE, f"{file_name('proces-verbal', slot.minutes.content['learner'])}.pdf")


# --- results -----------------------------------------------------------------------------------------------------------


@bp.get(f"{DEFENCE}/publier")
@requires(Permission.DEFENCES_DEFENCE_DELIBERATE, defence_of)
def confirm_publishing(slot: DefenceSlot) -> type_answer:
    """What publishing her result does, and whom it writes to."""
    if juries.stage_of(slot) is not Stage.TO_PUBLISH:
        return redirect(to_defence(slot), 303)
    return render_template("defences/publish.html", layout=layout(), slot=slot, form=ActForm())


@bp.post(f"{DEFENCE}/publier")
@commits
@requires(Permission.DEFENCES_DEFENCE_DELIBERATE, defence_of)
def publish(slot: DefenceSlot) -> type_answer:
    """Tell the learner her result."""
    form = ActForm()
    if form.validate_on_submit():
        if attempt(form, lambda: publishing.publish(slot, by=current_principal())):
            flash("Le résultat est publié : la personne en est prévenue.", "success")
        else:
            flash(form.form_errors[0], "warning")
    return redirect(to_defence(slot), 303)


@bp.post(f"{DEFENCE}/corrections")
@commits
@requires(Permission.DEFENCES_CORRECTIONS_ACCEPT, defence_of)
def accept_corrections(slot: DefenceSlot) -> type_answer:
    """Accept the corrected version."""
    form = ActForm()
    if form.validate_on_submit():
        if attempt(form, lambda: publishing.accept_corrections(slot, by=current_principal())):
            flash("Les corrections sont acceptées : la personne est admise.", "success")
        else:
            flash(form.form_errors[0], "warning")
    return redirect(to_defence(slot), 303)


def _refusal_page(slot: DefenceSlot, form: ReasonForm) -> str:
    return render_template("defences/refuse_corrections.html", layout=layout(), slot=slot, form=form)


@bp.get(f"{DEFENCE}/corrections/refuser")
@requires(Permission.DEFENCES_DEFENCE_DELIBERATE, defence_of)
def refuse_corrections_form(slot: DefenceSlot) -> str:
    """What refusing the corrections will do."""
    return _refusal_page(slot, ReasonForm())


@bp.post(f"{DEFENCE}/corrections/refuser")
@commits
@requires(Permission.DEFENCES_DEFENCE_DELIBERATE, defence_of)
def refuse_corrections(slot: DefenceSlot) -> type_answer:
    """Defer the learner: her corrections did not come, or are not enough."""
    form = ReasonForm()
    return answer(
        form,
        lambda: publishing.refuse_corrections(slot, form.reason.data or "", by=current_principal()),
        again=lambda: _refusal_page(slot, form),
        to=to_defence(slot),
        done="La personne est ajournée : elle attend une nouvelle soutenance.",
    )
