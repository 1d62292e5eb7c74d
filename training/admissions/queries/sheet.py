"""A sitting as its room reads it: plain rows, few statements, whatever the number of files (R24, R106)."""

import functools
import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload

from training.accounts.enums import Part, StructureKind
from training.accounts.models import Departement, Organisation, Person, Structure
from training.admissions.enums import ApplicationStatus, OpinionValue, Proposal
from training.admissions.models import (
    Application,
    Call,
    CallPart,
    CommitteeMeeting,
    CommitteeProposal,
    MeetingBody,
    Opinion,
    SittingStep,
)
from training.admissions.queries.reviewing import averages
from training.admissions.queries.scope import rights_of, visible, visible_call
from training.catalogue.models import Edition, Variant
from training.common.among import among
from training.common.errors import NotFound
from training.common.loading import load_list
from training.common.policy import Principal
from training.database import db

DECIDABLE: Final = (ApplicationStatus.UNDER_REVIEW, ApplicationStatus.PRESELECTED)


@dataclass(frozen=True, slots=True)
class Place:
    """Where the structure is: what a member’s scope is judged on."""

    departement_code: str
    region_code: str


@dataclass(frozen=True, slots=True)
class SaidOpinion:
    """One opinion, as the room reads it."""

    body: str
    organisation_id: uuid.UUID
    part: Part
    value: OpinionValue | None
    recused: bool
    reviewer_id: uuid.UUID | None


@dataclass(slots=True)
class SheetRow:
    """One file before the sitting, or on which it made a proposal."""

    id: uuid.UUID
    number: int | None
    status: ApplicationStatus
    person_id: uuid.UUID
    name: str
    structure_id: uuid.UUID | None
    structure_name: str | None
    kind: StructureKind | None
    departement_code: str | None
    departement: str | None
    region_code: str | None
    variant_id: uuid.UUID | None
    variant: str | None
    proposal: Proposal | None
    rank: int | None
    reason: str | None
    reference: str = ""
    parts: Sequence[CallPart] = ()
    opinions: list[SaidOpinion] = field(default_factory=list)
    lacking: list[Part] = field(default_factory=list)
    average: float | None = None

    @property
    def structure(self) -> Place | None:
        """Where it is, or null before a structure is chosen."""
        return Place(self.departement_code, self.region_code) if self.departement_code and self.region_code else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """The files of a sitting, by département and number, and what it proposes in all."""

    rows: Sequence[SheetRow]
    proposed: Counter[Proposal]


_MEETING: Final = (
    joinedload(CommitteeMeeting.call).options(
        joinedload(Call.cohort), joinedload(Call.edition).joinedload(Edition.programme)
    ),
)


@functools.lru_cache(maxsize=256)
def _sitting_seen_by(rights: Principal) -> Select[CommitteeMeeting]:
    query = select(CommitteeMeeting).join(CommitteeMeeting.call)
    return query.where(CommitteeMeeting.id == bindparam("id"), visible_call(rights)).options(*_MEETING)


def sitting(principal: Principal, meeting_id: uuid.UUID) -> CommitteeMeeting:
    """Return a sitting to read, with its call and the bodies present, or raise ``NotFound``. Three SELECTs."""
    found = db.session.scalar(_sitting_seen_by(rights_of(principal)), {"id": meeting_id})
    if found is None:
        raise NotFound
    load_list(found.call, Call.parts, _WITH_BODY)
    load_list(found, CommitteeMeeting.bodies, _PRESENT)
    return found


_WITH_BODY: Final = joinedload(CallPart.organisation)
_PRESENT: Final = joinedload(MeetingBody.organisation)


@functools.lru_cache(maxsize=256)
def _rows_seen_by(rights: Principal) -> Select[Any]:
    """Return the query of a sitting’s files that someone of these rights may see; nobody sees her own (R97, R105)."""
    standing = and_(
        CommitteeProposal.application_id == Application.id, CommitteeProposal.meeting_id == bindparam("meeting")
    )
    return (
        select(
            Application.id,
            Application.number,
            Application.status,
            Application.person_id,
            func.trim(Person.first_name + " " + Person.last_name),
            Structure.id,
            Structure.name,
            Structure.kind,
            Structure.departement_code,
            Departement.name,
            Departement.region_code,
            Variant.id,
            Variant.code,
            CommitteeProposal.proposal,
            CommitteeProposal.rank,
            CommitteeProposal.reason,
        )
        .select_from(Application)
        .join(Person, Person.id == Application.person_id)
        .outerjoin(Structure, Structure.id == Application.structure_id)
        .outerjoin(Departement, Departement.code == Structure.departement_code)
        .outerjoin(Variant, Variant.id == Application.variant_id)
        .outerjoin(CommitteeProposal, standing)
        .where(
            Application.call_id == bindparam("call"),
            or_(Application.status == bindparam("ready"), CommitteeProposal.id.is_not(None)),
            visible(rights),
            Application.person_id != rights.person_id,
        )
        .order_by(Structure.departement_code.asc().nulls_last(), Application.number)
    )


def sheet(principal: Principal, meeting: CommitteeMeeting) -> Sheet:
    """Return the files of a sitting that this person may see, their opinions and averages. Four SELECTs."""
    call = meeting.call
    ready = ApplicationStatus.PRESELECTED if call.has_preselection else ApplicationStatus.UNDER_REVIEW
    found = db.session.execute(
        _rows_seen_by(rights_of(principal)), {"meeting": meeting.id, "call": call.id, "ready": ready}
    )
    rows = [SheetRow(*row) for row in found]
    ids = [row.id for row in rows]
    said, means = _opinions(ids), averages(ids)
    for row in rows:
        row.reference = f"{call.code}-{row.number:04d}"
        row.parts = call.parts
        row.opinions = said[row.id]
        row.average = means.get(row.id)
        given = {opinion.part for opinion in row.opinions if not opinion.recused}
        row.lacking = [Part(part) for part in call.opinion_parts if Part(part) not in given]
    counted = db.session.execute(_PROPOSED, {"meeting": meeting.id}).all()
    return Sheet(rows, Counter(dict(counted)))


_PROPOSED: Final = (
    select(CommitteeProposal.proposal, func.count())
    .where(CommitteeProposal.meeting_id == bindparam("meeting"))
    .group_by(CommitteeProposal.proposal)
)


def _opinions(ids: Collection[uuid.UUID]) -> defaultdict[uuid.UUID, list[SaidOpinion]]:
    found: defaultdict[uuid.UUID, list[SaidOpinion]] = defaultdict(list)
    for row in db.session.execute(_SAID, {"ids": list(ids)}):
        found[row[0]].append(SaidOpinion(*row[1:]))
    return found


_SAID: Final = (
    select(
        Opinion.application_id,
        Organisation.short_name,
        Opinion.organisation_id,
        Opinion.part,
        Opinion.value,
        Opinion.recused,
        Opinion.reviewer_id,
    )
    .join(Organisation, Organisation.id == Opinion.organisation_id)
    .where(among(Opinion.application_id, "ids"))
    .order_by(Opinion.given_at, Opinion.id)
)


def last_step(meeting_id: uuid.UUID) -> SittingStep | None:
    """Return the last act of a sitting that may be taken back, or null."""
    return db.session.scalar(
        select(SittingStep).where(SittingStep.meeting_id == meeting_id).order_by(SittingStep.number.desc()).limit(1)
    )
