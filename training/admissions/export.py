"""The spreadsheets of files: the columns a person picks, and the school's anonymous one (R111)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from training.admissions import queries
from training.admissions.enums import ProfileField
from training.admissions.models import Question
from training.admissions.queries import ApplicationFilters, figures
from training.admissions.rules import answer_words
from training.common.policy import Principal
from training.common.xlsx import Column

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """A column one may pick: its code, how the spreadsheet shows it, and its value for a file."""

    code: str
    column: Column
    value: Callable[[Record], Any]


def _label(name: str) -> Callable[[Record], Any]:
    return lambda record: record[name].label if record[name] is not None else None


def _plain(name: str) -> Callable[[Record], Any]:
    return lambda record: record[name]


def _reference(record: Record) -> str:
    return f"{record['call']}-{record['number']:04d}" if record["number"] else "brouillon"


CHOICES: Final = (
    Choice("reference", Column("Dossier", 16), _reference),
    Choice("last_name", Column("Nom", 22), _plain("last_name")),
    Choice("first_name", Column("Prénom", 18), _plain("first_name")),
    Choice("email", Column("Courriel", 30), _plain("email")),
    Choice("phone", Column("Téléphone", 18), _plain("phone")),
    Choice("structure", Column("Structure", 34), _plain("structure")),
    Choice("kind", Column("Type", 14), _label("kind")),
    Choice("city", Column("Commune", 20), _plain("city")),
    Choice("departement", Column("Département", 12), _plain("departement")),
    Choice("variant", Column("Parcours", 12), _plain("variant")),
    Choice("post_title", Column("Fonction", 24), _plain("post_title")),
    Choice("share", Column("Part du temps dans la structure (%)", 14), _plain("share")),
    Choice("elsewhere", Column("Exerce aussi", 34), _plain("elsewhere")),
    Choice("employer", Column("Employeur, s’il est autre", 28), _plain("employer")),
    Choice("situation", Column("Situation", 22), _label("situation")),
    Choice("post_on", Column("Prise de poste", 14, "dd/mm/yyyy"), _plain("post_on")),
    Choice("status", Column("État", 22), _label("status")),
    Choice("submitted_at", Column("Déposé le", 18, "dd/mm/yyyy hh:mm"), _plain("submitted_at")),
    Choice("rank", Column("Rang", 8), _plain("rank")),
    Choice("opinions", Column("Avis", 8), _plain("opinions")),
    *(
        Choice(name.value, Column(name.label, 22), _label(name.value) if name is ProfileField.CONTRACT else _plain(name.value))
        for name in ProfileField
    ),
)  # fmt: skip
"""Columns of every call, in the order of the spreadsheet."""

USUAL: Final = (
    "reference", "last_name", "first_name", "email", "structure", "kind", "departement", "variant", "status",
    "submitted_at", "rank", "opinions",
)  # fmt: skip
"""The columns of whoever has not picked hers."""
QUESTION: Final = "question:"


def choices(questions: Sequence[Question]) -> list[Choice]:
    """Return every column one may pick, those of a call's own questions last."""
    return [*CHOICES, *(Choice(f"{QUESTION}{q.code}", Column(q.label, 30), _answer(q)) for q in questions)]


def _answer(question: Question) -> Callable[[Record], Any]:
    return lambda record: answer_words(question, record["answers"].get(question.code))


def picked(principal: Principal, questions: Sequence[Question]) -> list[Choice]:
    """Return the columns this person picked, those this list has; the usual ones if she picked none. One SELECT."""
    codes = figures.chosen_columns(principal) or USUAL
    return [choice for choice in choices(questions) if choice.code in codes] or choices(())[:1]


def rows(principal: Principal, filters: ApplicationFilters, columns: Sequence[Choice]) -> Iterator[tuple[Any, ...]]:
    """Return one tuple a file of the filtered list, in the order of ``columns``, streamed."""
    for record in figures.spreadsheet_rows(queries.filtered(principal, filters)):
        yield tuple(choice.value(record) for choice in columns)


OBSERVATORY: Final = (
    Choice("programme", Column("Programme", 12), _plain("programme")),
    Choice("edition", Column("Édition", 18), _plain("edition")),
    Choice("region", Column("Région", 26), _plain("region")),
    Choice("kind", Column("Type de structure", 22), _label("kind")),
    Choice("variant", Column("Parcours", 12), _plain("variant")),
    Choice("situation", Column("Situation", 24), _label("situation")),
    Choice("status", Column("Où en est le dossier", 24), _label("status")),
    *(choice for choice in CHOICES if choice.code in set(ProfileField)),
)
"""Columns of the anonymous spreadsheet: nothing that names a person, her structure or her département."""


def observatory_rows(principal: Principal) -> Iterator[tuple[Any, ...]]:
    """Return one tuple a file, without who applied, streamed."""
    for record in figures.observatory_rows(principal):
        yield tuple(choice.value(record) for choice in OBSERVATORY)
