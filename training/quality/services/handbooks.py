"""Livret d’accueil and règlement intérieur: published, read, reminded (R123)."""

import uuid
from collections.abc import Sequence
from typing import Final

from sqlalchemy import func, select

from training.cohorts.models import Cohort, Enrolment
from training.cohorts.services.capacity import lock_cohort
from training.common import clock, files, journal
from training.common.declarations import file_use
from training.common.errors import Forbidden, Refused
from training.common.policy import WORKER, Permission, Principal, policy
from training.common.sweeping import one_by_one
from training.database import db
from training.quality import mails
from training.quality.commands import HandbookToPublish
from training.quality.models import Handbook, HandbookReminder, HandbookRhythm, ReadReceipt
from training.quality.queries.handbooks import (
    asked_again_today,
    cohorts_reading,
    current_of,
    readers_missing,
    reminders_of,
    rhythm_of,
)

USE: Final = "cohort_handbook"


def publish(cohort: Cohort, command: HandbookToPublish, *, by: Principal) -> Handbook:
    """Give the learners of a cohort a new version to read; what they read before stays noted."""
    if not policy.allows(by, Permission.QUALITY_HANDBOOK_MANAGE, cohort):
        raise Forbidden
    lock_cohort(cohort.id)
    last = db.session.scalar(
        select(func.max(Handbook.version)).where(Handbook.cohort_id == cohort.id, Handbook.kind == command.kind)
    )
    if last and not command.changes:
        raise Refused("Dites en une phrase ce qui change : chacun·e devra relire ce document.", field="changes")
    handbook = Handbook(
        id=uuid.uuid4(),
        cohort_id=cohort.id,
        kind=command.kind,
        version=(last or 0) + 1,
        changes=command.changes,
        published_by=by.person_id,
    )
    handbook.file_id = files.keep(command.file, use=file_use(USE), subject=handbook, by=by).id
    db.session.add(handbook)
    db.session.flush()
    journal.record(
        cohort,
        "cohort.handbook_published",
        by=by,
        codes={"kind": command.kind.value, "version": handbook.version},
    )
    for enrolment in readers_missing(handbook):
        mails.handbook_to_read(handbook, enrolment)
    return handbook


def read(handbook: Handbook, enrolment: Enrolment, *, by: Principal) -> ReadReceipt:
    """Note that a learner has read a version; said twice, the first instant stays."""
    if enrolment.person_id != by.person_id or enrolment.cohort_id != handbook.cohort_id:
        raise Forbidden
    known = db.session.scalar(
        select(ReadReceipt).where(ReadReceipt.handbook_id == handbook.id, ReadReceipt.enrolment_id == enrolment.id)
    )
    if known is not None:
        return known
    receipt = ReadReceipt(handbook=handbook, enrolment=enrolment)
    db.session.add(receipt)
    db.session.flush()
    journal.record(
        enrolment,
        "enrolment.handbook_read",
        by=by,
        codes={"kind": handbook.kind.value, "version": handbook.version},
    )
    return receipt


def remind(handbooks: Sequence[Handbook], *, by: Principal) -> int:
    """Remind, with the other messages of their day, those who have not read; return how many people were written to."""
    told = set()
    for handbook in handbooks:
        if not policy.allows(by, Permission.QUALITY_HANDBOOK_MANAGE, handbook):
            raise Forbidden
        told |= _ask_again(handbook, readers_missing(handbook))
    if not told:
        raise Refused("Tout le monde a lu : personne n’est à relancer.")
    journal.record(handbooks[0].cohort, "cohort.handbook_reminded", by=by, codes={"people": len(told)})
    return len(told)


def _ask_again(handbook: Handbook, enrolments: Sequence[Enrolment], *, counted: int = 0) -> set[uuid.UUID]:
    """Write to these learners; the next reminder waits for its whole delay from today, whoever sent this one."""
    known = reminders_of(handbook)
    for enrolment in enrolments:
        row = known.get(enrolment.id)
        if row is None:
            row = HandbookReminder(handbook_id=handbook.id, enrolment_id=enrolment.id, count=0)
            db.session.add(row)
        row.count, row.last_on = row.count + counted, clock.today()
        mails.handbook_reminder(handbook, enrolment)
    db.session.flush()
    return {enrolment.person_id for enrolment in enrolments}


def set_rhythm(cohort: Cohort, every_days: int | None, *, by: Principal) -> None:
    """Say after how many days those who have not read are asked again; null = never by itself."""
    if not policy.allows(by, Permission.QUALITY_HANDBOOK_MANAGE, cohort):
        raise Forbidden
    row = db.session.get(HandbookRhythm, cohort.id)
    if row is None:
        row = HandbookRhythm(cohort_id=cohort.id)
        db.session.add(row)
    row.every_days = every_days
    db.session.flush()
    journal.record(cohort, "cohort.handbook_rhythm_set", by=by, codes={"every_days": every_days})


def sweep() -> int:
    """Ask again those who have not read, once per delay, three times at most (R120); return in how many cohorts."""
    return one_by_one(cohorts_reading(), _ask_again_in)


def _ask_again_in(cohort_id: uuid.UUID) -> int:
    cohort = lock_cohort(cohort_id)
    every = rhythm_of(cohort.id)
    told: set[uuid.UUID] = set()
    for handbook in current_of(cohort) if every is not None else ():
        told |= _ask_again(handbook, asked_again_today(handbook, every), counted=1)
    if told:
        journal.record(cohort, "cohort.handbook_reminded", by=WORKER, codes={"people": len(told)})
    return len(told)
