"""Calls, files, meetings and interviews, loaded whole for one page or one act."""

import uuid
from collections.abc import Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from training.accounts.enums import CARRYING, Function
from training.accounts.models import Structure
from training.admissions.enums import (
    SECRET_UNTIL_PUBLICATION,
    ApplicationStatus,
    CallStatus,
)
from training.admissions.models import (
    Application,
    Call,
    CallPart,
    Offer,
    Opinion,
    Piece,
    SchoolDecision,
)
from training.admissions.queries.scope import visible, visible_call
from training.catalogue.models import Edition
from training.cohorts import services as cohorts
from training.cohorts.models import Cohort, CohortPart
from training.common import clock
from training.common.errors import NotFound
from training.common.policy import Principal
from training.database import db


def _call_options(query: Select[Call]) -> Select[Call]:
    return query.options(
        joinedload(Call.edition).joinedload(Edition.programme),
        joinedload(Call.edition).selectinload(Edition.variants),
        joinedload(Call.cohort),
        selectinload(Call.parts),
        selectinload(Call.pieces),
        selectinload(Call.declarations),
        selectinload(Call.dates),
        selectinload(Call.costs),
    )


def running_call(principal: Principal, code: str, *, lock: bool = False) -> Call:
    """Return a call in which one of the person's bodies plays a part, or raise ``NotFound``. Four SELECTs.

    ``lock`` takes it FOR UPDATE.
    """
    query = (
        select(Call)
        .where(Call.code == code, visible_call(principal))
        .options(
            joinedload(Call.edition).joinedload(Edition.programme),
            joinedload(Call.cohort),
            selectinload(Call.parts),
            selectinload(Call.pieces),
            selectinload(Call.dates),
        )
    )
    if lock:
        query = query.with_for_update(of=Call).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def call_by_code(principal: Principal, code: str, *, lock: bool = False) -> Call:
    """Return a published call, or one in preparation to the bodies that play a part in it; else ``NotFound``."""
    condition = or_(Call.status != CallStatus.DRAFT, visible_call(principal))
    query = _call_options(select(Call).where(Call.code == code, condition))
    if lock:
        query = query.with_for_update(of=Call).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def open_calls() -> Sequence[Call]:
    """Return the calls open now or to open, the first to close first."""
    query = (
        select(Call)
        .where(Call.status == CallStatus.PUBLISHED, Call.closes_at >= clock.now())
        .options(
            joinedload(Call.edition).joinedload(Edition.programme), selectinload(Call.parts), joinedload(Call.cohort)
        )
        .order_by(Call.closes_at, Call.code)
    )
    return db.session.scalars(query).all()


def visible_calls(principal: Principal) -> Sequence[Call]:
    """Return the calls in which one of the person's bodies plays a part, the latest first."""
    query = (
        select(Call)
        .where(visible_call(principal))
        .options(
            joinedload(Call.edition).joinedload(Edition.programme), selectinload(Call.parts), joinedload(Call.cohort)
        )
        .order_by(Call.closes_at.desc().nulls_last(), Call.code)
    )
    return db.session.scalars(query).all()


def _whole(query: Select[Application]) -> Select[Application]:
    """Load what a file's page or act needs: nine SELECTs, whatever the file holds.

    What a file has one or two of (offers, interviews, decisions) comes with it, so results are to be made ``unique``.
    """
    return query.options(
        joinedload(Application.person),
        joinedload(Application.variant),
        joinedload(Application.structure).options(joinedload(Structure.departement), selectinload(Structure.dues)),
        joinedload(Application.extension),
        joinedload(Application.call).options(
            joinedload(Call.cohort),
            joinedload(Call.edition).options(joinedload(Edition.programme), selectinload(Edition.variants)),
            selectinload(Call.parts).joinedload(CallPart.organisation),
            selectinload(Call.pieces),
            selectinload(Call.declarations),
        ),
        selectinload(Application.pieces).options(joinedload(Piece.file), joinedload(Piece.requirement)),
        selectinload(Application.versions),
        selectinload(Application.opinions).options(
            joinedload(Opinion.organisation), joinedload(Opinion.reviewer), joinedload(Opinion.evidence)
        ),
        joinedload(Application.interviews),
        joinedload(Application.school_decisions).joinedload(SchoolDecision.evidence),
        joinedload(Application.offers).joinedload(Offer.seat),
    )


def lock_files(files: Select[Application]) -> None:
    """Take these files FOR UPDATE, in a statement of its own.

    What a statement reads beside the row it waits for is older than the wait: the offers and interviews that
    whoever was first has just written are seen only by the statement that follows.
    """
    db.session.execute(files.with_only_columns(Application.id).with_for_update(of=Application)).all()


def application(
    principal: Principal, application_id: uuid.UUID, *, lock: bool = False, seats: bool = False
) -> Application:
    """Return a file within the principal's scope, or raise ``NotFound``.

    ``lock`` takes it FOR UPDATE; ``seats`` locks its cohort first, as every act on capacity must.
    """
    scoped = select(Application).where(Application.id == application_id, visible(principal))
    if seats:
        cohort_id = db.session.scalar(scoped.join(Application.call).with_only_columns(Call.cohort_id))
        if cohort_id is None:
            raise NotFound
        cohorts.lock_cohort(cohort_id)
    if lock:
        lock_files(scoped)
    found = db.session.scalars(_whole(scoped).execution_options(populate_existing=lock)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def file_for_worker(application_id: uuid.UUID, *, seats: bool) -> Application | None:
    """Return a file for a sweep, locked and whole, or null if another worker has it.

    ``seats`` locks its cohort first, as every act on capacity must.
    """
    if seats:
        cohort_id = db.session.scalar(
            select(Call.cohort_id)
            .join(Application, Application.call_id == Call.id)
            .where(Application.id == application_id)
        )
        if cohort_id is None:
            return None
        cohorts.lock_cohort(cohort_id)
    query = select(Application).where(Application.id == application_id)
    taken = query.with_only_columns(Application.id).with_for_update(of=Application, skip_locked=True)
    if db.session.scalar(taken) is None:
        return None
    return db.session.scalars(_whole(query).execution_options(populate_existing=True)).unique().one_or_none()


def own_applications(person_id: uuid.UUID) -> Sequence[Application]:
    """Return a person's own files, the live and latest first."""
    query = (
        select(Application)
        .where(Application.person_id == person_id)
        .options(
            joinedload(Application.call).joinedload(Call.edition).joinedload(Edition.programme),
            joinedload(Application.call).joinedload(Call.cohort),
            joinedload(Application.call).selectinload(Call.parts),
            joinedload(Application.extension),
            selectinload(Application.offers),
        )
        .order_by(Application.created_at.desc(), Application.id)
    )
    return db.session.scalars(query).all()


def has_applied(principal: Principal) -> bool:
    """Whether this person has a file of her own."""
    query = select(Application.id).where(Application.person_id == principal.person_id).limit(1)
    return db.session.scalar(query) is not None


def ranked(call_id: uuid.UUID) -> Sequence[Application]:
    """Return the files of a call's reserve, by rank."""
    return db.session.scalars(
        select(Application)
        .where(Application.call_id == call_id, Application.rank.is_not(None))
        .order_by(Application.rank)
    ).all()


def decided(call_id: uuid.UUID, *, lock: bool = False) -> Sequence[Application]:
    """Return the files with a decision that publication could tell, by number; ``lock`` takes them FOR UPDATE."""
    query = (
        select(Application)
        .where(Application.call_id == call_id, Application.status.in_(SECRET_UNTIL_PUBLICATION))
        .options(joinedload(Application.person), joinedload(Application.structure))
        .order_by(Application.number)
    )
    if lock:
        query = query.with_for_update(of=Application).execution_options(populate_existing=True)
    return db.session.scalars(query).all()


def in_offer_order(call: Call, *, lock: bool = True) -> Sequence[Application]:
    """Return the files whose turn for a seat may have come: the main list by number, then the reserve by rank."""
    ready = (
        [ApplicationStatus.VALIDATED]
        if call.has_school_step
        else [ApplicationStatus.SHORTLISTED, ApplicationStatus.WAITING]
    )
    query = (
        select(Application)
        .where(Application.call_id == call.id, Application.status.in_(ready))
        .order_by(Application.rank.asc().nulls_first(), Application.number)
    )
    if lock:
        lock_files(query)
    query = query.execution_options(populate_existing=lock).options(
        joinedload(Application.person),
        joinedload(Application.variant),
        joinedload(Application.structure).options(joinedload(Structure.departement), selectinload(Structure.dues)),
        joinedload(Application.interviews),
        selectinload(Application.pieces).options(joinedload(Piece.file), joinedload(Piece.requirement)),
    )
    return db.session.scalars(query).unique().all()


def counts_by_status(call_id: uuid.UUID) -> dict[ApplicationStatus, int]:
    """Return how many files of the call stand in each state, in the procedure's order."""
    query = select(Application.status, func.count()).where(Application.call_id == call_id).group_by(Application.status)
    counted = dict(db.session.execute(query).all())
    return {status: counted[status] for status in ApplicationStatus if status in counted}


def cohorts_without_call(principal: Principal) -> Sequence[Cohort]:
    """Return the cohorts that one of the person's bodies carries and that have no call yet."""
    carried = [capacity.organisation_id for capacity in principal.capacities if capacity.function == Function.MANAGER]
    query = (
        select(Cohort)
        .join(CohortPart, CohortPart.cohort_id == Cohort.id)
        .where(
            CohortPart.organisation_id.in_([body for body in carried if body]),
            CohortPart.part.in_(CARRYING),
            Cohort.id.not_in(select(Call.cohort_id)),
        )
        .distinct()
        .order_by(Cohort.code)
    )
    return db.session.scalars(query).all()
