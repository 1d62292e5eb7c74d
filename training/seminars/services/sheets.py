"""Sheets opened, signed, countersigned, corrected (R39–R41, R45, R115, R116).

Every verb takes the sheet’s row first, so that signatures, the countersignature and corrections come one after
the other. Nothing written is changed: a later word on someone is an entry that names the one before.
"""

import hashlib
import secrets
import uuid
from dataclasses import replace
from typing import Final

from sqlalchemy import select

from training.accounts.rules import sort_key
from training.cohorts.models import Enrolment
from training.common import clock, files, journal
from training.common.declarations import file_use
from training.common.errors import ActUnavailable, Conflict, ReasonRequired, Refused
from training.common.files import StagedFile, StoredFile
from training.common.policy import Principal
from training.database import db
from training.seminars import queries
from training.seminars.commands import Correction, GuestSignature, Marking, Signature
from training.seminars.enums import CREDITED, Presence, SheetAct, SheetStatus, SigningMethod
from training.seminars.models import (
    AttendanceEntry,
    AttendanceSheet,
    EntryMark,
    HalfDay,
    SheetGuest,
)
from training.seminars.queries import SCAN_USE
from training.seminars.rules import SHEET_PROCEDURE, length_of
from training.seminars.rules import attendance as rules

_TRIES: Final = 20


def sheet_for(half_day: HalfDay) -> AttendanceSheet:
    """Return the sheet of a half-day, held for this transaction; made, still to be opened, if there is none."""
    sheet = _held(AttendanceSheet.half_day_id == half_day.id)
    if sheet is None:
        sheet = AttendanceSheet(half_day=half_day, tag=free_tag())
        db.session.add(sheet)
        db.session.flush()
    return sheet


def _held(condition: object) -> AttendanceSheet | None:
    return db.session.scalar(
        select(AttendanceSheet)
        .where(condition)  # type: ignore[arg-type]  # a column condition
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def hold(sheet: AttendanceSheet) -> AttendanceSheet:
    """Take a sheet for this transaction, as it is now. Raises ``Conflict`` when it is gone."""
    held = _held(AttendanceSheet.id == sheet.id)
    if held is None:
        raise Conflict("Cette feuille n’existe plus : relisez la page du séminaire.")
    return held


def free_tag() -> str:
    """Return a tag no sheet has. Raises ``Conflict`` when none is found."""
    for _ in range(_TRIES):
        tag = "".join(secrets.choice(rules.ALPHABET) for _ in range(rules.TAG_LENGTH))
        if db.session.scalar(select(AttendanceSheet.id).where(AttendanceSheet.tag == tag)) is None:
            return tag
    raise Conflict("La feuille n’a pas pu être ouverte. Recommencez.")


def open_sheet(half_day: HalfDay, *, by: Principal) -> AttendanceSheet:
    """Open the sheet of a half-day, so that people sign; journaled. Raises what the procedure raises (R40)."""
    sheet = sheet_for(half_day)
    with db.session.no_autoflush:  # the CHECK ties status and opening: they change in one statement
        SHEET_PROCEDURE.check(sheet, SheetAct.OPEN, by=by)
        sheet.opened_at, sheet.opened_by = clock.now(), by.person_id
        SHEET_PROCEDURE.advance(sheet, SheetAct.OPEN, by=by)
    return sheet


# --- signing ---------------------------------------------------------------------------------------------------------


def sign(sheet: AttendanceSheet, enrolment: Enrolment, command: Signature, *, by: Principal) -> AttendanceEntry:
    """Write that a learner is there, by her own hand; sent again, it changes nothing (R39).

    The caller answers for her being on the roster. Raises ``Refused`` out of the window or once locked (R40).
    """
    sheet = hold(sheet)
    command = replace(command, once=_key(enrolment.id, command.once))
    known = _sent_already(sheet, command.once) or queries.entry_of(sheet, enrolment.id)
    if known is not None and (known.status in CREDITED or known.once == command.once != ""):
        return known
    _refuse_signing(sheet)
    _refuse_held(sheet, enrolment)
    return _append(
        sheet,
        AttendanceEntry(enrolment_id=enrolment.id, status=Presence.PRESENT, method=command.method),
        command,
        by=by,
        corrects=known,
    )


def sign_as_guest(sheet: AttendanceSheet, command: GuestSignature, *, by: Principal) -> AttendanceEntry:
    """Write that someone of a team is there; the same name twice is one person. Raises ``Refused`` (R40)."""
    sheet = hold(sheet)
    if not sheet.half_day.guests_allowed:
        raise Refused("Cette demi-journée n’est pas ouverte aux équipes.")
    signature = replace(command.signature, once=_key(sheet.id, command.signature.once))
    known = _sent_already(sheet, signature.once)
    if known is not None:
        return known
    _refuse_signing(sheet)
    key = sort_key(command.name, command.body)
    guest = queries.guest_of(sheet, key)
    if guest is None:
        guest = SheetGuest(sheet_id=sheet.id, name=command.name, name_key=key, body=command.body)
        db.session.add(guest)
        db.session.flush()
    else:
        found = db.session.scalar(select(AttendanceEntry).where(AttendanceEntry.guest_id == guest.id).limit(1))
        if found is not None:
            return found
    entry = AttendanceEntry(guest_id=guest.id, status=Presence.PRESENT, method=signature.method)
    return _append(sheet, entry, signature, by=by)


def _key(whose: uuid.UUID, once: str) -> str:
    """Return what a signature is recognised by: the form’s key, bound to whom it is for; empty without one."""
    return _digest(f"{whose}:{once}") if once else ""


def _sent_already(sheet: AttendanceSheet, once: str) -> AttendanceEntry | None:
    """Return the entry this very signature already made: a phone that got no answer sends it again."""
    if not once:
        return None
    return db.session.scalar(
        select(AttendanceEntry).where(AttendanceEntry.sheet_id == sheet.id, AttendanceEntry.once == once)
    )


def _refuse_signing(sheet: AttendanceSheet) -> None:
    refusal = rules.signing_refusal(sheet, clock.now())
    if refusal:
        raise Refused(refusal)


def _refuse_held(sheet: AttendanceSheet, enrolment: Enrolment) -> None:
    """Refuse someone admitted on a condition that is not met when the half-day comes (R7)."""
    held_from = enrolment.held_from
    if held_from is not None and held_from <= clock.in_paris(sheet.half_day.starts_at).date():
        raise Refused(
            "La preuve du recrutement est encore attendue : sans elle, on ne peut plus suivre les séminaires. "
            "L’organisme qui porte la formation la reçoit, ou accorde un délai."
        )


def _append(
    sheet: AttendanceSheet,
    entry: AttendanceEntry,
    signature: Signature | None = None,
    *,
    by: Principal,
    corrects: AttendanceEntry | None = None,
    reason: str | None = None,
) -> AttendanceEntry:
    """Add an entry, sealed; the sheet’s version grows while it is open."""
    entry.id = uuid.uuid4()
    entry.sheet_id = sheet.id
    entry.recorded_at = clock.now()
    entry.recorded_by = by.person_id
    entry.link_id = by.link.link_id if by.link else None
    entry.corrects_id = corrects.id if corrects else None
    entry.reason_digest = _digest(reason) if reason else None
    if signature is not None:
        entry.once, entry.device = signature.once or None, signature.device
        entry.mark_digest = _digest(signature.strokes) if signature.strokes else None
    entry.digest = rules.entry_digest(entry)
    db.session.add(entry)
    db.session.flush()
    if signature is not None and signature.strokes:
        db.session.add(EntryMark(entry_id=entry.id, strokes=signature.strokes))
    if not sheet.is_locked:
        sheet.version += 1
    db.session.flush()
    return entry


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


# --- what the trainer notes ------------------------------------------------------------------------------------------


def mark(sheet: AttendanceSheet, enrolment: Enrolment, command: Marking, *, by: Principal) -> AttendanceEntry:
    """Note a learner’s presence on an open sheet; the same word again changes nothing.

    Raises ``ActUnavailable`` when the sheet is not open, ``Refused`` for hours that cannot be or someone held back (R7).
    """
    sheet = hold(sheet)
    if sheet.status is not SheetStatus.OPEN:
        raise ActUnavailable("Noter une présence", sheet.status.label)
    known = queries.entry_of(sheet, enrolment.id)
    if known is not None and _says(known, command):
        return known
    if command.status in CREDITED:
        _refuse_held(sheet, enrolment)
    return _append(sheet, _entry(sheet, enrolment, command), by=by, corrects=known)


def _says(entry: AttendanceEntry, command: Marking) -> bool:
    return (entry.status, entry.hours, entry.absence_kind) == (command.status, command.hours, command.absence_kind)


def _entry(sheet: AttendanceSheet, enrolment: Enrolment, command: Marking) -> AttendanceEntry:
    if command.status is Presence.DISPENSED:
        raise Refused(
            "Une dispense relève de l’école : elle se demande depuis la page de l’apprenant·e.", field="status"
        )
    if command.status is Presence.PARTIAL:
        longest = length_of(sheet.half_day)
        if command.hours is None or not 0 < command.hours <= longest:
            raise Refused("Indiquez les heures de présence, au plus celles de la demi-journée.", field="hours")
    if command.status is Presence.EXCUSED and command.absence_kind is None:
        raise Refused("Indiquez de quelle nature est la raison.", field="absence_kind")
    return AttendanceEntry(
        enrolment_id=enrolment.id,
        status=command.status,
        hours=command.hours if command.status is Presence.PARTIAL else None,
        absence_kind=command.absence_kind if command.status is Presence.EXCUSED else None,
        method=command.method,
    )


def attach_scan(sheet: AttendanceSheet, staged: StagedFile, *, by: Principal) -> StoredFile:
    """Keep the scan of a paper sheet, before or after the lock; journaled (R41)."""
    use = file_use(SCAN_USE)
    files.check_count(use=use, subject=sheet)
    kept = files.keep(staged, use=use, subject=sheet, by=by)
    journal.record(sheet, "sheet.scanned", by=by, codes={"file": str(kept.id), "sha256": kept.sha256})
    return kept


# --- the lock and after ----------------------------------------------------------------------------------------------


def lock(sheet: AttendanceSheet, *, by: Principal) -> AttendanceSheet:
    """Countersign a sheet and lock it: whoever is not written is written away, dispensed or excused as known; sealed.

    Whoever was not there to see (the carrier’s staff) locks only a sheet whose signed paper is attached (R41).
    Raises what the procedure raises: of two who close one sheet, the second is told that it is locked.
    """
    sheet = hold(sheet)
    SHEET_PROCEDURE.check(sheet, SheetAct.LOCK, by=by)
    if not rules.countersigns_by_herself(by, sheet) and not queries.scans_of(sheet):
        raise Refused(
            "La feuille se contresigne par la personne qui a animé la demi-journée. Si elle a signé sur papier, "
            "joignez d’abord la feuille numérisée."
        )
    _write_the_absent(sheet, by=by)
    entries = queries.entries_of(sheet)
    with db.session.no_autoflush:  # the CHECKs tie status, countersignature and seal: they change in one statement
        sheet.locked_at, sheet.locked_by, sheet.locked_name = clock.now(), by.person_id, by.name
        sheet.locked_link = by.link.link_id if by.link else None
        sheet.content = content_of(sheet.half_day)
        sheet.content_hash = rules.sheet_hash(sheet, entries)
        SHEET_PROCEDURE.advance(
            sheet, SheetAct.LOCK, by=by, codes={"hash": sheet.content_hash, "entries": len(entries)}
        )
    return sheet


def _write_the_absent(sheet: AttendanceSheet, *, by: Principal) -> None:
    written = {entry.enrolment_id for entry in queries.entries_of(sheet)}
    for expected in queries.roster_of(sheet.half_day):
        if expected.enrolment.id in written:
            continue
        status, kind = Presence.ABSENT, None
        if expected.is_dispensed:
            status = Presence.DISPENSED
        elif expected.notice is not None:
            status, kind = Presence.EXCUSED, expected.notice.kind
        entry = AttendanceEntry(
            enrolment_id=expected.enrolment.id, status=status, absence_kind=kind, method=SigningMethod.RECORDED
        )
        _append(sheet, entry, by=by)


def content_of(half_day: HalfDay) -> dict[str, object]:
    """Return what a sheet says of its half-day when it is locked, as it is then: plain data."""
    return {
        "seminar": half_day.seminar.title,
        "kind": half_day.seminar.kind.value,
        "cohort": half_day.cohort.code,
        "starts_at": half_day.starts_at.isoformat(),
        "ends_at": half_day.ends_at.isoformat(),
        "mode": half_day.mode.value,
        "place": half_day.place,
        "room": half_day.room,
        "credited_hours": None if half_day.credited_hours is None else str(half_day.credited_hours),
        "modules": [module.code for module in half_day.modules],
        "variants": [variant.code for variant in half_day.variants],
        "staff": sorted(str(member.person_id) for member in half_day.staff),
    }


def correct(sheet: AttendanceSheet, enrolment: Enrolment, command: Correction, *, by: Principal) -> AttendanceEntry:
    """Add to a locked sheet an entry that corrects what it said of a learner, with its reason; journaled (R40).

    A learner it did not name may be added so. Raises ``ActUnavailable`` before the lock, ``ReasonRequired``.
    """
    if not command.reason.strip():
        raise ReasonRequired
    return _correct(sheet, enrolment, _entry(hold(sheet), enrolment, command.marking), command.reason, by=by)


def dispense(sheet: AttendanceSheet, enrolment: Enrolment, reason: str, *, by: Principal) -> AttendanceEntry:
    """Write on a locked sheet that the school dispenses a learner, with its reason; journaled."""
    entry = AttendanceEntry(enrolment_id=enrolment.id, status=Presence.DISPENSED, method=SigningMethod.RECORDED)
    return _correct(sheet, enrolment, entry, reason, by=by)


def _correct(
    sheet: AttendanceSheet, enrolment: Enrolment, entry: AttendanceEntry, reason: str, *, by: Principal
) -> AttendanceEntry:
    sheet = hold(sheet)
    if not sheet.is_locked:
        raise ActUnavailable("Corriger la feuille", sheet.status.label)
    known = queries.entry_of(sheet, enrolment.id)
    added = _append(sheet, entry, by=by, corrects=known, reason=reason)
    journal.record(
        sheet,
        "sheet.corrected",
        by=by,
        codes={
            "entry": str(added.id),
            "digest": added.digest,
            "enrolment": str(enrolment.id),
            "from": known.status.value if known else None,
            "to": added.status.value,
        },
        text={"reason": reason},
    )
    return added
