"""Hours and tracer documents as they stood before the tool: written with their origin, taken back if nobody touched them (R114)."""

import uuid
from collections.abc import Collection, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from training.accounts.models import Person
from training.catalogue.models import TracerType
from training.cohorts.models import Cohort, Enrolment
from training.common import clock, journal
from training.common.articles import of
from training.common.errors import Forbidden, Refused
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.portfolio import rules
from training.portfolio.commands import HoursTakenOver, TracerTakenOver
from training.portfolio.enums import Decision, EntryStatus, Source, TakingOver, TracerStatus
from training.portfolio.models import HoursEntry, Review, Tracer, TracerVersion
from training.portfolio.procedure import TAKING_OVER

ACTS = {
    TracerStatus.ACCEPTED: TakingOver.ACCEPTED,
    TracerStatus.DEPOSITED: TakingOver.DEPOSITED,
    TracerStatus.TO_REVISE: TakingOver.TO_REVISE,
}
DECISIONS = {TracerStatus.ACCEPTED: Decision.ACCEPTED, TracerStatus.TO_REVISE: Decision.TO_REVISE}


def hours(enrolment: Enrolment, lines: Sequence[HoursTakenOver], *, by: Principal) -> list[HoursEntry]:
    """Write the hours of a learner as a spreadsheet tells them, journaled once; those said validated count at once.

    They come in as they stood: no step is taken here. The database refuses a line brought in twice.
    """
    if not policy.allows(by, Permission.COHORTS_COHORT_MOVE_IN, enrolment):
        raise Forbidden
    now = clock.now()
    entries = [
        HoursEntry(
            id=uuid.uuid4(),
            enrolment_id=enrolment.id,
            modality=line.modality,
            module_id=line.module_id,
            done_on=line.done_on,
            minutes=line.minutes,
            words=line.words,
            source=Source.IMPORTED,
            source_key=line.key,
            taken_over=True,
            status=EntryStatus.DECLARED if line.settled_by is None else EntryStatus.CONFIRMED,
            settled_at=None if line.settled_by is None else now,
            settled_by=None if line.settled_by is None else by.person_id,
            declared_at=now,
            declared_by=by.person_id,
        )
        for line in lines
    ]
    db.session.add_all(entries)
    db.session.flush()
    settlers = sorted({line.settled_by for line in lines if line.settled_by})
    journal.record(
        enrolment,
        "enrolment.hours_taken_over",
        by=by,
        codes={"entries": len(entries), "minutes": sum(entry.minutes for entry in entries)},
        text={"settled_by": ", ".join(settlers)},
    )
    return entries


def entries_named(ids: Collection[uuid.UUID]) -> Sequence[HoursEntry]:
    """Return hours by their uuids, by learner and day. One SELECT."""
    return db.session.scalars(
        select(HoursEntry)
        .join(HoursEntry.enrolment)
        .join(Enrolment.person)
        .where(HoursEntry.id.in_(ids))
        .options(
            joinedload(HoursEntry.enrolment, innerjoin=True).joinedload(Enrolment.person, innerjoin=True),
            joinedload(HoursEntry.module, innerjoin=True),
        )
        .order_by(Person.sort_key, HoursEntry.done_on, HoursEntry.id)
    ).all()


def take_back_hours(cohort: Cohort, ids: Collection[uuid.UUID], *, by: Principal) -> None:
    """Remove hours that an import wrote; ``Refused`` when someone has settled one of them since, or settled it otherwise."""
    entries = db.session.scalars(
        select(HoursEntry)
        .join(HoursEntry.enrolment)
        .where(HoursEntry.id.in_(ids), Enrolment.cohort_id == cohort.id)
        .options(joinedload(HoursEntry.enrolment, innerjoin=True).joinedload(Enrolment.person, innerjoin=True))
        .with_for_update(of=HoursEntry)
    ).all()
    touched = next(
        (each for each in entries if each.settled_at is not None and each.settled_at != each.declared_at), None
    )
    if touched is not None:
        raise Refused(
            f"Des heures {of(touched.enrolment.person.name)} ont été validées ou refusées depuis : cet import ne s’annule plus."
        )
    for enrolment in {each.enrolment for each in entries}:
        journal.record(enrolment, "enrolment.hours_taken_back", by=by)
    db.session.execute(delete(HoursEntry).where(HoursEntry.id.in_([each.id for each in entries])))
    db.session.expire_all()


def tracer(enrolment: Enrolment, kind: TracerType, command: TracerTakenOver, *, by: Principal) -> Tracer:
    """Note where a document stood before the tool: a version without a file, marked as taken over. Raises what the procedure raises.

    Raises ``Refused`` when something of it is already here.
    """
    found = db.session.scalar(
        select(Tracer)
        .where(Tracer.enrolment_id == enrolment.id, Tracer.type_id == kind.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if found is not None and found.versions:
        raise Refused(f"{enrolment.person.name} a déjà commencé « {kind.label} » ici : corrigez-le sur sa page.")
    if found is None:
        found = Tracer(enrolment=enrolment, type=kind, versions=[])
        db.session.add(found)
        db.session.flush()
    act = ACTS[command.state]
    TAKING_OVER.check(found, act, by=by)
    at = clock.at_paris(command.on, 12) if command.on else clock.now()
    version = TracerVersion(
        tracer=found, number=1, files=[], reviews=[], quarantines=[], elsewhere=True, taken_over=True
    )
    with db.session.no_autoflush:
        db.session.add(version)
        version.deposited_at = found.deposited_at = at
        version.digest = rules.digest_of(())
        _review(version, command)
        if command.state is TracerStatus.ACCEPTED:
            version.accepted_at = at
        TAKING_OVER.advance(found, act, by=by, codes={"version": 1})
    db.session.expire(found, ["versions"])
    return found


def _review(version: TracerVersion, command: TracerTakenOver) -> None:
    """Name who read it, when she is known here."""
    decision = DECISIONS.get(command.state)
    if command.reader is not None and decision is not None:
        db.session.add(
            Review(version=version, reviewer_id=command.reader.id, decision=decision, decided_at=version.deposited_at)
        )


def tracers_named(ids: Collection[uuid.UUID]) -> Sequence[Tracer]:
    """Return documents by their uuids, by learner. One SELECT."""
    return db.session.scalars(
        select(Tracer)
        .join(Tracer.enrolment)
        .join(Enrolment.person)
        .where(Tracer.id.in_(ids))
        .options(
            joinedload(Tracer.enrolment, innerjoin=True).joinedload(Enrolment.person, innerjoin=True),
            joinedload(Tracer.type, innerjoin=True),
        )
        .order_by(Person.sort_key, Tracer.id)
    ).all()
