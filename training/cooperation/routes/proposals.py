"""An assessment as a tracer document: chosen and proposed by a learner, read by her trainer, held back by a partner."""

import uuid
from collections.abc import Sequence
from typing import Any, Final

from flask import Response, render_template, request, url_for

from training.cohorts.layout import layout_for
from training.common import access, pdf
from training.common.attachments import attachment, file_name
from training.common.errors import NotFound
from training.common.forms import ActForm
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.common.views import Answer, answer
from training.cooperation import report
from training.cooperation.forms.proposals import ProposalForm
from training.cooperation.models import Assessment, AssessmentProposal
from training.cooperation.queries import assessments, plan
from training.cooperation.queries import proposals as queries
from training.cooperation.queries.proposals import OpenDocument, Proposed
from training.cooperation.routes.assessments import assessment_of
from training.cooperation.routes.blueprint import ASSESSMENT, ROOM, bp
from training.cooperation.services import proposals as services
from training.portfolio import queries as portfolio

AS_TRACER: Final = f"{ASSESSMENT}/document-traceur"
PROPOSED: Final = f"{ROOM}/documents-traceurs/<uuid:proposal_id>"


@bp.get(f"{ROOM}/document-traceur")
@requires(Permission.COOPERATION_PARTNERSHIP_LIST)
def choose_proposal() -> str:
    """Which assessment of one's territories to hand in."""
    principal = current_principal()
    return render_template(
        "cooperation/proposal_choice.html",
        layout=layout_for(principal),
        document=request.args.get("document", "")[:40],
        found=queries.own_assessments(principal),
    )


def _page(found: Assessment, form: ProposalForm, documents: Sequence[OpenDocument]) -> str:
    return render_template(
        "cooperation/proposal.html",
        assessment=found,
        partnership=found.partnership,
        form=form,
        documents=documents,
    )


@bp.get(AS_TRACER)
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, assessment_of)
def propose_form(found: Assessment) -> str:
    """What proposing it does: who reads what, who is told."""
    documents = queries.open_documents(current_principal())
    return _page(found, ProposalForm.of(documents, request.args.get("document", "")), documents)


@bp.post(AS_TRACER)
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, assessment_of)
def propose(found: Assessment) -> Answer:
    """Hand it in."""
    principal = current_principal()
    documents = queries.open_documents(principal)
    form = ProposalForm.of(documents)
    made: list[AssessmentProposal] = []

    def act() -> None:
        enrolment_id, type_id = form.chosen(documents)
        enrolment = portfolio.find_enrolment(principal, enrolment_id, to_change=True)
        made.append(services.propose(found, enrolment, type_id, by=principal))

    return answer(
        form,
        act,
        again=lambda: _page(found, form, documents),
        to=lambda: f"/documents-traceurs/{made[0].version.tracer_id}",
        done="L’auto-évaluation est déposée. La personne qui vous suit et vos partenaires en sont prévenus.",
    )


def _to_assessment(found: Assessment) -> str:
    return url_for(".assessment", assessment_id=found.id, _anchor="formation")


def _again(found: Assessment) -> str:
    documents = queries.open_documents(current_principal())
    return _page(found, ProposalForm.of(documents), documents)


@bp.post(f"{AS_TRACER}/date-seule")
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, assessment_of)
def ask_for_date_only(found: Assessment) -> Answer:
    """Ask that the date alone be shown (R132)."""
    return answer(
        ActForm(),
        lambda: services.ask_for_date_only(found, by=current_principal()),
        again=lambda: _again(found),
        to=lambda: _to_assessment(found),
        done="C’est noté : hors du partenariat, seule la date de cette auto-évaluation est montrée.",
    )


@bp.post(f"{AS_TRACER}/date-seule/retirer")
@commits
@requires(Permission.COOPERATION_PARTNERSHIP_EDIT, assessment_of)
def withdraw_date_only(found: Assessment) -> Answer:
    """Take that wish back."""
    return answer(
        ActForm(),
        lambda: services.withdraw_date_only(found, by=current_principal()),
        again=lambda: _again(found),
        to=lambda: _to_assessment(found),
        done="Votre demande est retirée.",
    )


# --- reading ---------------------------------------------------------------------------------------------------------


def proposed_of(principal: Principal, proposal_id: uuid.UUID) -> Proposed:
    """Return an assessment handed in, for who reads the learner's documents."""
    return queries.find_proposed(principal, proposal_id)


def _shown(found: Proposed) -> dict[str, Any]:
    """Return what the page shows beside the date; nothing when a partner asked for it alone."""
    if found.date_only:
        return {}
    return {"actions": plan.actions_of_assessment(found.assessment)}


@bp.get(PROPOSED)
@requires(Permission.PORTFOLIO_TRACER_READ, proposed_of)
def proposed(found: Proposed) -> str:
    """That it was held, when, and its report unless a partner objects; never the debate (the reading is noted, R93)."""
    principal = current_principal()
    page = render_template(
        "cooperation/proposed.html",
        layout=layout_for(principal),
        assessment=found.assessment,
        partnership=found.assessment.partnership,
        tracer=found.tracer,
        proposal_id=found.id,
        date_only=found.date_only,
        **_shown(found),
    )
    if found.tracer.enrolment.person_id != principal.person_id:
        access.note(principal, "assessment.read", found.assessment)
    return page


@bp.get(f"{PROPOSED}/rapport.pdf")
@requires(Permission.PORTFOLIO_TRACER_READ, proposed_of)
def proposed_report(found: Proposed) -> Response:
    """The report, without the debate."""
    if found.date_only:
        raise NotFound("Les partenaires ont demandé que seule la date de cette auto-évaluation soit montrée.")
    assessment = found.assessment
    before = assessments.finalised_before(assessment)
    content = report.build(assessment, before, plan.actions_of_assessment(assessment), debate=False)
    return attachment(content, pdf.MEDIA_TYPE, f"{file_name('rapport', assessment.partnership.name)}.pdf")
