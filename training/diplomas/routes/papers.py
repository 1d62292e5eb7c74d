"""The papers of a learner’s diploma: modules validated, success (R71)."""

from flask import Response, flash, redirect, url_for

from training.cohorts.models import Enrolment
from training.common import access, clock, pdf
from training.common.attachments import attachment
from training.common.guard import current_principal, requires
from training.common.policy import Permission
from training.diplomas import papers, queries
from training.diplomas.routes.blueprint import LEARNER, bp, type_answer
from training.diplomas.routes.loaders import enrolment_of
from training.seminars.papers import Paper
from training.seminars.queries.papers import issuer_of


def _sent(paper: Paper, enrolment: Enrolment) -> Response:
    response = attachment(paper.render(), pdf.MEDIA_TYPE, paper.name)
    access.note(current_principal(), f"{paper.document}.read", enrolment)
    return response


@bp.get(f"{LEARNER}/attestation-modules.pdf")
@requires(Permission.DIPLOMAS_CERTIFICATE_READ, enrolment_of)
def modules_paper(enrolment: Enrolment) -> Response:
    """The modules validated today, for her or whoever carries her course."""
    progress = queries.progress_of_learner(enrolment.id)
    return _sent(papers.modules(enrolment, progress, issuer_of(enrolment.cohort), clock.today()), enrolment)


@bp.get(f"{LEARNER}/attestation-reussite.pdf")
@requires(Permission.DIPLOMAS_CERTIFICATE_READ, enrolment_of)
def success_paper(enrolment: Enrolment) -> type_answer:
    """Her diploma, as the register says it."""
    entry = queries.entry_of(enrolment.id)
    if entry is None:
        flash("Aucun diplôme n’est inscrit au registre pour cette personne.", "warning")
        return redirect(url_for(".learner", enrolment_id=enrolment.id), 303)
    return _sent(papers.success(enrolment, entry, issuer_of(enrolment.cohort), clock.today()), enrolment)
