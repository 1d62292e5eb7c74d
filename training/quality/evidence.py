"""What the worker makes of the evidence asked for: one zip by indicator, with its index, kept a week."""

import io
import zipfile
from collections.abc import Callable, Iterator
from typing import Any, Final

from training.cohorts.models import Cohort
from training.common import files, xlsx
from training.common.attachments import file_name
from training.common.batches import Maker, Piece
from training.common.errors import NotFound
from training.common.storage import StorageError
from training.database import db
from training.quality.enums import Moment
from training.quality.models import EvidenceArchive, EvidenceBatch, Handbook
from training.quality.queries.audit import audit_of
from training.quality.queries.handbooks import page_of
from training.quality.queries.positioning import positioning_of_cohort
from training.quality.queries.registers import register_of
from training.quality.queries.surveys import results_of, surveys_of
from training.quality.queries.teaching import teaching_of
from training.seminars.enums import DocumentKind
from training.seminars.rules.attendance import carrier_of
from training.seminars.services.bundles import papers_of

# --- the pieces, all of plain data once read ---------------------------------------------------------------------------


def pieces_of(cohort: Cohort) -> Iterator[Piece]:
    """Return what goes in the zip, by indicator; everything is read here, so that making it asks nothing more."""
    yield "index.xlsx", _sheet(("Indicateur", "Thème", "État", "Contenu", "Adresse"), _index(cohort))
    yield from _handbooks(cohort)
    yield "08-positionnement/moyennes.xlsx", _sheet(("Module", "Objectif", "Entrée", "Fin"), _averages(cohort))
    for paper in papers_of(cohort, DocumentKind.BOOK):
        yield f"12-presence/{paper.name}", paper.render
    for paper in papers_of(cohort, DocumentKind.SHEETS):
        yield f"12-presence/feuilles/{paper.name}", paper.render
    for number, paper in enumerate(papers_of(cohort, DocumentKind.COMPLETION), start=1):
        yield f"11-resultats/certificats/{number:02}-{paper.name}", paper.render
    yield (
        "21-22-intervenants/heures.xlsx",
        _sheet(("Personne", "Rôle", "Demi-journées", "Heures", "Lien"), _hours(cohort)),
    )
    yield from _surveys(cohort)
    register = register_of(cohort, 1)
    yield (
        "31-registre/registre.xlsx",
        _sheet(
            ("Nature", "Sujet", "Inscrite le", "Réponse due", "Répondue le", "État", "Texte", "Réponse"),
            [
                (
                    each.kind.label, each.topic.label, each.filed_at, each.due_on, each.answered_at, each.status.label,
                    each.words, each.answer,
                )
                for each in register.complaints
            ],
        ),
    )  # fmt: skip
    yield (
        "32-ameliorations/ameliorations.xlsx",
        _sheet(
            ("Action", "Qui", "Pour le", "Faite le", "État", "Effet"),
            [(i.title, i.owner, i.due_on, i.done_on, i.status.label, i.effect) for i in register.improvements],
        ),
    )


def _sheet(labels: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Callable[[], bytes]:
    def make() -> bytes:
        stream = io.BytesIO()
        xlsx.write_rows([xlsx.Column(label) for label in labels], rows, title="Preuves", stream=stream)
        return stream.getvalue()

    return make


def _index(cohort: Cohort) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = []
    for indicator in audit_of(cohort):
        rows += [(indicator.number, indicator.theme, "présent", proof.words, proof.href) for proof in indicator.proofs]
        rows += [(indicator.number, indicator.theme, "manque", lack.words, lack.href) for lack in indicator.lacks]
    return rows


def _handbooks(cohort: Cohort) -> Iterator[Piece]:
    rows: list[tuple[Any, ...]] = []
    for view in page_of(cohort, None).views:
        handbook = view.handbook
        label = f"{handbook.kind.label}, version {handbook.version}"
        rows += [(label, each.person.name, read_at) for each, read_at in view.readers]
        rows += [(label, each.person.name, None) for each in view.missing]
        yield (
            f"09-information/{file_name(handbook.kind.label)}-v{handbook.version}-{handbook.file.original_name}",
            _stored(handbook),
        )
    yield "09-information/lectures.xlsx", _sheet(("Document", "Personne", "Lu le"), rows)


def _stored(handbook: Handbook) -> Callable[[], bytes | None]:
    stored = handbook.file
    db.session.expunge(stored)

    def make() -> bytes | None:
        try:
            return b"".join(files.read(stored))
        except (NotFound, StorageError):
            return None

    return make


def _averages(cohort: Cohort) -> list[tuple[Any, ...]]:
    found = positioning_of_cohort(cohort)
    head = [("Réponses", "", found.answers[Moment.ENTRY], found.answers[Moment.END])]
    return [*head, *((name, line.text, line.entry, line.end) for name, lines in found.modules for line in lines)]


def _hours(cohort: Cohort) -> list[tuple[Any, ...]]:
    carrier = carrier_of(cohort)
    lines = teaching_of([cohort.id], carrier.id if carrier else None)
    return [(each.name, ", ".join(each.roles), each.half_days, each.total, each.tie) for each in lines]


def _surveys(cohort: Cohort) -> Iterator[Piece]:
    lines = surveys_of([cohort.id])
    yield (
        "30-enquetes/taux-de-reponse.xlsx",
        _sheet(
            ("Enquête", "Ouverte le", "État", "Interrogés", "Réponses", "Moyenne sur 5"),
            [(s.survey.title, s.survey.opened_at, s.survey.status.label, s.invited, s.answered, s.mean) for s in lines],
        ),
    )
    for line in lines:
        found = results_of(line.survey)
        if found.shown:
            rows: list[tuple[Any, ...]] = []
            for question in found.questions:
                rows += [(question.text, label, count) for label, count in question.bars]
                rows += [(question.text, words, None) for words in question.words]
            yield f"30-enquetes/{file_name(line.survey.title)}.xlsx", _sheet(("Question", "Réponse", "Nombre"), rows)


EVIDENCE: Final = Maker(
    EvidenceBatch, EvidenceArchive, lambda batch: pieces_of(batch.cohort), compression=zipfile.ZIP_DEFLATED
)
