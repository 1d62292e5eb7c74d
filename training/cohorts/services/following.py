"""Following a learner: notes, a risk of giving up, no post any more, from one trainer to the next (R32, R33, R116, R119)."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select

from training.accounts.models import Person, Structure
from training.cohorts import mails, rules
from training.cohorts.commands import HandOver, Note, Postless, TrainerToAssign
from training.cohorts.enums import LIVE, AssignmentKind
from training.cohorts.models import Cohort, Enrolment, FollowUpNote, RiskFlag, TrainerAssignment
from training.cohorts.services.capacity import bump_calendar, lock_cohort
from training.cohorts.services.enrolments import write_note
from training.cohorts.services.trainers import assign_trainer
from training.common import clock, journal
from training.common.errors import Forbidden, Refused
from training.common.policy import Principal
from training.database import db


def add_note(enrolment: Enrolment, command: Note, *, by: Principal) -> FollowUpNote:
    """Write a follow-up note; the learner is told of a shared one."""
    note = write_note(enrolment, command, by=by)
    if note.shared:
        mails.note_shared(note)
    return note


def edit_note(note: FollowUpNote, command: Note, *, by: Principal) -> None:
    """Change a note of one’s own, within a day. Raises ``Forbidden`` for another’s, ``Refused`` later."""
    if note.author_id != by.person_id:
        raise Forbidden
    if not rules.note_is_open(note.written_at, clock.now()):
        raise Refused("Cette note a plus d’un jour : elle est conservée. Écrivez-en une autre pour la compléter.")
    newly_shared = command.shared and not note.shared
    note.words, note.shared, note.edited_at = command.words, command.shared, clock.now()
    db.session.flush()
    if newly_shared:
        mails.note_shared(note)


def raise_risk(enrolment: Enrolment, reason: str, *, by: Principal) -> RiskFlag:
    """Say that a learner may give up, and why. Raises ``Refused`` when it is said already, or she has left."""
    lock_cohort(enrolment.cohort_id)
    if by.person_id is None:
        raise Refused("Connectez-vous pour donner l’alerte.")
    if enrolment.status not in LIVE:
        raise Refused("Cette personne a quitté la promotion.")
    if open_risk(enrolment) is not None:
        raise Refused("L’alerte est déjà donnée : relisez la page.")
    flag = RiskFlag(enrolment_id=enrolment.id, raised_by=by.person_id, reason=reason)
    db.session.add(flag)
    db.session.flush()
    journal.record(enrolment, "enrolment.risk_raised", by=by, text={"reason": reason})
    return flag


def close_risk(enrolment: Enrolment, outcome: str, *, by: Principal) -> None:
    """Say what came of an alert. Raises ``Refused`` when there is none."""
    lock_cohort(enrolment.cohort_id)
    flag = open_risk(enrolment)
    if flag is None or by.person_id is None:
        raise Refused("L’alerte est déjà levée : relisez la page.")
    flag.closed_at, flag.closed_by, flag.outcome = clock.now(), by.person_id, outcome
    db.session.flush()
    journal.record(enrolment, "enrolment.risk_closed", by=by, text={"reason": outcome})


def open_risk(enrolment: Enrolment) -> RiskFlag | None:
    """Return the alert open on a learner, or null. One SELECT."""
    return db.session.scalar(
        select(RiskFlag).where(RiskFlag.enrolment_id == enrolment.id, RiskFlag.closed_at.is_(None))
    )


def entrust(enrolment: Enrolment, command: TrainerToAssign, *, by: Principal) -> TrainerAssignment:
    """Give a learner a trainer and tell both, and the one she takes over from (R119)."""
    former = _referent(enrolment) if command.kind is AssignmentKind.REFERENT else None
    assignment = assign_trainer(enrolment, command, by=by)
    mails.trainer_assigned(assignment, former.person if former else None)
    if former is not None and former.person_id != assignment.person_id:
        mails.learners_handed_over(former.person, assignment, [enrolment], "")
    mails.learners_entrusted(enrolment.cohort, assignment, [enrolment], "")
    return assignment


def hand_over(cohort: Cohort, command: HandOver, *, by: Principal) -> Sequence[TrainerAssignment]:
    """Pass learners from their referent to another, in one act; both and each learner are told (R119).

    What was said and decided before stays; what waits to be read follows. Raises ``Refused`` for a learner the former
    does not follow, ``NotApproved`` for a successor without a live approval.
    """
    cohort = lock_cohort(cohort.id)
    if command.from_id == command.to_id:
        raise Refused("Choisissez une autre personne pour prendre la suite.", field="to_id")
    if not command.enrolment_ids:
        raise Refused("Cochez au moins une personne à confier.", field="enrolments")
    enrolments = db.session.scalars(
        select(Enrolment)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.id.in_(command.enrolment_ids))
        .order_by(Enrolment.id)
    ).all()
    made = []
    for enrolment in enrolments:
        former = _referent(enrolment)
        if former is None or former.person_id != command.from_id:
            raise Refused("Le suivi de ces personnes vient de changer : relisez la page.", field="enrolments")
        wanted = TrainerToAssign(person_id=command.to_id, kind=AssignmentKind.REFERENT, since=command.since)
        made.append(assign_trainer(enrolment, wanted, by=by))
        mails.trainer_assigned(made[-1], former.person, command.words)
    leaver = db.session.get(Person, command.from_id)
    if leaver is None or not made:
        raise Refused("Le suivi de ces personnes vient de changer : relisez la page.", field="enrolments")
    mails.learners_handed_over(leaver, made[0], enrolments, command.words)
    mails.learners_entrusted(cohort, made[0], enrolments, command.words)
    return made


def _referent(enrolment: Enrolment) -> TrainerAssignment | None:
    return db.session.scalar(
        select(TrainerAssignment).where(
            TrainerAssignment.enrolment_id == enrolment.id,
            TrainerAssignment.kind == AssignmentKind.REFERENT,
            TrainerAssignment.until.is_(None),
        )
    )


def declare_postless(enrolment: Enrolment, command: Postless, *, by: Principal) -> None:
    """Note that a learner has no post any more, and by when that is settled (R116)."""
    lock_cohort(enrolment.cohort_id)
    if enrolment.status not in LIVE:
        raise Refused("Cette personne a quitté la promotion.")
    if command.settle_by < command.since:
        raise Refused("La date pour régler la situation précède la fin du poste.", field="settle_by")
    enrolment.postless_since, enrolment.settle_by = command.since, command.settle_by
    db.session.flush()
    journal.record(
        enrolment,
        "enrolment.postless",
        by=by,
        codes={"since": command.since.isoformat(), "settle_by": command.settle_by.isoformat()},
        text={"reason": command.reason or None},
    )


def settle_post(enrolment: Enrolment, structure_id: uuid.UUID | None, *, by: Principal) -> None:
    """Note that a learner has a post again: in the same structure, or in another (R116)."""
    cohort = lock_cohort(enrolment.cohort_id)
    if enrolment.postless_since is None:
        raise Refused("Cette situation vient d’être réglée : relisez la page.")
    codes = {}
    if structure_id is not None and structure_id != enrolment.structure_id:
        if db.session.get(Structure, structure_id) is None:
            raise Refused("Cette structure n’existe pas dans l’outil.", field="structure")
        codes = {"from": str(enrolment.structure_id), "to": str(structure_id)}
        enrolment.structure_id = structure_id
    with db.session.no_autoflush:
        enrolment.postless_since = None
        enrolment.settle_by = None
    db.session.flush()
    db.session.expire(enrolment, ["structure"])
    journal.record(enrolment, "enrolment.post_found", by=by, codes=codes)
    bump_calendar(cohort)
