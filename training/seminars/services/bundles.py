"""Papers for a whole cohort, convocations of a seminar: asked for on a page, made by the worker (R42, R118)."""

from collections.abc import Iterator
from dataclasses import replace

from training.cohorts.models import Cohort
from training.common import clock, journal
from training.common.batches import refuse_while_making
from training.common.errors import Refused
from training.common.policy import Principal
from training.database import db
from training.extensions import settings
from training.seminars import convening, papers, queries
from training.seminars.commands import IssuerDetails
from training.seminars.enums import DocumentKind
from training.seminars.models import DocumentBatch, DocumentIssuer, Seminar
from training.seminars.papers import Paper
from training.seminars.queries.convocations import invitees_of, seminars_to_convene, setting_of
from training.seminars.queries.figures import figures_of
from training.seminars.queries.papers import issuer_of, stored_sheets
from training.seminars.rules.attendance import carrier_of


def request_bundle(
    cohort: Cohort, kind: DocumentKind, *, by: Principal, seminar: Seminar | None = None
) -> DocumentBatch:
    """Ask for the papers of one kind for the cohort, or for one seminar; journaled.

    Raises ``Refused`` while the same are being made.
    """
    seminar_id = seminar.id if seminar is not None else None
    refuse_while_making(
        DocumentBatch,
        DocumentBatch.cohort_id == cohort.id,
        DocumentBatch.kind == kind,
        DocumentBatch.seminar_id.is_not_distinct_from(seminar_id),
    )
    batch = DocumentBatch(cohort_id=cohort.id, kind=kind, seminar_id=seminar_id, requested_by=by.person_id)
    db.session.add(batch)
    db.session.flush()
    about, happened = (seminar, "seminar.convocations_prepared") if seminar else (cohort, "cohort.documents_requested")
    journal.record(about, happened, by=by, codes={"kind": kind.value})
    return batch


def set_issuer(cohort: Cohort, command: IssuerDetails, *, by: Principal) -> DocumentIssuer:
    """Say how the carrier signs its papers; journaled. Raises ``Refused`` for a cohort without carrier."""
    carrier = carrier_of(cohort)
    if carrier is None:
        raise Refused("Cette promotion n’a pas de porteur.")
    issuer = db.session.get(DocumentIssuer, carrier.id)
    if issuer is None:
        issuer = DocumentIssuer(organisation_id=carrier.id)
        db.session.add(issuer)
    issuer.activity_number, issuer.siret = command.activity_number, command.siret
    issuer.signatory, issuer.signatory_role = command.signatory, command.signatory_role
    db.session.flush()
    journal.record(cohort, "cohort.issuer_set", by=by)
    return issuer


def papers_of(cohort: Cohort, kind: DocumentKind) -> list[Paper]:
    """Return the papers of a bundle, all of plain data, so that making them asks nothing more of the database."""
    issuer, today = issuer_of(cohort), clock.today()
    if kind is DocumentKind.CONVOCATIONS:
        return [replace(paper, name=f"{folder}/{paper.name}") for folder, paper in _convocations(cohort)]
    if kind is DocumentKind.SHEETS:
        return [
            papers.signed_sheet(
                each.half_day, each.sheet, each.entries, each.marks, issuer, corrections=each.corrections
            )
            for each in stored_sheets(cohort)
        ]
    presence = queries.presence_of_cohort(cohort)
    if kind is DocumentKind.BOOK:
        return [papers.book(figures_of(presence), issuer, today)]
    build = papers.completion if kind is DocumentKind.COMPLETION else papers.attendance
    return [
        build(learner.enrolment, learner.presence, issuer, today)
        for learner in presence.learners
        if papers.is_issuable(learner.presence)
    ]


def convocations_of(seminar: Seminar) -> list[Paper]:
    """Return the convocation of each person convened to a seminar, as plain data (R118)."""
    setting, address = setting_of(seminar), f"{settings().public_url}/seminaires/{seminar.id}"
    return [convening.paper_of(seminar, invitee, setting, address=address) for invitee in invitees_of(seminar)]


def _convocations(cohort: Cohort) -> Iterator[tuple[str, Paper]]:
    """Yield the convocations to the seminars to come, each with the folder of its seminar."""
    for seminar in seminars_to_convene(cohort.id):
        folder = f"{seminar.half_days[0].starts_on:%Y-%m-%d}-{papers.slug(seminar.title)}"
        yield from ((folder, paper) for paper in convocations_of(seminar))
