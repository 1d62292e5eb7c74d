"""A whole seminar moved in one act: shown before, told once after (R34, R37, R40, R120)."""

import uuid
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from training.cohorts.services import bump_calendar, lock_cohort
from training.common import clock, journal
from training.common.errors import ActUnavailable, Refused
from training.common.policy import Principal
from training.database import db
from training.seminars import rules
from training.seminars.enums import MOVABLE, SeminarAct, SeminarStatus
from training.seminars.models import AttendanceEntry, AttendanceSheet, HalfDay, Seminar
from training.seminars.queries.clashes import Clash, clashes, wanted_of
from training.seminars.rules.shifting import Moved, moved_by, taking_place
from training.seminars.services.changes import note_change
from training.seminars.services.convening import take_back
from training.seminars.services.overlaps import check_free

MOVE = "Déplacer le séminaire"


def moves_of(seminar: Seminar, days: int) -> list[Moved]:
    """Return where each half-day of a seminar would be so many days later; one written on stays (R40). One SELECT."""
    signed = _written_on(seminar)
    return [
        Moved(half_day, half_day.starts_at, half_day.ends_at, signed=True)
        if half_day.id in signed
        else moved_by(half_day, days)
        for half_day in taking_place(seminar.half_days)
    ]


def first_to_move(seminar: Seminar) -> HalfDay:
    """Return the first half-day that a move takes. Raises ``Refused`` when there is none. One SELECT."""
    first: HalfDay = _going(moves_of(seminar, 0))[0].half_day
    return first


def _going(moves: Sequence[Moved]) -> list[Moved]:
    going = [move for move in moves if not move.signed]
    if not moves:
        raise Refused("Ce séminaire n’a pas encore de demi-journée à déplacer.")
    if not going:
        raise Refused(
            "Toutes les feuilles d’émargement de ce séminaire sont déjà signées : ses dates ne changent plus."
        )
    return going


def _written_on(seminar: Seminar) -> frozenset[uuid.UUID]:
    query = (
        select(AttendanceSheet.half_day_id)
        .join(AttendanceEntry, AttendanceEntry.sheet_id == AttendanceSheet.id)
        .join(HalfDay, HalfDay.id == AttendanceSheet.half_day_id)
        .where(HalfDay.seminar_id == seminar.id)
        .distinct()
    )
    return frozenset(db.session.scalars(query))


def clashes_after(seminar: Seminar, moves: Sequence[Moved], *, by: Principal) -> list[Clash]:
    """Return who and which rooms a move would want twice at once (R35)."""
    going = _going(moves)
    wanted = [replace(wanted_of(move.half_day), starts_at=move.starts_at, ends_at=move.ends_at) for move in going]
    return clashes(seminar.cohort, wanted, by, besides={move.half_day.id for move in going})


def check_movable(seminar: Seminar) -> None:
    """Refuse a seminar that no longer moves: ``ActUnavailable`` once held or cancelled, ``Refused`` for nothing to move."""
    if seminar.status not in MOVABLE:
        raise ActUnavailable(MOVE, seminar.status.label)
    first_to_move(seminar)


def check_move(seminar: Seminar, days: int) -> list[Moved]:
    """Return where a move puts each half-day, once it is known to be possible.

    Raises ``Overlap`` for a time the cohort has taken (R35), ``Refused`` for none to move or a day past,
    ``ActUnavailable`` once the seminar was held or cancelled.
    """
    if seminar.status not in MOVABLE:
        raise ActUnavailable(MOVE, seminar.status.label)
    moves = moves_of(seminar, days)
    going = _going(moves)
    if days == 0 and seminar.status is not SeminarStatus.POSTPONED:
        raise Refused("Ce sont déjà les dates du séminaire : choisissez-en d’autres.", field="first_day")
    if clock.in_paris(going[0].starts_at).date() < clock.today():
        raise Refused("Ce jour est passé : choisissez un jour à venir.", field="first_day")
    together = {move.half_day.id for move in going}
    for move in going:
        at = (move.starts_at, move.ends_at)
        check_free(move.half_day, seminar.cohort_id, at=at, besides=together, field="first_day")
    return moves


def move_seminar(seminar: Seminar, days: int, *, by: Principal) -> int:
    """Move a seminar by so many days, its half-days keeping hours and intervals; return how many moved.

    A postponed one is planned again at its new dates. Each person concerned is told once, feeds and invitations follow.
    Raises what :func:`check_move` raises.
    """
    cohort = lock_cohort(seminar.cohort_id)
    moves = _going(check_move(seminar, days))
    before = moves[0].half_day.starts_at
    take_back(seminar)
    for move in moves:
        note_change(move.half_day)
    if seminar.status is SeminarStatus.POSTPONED:
        rules.PROCEDURE.advance(seminar, SeminarAct.RESTORE, by=by)
        seminar.sequence += 1
        seminar.changed_at = clock.now()
    for move in moves:
        half_day = move.half_day
        half_day.starts_at, half_day.ends_at = move.starts_at, move.ends_at
        half_day.sequence += 1
        half_day.changed_at = clock.now()
    db.session.flush()
    codes = {"days": days, "half_days": len(moves), "from": before.isoformat(), "to": moves[0].starts_at.isoformat()}
    journal.record(seminar, "seminar.moved", by=by, codes=codes)
    bump_calendar(cohort)
    return len(moves)
