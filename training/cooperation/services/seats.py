"""Seats in a room: taken by a short code or from an account, and what is answered from them (R82, R129).

Answers are not journaled: the history of an assessment is read by all partners, and nobody's answer may be read there
before the room sees it. Each answer keeps its own instant.
"""

import uuid

from sqlalchemy import func, select

from training.common import clock, journal
from training.common.errors import ActUnavailable, Refused
from training.common.policy import Principal
from training.cooperation.commands import Seating
from training.cooperation.enums import Voice
from training.cooperation.models import Assessment, Participant, ParticipantAnswer, PartnerBody
from training.cooperation.services import assessments
from training.database import db


def take(assessment: Assessment, command: Seating, *, by: Principal) -> Participant:
    """Take a seat, saying for whom one answers: one or several bodies, or a voice of one's own (R129).

    A partner who answers from her account has one seat, found again whenever she comes back.
    """
    if not assessment.collects:
        raise ActUnavailable("Répondre", assessment.status.label)
    held = _own(assessment, by)
    bodies = _bodies(assessment, command)
    if held is None:
        held = Participant(
            id=uuid.uuid4(), assessment_id=assessment.id, person_id=by.person_id, voice=command.voice, bodies=bodies
        )
        db.session.add(held)
    else:
        held.voice, held.bodies, held.left_at = command.voice, bodies, None
    assessment.version += 1
    db.session.flush()
    journal.record(assessment, "assessment.joined", by=Principal(), codes={"voice": command.voice.value})
    return held


def _own(assessment: Assessment, by: Principal) -> Participant | None:
    if by.person_id is None:
        return None
    same = select(Participant).where(Participant.assessment_id == assessment.id, Participant.person_id == by.person_id)
    return db.session.scalar(same)


def _bodies(assessment: Assessment, command: Seating) -> list[PartnerBody]:
    if command.voice is not Voice.BODIES:
        return []
    known = {body.id: body for body in assessment.partnership.present_bodies}
    chosen = [known[body_id] for body_id in command.bodies if body_id in known]
    if not chosen:
        raise Refused("Cochez au moins une structure, ou dites que vous répondez à un autre titre.", field="bodies")
    return chosen


def answer(participant: Participant, assessment: Assessment, item: str, choice: str) -> None:
    """Answer an item; given again before the room sees it, the answer replaces the former one.

    Once shown, or once answers are closed, it is refused. The last one expected shows the item to all (R82).
    The caller holds the assessment's row.
    """
    if not assessment.collects:
        raise ActUnavailable("Répondre", assessment.status.label)
    if assessments.result_of(assessment, item).revealed_at is not None:
        raise Refused("Les réponses à cette question viennent d’être montrées : elle ne change plus.", field="choice")
    if choice not in assessment.grid.definition.points:
        raise Refused("Choisissez une des réponses proposées.", field="choice")
    held = next((given for given in participant.answers if given.item == item), None)
    if held is None:
        participant.answers.append(ParticipantAnswer(item=item, choice=choice))
    else:
        held.choice, held.answered_at = choice, clock.now()
    db.session.flush()
    present, answered = _counts(assessment, item)
    assessments.show_when_all_answered(assessment, item, present=present, answered=answered)
    assessment.version += 1
    db.session.flush()


def _counts(assessment: Assessment, item: str) -> tuple[int, int]:
    """Return how many seats are taken, and how many of them have answered the item."""
    given = (ParticipantAnswer.participant_id == Participant.id) & (ParticipantAnswer.item == item)
    row = db.session.execute(
        select(func.count(Participant.id), func.count(ParticipantAnswer.item))
        .select_from(Participant)
        .outerjoin(ParticipantAnswer, given)
        .where(Participant.assessment_id == assessment.id, Participant.left_at.is_(None))
    ).one()
    return int(row[0]), int(row[1])


def empty(participant: Participant, assessment: Assessment, *, by: Principal) -> None:
    """Note that a phone has gone: the room no longer waits for it; what it answered stays."""
    if not assessment.collects:
        raise ActUnavailable("Retirer un téléphone", assessment.status.label)
    participant.left_at = clock.now()
    assessment.expected = max(0, assessment.expected - 1)
    db.session.flush()
    _show_what_all_answered(assessment)
    journal.record(assessment, "assessment.seat_emptied", by=by)


def complete(assessment: Assessment, *, by: Principal) -> None:
    """Wait for no other phone than those that are in: what they have all answered is shown at once (R82)."""
    if not assessment.collects:
        raise ActUnavailable("Ne plus attendre d’autre téléphone", assessment.status.label)
    present = select(func.count()).where(Participant.assessment_id == assessment.id, Participant.left_at.is_(None))
    assessment.expected = db.session.scalar(present) or 0
    _show_what_all_answered(assessment)
    journal.record(assessment, "assessment.room_completed", by=by)


def _show_what_all_answered(assessment: Assessment) -> None:
    """Show each item that everyone who is in has answered."""
    for item in assessment.grid.definition.items:
        present, answered = _counts(assessment, item.code)
        assessments.show_when_all_answered(assessment, item.code, present=present, answered=answered)
    assessment.version += 1
    db.session.flush()
