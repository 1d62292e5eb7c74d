"""What the worker puts in the papers asked for a whole cohort: one PDF a person, and the list of them (R71)."""

import io
from collections.abc import Iterator
from typing import Final

from training.common import clock, xlsx
from training.common.batches import Maker, Piece
from training.diplomas import papers, queries
from training.diplomas.enums import PaperKind, Verdict
from training.diplomas.models import DiplomaArchive, DiplomaBatch, RegisterEntry
from training.diplomas.queries import Progress
from training.seminars.papers import Paper
from training.seminars.queries.papers import issuer_of

LIST: Final = ("Nom", "Décision", "Décidée le", "Registre", "Fichier")


def pieces_of(batch: DiplomaBatch) -> Iterator[Piece]:
    """Return the papers of a batch and, last, their list; all is read here."""
    rows: list[tuple[str, ...]] = []
    for progress, paper in papers_of(batch):
        decided_on = progress.decided_on.isoformat() if progress.decided_on else ""
        verdict = progress.verdict.label if progress.verdict else "pas encore décidé"
        rows.append((progress.name, verdict, decided_on, progress.reference or "", paper.name))
        yield paper.name, paper.render
    if rows:
        yield "liste.xlsx", lambda: _list_of(rows)


def _list_of(rows: list[tuple[str, ...]]) -> bytes:
    stream = io.BytesIO()
    xlsx.write_rows([xlsx.Column(label) for label in LIST], rows, title="Attestations", stream=stream)
    return stream.getvalue()


def papers_of(batch: DiplomaBatch) -> Iterator[tuple[Progress, Paper]]:
    """Yield each learner concerned with her paper, by name. As many SELECTs whatever the rows."""
    cohort = batch.cohort
    issuer, today = issuer_of(cohort), clock.today()
    enrolments = {each.id: each for each in queries.enrolments_of(cohort)}
    entries = queries.entries_of(cohort.id)
    for progress in queries.progress_of_cohort(cohort.id):
        enrolment = enrolments[progress.enrolment_id]
        entry = entries.get(enrolment.id)
        if not _concerns(batch, progress, entry):
            continue
        if entry is not None and batch.kind is not PaperKind.MODULES:
            yield progress, papers.success(enrolment, entry, issuer, today)
        else:
            yield progress, papers.modules(enrolment, progress, issuer, today)


def _concerns(batch: DiplomaBatch, progress: Progress, entry: RegisterEntry | None) -> bool:
    if batch.kind is PaperKind.SUCCESS:
        return entry is not None
    if batch.kind is PaperKind.DECISIONS:
        return progress.decided_on == batch.decided_on and progress.verdict is not None and progress.verdict.is_final
    return entry is None and bool(progress.eligibility.validated or progress.verdict is Verdict.NOT_GRADUATED)


CERTIFICATES: Final = Maker(DiplomaBatch, DiplomaArchive, pieces_of)
