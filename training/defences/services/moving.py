"""A whole day of defences moved in one act: read before, done, and told once to each person (R63, R64, R120)."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from training.common import clock, journal
from training.common.errors import Refused
from training.common.formatting import enumeration
from training.common.policy import Principal
from training.database import db
from training.defences import mails
from training.defences.commands import DayChange
from training.defences.models import DefenceDay, DefenceRoom, Juror, JurorAnswer
from training.defences.queries.days import Board, board_of
from training.defences.queries.moving import Sitting, sittings_elsewhere
from training.defences.rules import juries
from training.defences.rules.moving import Moved, in_writing_order, meet, moved_slots
from training.defences.services.days import open_link


@dataclass(frozen=True, slots=True)
class Preview:
    """What moving a day would do: each defence before and after, who is told, what to know first."""

    moved: Sequence[Moved]
    told: Sequence[str]
    asked_again: Sequence[str]
    warnings: Sequence[str]
    token: str

    @property
    def defences(self) -> list[Moved]:
        """The defences that change, but those concluded."""
        return _changing(self.moved)

    @property
    def asks_reading(self) -> bool:
        """Whether it is to be read before it is done: some defence changes."""
        return bool(self.defences)


def preview(day: DefenceDay, command: DayChange) -> Preview:
    """Return what this change would do; nothing is written.

    Raises ``Refused`` for a day or hours that are past, once a defence of the day was concluded, for rooms that do not
    match, or where a juror sits elsewhere at that hour: R64 takes no warning.
    """
    board = board_of(day.cohort)
    slots = board.on(day)
    names = _room_names(day.rooms, command)
    moved = moved_slots(
        slots,
        held_on=command.held_on,
        first_at=command.first_at,
        place=command.place,
        access=command.access,
        rooms=names,
    )
    held = _changing(moved)
    _refuse(board, day, command, moved, held)
    asked = _to_ask_again(board, day, command, held)
    told = {each.slot.enrolment.person.name for each in held if each.slot.convoked_at is not None}
    told |= {seat.juror.person.name for each in held if each.slot.convoked_at is not None for seat in each.slot.sitting}
    return Preview(
        moved,
        sorted(told),
        sorted(juror.person.name for juror in asked),
        list(dict.fromkeys(_warnings(board, day, command, held))),
        _token(command, held),
    )


def change_day(day: DefenceDay, command: DayChange, *, by: Principal) -> int:
    """Change when and where a day is held: its slots follow, and each person already convoked is told once, before and after.

    The caller holds the cohort. What changes a defence is done only as it was read (``command.token``). Returns how many
    people were told; raises what ``preview`` raises, and ``Refused`` when something changed since.
    """
    read = preview(day, command)
    if read.asks_reading and read.token != command.token:
        raise Refused("Quelque chose a changé depuis cette page : relisez qui est concerné avant de confirmer.")
    if command.held_on != day.held_on:
        _forget_answers(day)
    day.held_on, day.place, day.access, day.opens_on = (
        command.held_on, command.place, command.access, command.opens_on,
    )  # fmt: skip
    _rename(day.rooms, _room_names(day.rooms, command))
    for each in in_writing_order(read.moved):
        each.slot.starts_at, each.slot.ends_at = each.after.starts_at, each.after.ends_at
        db.session.flush()
    for each in read.defences:
        each.slot.changed_at = clock.now()
    db.session.flush()
    journal.record(day.cohort, "cohort.defence_day_changed", by=by, codes={"on": command.held_on.isoformat()})
    return _tell(day, read, by=by)


def _changing(moved: Sequence[Moved]) -> list[Moved]:
    return [each for each in moved if each.slot.memoire_id is not None and each.slot.minutes is None and each.changes]


def _room_names(rooms: Sequence[DefenceRoom], command: DayChange) -> dict[uuid.UUID, str]:
    if not command.rooms:
        return {room.id: room.name for room in rooms}
    if len(command.rooms) != len(rooms):
        raise Refused(f"Cette journée a {len(rooms)} salle(s) : écrivez-en autant, dans le même ordre.", field="rooms")
    return {room.id: name for room, name in zip(rooms, command.rooms, strict=True)}


def _rename(rooms: Sequence[DefenceRoom], names: dict[uuid.UUID, str]) -> None:
    """Give rooms their names; two that swap theirs pass by another one."""
    if all(room.name == names[room.id] for room in rooms):
        return
    for room in rooms:
        room.name = f"·{room.id}"
    db.session.flush()
    for room in rooms:
        room.name = names[room.id]
    db.session.flush()


def _forget_answers(day: DefenceDay) -> None:
    """Forget what jurors answered: it was of another day."""
    for answer in db.session.scalars(select(JurorAnswer).where(JurorAnswer.day_id == day.id)):
        db.session.delete(answer)
        db.session.expire(answer.juror, ["answers"])
    db.session.flush()


def _token(command: DayChange, held: Sequence[Moved]) -> str:
    return juries.digest_of(
        {
            "opens_on": str(command.opens_on),
            **{
                str(each.slot.id): [
                    each.after.starts_at.isoformat(), each.after.place, each.after.room, each.after.access,
                    *sorted(str(seat.juror_id) for seat in each.slot.sitting),
                ]
                for each in held
            },
        }
    )  # fmt: skip


# --- what stands in the way ----------------------------------------------------------------------------------------------


def _refuse(board: Board, day: DefenceDay, command: DayChange, moved: Sequence[Moved], held: Sequence[Moved]) -> None:
    shifted = [each for each in moved if each.before.starts_at != each.after.starts_at]
    if command.held_on != day.held_on and command.held_on < clock.today():
        raise Refused("Ce jour est passé.", field="held_on")
    if any(each.slot.minutes is not None for each in shifted):
        raise Refused("Des soutenances de ce jour sont déjà conclues : il ne se déplace plus.", field="held_on")
    if any(each.after.starts_at <= clock.now() for each in held if each in shifted):
        raise Refused("À cette heure, des soutenances seraient déjà commencées.", field="first_at")
    if command.opens_on is not None and command.opens_on > command.held_on:
        raise Refused("Les mémoires s’ouvrent au jury au plus tard le jour même.", field="opens_on")
    same = (command.held_on, command.place)
    if any((other.held_on, other.place) == same for other in board.days if other.id != day.id):
        raise Refused("Une autre journée est déjà ouverte ce jour-là à ce lieu.", field="held_on")
    if shifted:
        busy = _busy(day, held)
        if busy:
            raise Refused(f"{enumeration(busy)} : siège déjà ailleurs à la même heure.", field="held_on")


def _busy(day: DefenceDay, held: Sequence[Moved]) -> list[str]:
    """Return the jurors who would be in two places at once, in this cohort or in another one."""
    people = {seat.juror.person_id for each in held for seat in each.slot.sitting}
    elsewhere = sittings_elsewhere(people, day.id)
    return sorted(
        {
            seat.juror.person.name
            for each in held
            for seat in each.slot.sitting
            if any(_meets(each, sitting, seat.juror.person_id) for sitting in elsewhere)
        }
    )


def _meets(moved: Moved, sitting: Sitting, person_id: uuid.UUID) -> bool:
    return sitting.person_id == person_id and meet(moved.after, sitting.starts_at, sitting.ends_at)


def _warnings(board: Board, day: DefenceDay, command: DayChange, held: Sequence[Moved]) -> list[str]:
    found = []
    for each in held:
        for seat in each.slot.sitting:
            name, answer = seat.juror.person.name, _answer(board, day, command, seat.juror)
            if answer is not None and not juries.can_come(
                answer.availability, each.after.starts_at, each.after.ends_at
            ):
                found.append(f"{name} a répondu ne pas être disponible à cette heure.")
            why = board.ties.why(seat.juror_id, each.slot.memoire.enrolment_id)
            if why is not None and not (why == juries.FOLLOWS_HER and seat.dispensed_reason):
                found.append(f"{name} {why} ({each.slot.enrolment.person.name}).")
    return found


def _answer(board: Board, day: DefenceDay, command: DayChange, juror: Juror) -> JurorAnswer | None:
    """Return what a juror answered of the day it would be held on: of this one, or of another on the same date."""
    same = {other.id for other in board.days if other.held_on == command.held_on}
    if command.held_on != day.held_on:
        same.discard(day.id)
    return next((answer for answer in juror.answers if answer.day_id in same), None)


def _to_ask_again(board: Board, day: DefenceDay, command: DayChange, held: Sequence[Moved]) -> list[Juror]:
    """Return the jurors of whom nobody knows whether they can come on the new date."""
    if command.held_on == day.held_on:
        return []
    sitting = {seat.juror_id: seat.juror for each in held for seat in each.slot.sitting}
    return [juror for juror in sitting.values() if _answer(board, day, command, juror) is None]


# --- told once -----------------------------------------------------------------------------------------------------------


def _tell(day: DefenceDay, read: Preview, *, by: Principal) -> int:
    """Tell those who were convoked, learners and jurors, one message each; those who were not will be by the convocations."""
    known = [each for each in read.defences if each.slot.convoked_at is not None]
    jurors: dict[uuid.UUID, list[Moved]] = {}
    for each in known:
        each.slot.convoked_at = max(clock.now(), each.slot.changed_at)
        journal.record(each.slot, "defence.moved", by=by)
        for seat in each.slot.sitting:
            jurors.setdefault(seat.juror_id, []).append(each)
    db.session.flush()
    for each in known:
        mails.defence_moved(each.slot, each.before)
    members = {seat.juror_id: seat.juror for each in known for seat in each.slot.sitting}
    for juror_id, lines in jurors.items():
        juror = members[juror_id]
        asked = juror.person.name in read.asked_again
        if asked:
            juror.asked_at = clock.now()
        mails.jury_moved(juror, day, lines, open_link(juror, by=by), asked=asked)
    return len(known) + len(jurors)
