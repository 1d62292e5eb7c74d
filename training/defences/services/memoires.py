"""A mémoire proposed, approved, written, cleared for its defence (R56–R60)."""

import uuid
from collections.abc import Collection
from datetime import date
from typing import Any, Final

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import joinedload

from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, Enrolment
from training.common import clock, journal
from training.common.articles import of
from training.common.errors import Conflict, Forbidden, Refused
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.defences import mails
from training.defences.commands import PlannedStep, Subject, TakenOver
from training.defences.enums import MemoireAct, MemoireStatus
from training.defences.models import Memoire, MemoireVersion, Milestone
from training.defences.procedure import MEMOIRE
from training.defences.queries.memoires import preconditions_of
from training.defences.rules.memoires import refusal

TAKEN_OVER: Final = "memoire.taken_over"


def move(memoire: Memoire, act: MemoireAct, *, by: Principal, reason: str | None = None, **codes: Any) -> None:
    """Take a step and note when: queues are ordered by it."""
    MEMOIRE.check(memoire, act, by=by, reason=reason)
    with db.session.no_autoflush:
        memoire.moved_at = clock.now()
        MEMOIRE.advance(memoire, act, by=by, reason=reason, codes=codes or None)


def _writable(enrolment: Enrolment, by: Principal) -> None:
    if not policy.allows(by, Permission.DEFENCES_MEMOIRE_WRITE, enrolment):
        raise Forbidden
    if enrolment.status not in LIVE:
        raise Refused("Cette inscription a pris fin : le mémoire ne change plus.")


def propose(enrolment: Enrolment, command: Subject, *, by: Principal) -> Memoire:
    """Propose a subject, or change the one that waits; the trainer who follows her is told.

    Raises ``Conflict`` once the subject is approved: changing it is another act, with its reason.
    """
    _writable(enrolment, by)
    memoire = db.session.scalar(select(Memoire).where(Memoire.enrolment_id == enrolment.id).with_for_update())
    if memoire is None:
        memoire = Memoire(enrolment=enrolment, versions=[], milestones=[], slots=[], **_words(command))
        db.session.add(memoire)
        db.session.flush()
        journal.record(memoire, "memoire.proposed", by=by)
        mails.subject_proposed(memoire)
        return memoire
    if memoire.status not in {MemoireStatus.SUBJECT_PROPOSED, MemoireStatus.SUBJECT_RETURNED}:
        raise Conflict("Le sujet est déjà approuvé : demandez à en changer depuis la page du mémoire.")
    returned = memoire.status is MemoireStatus.SUBJECT_RETURNED
    _keep_old(memoire, by)
    _write(memoire, command)
    if returned:
        move(memoire, MemoireAct.PROPOSE_AGAIN, by=by)
        mails.subject_proposed(memoire)
    return memoire


def _words(command: Subject) -> dict[str, str]:
    return {"subject": command.subject, "keywords": command.keywords, "approach": command.approach}


def _write(memoire: Memoire, command: Subject) -> None:
    memoire.subject, memoire.keywords, memoire.approach = command.subject, command.keywords, command.approach
    memoire.proposed_at = clock.now()
    db.session.flush()


def _keep_old(memoire: Memoire, by: Principal) -> None:
    journal.record(memoire, "memoire.subject_written", by=by, text={"before": memoire.subject})


def decide_subject(memoire: Memoire, *, approve: bool, reason: str = "", by: Principal) -> None:
    """Approve a subject, or ask to rework it and say why; the learner is told (R56)."""
    act = MemoireAct.APPROVE if approve else MemoireAct.RETURN_SUBJECT
    move(memoire, act, by=by, reason=reason or None)
    mails.subject_decided(memoire, approved=approve, reason=reason)


def change_subject(memoire: Memoire, command: Subject, reason: str, *, by: Principal) -> None:
    """Propose another subject than the one approved: it waits for the trainer again, the old one stays in the history."""
    _writable(memoire.enrolment, by)
    MEMOIRE.check(memoire, MemoireAct.CHANGE_SUBJECT, by=by, reason=reason)
    _keep_old(memoire, by)
    _write(memoire, command)
    move(memoire, MemoireAct.CHANGE_SUBJECT, by=by, reason=reason)
    mails.subject_proposed(memoire)


# --- clearance ---------------------------------------------------------------------------------------------------------


def clear(memoire: Memoire, *, by: Principal) -> None:
    """Give the “bon à soutenir”: the final version is locked, for good (R60).

    Raises ``Refused`` with what still lacks.
    """
    MEMOIRE.check(memoire, MemoireAct.CLEAR, by=by)
    why = refusal(preconditions_of(memoire))
    if why is not None:
        raise Refused(why)
    final = memoire.final
    if final is None or final.is_hidden:
        raise Refused("La version finale est mise à l’écart : il en faut une autre.")
    lock(final)
    move(memoire, MemoireAct.CLEAR, by=by, version=final.number)
    mails.cleared(memoire)


def lock(version: MemoireVersion) -> None:
    """Seal a version: the database lets nothing of it change afterwards."""
    if version.locked_at is None:
        version.locked_at = clock.now()
        db.session.flush()


def take_back(memoire: Memoire, reason: str, *, by: Principal) -> None:
    """Take the “bon à soutenir” back before a day is fixed; another final version may then be handed in."""
    move(memoire, MemoireAct.TAKE_BACK, by=by, reason=reason)
    mails.returned(memoire, reason)


def return_final(memoire: Memoire, reason: str, *, by: Principal) -> None:
    """Ask to work on the final version again, and say why."""
    move(memoire, MemoireAct.RETURN_FINAL, by=by, reason=reason)
    mails.returned(memoire, reason)


# --- the plan of work --------------------------------------------------------------------------------------------------


def plan_step(memoire: Memoire, command: PlannedStep, *, by: Principal) -> Milestone:
    """Add a step to one’s plan of work."""
    _writable(memoire.enrolment, by)
    step = Milestone(memoire=memoire, label=command.label, due_on=command.due_on)
    db.session.add(step)
    db.session.flush()
    return step


def tick_step(step: Milestone, *, by: Principal) -> None:
    """Note a step done today, or not done after all."""
    _writable(step.memoire.enrolment, by)
    step.done_on = None if step.done_on else _today()
    db.session.flush()


def drop_step(step: Milestone, *, by: Principal) -> None:
    """Take a step out of one’s plan."""
    _writable(step.memoire.enrolment, by)
    db.session.delete(step)
    db.session.flush()


def _today() -> date:
    return clock.today()


# --- from before the tool ----------------------------------------------------------------------------------------------


def record_state(enrolment: Enrolment, command: TakenOver, *, by: Principal) -> Memoire:
    """Bring in a mémoire as it stood before the tool, marked so (R114); its carrier answers for it.

    Raises ``Conflict`` when the learner already has one here.
    """
    if db.session.scalar(select(Memoire.id).where(Memoire.enrolment_id == enrolment.id)) is not None:
        raise Conflict("Cette personne a déjà un mémoire dans l’outil.")
    memoire = Memoire(
        enrolment=enrolment,
        subject=command.subject,
        status=command.status,
        taken_over=True,
        versions=[],
        milestones=[],
        slots=[],
    )
    db.session.add(memoire)
    db.session.flush()
    journal.record(memoire, TAKEN_OVER, by=by, codes={"to": command.status.value})
    return memoire


def take_back_states(cohort: Cohort, ids: Collection[uuid.UUID], *, by: Principal) -> None:
    """Remove the mémoires an import wrote; ``Refused`` when something was done on one of them since."""
    found = db.session.scalars(
        select(Memoire)
        .join(Memoire.enrolment)
        .where(Memoire.id.in_(ids), Enrolment.cohort_id == cohort.id)
        .options(joinedload(Memoire.enrolment, innerjoin=True).joinedload(Enrolment.person, innerjoin=True))
        .with_for_update(of=Memoire)
    ).all()
    kept = [each.id for each in found]
    since = or_(
        exists().where(journal.Event.subject_id == Memoire.id, journal.Event.kind != TAKEN_OVER),
        Memoire.versions.any(),
        Memoire.milestones.any(),
        Memoire.slots.any(),
    )
    touched = db.session.scalar(select(Memoire.id).where(Memoire.id.in_(kept), since).limit(1))
    if touched is not None:
        name = next(each.enrolment.person.name for each in found if each.id == touched)
        raise Refused(f"Le mémoire {of(name)} a changé depuis : cet import ne s’annule plus.")
    for memoire in found:
        journal.record(memoire.enrolment, "enrolment.memoire_taken_back", by=by)
    db.session.execute(delete(Memoire).where(Memoire.id.in_(kept)))
    db.session.expire_all()
