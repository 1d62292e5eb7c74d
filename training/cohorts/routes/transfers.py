"""``/promotions/<code>/apprenants/<id>/transfert`` and ``/transferts/<id>``: a learner passes to another cohort (R116)."""

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, flash, redirect, render_template, request, url_for

from training.accounts.enums import Part
from training.accounts.rules import transcribes
from training.cohorts import queries, services
from training.cohorts.layout import layout_for
from training.cohorts.models import Enrolment
from training.cohorts.routes.blueprint import LEARNER, TRANSFER_ACTS, type_answer
from training.cohorts.routes.blueprint import bp as cohorts_bp
from training.cohorts.routes.loaders import TransferStep, enrolment_of, transfer_of, transfer_step_of
from training.cohorts.services.transfers import EVIDENCE_USE
from training.cohorts.transfer_forms import AcceptForm, AnswerForm, KeptForm, TransferForm, kept_name
from training.cohorts.transfer_rules import TRANSFER_PROCEDURE
from training.cohorts.transfers import Transfer, TransferAct, TransferStatus
from training.common import access, journal
from training.common.declarations import file_use, registry
from training.common.forms import Form, attempt
from training.common.guard import can, current_principal, requires
from training.common.listing import Column
from training.common.policy import Permission
from training.common.transaction import UploadLimit, commits

bp: Final = Blueprint("transfers", __name__, url_prefix="/transferts")
TRANSFER: Final = "/<uuid:transfer_id>"

COLUMNS: Final = (Column("name", "Module suivi"), Column("words", "Acquis"), Column("kept", "Compte pour"))

DONE: Final = {
    TransferAct.WELCOME: "C’est noté : une place est gardée. L’école se prononce maintenant sur la correspondance.",
    TransferAct.DECLINE: "Le transfert est décliné : la personne qui l’a proposé est prévenue.",
    TransferAct.REFUSE: "Le transfert est refusé : la personne qui l’a proposé est prévenue.",
    TransferAct.WITHDRAW: "La proposition est retirée : rien n’a changé.",
}


def _proposal_form(enrolment: Enrolment) -> TransferForm:
    return TransferForm().offer(queries.targets_for(enrolment))


def _proposal_page(enrolment: Enrolment, form: TransferForm) -> str:
    return render_template(
        "cohorts/transfer_new.html",
        layout=layout_for(current_principal()),
        enrolment=enrolment,
        cohort=enrolment.cohort,
        form=form,
    )


@cohorts_bp.get(f"{LEARNER}/transfert")
@requires(Permission.COHORTS_TRANSFER_PROPOSE, enrolment_of)
def transfer_form(enrolment: Enrolment) -> type_answer:
    """The form that proposes a transfer; the one under way when there is one."""
    live = queries.live_transfer_of(enrolment.id)
    if live is not None:
        return redirect(url_for("transfers.show", transfer_id=live.id), 303)
    return _proposal_page(enrolment, _proposal_form(enrolment))


@cohorts_bp.post(f"{LEARNER}/transfert")
@commits
@requires(Permission.COHORTS_TRANSFER_PROPOSE, enrolment_of)
def propose_transfer(enrolment: Enrolment) -> type_answer:
    """Propose that a learner pass to another cohort."""
    form = _proposal_form(enrolment)
    made: list[Transfer] = []

    def act() -> None:
        made.append(services.propose_transfer(enrolment, form.to_command(), by=current_principal()))

    if form.validate_on_submit() and attempt(form, act):
        welcomed = made[0].status is TransferStatus.WELCOMED
        told = "une place est gardée, et l’école se prononce" if welcomed else "la promotion d’accueil se prononce"
        flash(f"Le transfert est proposé : {told}. Rien ne change d’ici là.", "success")
        return redirect(url_for("transfers.show", transfer_id=made[0].id), 303)
    return _proposal_page(enrolment, form), 422


def _page(transfer: Transfer, template: str, form: Form | None = None, **more: Any) -> str:
    principal = current_principal()
    available = TRANSFER_PROCEDURE.available(transfer, principal)
    return render_template(
        f"cohorts/{template}.html",
        layout=layout_for(principal),
        transfer=transfer,
        shown=queries.transfer_page(transfer),
        form=form,
        typed=request.form,
        kept_name=kept_name,
        columns=COLUMNS,
        reads_former=can(Permission.COHORTS_ENROLMENT_READ, transfer.enrolment),
        acts=[(slug, act) for slug, act in TRANSFER_ACTS.items() if act in available],
        may_accept=TransferAct.ACCEPT in available,
        may_correct=transfer.is_live and can(Permission.COHORTS_TRANSFER_PROPOSE, transfer),
        **more,
    )


@bp.get(TRANSFER)
@requires(Permission.COHORTS_TRANSFER_READ, transfer_of)
def show(transfer: Transfer) -> str:
    """A transfer: who, from where to where, what counts for what, who has still to agree."""
    reads_new = transfer.to_enrolment is not None and can(Permission.COHORTS_ENROLMENT_READ, transfer.to_enrolment)
    is_learner = transfer.person_id == current_principal().person_id
    history = [] if is_learner else journal.timeline(transfer, sentences=registry.sentences)
    page = _page(transfer, "transfer", history=history, reads_new=reads_new, is_learner=is_learner)
    if not is_learner:
        access.note(current_principal(), "transfer.read", transfer)
    return page


@bp.get(f"{TRANSFER}/correspondance")
@requires(Permission.COHORTS_TRANSFER_PROPOSE, transfer_of)
def correspondence(transfer: Transfer) -> str:
    """The form of what counts for what."""
    return _page(transfer, "transfer_lines", KeptForm())


@bp.post(f"{TRANSFER}/correspondance")
@commits
@requires(Permission.COHORTS_TRANSFER_PROPOSE, transfer_of)
def correct(transfer: Transfer) -> type_answer:
    """Change what counts for what, before the school agrees."""
    form = KeptForm()

    def act() -> None:
        services.correct_transfer(transfer, form.kept(transfer.lines, request.form), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("La correspondance est enregistrée : l’école la lira avant de l’accepter.", "success")
        return redirect(_address(transfer), 303)
    return _page(transfer, "transfer_lines", form), 422


def _address(transfer: Transfer) -> str:
    return url_for("transfers.show", transfer_id=transfer.id)


def _limits(_transfer: Transfer) -> Mapping[str, UploadLimit]:
    return {"evidence": UploadLimit(file_use(EVIDENCE_USE))}


def _transcribed(transfer: Transfer) -> bool:
    return transcribes(current_principal(), transfer, Part.SCHOOL)


@bp.get(f"{TRANSFER}/accord")
@requires(Permission.COHORTS_TRANSFER_ACCEPT, transfer_of)
def agreement(transfer: Transfer) -> str:
    """What agreeing will do, and the correspondence one agrees to."""
    TRANSFER_PROCEDURE.check(transfer, TransferAct.ACCEPT, by=current_principal())
    return _page(transfer, "transfer_accept", AcceptForm(), transcribed=_transcribed(transfer))


@bp.post(f"{TRANSFER}/accord")
@commits(files=_limits)
@requires(Permission.COHORTS_TRANSFER_ACCEPT, transfer_of)
def accept(transfer: Transfer) -> type_answer:
    """Agree: the learner passes to her new cohort with what she acquired."""
    form = AcceptForm()

    def act() -> None:
        services.accept_transfer(transfer, form.agreement(transfer.lines, request.form), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        name = transfer.enrolment.person.name
        flash(f"C’est fait : {name} est dans « {transfer.cohort.label} ». Chacun·e est prévenu·e.", "success")
        return redirect(_address(transfer), 303)
    return _page(transfer, "transfer_accept", form, transcribed=_transcribed(transfer)), 422


def _step_page(found: TransferStep, form: AnswerForm) -> str:
    needs_reason = TRANSFER_PROCEDURE.steps[found.act].reason
    return _page(found.transfer, "transfer_step", form, act=found.act, needs_reason=needs_reason)


@bp.get(f"{TRANSFER}/etat/<act>")
@requires(Permission.COHORTS_TRANSFER_READ, transfer_step_of)
def step(found: TransferStep) -> str:
    """What welcoming, declining, refusing or withdrawing will do."""
    TRANSFER_PROCEDURE.check(found.transfer, found.act, by=current_principal(), reason="-")
    return _step_page(found, AnswerForm())


@bp.post(f"{TRANSFER}/etat/<act>")
@commits
@requires(Permission.COHORTS_TRANSFER_READ, transfer_step_of)
def take_step(found: TransferStep) -> type_answer:
    """Welcome, decline, refuse or withdraw."""
    form, by = AnswerForm(), current_principal()

    def act() -> None:
        if found.act is TransferAct.WELCOME:
            services.welcome_transfer(found.transfer, by=by)
        else:
            services.end_transfer(found.transfer, found.act, form.reason.data or "", by=by)

    if form.validate_on_submit() and attempt(form, act):
        flash(DONE[found.act], "success")
        return redirect(_address(found.transfer), 303)
    return _step_page(found, form), 422
