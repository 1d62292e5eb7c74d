"""What the calls ask of those who run them, fund them or teach: files, interviews, opinions, results."""

import uuid
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import aliased

from training.accounts.enums import Function, Part
from training.accounts.models import Departement, Dues, Person, Structure
from training.admissions.enums import (
    BEFORE_ENROLMENT,
    SECRET_UNTIL_PUBLICATION,
    ApplicationStatus,
    CallStatus,
    InterviewStatus,
    MeetingStatus,
    OfferOutcome,
)
from training.admissions.models import Application, Call, CallPart, CommitteeMeeting, Interview, Offer, Opinion
from training.admissions.rules import offers_are_over
from training.cohorts.models import Cohort, Enrolment, Seat
from training.common import clock
from training.common.formatting import plural
from training.common.policy import Capacity, Principal
from training.database import db
from training.desk.facts import BEFORE_COMMITTEE, Awaited, Batch, PendingInterview, RunCall, Unpaid
from training.desk.rules import NAMED, Coming, Desk, day_of

S = ApplicationStatus


def calls_of(principal: Principal) -> dict[uuid.UUID, RunCall]:
    """Return the calls under way in which the person acts for a body, with their files. Three SELECTs."""
    acting = {
        c.organisation_id: c for c in principal.capacities if c.function == Function.MANAGER and c.organisation_id
    }
    found: dict[uuid.UUID, RunCall] = {}
    for row in db.session.execute(_calls(acting)):
        parts = found[row.id].parts | {row.part} if row.id in found else frozenset({row.part})
        capacity = found[row.id].capacity if row.id in found else acting[row.organisation_id].label
        found[row.id] = _run_call(row, parts, capacity)
    for row in db.session.execute(_files(found, principal, acting)):
        found[row.call_id].files[row.status] = _batch(found[row.call_id].files.get(row.status), row)
    _add_counts(found)
    return found


def _calls(acting: dict[uuid.UUID, Capacity]) -> Select[*tuple[Any, ...]]:
    school = aliased(CallPart)
    outside = exists().where(school.call_id == Call.id, school.part == Part.SCHOOL, school.outside_tool.is_(True))
    taken = exists().where(Enrolment.seat_id == Seat.id)
    used = (
        select(func.count())
        .where(Seat.cohort_id == Cohort.id, or_(Seat.holder_id.is_not(None), taken))
        .correlate(Cohort)
        .scalar_subquery()
    )
    meeting = and_(CommitteeMeeting.call_id == Call.id, CommitteeMeeting.status == MeetingStatus.OPEN)
    expires = (
        select(func.min(Offer.expires_at))
        .join(Offer.application)
        .where(Application.call_id == Call.id, Offer.outcome == OfferOutcome.OPEN)
        .correlate(Call)
        .scalar_subquery()
    )
    return (
        select(
            Call.id, Call.code, Call.title, Call.opinion_parts, Call.has_preselection, Call.has_school_step,
            Call.publishes_before_school, Call.closes_at, Cohort.launch_on, Cohort.first_seminar_on, Cohort.places,
            CallPart.part, CallPart.organisation_id, outside.label("outside"), used.label("used"),
            CommitteeMeeting.id.label("meeting_id"), CommitteeMeeting.held_on, expires.label("expires"),
        )
        .join(Call.cohort)
        .join(CallPart, CallPart.call_id == Call.id)
        .outerjoin(CommitteeMeeting, meeting)
        .where(Call.status == CallStatus.PUBLISHED, CallPart.organisation_id.in_(acting))
        .order_by(Call.closes_at.desc().nulls_last(), Call.code, CallPart.part, CallPart.id)
    )  # fmt: skip


def _run_call(row: Any, parts: frozenset[Part], capacity: str) -> RunCall:
    return RunCall(
        id=row.id,
        code=row.code,
        title=row.title,
        capacity=capacity,
        parts=parts,
        opinion_parts=frozenset(Part(part) for part in row.opinion_parts),
        has_preselection=row.has_preselection,
        has_school_step=row.has_school_step,
        told_before_school=row.publishes_before_school,
        school_outside=row.outside,
        closes_at=row.closes_at,
        launch_on=row.launch_on or row.first_seminar_on,
        seats_left=None if row.places is None else row.places - row.used,
        over=offers_are_over(clock.now(), first_seminar_on=row.first_seminar_on),
        meeting_id=row.meeting_id,
        meeting_on=row.held_on,
        offer_expires=day_of(row.expires),
    )


def _files(calls: dict[uuid.UUID, RunCall], principal: Principal, acting: dict[uuid.UUID, Capacity]) -> Select[Any]:
    """Select the first files of each call and state, with what their state counts in all."""
    today = clock.today()
    waits = func.coalesce(Application.submitted_at, Application.created_at)
    group = (Application.call_id, Application.status)
    carried = [call.id for call in calls.values() if call.is_run]
    taught = [call.id for call in calls.values() if not call.is_run and Part.SCHOOL in call.parts]
    rows = (
        select(
            Application.id, Application.call_id, Application.status, waits.label("waits"),
            Application.correction_due_on.label("due"),
            func.trim(Person.first_name + " " + Person.last_name).label("name"),
            func.row_number()
            .over(partition_by=group, order_by=(Application.correction_due_on, waits, Application.id))
            .label("rank"),
            func.count().over(partition_by=group).label("total"),
            func.sum(case((Application.correction_due_on < today, 1), else_=0)).over(partition_by=group).label("late"),
            func.sum(case((Application.published_status == Application.status, 0), else_=1))
            .over(partition_by=group)
            .label("untold"),
        )
        .join(Person, Person.id == Application.person_id)
        .where(
            Application.status.in_([*BEFORE_ENROLMENT, *SECRET_UNTIL_PUBLICATION]),
            Application.person_id != principal.person_id,
            or_(
                Application.call_id.in_(carried),
                and_(
                    Application.call_id.in_(taught),
                    Application.status == S.TRANSMITTED,
                    or_(*(_reach(capacity) for capacity in acting.values()), false()),
                ),
            ),
        )
        .subquery()
    )  # fmt: skip
    return select(rows).where(rows.c.rank <= NAMED).order_by(rows.c.call_id, rows.c.status, rows.c.rank)


def _reach(capacity: Capacity) -> ColumnElement[bool]:
    """Return the condition: the file's structure is in the scope of the member (R95)."""
    structures = select(Structure.id).join(Departement, Departement.code == Structure.departement_code)
    if capacity.departements:
        structures = structures.where(Structure.departement_code.in_(sorted(capacity.departements)))
    if capacity.region:
        structures = structures.where(Departement.region_code == capacity.region)
    return Application.structure_id.in_(structures)


def _batch(before: Batch | None, row: Any) -> Batch:
    if before is None:
        return Batch(row.total, row.late, row.untold, (row.name,), row.id, day_of(row.waits), row.due)
    people = (*before.people, row.name)
    return Batch(row.total, row.late, row.untold, people, before.first_id, before.since, before.due)


def _add_counts(calls: dict[uuid.UUID, RunCall]) -> None:
    rows = db.session.execute(
        select(Application.call_id, Opinion.part, func.count(Application.id.distinct()))
        .join(Opinion, Opinion.application_id == Application.id)
        .where(
            Application.call_id.in_(calls),
            Application.status.in_(BEFORE_COMMITTEE),
            Opinion.recused.is_(False),
        )
        .group_by(Application.call_id, Opinion.part)
        .order_by(Application.call_id, Opinion.part)
    )
    for call_id, part, count in rows:
        calls[call_id].opinions[part] = count


def add_dates(desk: Desk, calls: dict[uuid.UUID, RunCall]) -> None:
    """Add the closing of each open call, with its drafts; no SELECT."""
    for call in calls.values():
        closing = day_of(call.closes_at)
        if closing is not None and closing >= clock.today():
            drafts = call.batch(S.DRAFT).total
            told = f", {plural(drafts, 'brouillon')} en cours" if drafts and call.is_run else ""
            desk.dates.append(Coming(closing, "Clôture des candidatures", call.title + told, f"/appels/{call.code}"))


def interviews(calls: dict[uuid.UUID, RunCall]) -> list[PendingInterview]:
    """Return the interviews to fix, to come or to report on, of the calls the person runs. One SELECT."""
    run = [call.id for call in calls.values() if call.is_run]
    rows = db.session.execute(
        select(
            Interview.id,
            Application.call_id,
            func.trim(Person.first_name + " " + Person.last_name),
            Interview.starts_at,
            Interview.asked_at,
        )
        .join(Interview.application)
        .join(Person, Person.id == Application.person_id)
        .where(
            Application.call_id.in_(run),
            Interview.status.in_((InterviewStatus.TO_PLAN, InterviewStatus.PLANNED)),
            Application.status.in_(BEFORE_ENROLMENT),
        )
        .order_by(Interview.starts_at.asc().nulls_first(), Interview.asked_at, Interview.id)
        .limit(12)
    )
    return [PendingInterview(*row) for row in rows]


def unpaid(calls: dict[uuid.UUID, RunCall]) -> list[Unpaid]:
    """Return, for each call the person runs, the structures whose dues of the year are not there. One SELECT."""
    run = [call.id for call in calls.values() if call.is_run]
    carrier = aliased(CallPart)
    paid = exists().where(
        Dues.structure_id == Structure.id,
        Dues.organisation_id == carrier.organisation_id,
        Dues.year == clock.today().year,
        Dues.paid_on.is_not(None),
    )
    live = [state for state in BEFORE_ENROLMENT if state is not S.DRAFT]
    structures = (
        select(Application.call_id, Structure.id, Structure.name, Structure.sort_key)
        .join(Structure, Structure.id == Application.structure_id)
        .join(Call, Call.id == Application.call_id)
        .join(carrier, and_(carrier.call_id == Call.id, carrier.part == Part.CARRIER))
        .where(Application.call_id.in_(run), Application.status.in_(live), Call.membership_required.is_(True), ~paid)
        .distinct()
        .subquery()
    )
    found: dict[uuid.UUID, Unpaid] = {}
    ranked = select(
        structures.c.call_id,
        structures.c.id,
        structures.c.name,
        func.count().over(partition_by=structures.c.call_id).label("total"),
        func.row_number().over(partition_by=structures.c.call_id, order_by=structures.c.sort_key).label("rank"),
    ).subquery()
    rows = db.session.execute(select(ranked).where(ranked.c.rank <= NAMED).order_by(ranked.c.call_id, ranked.c.rank))
    for row in rows:
        before = found.get(row.call_id)
        names = (*before.names, row.name) if before else (row.name,)
        found[row.call_id] = Unpaid(row.call_id, row.total, names, before.first_id if before else row.id)
    return list(found.values())


def awaited_opinions(principal: Principal) -> Iterator[Awaited]:
    """Yield the files that await this person's opinion before the committee (R24, R106). One SELECT.

    A funder's manager is asked where her body has given none yet; a member of the committee, for each file. A call
    whose opinions are recorded in session asks nobody beforehand; nobody judges her own file or her own structure.
    """
    conditions = [_asks(capacity) for capacity in principal.capacities if capacity.organisation_id is not None]
    structures = [c.structure_id for c in principal.capacities if c.structure_id]
    given = exists().where(Opinion.application_id == Application.id, Opinion.reviewer_id == principal.person_id)
    group = (Application.call_id, CallPart.organisation_id, CallPart.part)
    rows = (
        select(
            Application.id,
            Application.submitted_at,
            Call.code,
            Call.title,
            Call.opinion_parts,
            CallPart.organisation_id,
            CallPart.part,
            func.trim(Person.first_name + " " + Person.last_name).label("name"),
            func.count().over(partition_by=group).label("total"),
            func.row_number()
            .over(partition_by=group, order_by=(Application.submitted_at, Application.id))
            .label("rank"),
        )
        .join(Call, Call.id == Application.call_id)
        .join(CallPart, CallPart.call_id == Call.id)
        .join(Person, Person.id == Application.person_id)
        .where(
            Call.status == CallStatus.PUBLISHED,
            Call.opinions_in_session.is_(False),
            Application.status.in_(BEFORE_COMMITTEE),
            Application.person_id != principal.person_id,
            or_(Application.structure_id.is_(None), Application.structure_id.not_in(structures)),
            ~given,
            or_(*conditions, false()),
        )
        .subquery()
    )
    kept = db.session.execute(
        select(rows).where(rows.c.rank <= NAMED).order_by(rows.c.code, rows.c.part, rows.c.organisation_id, rows.c.rank)
    )
    labels = {c.organisation_id: c.label for c in reversed(principal.capacities)}
    yield from _awaited(kept, labels)


def _asks(capacity: Capacity) -> ColumnElement[bool]:
    body = CallPart.organisation_id == capacity.organisation_id
    if capacity.function == Function.COMMITTEE_MEMBER:
        return and_(body, _reach(capacity))
    if capacity.function == Function.MANAGER:
        of_the_part = exists().where(
            Opinion.application_id == Application.id, Opinion.part == CallPart.part, Opinion.recused.is_(False)
        )
        return and_(body, CallPart.part == Part.FUNDER, ~of_the_part, _reach(capacity))
    return false()


def _awaited(rows: Any, labels: dict[uuid.UUID | None, str]) -> Iterator[Awaited]:
    found: dict[tuple[str, uuid.UUID, Part], Awaited] = {}
    for row in rows:
        if row.part.value not in row.opinion_parts:
            continue
        key = (row.code, row.organisation_id, row.part)
        before = found.get(key)
        found[key] = Awaited(
            row.code,
            row.title,
            labels[row.organisation_id],
            row.total,
            (*before.names, row.name) if before else (row.name,),
            before.first_id if before else row.id,
            before.since if before else day_of(row.submitted_at),
        )
    yield from found.values()
