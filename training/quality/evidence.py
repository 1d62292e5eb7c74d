"""What the worker makes of the evidence asked for: one zip by indicator, with its index, kept a week."""

import io
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

from training.cohorts.models import Cohort
from training.common import files, xlsx
from training.common.attachments import file_name
from training.common.batches import Maker, Piece
from training.common.errors import NotFound
from training.common.storage import StorageError
from training.database import db
from training.extensions import settings
from training.quality import tables
from training.quality.enums import EvidenceList
from training.quality.models import EvidenceArchive, EvidenceBatch, Handbook
from training.quality.queries import course as catalogue
from training.quality.queries.audit import audit_of
from training.quality.queries.evidence_lists import rows_of
from training.quality.queries.handbooks import page_of
from training.quality.queries.positioning import positioning_of_cohort
from training.quality.queries.registers import whole_register
from training.quality.queries.surveys import results_of, surveys_of
from training.quality.queries.teaching import teaching_of
from training.seminars.enums import DocumentKind
from training.seminars.models import ConvocationTerms
from training.seminars.rules.attendance import carrier_of
from training.seminars.services.bundles import papers_of

FOLDERS: Final = {
    "1": "01-05-06-programme",
    "2": "02-resultats",
    "4": "04-besoin",
    "5–6": "01-05-06-programme",
    "8": "08-positionnement",
    "9": "09-information",
    "10": "10-suivi",
    "11": "11-resultats",
    "12": "12-presence",
    "17–18": "17-18-moyens",
    "19": "19-ressources",
    "21–22": "21-22-intervenants",
    "26": "26-handicap",
    "27": "27-partenaires",
    "30": "30-enquetes",
    "31": "31-registre",
    "32": "32-ameliorations",
}
"""Where the zip holds what each indicator counts."""

LISTS: Final = (
    ("04-besoin", EvidenceList.APPLICATIONS),
    ("10-suivi", EvidenceList.NOTES),
    ("11-resultats", EvidenceList.MEMOIRES),
    ("11-resultats", EvidenceList.DECISIONS),
    ("12-presence", EvidenceList.SHEETS),
    ("12-presence", EvidenceList.UNLOCKED),
    ("12-presence", EvidenceList.DEPARTURES),
    ("17-18-moyens", EvidenceList.PLANNED),
    ("17-18-moyens", EvidenceList.UNPLACED),
    ("17-18-moyens", EvidenceList.UNSTAFFED),
)
"""The very rows an indicator counts, each in its folder: as many as the page says."""

# --- the pieces, all of plain data once read ---------------------------------------------------------------------------


def pieces_of(cohort: Cohort) -> Iterator[Piece]:
    """Return what goes in the zip, by indicator; everything is read here, so that making it asks nothing more."""
    yield "index.xlsx", _sheet(("Indicateur", "Thème", "État", "Contenu", "Adresse", "Dossier du zip"), _index(cohort))
    yield from _course(cohort)
    for folder, kind in LISTS:
        rows = [row.cells for row in rows_of(cohort, kind)]
        yield f"{folder}/{kind.value}.xlsx", _sheet(kind.columns, rows)
    yield from _handbooks(cohort)
    rated = list(tables.positioning_rows(positioning_of_cohort(cohort)))
    yield "08-positionnement/moyennes.xlsx", _sheet(tables.POSITIONING, rated)
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
    terms = db.session.get(ConvocationTerms, cohort.id)
    named = [(terms.referent_name, terms.referent_email)] if terms is not None and terms.referent_name else []
    yield "26-handicap/referent.xlsx", _sheet(("Référent handicap", "Courriel"), named)
    yield from _surveys(cohort)
    register = whole_register(cohort)
    yield "31-registre/registre.xlsx", _sheet(tables.COMPLAINTS, list(tables.complaint_rows(register.complaints)))
    improved = list(tables.improvement_rows(register.improvements))
    yield "32-ameliorations/ameliorations.xlsx", _sheet(tables.IMPROVEMENTS, improved)


def _sheet(labels: tuple[str, ...], rows: list[tuple[Any, ...]]) -> Callable[[], bytes]:
    def make() -> bytes:
        stream = io.BytesIO()
        xlsx.write_rows([xlsx.Column(label) for label in labels], rows, title="Preuves", stream=stream)
        return stream.getvalue()

    return make


def _index(cohort: Cohort) -> list[tuple[Any, ...]]:
    """Return what each indicator holds and lacks; one line at least for each, which says where to look."""
    rows: list[tuple[Any, ...]] = []
    for each in audit_of(cohort):
        found = [("présent", proof) for proof in each.proofs] + [("manque", lack) for lack in each.lacks]
        folder = FOLDERS[each.number]
        rows += [
            (each.number, each.theme, state, line.words, f"{settings().public_url}{line.href}", folder)
            for state, line in found
        ]
        if not found:
            rows.append((each.number, each.theme, "rien encore", "", "", folder))
    return rows


def _course(cohort: Cohort) -> Iterator[Piece]:
    """Yield what is told of the course itself: its modules and resources, its outcomes, who follows whom, its bodies."""
    modules = catalogue.modules_of(cohort)
    yield (
        "01-05-06-programme/modules.xlsx",
        _sheet(
            ("Module", "Intitulé", "Objectif"),
            [(each.code, each.name, text) for each in modules for text in [o.text for o in each.objectives] or [""]],
        ),
    )
    yield (
        "19-ressources/ressources.xlsx",
        _sheet(
            ("Module", "Ressource", "Minutes", "Adresse"),
            [(each.code, one.title, one.minutes, one.url) for each in modules for one in each.resources],
        ),
    )
    learners = catalogue.followed_of(cohort)
    outcomes = Counter(each.status.label for each, _follower in learners)
    yield "02-resultats/issues.xlsx", _sheet(("État", "Personnes"), sorted(outcomes.items()))
    yield (
        "10-suivi/referents.xlsx",
        _sheet(("Personne", "État", "Suivie par"), [(e.person.name, e.status.label, by) for e, by in learners]),
    )
    yield (
        "27-partenaires/organismes.xlsx",
        _sheet(("Organisme", "Rôle dans la promotion"), [(p.organisation.name, p.part.label) for p in cohort.parts]),
    )


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


def _hours(cohort: Cohort) -> list[tuple[Any, ...]]:
    carrier = carrier_of(cohort)
    lines = teaching_of([cohort.id], carrier.id if carrier else None)
    return [(each.name, ", ".join(each.roles), each.half_days, each.total, each.tie) for each in lines]


def _surveys(cohort: Cohort) -> Iterator[Piece]:
    lines = surveys_of([cohort.id])
    yield "30-enquetes/taux-de-reponse.xlsx", _sheet(tables.SURVEYS, list(tables.survey_rows(lines)))
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
