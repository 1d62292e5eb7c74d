"""Placing: a plan accepted, a defence set or taken away by hand, convocations (R61–R64)."""

import uuid
from collections.abc import Iterable

from training.cohorts.models import Cohort
from training.common import clock, journal
from training.common.errors import NotFound, Refused
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.defences import mails
from training.defences.commands import Placement
from training.defences.enums import MemoireAct, MemoireStatus
from training.defences.models import DefenceSlot, Juror, JurySeat, Memoire
from training.defences.queries.days import Board, board_of, problem_of
from training.defences.rules import juries, placing
from training.defences.rules.placing import Plan
from training.defences.services.days import open_link
from training.defences.services.memoires import move

MOVED = "Soutenance déplacée"


def token_of(plan: Plan) -> str:
    """Return what a plan shown is recognised by: accepted, it is the one that was read."""
    return juries.digest_of({str(each.learner): [str(each.slot.id), *map(str, each.jury)] for each in plan.placed})


def accept(cohort: Cohort, token: str, *, by: Principal) -> int:
    """Write the plan that was shown; refuse it when something has changed since. Return how many are placed.

    The cohort is held: what is computed is what is written.
    """
    board = board_of(cohort)
    problem = problem_of(board)
    plan = placing.place(problem)
    if token_of(plan) != token:
        raise Refused("Quelque chose a changé depuis cette proposition : relisez la nouvelle avant de l’accepter.")
    chairs = placing.presidents(problem, plan.placed)
    slots = {slot.id: slot for slot in board.slots}
    memoires = {each.id: each for each in board.memoires}
    jurors = {juror.id: juror for juror in board.jurors}
    for each in plan.placed:
        _occupy(slots[each.slot.id], memoires[each.learner], by=by)
        _seat(slots[each.slot.id], [jurors[juror] for juror in each.jury], chairs.get(each.learner))
    db.session.flush()
    journal.record(cohort, "cohort.defences_placed", by=by, codes={"count": len(plan.placed)})
    return len(plan.placed)


def _occupy(slot: DefenceSlot, memoire: Memoire, *, by: Principal) -> None:
    if memoire.status is not MemoireStatus.SCHEDULED:
        move(memoire, MemoireAct.SCHEDULE, by=by, on=clock.in_paris(slot.starts_at).date().isoformat())
    slot.memoire = memoire
    slot.changed_at, slot.convoked_at, slot.deliberation_at = clock.now(), None, None
    db.session.flush()
    journal.record(slot, "defence.placed", by=by, codes={"memoire": str(memoire.id)})


def _seat(slot: DefenceSlot, jurors: list[Juror], president_id: uuid.UUID | None) -> None:
    for rank, juror in enumerate(jurors):
        slot.seats.append(JurySeat(juror=juror, position=rank, presides=juror.id == president_id))
    db.session.flush()


def place_by_hand(cohort: Cohort, command: Placement, *, by: Principal) -> DefenceSlot:
    """Set a defence: in this slot, before these jurors.

    What R63 and R64 forbid is refused; the rest is warned of, and taken once confirmed. The school alone may let a
    trainer judge whom she follows, and says why.
    """
    board = board_of(cohort)
    slots = {slot.id: slot for slot in board.slots}
    target = slots.get(command.slot_id)
    before = next((s for s in board.placed if s.memoire_id == command.memoire_id and s.published_at is None), None)
    memoire = before.memoire if before is not None else _to_place(board, command.memoire_id)
    if target is None or memoire is None:
        raise NotFound
    if target is not before and target.memoire_id is not None:
        raise Refused("Ce créneau vient d’être pris : choisissez-en un autre.", field="slot_id")
    if before is not None and before.minutes is not None:
        raise Refused("Cette soutenance est conclue : elle ne se déplace plus.")
    known = {juror.id: juror for juror in board.jurors}
    jurors = [known[juror_id] for juror_id in command.juror_ids if juror_id in known]
    dispensed = _refuse_forbidden(board, target, memoire, command, by=by)
    _refuse_unconfirmed(board, target, jurors, command)
    was_told = before is not None and before.convoked_at is not None
    former = [seat.juror for seat in before.sitting] if before is not None else []
    _write(before, target, memoire, jurors, command, by=by)
    for seat in target.sitting if dispensed else ():
        if seat.juror_id in dispensed:
            seat.dispensed_reason = command.reason
            journal.record(target, "defence.dispensed", by=by, text={"reason": command.reason})
    db.session.flush()
    if was_told:
        convoke([target], by=by)
        tell_former([juror for juror in former if juror not in jurors], target, by=by)
    return target


def _to_place(board: Board, memoire_id: uuid.UUID) -> Memoire | None:
    return next((each for each in board.to_place if each.id == memoire_id), None)


def _refuse_forbidden(
    board: Board, target: DefenceSlot, memoire: Memoire, command: Placement, *, by: Principal
) -> set[uuid.UUID]:
    """Refuse a jury that R63 or R64 forbids; return those whom the school dispenses."""
    dispensed = set()
    for juror in (juror for juror in board.jurors if juror.id in command.juror_ids):
        why = board.ties.why(juror.id, memoire.enrolment_id)
        if (
            why == juries.FOLLOWS_HER
            and command.reason
            and policy.allows(by, Permission.DEFENCES_RESULT_PUBLISH, board.cohort)
        ):
            dispensed.add(juror.id)
        elif why is not None:
            raise Refused(f"{juror.person.name} {why} : choisissez quelqu’un d’autre.", field="jurors")
        for other in board.placed:
            overlaps = other.starts_at < target.ends_at and target.starts_at < other.ends_at
            if not overlaps or other.memoire_id == memoire.id or other.published_at is not None:
                continue
            if any(seat.juror.person_id == juror.person_id for seat in other.sitting):
                raise Refused(f"{juror.person.name} siège ailleurs à la même heure.", field="jurors")
    return dispensed


def _refuse_unconfirmed(board: Board, target: DefenceSlot, jurors: list[Juror], command: Placement) -> None:
    warned = []
    for juror in jurors:
        answer = next((each for each in juror.answers if each.day_id == target.day_id), None)
        if not juries.can_come(answer.availability if answer else None, target.starts_at, target.ends_at):
            warned.append(f"{juror.person.name} n’a pas dit être disponible à cette heure")
    if board.bodies and sorted(juror.part.value for juror in jurors) != sorted(board.bodies):
        warned.append("le jury ne réunit pas un membre de chaque organisme prévu")
    if command.president_id not in {juror.id for juror in jurors}:
        warned.append("personne ne préside")
    if warned and not command.confirmed:
        raise Refused(
            f"À vérifier : {' ; '.join(warned)}. Cochez la case pour garder ce choix.".replace(" ; ", "\u202f; "),
            field="confirmed",
        )


def _write(
    before: DefenceSlot | None, target: DefenceSlot, memoire: Memoire, jurors: list[Juror], command: Placement,
    *, by: Principal,
) -> None:  # fmt: skip
    kept: dict[uuid.UUID, JurySeat] = {}
    if before is not None:
        wanted = {juror.id for juror in jurors}
        kept = {seat.juror_id: seat for seat in before.sitting if seat.juror_id in wanted}
        for seat in before.sitting:
            seat.presides = False
            if seat.juror_id not in wanted:
                seat.ended_at, seat.ended_reason = clock.now(), MOVED
        if before is not target:
            before.memoire = None
            before.changed_at, before.convoked_at, before.deliberation_at = clock.now(), None, None
        db.session.flush()
    if before is not target:
        _occupy(target, memoire, by=by)
    else:
        target.changed_at = clock.now()
        journal.record(target, "defence.changed", by=by)
    for rank, juror in enumerate(jurors):
        seat = kept.get(juror.id) or JurySeat(juror=juror)
        if seat.slot is not target:
            target.seats.append(seat)
        seat.position, seat.presides = rank, juror.id == command.president_id
    db.session.flush()


def release(slot: DefenceSlot, *, by: Principal) -> None:
    """Take a defence off its day: the learner awaits another slot, everyone told of it is told again."""
    memoire = slot.memoire
    if memoire is None:
        return
    if slot.minutes is not None:
        raise Refused("Cette soutenance est conclue : elle ne se retire plus.")
    told, jurors = slot.convoked_at is not None, [seat.juror for seat in slot.sitting]
    move(memoire, MemoireAct.UNSCHEDULE, by=by)
    journal.record(slot, "defence.released", by=by)
    if told:
        mails.defence_cancelled(slot, memoire)
    for seat in slot.sitting:
        seat.ended_at, seat.ended_reason = clock.now(), "Soutenance retirée de la journée"
    slot.memoire = None
    slot.changed_at, slot.convoked_at, slot.deliberation_at = clock.now(), None, None
    db.session.flush()
    if told:
        tell_former(jurors, slot, by=by)


def convoke(slots: Iterable[DefenceSlot], *, by: Principal) -> int:
    """Tell learners and jurors when and where, with their calendar files; return how many defences were told."""
    told = [slot for slot in slots if slot.memoire is not None]
    jurors: dict[tuple[uuid.UUID, uuid.UUID], tuple[Juror, DefenceSlot]] = {}
    for slot in told:
        slot.convoked_at = max(clock.now(), slot.changed_at)
        journal.record(slot, "defence.convoked", by=by)
        for seat in slot.sitting:
            jurors.setdefault((seat.juror_id, slot.day_id), (seat.juror, slot))
    db.session.flush()
    for slot in told:
        mails.learner_convoked(slot)
    for juror, slot in jurors.values():
        mails.juror_convoked(juror, slot.day, open_link(juror, by=by))
    return len(told)


def tell_former(jurors: Iterable[Juror], slot: DefenceSlot, *, by: Principal) -> None:
    """Tell jurors who no longer sit at a defence what remains of their day."""
    for juror in jurors:
        mails.juror_convoked(juror, slot.day, open_link(juror, by=by))
