"""What was written on locked sheets after the lock: over which word, by whom, why (R40)."""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from training.common.journal import Event, EventText
from training.database import db
from training.seminars.models import AttendanceEntry, AttendanceSheet
from training.seminars.rules.attendance import corrections_among


@dataclass(frozen=True, slots=True)
class Corrected:
    """A word added after the lock; ``before`` is null for someone the sheet did not name.

    ``author`` and ``reason`` are empty once retention has emptied the words of the act.
    """

    before: AttendanceEntry | None
    entry: AttendanceEntry
    author: str
    reason: str

    @property
    def name(self) -> str:
        """Whom it is about."""
        return self.entry.enrolment.person.name if self.entry.enrolment is not None else ""


def corrections_on(entries: Iterable[AttendanceEntry]) -> list[Corrected]:
    """Return the corrections among the entries of one sheet or several, in order of time. One SELECT, none without any."""
    pairs = corrections_among(entries)
    if not pairs:
        return []
    words = _words({entry.sheet_id for _before, entry in pairs})
    return [Corrected(before, entry, *words.get(entry.id, ("", ""))) for before, entry in pairs]


def _words(sheets: Iterable[uuid.UUID]) -> Mapping[uuid.UUID, tuple[str, str]]:
    rows = db.session.execute(
        select(Event.codes, EventText.words)
        .join(EventText, EventText.event_id == Event.id)
        .where(
            Event.subject_kind == AttendanceSheet.__tablename__,
            Event.subject_id.in_(sheets),
            Event.kind == "sheet.corrected",
        )
    )
    return {
        uuid.UUID(codes["entry"]): (str(words.get("actor") or ""), str(words.get("reason") or ""))
        for codes, words in rows
    }
