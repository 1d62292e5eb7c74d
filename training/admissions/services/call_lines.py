"""Writing the lines of a call's lists: pieces, declarations, questions, calendar, costs, bodies."""

import re
import unicodedata
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, TypeAlias

from training.accounts.enums import Part
from training.accounts.models import Organisation
from training.admissions.commands import settings as command
from training.admissions.enums import QuestionKind
from training.admissions.file_uses import CALL_TEMPLATE
from training.admissions.models import (
    Call,
    CallDate,
    CallPart,
    CostLine,
    DeclarationRequirement,
    PieceRequirement,
    Question,
)
from training.admissions.rules import STEPS
from training.common import files
from training.common.declarations import file_use
from training.common.errors import Conflict, NotFound, Refused
from training.common.policy import Principal
from training.database import db

Row: TypeAlias = PieceRequirement | DeclarationRequirement | Question | CallDate | CostLine | CallPart

LONGEST_CODE: Final = 32
LIST_OF: Final[Mapping[type, str]] = {
    command.PieceLine: "pieces",
    command.DeclarationLine: "declarations",
    command.QuestionLine: "questions",
    command.DateLine: "dates",
    command.CostLineCommand: "costs",
    command.BodyLine: "parts",
}
"""The list of the call a command writes in."""


def write(call: Call, what: command.Line, row: Row | None, *, by: Principal) -> Row:
    """Write a line, a new one at the end when ``row`` is null; return it."""
    written: Row = WRITERS[type(what)](call, what, row, by)
    db.session.flush()
    return written


def remove(call: Call, row: Row) -> None:
    """Take a line out of its list; a piece that somebody has deposited breaks a foreign key, and is refused."""
    lines = _list_of(call, row)
    if isinstance(row, CallPart) and row.part is Part.CARRIER:
        raise Refused("Un appel a toujours un organisme porteur.")
    lines.remove(row)
    _number(lines)
    db.session.flush()


def move_up(call: Call, row: Any) -> None:
    """Move a line one place up; raises ``Conflict`` when it is the first already."""
    lines = _list_of(call, row)
    place = lines.index(row)
    if place == 0:
        raise Conflict("Cette ligne est déjà la première : relisez la page.")
    _number(lines)
    lines[place - 1].position, row.position = place + 1, place
    lines.sort(key=lambda line: line.position)  # a sort moves rows without taking any out of its list
    db.session.flush()


def _list_of(call: Call, row: Row) -> list[Any]:
    for name in LIST_OF.values():
        lines: list[Any] = getattr(call, name)
        if row in lines:
            return lines
    raise NotFound


def _number(lines: Sequence[Any]) -> None:
    for position, line in enumerate(lines, start=1):
        if not isinstance(line, CallPart):
            line.position = position


def _placed(lines: list[Any], row: Any) -> Any:
    """Add a new row at the end of its list."""
    row.id = uuid.uuid4()
    row.position = 1 + max((line.position for line in lines), default=0)
    lines.append(row)
    return row


def code_for(words: str, taken: Sequence[str]) -> str:
    """Return a short code made of the words of a label, unlike those already taken."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", words.lower()) if not unicodedata.combining(c))
    code = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST_CODE].strip("-") or "ligne"
    rank = 2
    wanted = code
    while wanted in taken:
        wanted, rank = f"{code}-{rank}", rank + 1
    return wanted


def _piece(call: Call, what: command.PieceLine, row: PieceRequirement | None, by: Principal) -> PieceRequirement:
    if row is None:
        code = code_for(what.label, [line.code for line in call.pieces])
        row = _placed(call.pieces, PieceRequirement(code=code, label=what.label, media_types=[], max_bytes=1))
    row.label, row.hint = what.label, what.hint
    row.media_types, row.max_bytes = sorted(what.media_types), what.max_bytes
    row.mandatory, row.only_derogation, row.hidden_in_review = (
        what.mandatory,
        what.only_derogation,
        what.hidden_in_review,
    )
    row.due_on, row.provided_by, row.statement = what.due_on, what.provided_by, what.statement
    if what.template is not None:
        row.template = files.keep(what.template, use=file_use(CALL_TEMPLATE), subject=call, by=by)
    elif what.without_template:
        row.template = None
    return row


def _declaration(
    call: Call, what: command.DeclarationLine, row: DeclarationRequirement | None, _by: Principal
) -> DeclarationRequirement:
    if row is None:
        code = code_for(what.text, [line.code for line in call.declarations])
        row = _placed(call.declarations, DeclarationRequirement(code=code))
    row.text = what.text
    return row


def _question(call: Call, what: command.QuestionLine, row: Question | None, _by: Principal) -> Question:
    choosing = what.kind is QuestionKind.CHOICE
    if choosing and len(what.choices) < 2:  # noqa: PLR2004 - a choice begins at two
        raise Refused("Proposez au moins deux réponses, une par ligne.", field="choices")
    if row is None:
        row = _placed(call.questions, Question(code=code_for(what.label, [line.code for line in call.questions])))
    row.label, row.hint, row.kind = what.label, what.hint, what.kind
    row.choices = list(what.choices) if choosing else []
    row.mandatory, row.frozen = what.mandatory, what.frozen
    return row


def _date(call: Call, what: command.DateLine, row: CallDate | None, _by: Principal) -> CallDate:
    if what.ends_on and (what.starts_on is None or what.ends_on < what.starts_on):
        raise Refused("Le dernier jour doit suivre le premier.", field="ends_on")
    taken = [line.code for line in call.dates if line is not row]
    if what.step in taken:
        raise Refused(f"« {STEPS[what.step]} » est déjà au calendrier : modifiez sa ligne.", field="step")
    if row is None:
        row = _placed(call.dates, CallDate(code="", label=what.label))
    if what.step or row.code in STEPS or not row.code:
        row.code = what.step or code_for(what.label, [*taken, *STEPS])
    row.label, row.starts_on, row.ends_on = what.label, what.starts_on, what.ends_on
    row.provenance = "officiel" if what.starts_on else "a_confirmer"
    return row


def _cost(call: Call, what: command.CostLineCommand, row: CostLine | None, _by: Principal) -> CostLine:
    row = row or _placed(call.costs, CostLine())
    row.label, row.payer, row.note = what.label, what.payer, what.note
    row.provenance = "officiel" if what.payer else "a_confirmer"
    return row


def _body(call: Call, what: command.BodyLine, row: CallPart | None, _by: Principal) -> CallPart:
    organisation = db.session.get(Organisation, what.organisation_id)
    if organisation is None:
        raise NotFound
    if any(
        played is not row and played.organisation_id == organisation.id and played.part is what.part
        for played in call.parts
    ):
        raise Refused("Cet organisme tient déjà cette part.", field="organisation")
    if row is not None and row.part is Part.CARRIER and what.part is not Part.CARRIER:
        raise Refused("Un appel a toujours un organisme porteur.", field="part")
    if what.part is Part.CARRIER and any(p.part is Part.CARRIER and p is not row for p in call.parts):
        raise Refused("Un appel a un seul porteur : ajoutez plutôt un co-porteur.", field="part")
    if row is None:
        row = CallPart(id=uuid.uuid4())
        call.parts.append(row)
    row.organisation, row.organisation_id = organisation, organisation.id
    row.part, row.outside_tool = what.part, what.outside_tool
    return row


WRITERS: Final[Mapping[type, Callable[[Call, Any, Any, Principal], Any]]] = {
    command.PieceLine: _piece,
    command.DeclarationLine: _declaration,
    command.QuestionLine: _question,
    command.DateLine: _date,
    command.CostLineCommand: _cost,
    command.BodyLine: _body,
}
"""Who writes a line of which list."""
