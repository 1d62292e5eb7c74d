"""Whether the locked sheets are what they were when they were locked, for ``doctor`` (R40)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select

from training.common import doctor
from training.common.journal import Event
from training.database import db
from training.seminars import queries
from training.seminars.enums import SheetAct, SheetStatus, TakingOver
from training.seminars.models import AttendanceEntry, AttendanceSheet
from training.seminars.rules import SHEET_PROCEDURE
from training.seminars.rules import attendance as rules
from training.seminars.rules.attendance import TAKING_OVER

DEFENDED = ("attendance_entry", "attendance_sheet")


@dataclass(slots=True)
class Told:
    """What the journal says of the sheets: the hash of each lock, the digest of each correction."""

    hashes: dict[uuid.UUID, str] = field(default_factory=dict)
    corrections: dict[uuid.UUID, dict[str, str]] = field(default_factory=dict)


def faults() -> list[str]:
    """Return what is wrong with the locked sheets and their entries, in words.

    What was locked is sealed by a hash that the journal, itself chained, repeats; so is each correction.
    """
    found = _undefended()
    sheets = db.session.scalars(
        select(AttendanceSheet).where(AttendanceSheet.status == SheetStatus.LOCKED).order_by(AttendanceSheet.id)
    ).all()
    told = _told_by_the_journal()
    for sheet in sheets:
        found += _faults_of(sheet, queries.entries_of(sheet), told)
    locked = {sheet.id for sheet in sheets}
    return found + [f"Sheet {missing} was locked and is no more." for missing in told.hashes.keys() - locked]


def _undefended() -> list[str]:
    """Locked sheets stand because the database refuses: see that it still would."""
    sqlite = db.session.get_bind().dialect.name == "sqlite"
    found = []
    for table in DEFENDED:
        told = doctor.triggers_on(table)
        acts = ("UPDATE", "DELETE") if sqlite else ("UPDATE", "DELETE", "TRUNCATE")
        found += [f"{table} is not defended: the database would accept {act}." for act in acts if act not in told]
    return found


def _told_by_the_journal() -> Told:
    told = Told()
    lock_kinds = (SHEET_PROCEDURE.kind(SheetAct.LOCK), TAKING_OVER.kind(TakingOver.TAKE_OVER))
    rows = db.session.execute(
        select(Event.subject_id, Event.kind, Event.codes).where(
            Event.subject_kind == AttendanceSheet.__tablename__, Event.kind.in_((*lock_kinds, "sheet.corrected"))
        )
    )
    for sheet_id, kind, codes in rows:
        if kind in lock_kinds:
            told.hashes[sheet_id] = codes["hash"]
        else:
            told.corrections.setdefault(sheet_id, {})[codes["entry"]] = codes["digest"]
    return told


def _faults_of(sheet: AttendanceSheet, entries: Sequence[AttendanceEntry], told: Told) -> list[str]:
    found = [
        f"Entry {entry.id} of sheet {sheet.id} was altered."
        for entry in entries
        if entry.digest != rules.entry_digest(entry)
    ]
    at_lock = [entry for entry in entries if entry.reason_digest is None]
    if rules.sheet_hash(sheet, at_lock) != sheet.content_hash:
        found.append(f"Sheet {sheet.id} does not match its seal: it was altered since it was locked.")
    if told.hashes.get(sheet.id) != sheet.content_hash:
        found.append(f"The seal of sheet {sheet.id} is not the one the journal keeps.")
    corrections = {str(entry.id): entry.digest for entry in entries if entry.reason_digest is not None}
    if corrections != told.corrections.get(sheet.id, {}):
        found.append(f"The corrections of sheet {sheet.id} are not those the journal keeps.")
    return found
