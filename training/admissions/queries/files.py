"""Calls, files, meetings and interviews, loaded whole for one page or one act."""

import functools
import uuid
from collections.abc import Collection, Sequence
from typing import Final

from sqlalchemy import Select, bindparam, func, or_, select
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
from training.admissions.queries.scope import rights_of, visible, visible_call
from training.catalogue.models import Edition
from training.cohorts import services as cohorts
from training.cohorts.models import Cohort, CohortPart
from training.common import clock
from training.common.errors import NotFound
from training.common.loading import load_list
from training.common.policy import Principal
from training.database import db

_OF_A_CALL: Final = (joinedload(Call.edition).joinedload(Edition.programme), joinedload(Call.cohort))
WITH_BODY: Final = joinedload(CallPart.organisation)


@functools.lru_cache(maxsize=256)
def _call_seen_by(rights: Principal, *, published_too: bool) -> Select[Call]:
    """Return the query of a call that someone of these rights may see; built once for all who hold the same."""
    condition = visible_call(rights)
    if published_too:
        condition = or_(Call.status != CallStatus.DRAFT, condition)
    return select(Call).where(Call.code == bindparam("code"), condition).options(*_OF_A_CALL)


def _one_call(principal: Principal, code: str, *, published_too: bool, lock: bool) -> Call:
    query = _call_seen_by(rights_of(principal), published_too=published_too)
    if lock:
        query = query.with_for_update(of=Call).execution_options(populate_existing=True)
    found = db.session.scalar(query, {"code": code})
    if found is None:
        raise NotFound
    load_list(found, Call.parts, WITH_BODY, refresh=lock)
    for attribute in (Call.pieces, Call.dates):
        load_list(found, attribute, refresh=lock)
    return found


def running_call(principal: Principal, code: str, *, lock: bool = False) -> Call:
    """Return a call in which one of the person's bodies plays a part, or raise ``NotFound``. Four SELECTs.

    ``lock`` takes it FOR UPDATE.
    """
    return _one_call(principal, code, published_too=False, lock=lock)


def running_call_by_id(principal: Principal, call_id: uuid.UUID) -> Call:
    """Return a call in which one of the person's bodies plays a part, or raise ``NotFound``. Five SELECTs."""
    code = db.session.scalar(select(Call.code).where(Call.id == call_id))
    if code is None:
        raise NotFound
    return running_call(principal, code)


def call_by_code(principal: Principal, code: str, *, lock: bool = False) -> Call:
    """Return a published call, or one in preparation to the bodies that play a part in it; else ``NotFound``.

    Six SELECTs.
    """
    found = _one_call(principal, code, published_too=True, lock=lock)
    for attribute in (Call.declarations, Call.costs):
        load_list(found, attribute, refresh=lock)
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


_WHOLE: Final = (
    joinedload(Application.person),
    joinedload(Application.variant),
    joinedload(Application.structure).joinedload(Structure.departement),
    joinedload(Application.extension),
    joinedload(Application.call).options(*_OF_A_CALL, joinedload(Call.questions)),
    joinedload(Application.interviews),
    joinedload(Application.school_decisions).joinedload(SchoolDecision.evidence),
    joinedload(Application.offers).joinedload(Offer.seat),
    joinedload(Application.letters),
    joinedload(Application.profile),
    joinedload(Application.derogation),
)
_OF_A_PIECE: Final = (joinedload(Piece.file), joinedload(Piece.requirement))
_OF_AN_OPINION: Final = (joinedload(Opinion.organisation), joinedload(Opinion.reviewer), joinedload(Opinion.evidence))


@functools.lru_cache(maxsize=256)
def _file_seen_by(rights: Principal | None) -> Select[Application]:
    """Return the query of a file that someone of these rights may see, null = the worker; built once for them."""
    query = select(Application).where(Application.id == bindparam("id"))
    return query if rights is None else query.where(visible(rights))


@functools.lru_cache(maxsize=256)
def _whole_file_seen_by(rights: Principal | None) -> Select[Application]:
    return _file_seen_by(rights).options(*_WHOLE)


def _whole(rights: Principal | None, application_id: uuid.UUID, *, refresh: bool) -> Application | None:
    """Load what a file's page or act needs: ten SELECTs, whatever the file holds.

    What a file has one or two of (offers, interviews, decisions, letters) comes with it.
    """
    query = _whole_file_seen_by(rights).execution_options(populate_existing=refresh)
    found = db.session.scalars(query, {"id": application_id}).unique().one_or_none()
    if found is None:
        return None
    load_list(found.call, Call.parts, WITH_BODY, refresh=refresh)
    for attribute in (Call.pieces, Call.declarations):
        load_list(found.call, attribute, refresh=refresh)
    if found.structure is not None:
        load_list(found.structure, Structure.dues, refresh=refresh)
    load_list(found, Application.pieces, *_OF_A_PIECE, refresh=refresh)
    for listed in (Application.versions, Application.practices):
        load_list(found, listed, refresh=refresh)
    load_list(found, Application.opinions, *_OF_AN_OPINION, refresh=refresh)
    return found


_TO_READ: Final = (
    joinedload(Application.person),
    joinedload(Application.structure).joinedload(Structure.departement),
    joinedload(Application.call).joinedload(Call.edition).joinedload(Edition.programme),
    joinedload(Application.practices),
)


@functools.lru_cache(maxsize=256)
def _file_read_by(rights: Principal) -> Select[Application]:
    return _file_seen_by(rights).options(*_TO_READ)


def file_to_read(principal: Principal, application_id: uuid.UUID) -> Application:
    """Return a file within the principal's scope with what a reviewer's screen shows, or raise ``NotFound``. Five SELECTs."""
    query = _file_read_by(rights_of(principal))
    found = db.session.scalars(query, {"id": application_id}).unique().one_or_none()
    if found is None:
        raise NotFound
    load_list(found.call, Call.parts, WITH_BODY)
    load_list(found.call, Call.pieces)
    load_list(found, Application.pieces, *_OF_A_PIECE)
    load_list(found, Application.opinions, *_OF_AN_OPINION)
    return found


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
    rights = rights_of(principal)
    scoped = _file_seen_by(rights).params(id=application_id)
    if seats:
        cohort_id = db.session.scalar(scoped.join(Application.call).with_only_columns(Call.cohort_id))
        if cohort_id is None:
            raise NotFound
        cohorts.lock_cohort(cohort_id)
    if lock:
        lock_files(scoped)
    found = _whole(rights, application_id, refresh=lock)
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
    query = select(Application.id).where(Application.id == application_id)
    if db.session.scalar(query.with_for_update(of=Application, skip_locked=True)) is None:
        return None
    return _whole(None, application_id, refresh=True)


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


def files_in(
    principal: Principal, call: Call, statuses: Collection[ApplicationStatus], *, most: int, lock: bool = False
) -> Sequence[Application]:
    """Return the files of a call in some states that this person may see, her own left out, by number.

    At most ``most`` of them, with what an act on several asks of each. Five SELECTs; ``lock`` takes them FOR UPDATE.
    """
    query = (
        select(Application)
        .where(
            Application.call_id == call.id,
            Application.status.in_(statuses),
            Application.person_id != principal.person_id,  # R97
            visible(principal),
        )
        .order_by(Application.number)
        .limit(most)
    )
    if lock:
        lock_files(query)
    query = query.execution_options(populate_existing=lock).options(
        joinedload(Application.person),
        joinedload(Application.variant),
        joinedload(Application.structure).options(joinedload(Structure.departement), selectinload(Structure.dues)),
        joinedload(Application.interviews),
        selectinload(Application.offers).joinedload(Offer.seat),
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
