"""Rules of the sheets: who runs and signs them, when, the codes that lead there, what seals them (R39–R43). Pure."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from training.accounts.enums import CARRYING, Function, Part
from training.accounts.rules import acts_as, carrier_readers, carrier_staff, funder, school
from training.cohorts.choice_rules import follows
from training.cohorts.enums import EnrolmentStatus
from training.cohorts.rules import (
    cohort_learner,
    cohort_open,
    cohort_trainer,
    edition_school,
    file_open,
    learner_trainer,
    the_learner,
)
from training.common import clock
from training.common.formatting import moment
from training.common.policy import Permission, Predicate, Principal, anyone, has_link
from training.common.procedure import Procedure, Step
from training.seminars.enums import SheetAct, SheetStatus, TakingOver
from training.seminars.rules.seminars import is_expected

OPENS_BEFORE: Final = timedelta(hours=1)
"""How long before a half-day its sheet may be opened."""

SIGNS_AFTER: Final = timedelta(minutes=30)
"""How long after a half-day one may still sign by oneself; then the trainer notes it."""

LOCKS_BEFORE: Final = timedelta(minutes=30)
"""How long before the end of a half-day it may be countersigned."""

CODE_LIVES: Final = timedelta(minutes=1)
"""A projected code is replaced at this pace."""

CODE_SLOTS: Final = 3
"""A code is taken as long as it is one of the last three: from two to three minutes."""

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without what is mistaken for something else when read from a wall."""

TAG_LENGTH: Final = 4
CODE_LENGTH: Final = 10
COUNTERSIGN: Final = "countersign"
SIGN: Final = "sign_seminar"

# --- who -------------------------------------------------------------------------------------------------------------


def _works_at(principal: Principal, subject: Any) -> bool:
    half_day = getattr(subject, "half_day", subject)
    return principal.is_signed_in and any(
        member.person_id == principal.person_id for member in getattr(half_day, "staff", ())
    )


def _represents(principal: Principal, subject: Any) -> bool:
    return any(
        capacity.structure_id == subject.structure_id and capacity.function == Function.REPRESENTATIVE
        for capacity in principal.capacities
        if capacity.structure_id is not None
    )


half_day_staff: Final = Predicate("trainer or speaker of that half-day", _works_at)
employer: Final = Predicate("representative of the learner’s structure", _represents)

sheet_runner: Final = (carrier_staff | cohort_trainer | half_day_staff) & ~cohort_learner
"""Whoever opens a sheet and notes presences; never someone who signs on it (R97)."""

ATTENDANCE_PERMISSIONS: Final[Mapping[Permission, Predicate]] = {
    Permission.SEMINARS_ABSENCE_ANNOUNCE: the_learner & file_open,
    Permission.SEMINARS_ATTENDANCE_FIGURES: funder,
    Permission.SEMINARS_ATTENDANCE_LEARNER: carrier_readers
    | school
    | edition_school
    | funder
    | learner_trainer
    | the_learner
    | employer,
    Permission.SEMINARS_ATTENDANCE_READ: carrier_readers
    | school
    | edition_school
    | cohort_trainer
    | funder
    | cohort_learner,
    Permission.SEMINARS_ATTENDANCE_WAIVE: acts_as(Part.SCHOOL) & file_open,
    Permission.SEMINARS_DOCUMENTS_ISSUE: carrier_staff,
    Permission.SEMINARS_MAKE_UP_ARRANGE: (carrier_staff | learner_trainer & ~the_learner) & file_open,
    Permission.SEMINARS_SHEET_CORRECT: (carrier_staff | cohort_trainer) & ~cohort_learner & cohort_open,
    Permission.SEMINARS_SHEET_FOLLOW: anyone,
    Permission.SEMINARS_SHEET_LOCK: sheet_runner | has_link(COUNTERSIGN),
    Permission.SEMINARS_SHEET_READ: carrier_readers | school | edition_school | cohort_trainer | half_day_staff,
    Permission.SEMINARS_SHEET_RUN: sheet_runner,
    Permission.SEMINARS_SHEET_SIGN: anyone,
}


def sees_reasons(principal: Principal, enrolment: Any) -> bool:
    """Whether this person reads why the learner was away; others read present or absent (R122)."""
    return (carrier_readers | school | edition_school | learner_trainer | the_learner)(principal, enrolment)


def countersigns_by_herself(principal: Principal, sheet: Any) -> bool:
    """Whether this person was there to see: a trainer, the speaker, or the bearer of the speaker’s link (R115)."""
    return (cohort_trainer | half_day_staff | has_link(COUNTERSIGN))(principal, sheet)


def carrier_of(cohort: Any) -> Any | None:
    """Return the body that carries a cohort and signs its papers, or null."""
    carriers = [played for played in cohort.parts if played.part in CARRYING]
    carriers.sort(key=lambda played: (CARRYING.index(played.part), str(played.organisation.name)))
    return carriers[0].organisation if carriers else None


# --- when ------------------------------------------------------------------------------------------------------------


def opening_refusal(half_day: Any, now: datetime) -> str | None:
    """Return why a sheet cannot be opened yet, or at all, in French; null when it can (R40)."""
    if half_day.is_off:
        return "Cette demi-journée n’a pas lieu : il n’y a pas de feuille à ouvrir."
    if now < half_day.starts_at - OPENS_BEFORE:
        return (
            f"L’émargement ouvre une heure avant la demi-journée, {moment(half_day.starts_at - OPENS_BEFORE)}. "
            "D’ici là, vous pouvez imprimer la feuille."
        )
    return None


def signing_refusal(sheet: Any, now: datetime) -> str | None:
    """Return why nobody can sign by herself now, in French; null when she can (R40)."""
    if sheet.status is SheetStatus.LOCKED:
        return (
            "Cette feuille est verrouillée. Si vous étiez là, dites-le à votre formateur·rice : elle peut la corriger."
        )
    if sheet.status is SheetStatus.TO_OPEN:
        return "L’émargement n’est pas ouvert. Votre formateur·rice l’ouvre au début de la demi-journée."
    if signing_is_over(sheet.half_day, now):
        return (
            "La demi-journée est finie depuis plus d’une demi-heure : on ne signe plus soi-même. "
            "Votre formateur·rice peut encore noter votre présence."
        )
    return None


def signing_is_over(half_day: Any, now: datetime) -> bool:
    """Whether nobody signs by herself any more at this half-day (R40)."""
    return bool(now > half_day.ends_at + SIGNS_AFTER)


def locking_refusal(sheet: Any, now: datetime) -> str | None:
    """Return why a sheet cannot be countersigned yet, in French; null when it can."""
    from_ = sheet.half_day.ends_at - LOCKS_BEFORE
    if now < from_:
        return f"La feuille se contresigne à la fin de la demi-journée : à partir de {moment(from_)}."
    return None


def expected_on(
    half_day: Any, enrolments: Iterable[Any], chosen: Mapping[uuid.UUID, Collection[uuid.UUID]]
) -> list[Any]:
    """Return the enrolments expected at a half-day: of its variants, entered, neither gone nor on leave (R36, R45).

    ``chosen``: by enrolment, the modules chosen; a half-day of modules at choice expects those who chose one (R104).
    """
    variants = [variant.id for variant in half_day.variants]
    return [
        enrolment
        for enrolment in enrolments
        if is_expected(variants, enrolment.variant_id)
        and follows(half_day.modules, chosen.get(enrolment.id, ()))
        and enrolment.entered_on <= half_day.starts_on
        and (enrolment.left_on is None or half_day.starts_on < enrolment.left_on)
        and enrolment.status is not EnrolmentStatus.SUSPENDED
    ]


# --- the procedure ---------------------------------------------------------------------------------------------------

SHEET_PROCEDURE: Final = Procedure[SheetStatus, SheetAct](
    name="sheet",
    steps={
        SheetAct.OPEN: Step(
            from_=frozenset({SheetStatus.TO_OPEN}),
            to=SheetStatus.OPEN,
            permission=Permission.SEMINARS_SHEET_RUN,
            label=SheetAct.OPEN.label,
            sentence="a ouvert l’émargement",
            bar=lambda sheet: opening_refusal(sheet.half_day, clock.now()),
        ),
        SheetAct.LOCK: Step(
            from_=frozenset({SheetStatus.OPEN}),
            to=SheetStatus.LOCKED,
            permission=Permission.SEMINARS_SHEET_LOCK,
            label=SheetAct.LOCK.label,
            sentence="a contresigné et verrouillé la feuille",
            bar=lambda sheet: locking_refusal(sheet, clock.now()),
        ),
    },
)


def taking_over_refusal(half_day: Any, now: datetime) -> str | None:
    """Return why the presences of a half-day cannot come from a spreadsheet, in French; null when they can (R114)."""
    if half_day.is_off:
        return "Cette demi-journée est annulée : elle n’a pas de feuille."
    if half_day.ends_at > now:
        return "Cette demi-journée n’est pas passée : sa feuille s’ouvre et se signe ici."
    return None


TAKING_OVER: Final = Procedure[SheetStatus, TakingOver](
    name="sheet",
    steps={
        TakingOver.TAKE_OVER: Step(
            from_=frozenset({SheetStatus.TO_OPEN, SheetStatus.OPEN}),
            to=SheetStatus.LOCKED,
            permission=Permission.COHORTS_COHORT_MOVE_IN,
            label=TakingOver.TAKE_OVER.label,
            sentence="a repris la feuille d’un tableur et l’a verrouillée",
            bar=lambda sheet: taking_over_refusal(sheet.half_day, clock.now()),
        )
    },
)
"""Apart from the sheets signed here, so that no screen proposes it."""

# --- the codes -------------------------------------------------------------------------------------------------------


def slot_of(now: datetime) -> int:
    """Return the number of the minute a code stands for."""
    return int(now.timestamp()) // int(CODE_LIVES.total_seconds())


def code_of(tag: str, slot: int, key: str) -> str:
    """Return the short code of a sheet for a minute: its tag, then what only the house can compute."""
    wanted = CODE_LENGTH - TAG_LENGTH
    drawn = hmac.digest(key.encode(), f"attendance:{tag}:{slot}".encode(), "sha256")
    number, letters = int.from_bytes(drawn[:8]), []
    for _ in range(wanted):
        number, rest = divmod(number, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return tag + "".join(letters)


def is_current(code: str, tag: str, now: datetime, keys: Sequence[str]) -> bool:
    """Whether a code is one of the last of this sheet."""
    slot = slot_of(now)
    return any(
        hmac.compare_digest(code.encode(), code_of(tag, slot - back, key).encode())
        for back in range(CODE_SLOTS)
        for key in keys
    )


def read_code(typed: str) -> str:
    """Return a code as it was meant: any case, with or without spaces and hyphens; empty if it cannot be one."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    return letters if len(letters) == CODE_LENGTH and set(letters) <= set(ALPHABET) else ""


def spaced_code(code: str) -> str:
    """Return a code in groups, to be read from a wall and typed."""
    return f"{code[:TAG_LENGTH]} {code[TAG_LENGTH : TAG_LENGTH + 3]} {code[TAG_LENGTH + 3 :]}"


# --- the seals -------------------------------------------------------------------------------------------------------


def digest_of(value: object) -> str:
    """Return the SHA-256 of plain data."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def entry_digest(entry: Any) -> str:
    """Return what seals an entry: all its facts, and that of the one it corrects."""
    return digest_of(
        [
            str(entry.id),
            str(entry.sheet_id),
            str(entry.enrolment_id),
            str(entry.guest_id),
            entry.status.value,
            None if entry.hours is None else f"{entry.hours:.2f}",
            entry.absence_kind.value if entry.absence_kind else None,
            entry.method.value,
            entry.recorded_at.isoformat(),
            str(entry.recorded_by),
            str(entry.link_id),
            entry.once,
            entry.device,
            entry.mark_digest,
            entry.reason_digest,
            str(entry.corrects_id),
        ]
    )


def sheet_hash(sheet: Any, entries: Iterable[Any]) -> str:
    """Return what seals a sheet: what it says of the half-day, who countersigned and when, and its entries then."""
    digests = sorted(entry.digest for entry in entries)
    countersigned = [sheet.locked_at.isoformat(), str(sheet.locked_by), str(sheet.locked_link), sheet.locked_name]
    return digest_of([str(sheet.id), str(sheet.half_day_id), sheet.content, countersigned, digests])


def in_force(entries: Iterable[Any]) -> list[Any]:
    """Return the entries nothing corrects: what the sheet says now, one a person."""
    known = list(entries)
    corrected = {entry.corrects_id for entry in known}
    return [entry for entry in known if entry.id not in corrected]


def corrections_among(entries: Iterable[Any]) -> list[tuple[Any | None, Any]]:
    """Return what was written after the lock, in order: what it corrects, or null for someone added, and the new word."""
    known = {entry.id: entry for entry in entries}
    written = [entry for entry in known.values() if entry.reason_digest is not None]
    written.sort(key=lambda entry: (entry.recorded_at, str(entry.id)))
    return [(known.get(entry.corrects_id), entry) for entry in written]


def sealed_words(entries: Iterable[Any]) -> list[Any]:
    """Return what the lock sealed, one entry a person, whatever was corrected afterwards."""
    return in_force(entry for entry in entries if entry.reason_digest is None)


def shared_devices(entries: Iterable[Any]) -> frozenset[uuid.UUID]:
    """Return the entries in force whose device signed for someone else too: to be shown to the trainer (R115)."""
    by_device: dict[str, list[Any]] = {}
    for entry in in_force(entries):
        if entry.device:
            by_device.setdefault(entry.device, []).append(entry)
    return frozenset(entry.id for signed in by_device.values() if len(signed) > 1 for entry in signed)


def told_apart(counts: Mapping[str, int], *, least: int = 5) -> tuple[dict[str, int], int]:
    """Return the categories counted at least ``least`` times, and how many stand in all the others together (R122).

    When the others come to less than ``least``, the smallest shown joins them: nobody is found by subtraction.
    """
    shown = {name: count for name, count in counts.items() if count >= least}
    hidden = sum(counts.values()) - sum(shown.values())
    while shown and 0 < hidden < least:
        smallest = min(shown, key=lambda name: (shown[name], name))
        hidden += shown.pop(smallest)
    return (shown, hidden) if hidden >= least or not hidden else ({}, 0)
