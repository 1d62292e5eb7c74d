"""A jury at work: pledges, evaluations, deliberation, minutes signed in turn, a member replaced (R62, R63, R65, R126)."""

import hashlib
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, select

from training.catalogue.enums import Outcome
from training.common import clock, journal
from training.common.errors import Conflict, NotFound, Refused
from training.common.policy import Principal
from training.database import db
from training.defences import mails
from training.defences.commands import Conclusion, Evaluation, MemberSignature, Replacement
from training.defences.enums import MemoireAct, MemoireStatus
from training.defences.models import (
    DefenceSlot,
    Juror,
    JurorConflict,
    JuryEvaluation,
    JurySeat,
    Minutes,
    MinutesMark,
    MinutesSignature,
)
from training.defences.queries.days import Board, board_of
from training.defences.rules import juries
from training.defences.services.days import add_juror, open_link
from training.defences.services.memoires import move
from training.extensions import settings

LOCKED = "Le procès-verbal est signé par tous ses membres : plus rien n’y change."


def _open(slot: DefenceSlot) -> None:
    """Refuse any act on a defence whose minutes are locked."""
    if slot.minutes is not None and slot.minutes.locked_at is not None:
        raise Conflict(LOCKED)


def pledge(seat: JurySeat, *, by: Principal) -> None:
    """Pledge to judge impartially: the mémoire then opens, from the day set (R126)."""
    if seat.pledged_at is None:
        seat.pledged_at = clock.now()
        db.session.flush()
        journal.record(seat.slot, "defence.pledged", by=by, codes={"seat": str(seat.id)})


def decline(seat: JurySeat, words: str, *, by: Principal) -> None:
    """Say that one cannot judge this learner: the conflict is noted, the seat is to be given to someone else (R63)."""
    slot = seat.slot
    if slot.memoire is None:
        raise NotFound
    _open(slot)
    db.session.add(JurorConflict(juror=seat.juror, enrolment=slot.memoire.enrolment, words=words))
    seat.ended_at, seat.ended_reason, seat.presides = clock.now(), "Conflit déclaré", False
    slot.changed_at = clock.now()
    db.session.flush()
    journal.record(slot, "defence.declined", by=by, codes={"seat": str(seat.id)}, text={"reason": words or None})


def evaluate(seat: JurySeat, command: Evaluation, *, by: Principal) -> None:
    """Keep or give one’s evaluation; it no longer changes once the deliberation is open (R65)."""
    slot = seat.slot
    _open(slot)
    if seat.pledged_at is None:
        raise Refused("Signez d’abord l’engagement d’impartialité.")
    if slot.deliberation_at is not None:
        raise Refused("La délibération est ouverte : les évaluations individuelles ne changent plus.")
    if command.give and command.proposal is None and not command.words:
        raise Refused("Écrivez quelques mots, ou dites quel résultat vous proposez.", field="words")
    evaluation = seat.evaluation
    if evaluation is None:
        evaluation = JuryEvaluation(seat=seat)
        db.session.add(evaluation)
    evaluation.marks = {criterion.value: mark.value for criterion, mark in command.marks.items()}
    evaluation.words, evaluation.proposal, evaluation.written_at = command.words, command.proposal, clock.now()
    evaluation.given_at = clock.now() if command.give else None
    db.session.flush()
    if command.give:
        journal.record(slot, "defence.evaluated", by=by, codes={"seat": str(seat.id)})


def open_deliberation(slot: DefenceSlot, *, by: Principal) -> None:
    """Open the deliberation: every member then reads what the others wrote."""
    _open(slot)
    if slot.memoire is None:
        raise NotFound
    if slot.starts_at > clock.now():
        raise Refused("La soutenance n’a pas commencé : la délibération s’ouvrira après elle.")
    if slot.deliberation_at is None:
        slot.deliberation_at = clock.now()
        db.session.flush()
        journal.record(slot, "defence.deliberation_opened", by=by)


def conclude(slot: DefenceSlot, command: Conclusion, *, by: Principal) -> Minutes:
    """Write what the jury decides. Written again before the lock, what was signed is signed anew.

    Raises ``Refused`` without a quorum (R62), or for an outcome the edition has not (R65).
    """
    _open(slot)
    memoire = slot.memoire
    if memoire is None:
        raise NotFound
    if slot.deliberation_at is None:
        raise Refused("Ouvrez d’abord la délibération.")
    rules = slot.cohort.edition.rules
    for seat in slot.sitting:
        seat.present = seat.id in command.present
    if not juries.is_quorate(slot, juries.quorum_of(rules)):
        quorum = max(1, juries.quorum_of(rules) or 0)
        raise Refused(
            f"Il faut au moins {quorum} membre{'s' if quorum > 1 else ''} présent{'s' if quorum > 1 else ''} pour décider.",
            field="present",
        )
    if command.outcome not in juries.outcomes_of(rules):
        raise Refused("Ce résultat n’est pas prévu par l’édition.", field="outcome")
    with_corrections = command.outcome is Outcome.PASSED_WITH_CORRECTIONS
    if with_corrections and not command.corrections:
        raise Refused("Dites quelles corrections sont demandées.", field="corrections")
    if with_corrections and command.corrections_due and command.corrections_due < clock.today():
        raise Refused("Ce jour est passé.", field="corrections_due")
    if memoire.status is MemoireStatus.SCHEDULED and command.outcome is not Outcome.NO_SHOW:
        move(memoire, MemoireAct.HOLD, by=by)
    minutes = slot.minutes
    if minutes is not None:
        _unsign(minutes)
    with db.session.no_autoflush:  # minutes are written whole
        minutes = minutes or Minutes(slot=slot, signatures=[])
        _write(minutes, command, by=by)
    db.session.flush()
    journal.record(slot, "defence.minutes_written", by=by, codes={"digest": minutes.digest})
    return minutes


def _write(minutes: Minutes, command: Conclusion, *, by: Principal) -> None:
    with_corrections = command.outcome is Outcome.PASSED_WITH_CORRECTIONS
    minutes.outcome, minutes.comments = command.outcome, command.comments
    minutes.corrections = command.corrections if with_corrections else ""
    minutes.corrections_due = command.corrections_due if with_corrections else None
    minutes.written_at, minutes.written_by = clock.now(), by.person_id
    minutes.content = content_of(minutes.slot, minutes)
    minutes.digest = juries.digest_of(minutes.content)
    db.session.add(minutes)


def _unsign(minutes: Minutes) -> None:
    """Take back the signatures of minutes that change: what was signed is no longer what they say."""
    signed = select(MinutesSignature.id).where(MinutesSignature.minutes_id == minutes.id)
    db.session.execute(delete(MinutesMark).where(MinutesMark.signature_id.in_(signed)))
    db.session.execute(delete(MinutesSignature).where(MinutesSignature.minutes_id == minutes.id))
    db.session.expire(minutes, ["signatures"])


def content_of(slot: DefenceSlot, minutes: Minutes) -> dict[str, Any]:
    """Return what the members sign, in full: plain words, as they stand that day."""
    memoire = slot.memoire
    if memoire is None:
        raise NotFound
    enrolment = memoire.enrolment
    return {
        "cohort": slot.cohort.label,
        "programme": slot.cohort.edition.programme.label,
        "learner": enrolment.person.name,
        "structure": enrolment.structure.name,
        "subject": memoire.subject,
        "starts_at": slot.starts_at.isoformat(timespec="minutes"),
        "place": slot.day.place,
        "room": slot.room.name,
        "members": [
            {
                "seat": str(seat.id),
                "name": seat.juror.person.name,
                "body": seat.juror.part.value,
                "organisation": juries.organisation_of(slot.parts, seat.juror.part),
                "presides": seat.presides,
                "present": bool(seat.present),
            }
            for seat in slot.sitting
        ],
        "outcome": minutes.outcome.value,
        "comments": minutes.comments,
        "corrections": minutes.corrections,
        "corrections_due": minutes.corrections_due.isoformat() if minutes.corrections_due else None,
    }


def sign(slot: DefenceSlot, command: MemberSignature, *, by: Principal) -> bool:
    """Sign the minutes as the member whose code was given; return whether they are now locked, all present having signed.

    The defence is held: two who sign at once come one after the other, and the last locks.
    """
    _open(slot)
    minutes = slot.minutes
    seat = next((each for each in juries.unsigned(slot) if each.id == command.seat_id), None)
    if minutes is None or seat is None:
        raise Conflict("Cette signature est déjà donnée, ou n’est pas attendue : relisez la page.")
    house = settings()
    keys = [house.secret_key, *house.secret_key_fallbacks]
    if not juries.is_code(command.code, seat.juror_id, seat.juror.code_version, keys):
        raise Refused(
            "Ce code n’est pas le vôtre. Il est dans votre convocation et sur votre page de jury.", field="code"
        )
    if seat.pledged_at is None:
        if not command.pledges:
            raise Refused("Cochez l’engagement d’impartialité avant de signer.", field="pledges")
        pledge(seat, by=by)
    now = clock.now()
    mark = hashlib.sha256(command.strokes.encode()).hexdigest() if command.strokes else None
    signature = MinutesSignature(
        minutes=minutes, seat_id=seat.id, name=command.name, signed_at=now, mark_digest=mark,
        digest=juries.signature_digest(minutes.digest, seat.id, command.name, now, mark),
    )  # fmt: skip
    db.session.add(signature)
    db.session.flush()
    if command.strokes:
        db.session.add(MinutesMark(signature=signature, strokes=command.strokes))
        db.session.flush()
    journal.record(slot, "defence.minutes_signed", by=by, codes={"seat": str(seat.id), "digest": signature.digest})
    if juries.unsigned(slot):
        return False
    minutes.locked_at = now
    db.session.flush()
    journal.record(slot, "defence.minutes_locked", by=by, codes={"digest": minutes.digest})
    return True


def replace(slot: DefenceSlot, seat: JurySeat, command: Replacement, *, by: Principal) -> tuple[Juror, str]:
    """Give a seat to someone else in one act, for this defence or all hers of the day; return them and their link’s secret.

    Refused where R63 or R64 forbids. Nobody’s evaluation passes to another (R126).
    """
    _open(slot)
    cohort = slot.cohort
    incoming = add_juror(cohort, command.newcomer, by=by) if command.newcomer is not None else None
    board = board_of(cohort)
    if incoming is None:
        incoming = next((juror for juror in board.jurors if juror.id == command.juror_id), None)
    if incoming is None:
        raise Refused("Choisissez qui la remplace.", field="juror_id")
    seats = [
        each
        for other in board.placed
        if other.id == slot.id or (command.whole_day and other.day_id == slot.day_id and other.minutes is None)
        for each in other.sitting
        if each.juror_id == seat.juror_id and other.published_at is None
    ]
    _refuse_barred(board, incoming, seats)
    for each in seats:
        each.ended_at, each.ended_reason = clock.now(), command.reason
        presides, each.presides = each.presides, False
        db.session.flush()
        each.slot.seats.append(
            JurySeat(juror=incoming, position=each.position, presides=presides and incoming.may_preside)
        )
        each.slot.changed_at = clock.now()
        if each.slot.convoked_at is not None:
            each.slot.convoked_at = clock.now()
        if each.slot.minutes is not None:
            _unsign(each.slot.minutes)
            each.slot.minutes.content = content_of(each.slot, each.slot.minutes)
            each.slot.minutes.digest = juries.digest_of(each.slot.minutes.content)
        db.session.flush()
        journal.record(
            each.slot, "defence.juror_replaced", by=by, codes={"seat": str(each.id)}, text={"reason": command.reason}
        )
    secret = open_link(incoming, by=by)
    mails.juror_convoked(incoming, slot.day, secret)
    mails.juror_convoked(seat.juror, slot.day, open_link(seat.juror, by=by))
    return incoming, secret


def _refuse_barred(board: Board, incoming: Juror, seats: Sequence[JurySeat]) -> None:
    mine = {seat.slot_id for seat in seats}
    for seat in seats:
        slot = seat.slot
        why = board.ties.why(incoming.id, slot.memoire.enrolment_id) if slot.memoire is not None else None
        if why is not None:
            raise Refused(f"{incoming.person.name} {why} : choisissez quelqu’un d’autre.", field="juror_id")
        for other in board.placed:
            overlaps = other.starts_at < slot.ends_at and slot.starts_at < other.ends_at
            sits = any(each.juror.person_id == incoming.person_id for each in other.sitting)
            if overlaps and sits and (other.id in mine or other.published_at is None):
                raise Refused(f"{incoming.person.name} siège déjà à cette heure.", field="juror_id")
