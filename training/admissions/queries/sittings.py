"""The committee's sittings and the interviews, with the files they decide on."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from training.accounts.models import Structure
from training.admissions.enums import ApplicationStatus, InterviewStatus, MeetingStatus, Proposal
from training.admissions.models import (
    Application,
    Call,
    CommitteeMeeting,
    CommitteeProposal,
    Interview,
    MeetingBody,
    Opinion,
    Piece,
)
from training.admissions.queries.files import lock_files
from training.admissions.queries.scope import visible, visible_call
from training.catalogue.models import Edition
from training.common.errors import NotFound
from training.common.policy import Principal
from training.database import db


def meetings(call_id: uuid.UUID) -> Sequence[CommitteeMeeting]:
    """Return the sittings on a call, the latest first."""
    query = (
        select(CommitteeMeeting)
        .where(CommitteeMeeting.call_id == call_id)
        .options(selectinload(CommitteeMeeting.proposals))
        .order_by(CommitteeMeeting.held_on.desc(), CommitteeMeeting.id)
    )
    return db.session.scalars(query).all()


def open_meeting(call_id: uuid.UUID) -> CommitteeMeeting | None:
    """Return the sitting now open on a call, or null."""
    return db.session.scalar(
        select(CommitteeMeeting).where(
            CommitteeMeeting.call_id == call_id, CommitteeMeeting.status == MeetingStatus.OPEN
        )
    )


def meeting(principal: Principal, meeting_id: uuid.UUID, *, lock: bool = False) -> CommitteeMeeting:
    """Return a sitting on a call in which one of the person's bodies plays a part, or raise ``NotFound``."""
    query = (
        select(CommitteeMeeting)
        .join(CommitteeMeeting.call)
        .where(CommitteeMeeting.id == meeting_id, visible_call(principal))
        .options(
            joinedload(CommitteeMeeting.call).options(
                joinedload(Call.cohort),
                joinedload(Call.edition).joinedload(Edition.programme),
                selectinload(Call.parts),
            ),
            selectinload(CommitteeMeeting.bodies).joinedload(MeetingBody.organisation),
            selectinload(CommitteeMeeting.proposals)
            .joinedload(CommitteeProposal.application)
            .options(
                joinedload(Application.person), joinedload(Application.structure).joinedload(Structure.departement)
            ),
        )
    )
    if lock:
        query = query.with_for_update(of=CommitteeMeeting).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def committee_files(
    meeting: CommitteeMeeting, *, principal: Principal | None = None, lock: bool = False
) -> Sequence[Application]:
    """Return the files the committee may still decide and those this sitting made a proposal on, by number.

    ``principal`` narrows them to what she may see (R95), without her own file. Three SELECTs; the call is the sitting's own.
    """
    before = [ApplicationStatus.UNDER_REVIEW, ApplicationStatus.PRESELECTED]
    proposed = select(CommitteeProposal.application_id).where(CommitteeProposal.meeting_id == meeting.id)
    query = select(Application).where(
        Application.call_id == meeting.call_id,
        or_(Application.status.in_(before), Application.id.in_(proposed)),
    )
    if principal is not None:
        # nobody sits on her own file: not even to see what is proposed for it (R97, R105)
        query = query.where(visible(principal), Application.person_id != principal.person_id)
    query = query.order_by(Application.number)
    if lock:
        lock_files(query)
    query = query.execution_options(populate_existing=lock).options(
        joinedload(Application.person),
        joinedload(Application.variant),
        joinedload(Application.structure).joinedload(Structure.departement),
        joinedload(Application.interviews),
        selectinload(Application.pieces).options(joinedload(Piece.file), joinedload(Piece.requirement)),
        selectinload(Application.opinions).options(
            joinedload(Opinion.organisation), joinedload(Opinion.reviewer), joinedload(Opinion.evidence)
        ),
    )
    return db.session.scalars(query).unique().all()


def was_on_reserve(application_id: uuid.UUID) -> bool:
    """Whether the last sitting that decided on the file put it on the reserve."""
    last = db.session.scalar(
        select(CommitteeProposal.proposal)
        .join(CommitteeProposal.meeting)
        .where(CommitteeProposal.application_id == application_id, CommitteeMeeting.closed_at.is_not(None))
        .order_by(CommitteeMeeting.closed_at.desc())
        .limit(1)
    )
    return last is Proposal.WAITING


def planned_interviews(since: datetime, until: datetime) -> Sequence[Interview]:
    """Return the interviews fixed to begin between two instants, in order."""
    return db.session.scalars(
        select(Interview)
        .where(Interview.status == InterviewStatus.PLANNED, Interview.starts_at > since, Interview.starts_at < until)
        .options(joinedload(Interview.application).joinedload(Application.person))
        .order_by(Interview.starts_at, Interview.id)
    ).all()


def interview(principal: Principal, interview_id: uuid.UUID, *, lock: bool = False) -> Interview:
    """Return an interview on a file within the principal's scope, or raise ``NotFound``."""
    query = (
        select(Interview)
        .join(Interview.application)
        .where(Interview.id == interview_id, visible(principal))
        .options(
            joinedload(Interview.application).options(
                joinedload(Application.person),
                joinedload(Application.structure).joinedload(Structure.departement),
                joinedload(Application.call).options(selectinload(Call.parts), selectinload(Call.dates)),
            )
        )
    )
    if lock:
        query = query.with_for_update(of=Interview).execution_options(populate_existing=True)
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found
