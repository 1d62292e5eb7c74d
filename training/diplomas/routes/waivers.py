"""Waivers of a learner: asked of the school, given by it, answered, ended (R69, R96)."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from training.accounts.enums import Part
from training.accounts.rules import transcribes
from training.cohorts.layout import layout_for
from training.cohorts.models import Enrolment
from training.common import journal
from training.common.declarations import registry
from training.common.errors import NotFound
from training.common.forms import attempt
from training.common.guard import can, current_principal, requires
from training.common.policy import Permission
from training.common.transaction import commits
from training.diplomas import queries, services
from training.diplomas.enums import WaiverScope, WaiverStatus
from training.diplomas.forms import AnswerForm, AskForm, EndForm, GrantForm
from training.diplomas.models import DiplomaWaiver
from training.diplomas.routes.blueprint import LEARNER, WAIVER, bp, type_answer
from training.diplomas.routes.loaders import enrolment_of, waiver_evidence, waiver_of
from training.diplomas.rules import WaiverKey, label_of

ASK = f"{LEARNER}/demande-de-dispense"
GRANT = f"{LEARNER}/dispense"


def _nothing_named(enrolment: Enrolment) -> type_answer | None:
    """Lead to what lacks when the address does not say from what to dispense."""
    if request.args.get("objet"):
        return None
    flash("Choisissez d’abord, dans ce qui manque, ce qui ferait l’objet d’une dispense.", "warning")
    return redirect(url_for(".learner", enrolment_id=enrolment.id), 303)


def _key() -> WaiverKey:
    """Return what the address names."""
    scope = request.args.get("objet", "")
    if scope not in set(WaiverScope):
        raise NotFound
    return WaiverKey(WaiverScope(scope), request.args.get("cible", ""))


def _shared(enrolment: Enrolment) -> dict[str, Any]:
    principal = current_principal()
    return {
        "layout": layout_for(principal),
        "enrolment": enrolment,
        "cohort": enrolment.cohort,
        "transcribes": transcribes(principal, enrolment, Part.SCHOOL),
    }


def _label(enrolment: Enrolment) -> str:
    progress = queries.progress_of_learner(enrolment.id)
    label = label_of(progress.facts, _key())
    if label is None or _key() not in progress.eligibility.waivable:
        raise NotFound("Rien de tel ne manque aujourd’hui\u00a0: relisez la page du diplôme.")
    return label


def _done(enrolment: Enrolment, message: str) -> type_answer:
    flash(message, "success")
    return redirect(url_for(".learner", enrolment_id=enrolment.id), 303)


# --- asked of the school ---------------------------------------------------------------------------------------------


def _ask_page(enrolment: Enrolment, form: AskForm) -> str:
    return render_template("diplomas/waiver_ask.html", **_shared(enrolment), label=_label(enrolment), form=form)


@bp.get(ASK)
@requires(Permission.DIPLOMAS_WAIVER_ASK, enrolment_of)
def ask_form(enrolment: Enrolment) -> type_answer:
    """Where whoever follows or carries a learner asks the school for a waiver."""
    return _nothing_named(enrolment) or _ask_page(enrolment, AskForm())


@bp.post(ASK)
@commits
@requires(Permission.DIPLOMAS_WAIVER_ASK, enrolment_of)
def ask(enrolment: Enrolment) -> type_answer:
    """Ask."""
    unnamed = _nothing_named(enrolment)
    if unnamed is not None:
        return unnamed
    form, key = AskForm(), _key()

    def act() -> None:
        services.ask(enrolment, form.to_command(key), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        return _done(enrolment, "La demande est transmise à l’école.")
    return _ask_page(enrolment, form), 422


# --- given by the school ---------------------------------------------------------------------------------------------


def _grant_page(enrolment: Enrolment, form: GrantForm) -> str:
    return render_template("diplomas/waiver_grant.html", **_shared(enrolment), label=_label(enrolment), form=form)


@bp.get(GRANT)
@requires(Permission.DIPLOMAS_WAIVER_DECIDE, enrolment_of)
def grant_form(enrolment: Enrolment) -> type_answer:
    """Where the school dispenses a learner from something she lacks."""
    return _nothing_named(enrolment) or _grant_page(enrolment, GrantForm())


@bp.post(GRANT)
@commits(files=waiver_evidence)
@requires(Permission.DIPLOMAS_WAIVER_DECIDE, enrolment_of)
def grant(enrolment: Enrolment) -> type_answer:
    """Dispense."""
    unnamed = _nothing_named(enrolment)
    if unnamed is not None:
        return unnamed
    form, key = GrantForm(), _key()

    def act() -> None:
        services.grant(enrolment, form.to_command(key), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        return _done(enrolment, "La dispense est enregistrée.")
    return _grant_page(enrolment, form), 422


# --- one of them -----------------------------------------------------------------------------------------------------


def _waiver_page(waiver: DiplomaWaiver, form: AnswerForm | EndForm) -> str:
    enrolment = waiver.enrolment
    return render_template(
        "diplomas/waiver.html",
        **_shared(enrolment),
        waiver=waiver,
        form=form,
        decides=can(Permission.DIPLOMAS_WAIVER_DECIDE, waiver)
        and waiver.status in {WaiverStatus.ASKED, WaiverStatus.GRANTED},
        reads_proof=can(Permission.DIPLOMAS_BOARD_READ, enrolment.cohort),
        history=journal.timeline(waiver, sentences=registry.sentences),
    )


def _form_of(waiver: DiplomaWaiver) -> AnswerForm | EndForm:
    return AnswerForm() if waiver.status is WaiverStatus.ASKED else EndForm()


@bp.get(WAIVER)
@requires(Permission.DIPLOMAS_ELIGIBILITY_READ, waiver_of)
def waiver(found: DiplomaWaiver) -> str:
    """A waiver: what it is about, why, what the school answered; the school answers here."""
    return _waiver_page(found, _form_of(found))


@bp.post(WAIVER)
@commits(files=waiver_evidence)
@requires(Permission.DIPLOMAS_WAIVER_DECIDE, waiver_of)
def settle(found: DiplomaWaiver) -> type_answer:
    """Grant, refuse or end it."""
    form = _form_of(found)

    def act() -> None:
        services.settle(found, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        return _done(found.enrolment, f"La dispense est {found.status.label}.")
    return _waiver_page(found, form), 422
