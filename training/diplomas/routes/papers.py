"""The papers of the diploma, modules validated or success: a learner’s, or a whole cohort’s by the worker (R71)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from flask import Response, flash, redirect, render_template, url_for

from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.common import access, clock, pdf
from training.common.attachments import ZIP_TYPE, attachment, file_name
from training.common.batches import BatchStatus
from training.common.errors import NotFound
from training.common.forms import ActForm, attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.diplomas import papers, queries, services
from training.diplomas.bundling import CERTIFICATES
from training.diplomas.commands import Papers
from training.diplomas.enums import PaperKind
from training.diplomas.models import DiplomaBatch
from training.diplomas.routes.blueprint import BOARD, LEARNER, bp, type_answer
from training.diplomas.routes.loaders import cohort_of, enrolment_of
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


# --- for the whole cohort, or for what was decided one day -----------------------------------------------------------

DOCUMENTS: Final = f"{BOARD}/attestations"
KINDS: Final = {"reussite": PaperKind.SUCCESS, "modules": PaperKind.MODULES}
"""As addresses say them; anything else is the day of a decision."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A cohort and the papers wanted."""

    cohort: Cohort
    papers: Papers

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.cohort.parts


@dataclass(frozen=True, slots=True)
class Ready:
    """A zip of a cohort."""

    cohort: Cohort
    batch: DiplomaBatch

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.cohort.parts


def wanted_of(principal: Principal, code: str, kind: str) -> Wanted:
    """Return a cohort and the papers an address names."""
    if kind in KINDS:
        return Wanted(cohort_of(principal, code), Papers(KINDS[kind]))
    try:
        decided_on = date.fromisoformat(kind)
    except ValueError:
        raise NotFound from None
    return Wanted(cohort_of(principal, code), Papers(PaperKind.DECISIONS, decided_on))


def batch_of(principal: Principal, code: str, diploma_batch_id: uuid.UUID) -> Ready:
    """Return a zip of a cohort whose board this person reads."""
    cohort = cohort_of(principal, code)
    return Ready(cohort, queries.find_batch(cohort, diploma_batch_id))


def _documents_page(cohort: Cohort, form: ActForm) -> str:
    batches = queries.batches_of(cohort)
    return render_template(
        "diplomas/documents.html",
        layout=layout_for(current_principal()),
        cohort=cohort,
        form=form,
        kinds=KINDS,
        days=queries.days_decided(cohort.id),
        batches=batches,
        waiting=any(batch.status is BatchStatus.WAITING for batch in batches),
        issuer=issuer_of(cohort),
    )


@bp.get(DOCUMENTS)
@requires(Permission.DIPLOMAS_CERTIFICATE_BUNDLE, cohort_of)
def documents(cohort: Cohort) -> str:
    """The papers asked for, and how far each zip is."""
    return _documents_page(cohort, ActForm())


@bp.post(f"{DOCUMENTS}/<kind>")
@commits
@requires(Permission.DIPLOMAS_CERTIFICATE_BUNDLE, wanted_of)
def request_documents(wanted: Wanted) -> type_answer:
    """Ask the worker for papers."""
    form = ActForm()

    def act() -> None:
        services.request_papers(wanted.cohort, wanted.papers, by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("C’est demandé. La préparation commence dans quelques secondes.", "success")
        return redirect(url_for(".documents", code=wanted.cohort.code), 303)
    return _documents_page(wanted.cohort, form), 422


@bp.get(f"{DOCUMENTS}/<uuid:diploma_batch_id>.zip")
@requires(Permission.DIPLOMAS_CERTIFICATE_BUNDLE, batch_of)
def documents_file(ready: Ready) -> Response:
    """The zip, its taking away noted."""
    content = CERTIFICATES.content_of(ready.batch)
    access.note(current_principal(), "diploma_papers_zip", ready.cohort)
    return attachment(content, ZIP_TYPE, f"{file_name('attestations', ready.cohort.code)}.zip")
