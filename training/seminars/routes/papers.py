"""Papers drawn from the sheets: one by one, or for the whole cohort by the worker (R41, R42)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from flask import Response, flash, redirect, render_template, url_for

from training.cohorts.layout import layout_for
from training.cohorts.models import Cohort, CohortPart, Enrolment
from training.common import access, clock, pdf
from training.common.attachments import ZIP_TYPE, attachment
from training.common.batches import BatchStatus
from training.common.errors import NotFound
from training.common.forms import ActForm, attempt
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal
from training.common.transaction import commits
from training.database import db
from training.seminars import papers, queries, services
from training.seminars.bundling import BUNDLES
from training.seminars.enums import DocumentKind
from training.seminars.forms import IssuerForm
from training.seminars.models import DocumentBatch
from training.seminars.papers import Paper
from training.seminars.queries.corrections import corrections_on
from training.seminars.queries.papers import batches_of, issuer_of, marks_on
from training.seminars.queries.sheets import SheetView
from training.seminars.routes.blueprint import ATTENDANCE, PRESENCE, SHEET, bp, type_answer
from training.seminars.routes.loaders import cohort_of
from training.seminars.routes.presence import enrolment_of
from training.seminars.routes.sheets import sheet_of

KINDS: Final = {
    "feuilles": DocumentKind.SHEETS,
    "certificats": DocumentKind.COMPLETION,
    "attestations": DocumentKind.ATTENDANCE,
    "registre": DocumentKind.BOOK,
    "convocations": DocumentKind.CONVOCATIONS,
}


def _sent(paper: Paper) -> Response:
    return attachment(paper.render(), pdf.MEDIA_TYPE, paper.name)


@bp.get(f"{SHEET}/feuille.pdf")
@requires(Permission.SEMINARS_SHEET_READ, sheet_of)
def sheet_paper(view: SheetView) -> Response:
    """The sheet as a PDF: to print and sign before, as it stands afterwards."""
    issuer = issuer_of(view.cohort)
    entries = queries.entries_of(view.sheet) if view.sheet.version else []
    if not entries:
        return _sent(papers.blank_sheet(view, issuer))
    access.note(current_principal(), "attendance_sheet_pdf", view.sheet)
    marks, corrections = marks_on([view.sheet.id]), corrections_on(entries)
    return _sent(papers.signed_sheet(view.half_day, view.sheet, entries, marks, issuer, corrections=corrections))


@bp.get(f"{PRESENCE}/certificat-de-realisation.pdf")
@requires(Permission.SEMINARS_ATTENDANCE_LEARNER, enrolment_of)
def completion_paper(enrolment: Enrolment) -> Response:
    """The hours really carried out, from locked sheets."""
    presence = queries.presence_of(enrolment)
    _refuse_nothing(papers.is_issuable(presence))
    return _sent(papers.completion(enrolment, presence, issuer_of(enrolment.cohort), clock.today()))


@bp.get(f"{PRESENCE}/attestation-d-assiduite.pdf")
@requires(Permission.SEMINARS_ATTENDANCE_LEARNER, enrolment_of)
def attendance_paper(enrolment: Enrolment) -> Response:
    """Half-day by half-day, what she followed and missed, without reasons."""
    presence = queries.presence_of(enrolment)
    _refuse_nothing(papers.is_issuable(presence))
    return _sent(papers.attendance(enrolment, presence, issuer_of(enrolment.cohort), clock.today()))


def _refuse_nothing(there_is: bool) -> None:
    if not there_is:
        raise NotFound(
            "Aucune feuille verrouillée ne montre encore cette personne présente : il n’y a rien à attester."
        )


# --- for the whole cohort ----------------------------------------------------------------------------------------------


def _bundles_page(cohort: Cohort, form: ActForm) -> str:
    batches = batches_of(cohort)
    return render_template(
        "seminars/presence/bundles.html",
        cohort=cohort,
        layout=layout_for(current_principal()),
        form=form,
        kinds=KINDS,
        batches=batches,
        waiting=any(batch.status is BatchStatus.WAITING for batch in batches),
        issuer=issuer_of(cohort),
    )


@bp.get(f"{ATTENDANCE}/documents")
@requires(Permission.SEMINARS_DOCUMENTS_ISSUE, cohort_of)
def bundles(cohort: Cohort) -> str:
    """The bundles asked for, and how far each is."""
    return _bundles_page(cohort, ActForm())


@dataclass(frozen=True, slots=True)
class Wanted:
    """A cohort and the papers wanted."""

    cohort: Cohort
    kind: DocumentKind

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.cohort.parts


def wanted_of(principal: Principal, code: str, kind: str) -> Wanted:
    """Return a cohort and a kind of papers."""
    if kind not in KINDS:
        raise NotFound
    return Wanted(cohort_of(principal, code), KINDS[kind])


@bp.post(f"{ATTENDANCE}/documents/<kind>")
@commits
@requires(Permission.SEMINARS_DOCUMENTS_ISSUE, wanted_of)
def request_bundle(wanted: Wanted) -> type_answer:
    """Ask the worker for the papers of one kind."""
    form = ActForm()

    def act() -> None:
        services.request_bundle(wanted.cohort, wanted.kind, by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("C’est demandé. La préparation commence dans quelques secondes.", "success")
        return redirect(url_for(".bundles", code=wanted.cohort.code), 303)
    return _bundles_page(wanted.cohort, form), 422


@dataclass(frozen=True, slots=True)
class Ready:
    """A bundle of a cohort."""

    cohort: Cohort
    batch: DocumentBatch

    @property
    def parts(self) -> Sequence[CohortPart]:
        """Whence one’s rights."""
        return self.cohort.parts


def batch_of(principal: Principal, code: str, batch_id: uuid.UUID) -> Ready:
    """Return a bundle of a cohort this person sees."""
    cohort = cohort_of(principal, code)
    batch = db.session.get(DocumentBatch, batch_id)
    if batch is None or batch.cohort_id != cohort.id or batch.seminar_id is not None:
        raise NotFound
    return Ready(cohort, batch)


@bp.get(f"{ATTENDANCE}/documents/<uuid:batch_id>.zip")
@requires(Permission.SEMINARS_DOCUMENTS_ISSUE, batch_of)
def bundle_file(ready: Ready) -> Response:
    """The zip of a finished bundle."""
    content = BUNDLES.content_of(ready.batch)
    name = f"{papers.slug(ready.batch.kind.label)}-{papers.slug(ready.cohort.code)}.zip"
    access.note_export(current_principal(), f"bundle_{ready.batch.kind.value}")
    return attachment(content, ZIP_TYPE, name)


# --- who signs ---------------------------------------------------------------------------------------------------------


def _issuer_page(cohort: Cohort, form: IssuerForm) -> str:
    return render_template("seminars/presence/issuer.html", cohort=cohort, form=form)


@bp.get(f"{ATTENDANCE}/signataire")
@requires(Permission.SEMINARS_DOCUMENTS_ISSUE, cohort_of)
def issuer_form(cohort: Cohort) -> str:
    """Who signs the papers of the carrier."""
    return _issuer_page(cohort, IssuerForm(obj=issuer_of(cohort)))


@bp.post(f"{ATTENDANCE}/signataire")
@commits
@requires(Permission.SEMINARS_DOCUMENTS_ISSUE, cohort_of)
def set_issuer(cohort: Cohort) -> type_answer:
    """Say who signs them."""
    form = IssuerForm()

    def act() -> None:
        services.set_issuer(cohort, form.to_command(), by=current_principal())

    if form.validate_on_submit() and attempt(form, act):
        flash("C’est enregistré : les prochains documents le porteront.", "success")
        return redirect(url_for(".bundles", code=cohort.code), 303)
    return _issuer_page(cohort, form), 422
