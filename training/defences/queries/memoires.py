"""Mémoires: the one of a learner, its page, what stands before its defence; within one’s scope (R88)."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import joinedload

from training.accounts.models import Structure
from training.catalogue.models import DiplomaRules, Edition, Module, ModuleVariant, TracerType, TracerVariant
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.among import among
from training.common.errors import NotFound
from training.common.loading import load_list
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.defences import waived
from training.defences.enums import MemoireAct, MemoireStatus, VersionKind
from training.defences.models import Memoire, MemoireComment, MemoireVersion
from training.defences.procedure import MEMOIRE
from training.defences.queries import days
from training.defences.rules.memoires import CORE, Length, OwedTracer, Precondition, final_due_on, preconditions
from training.portfolio import rules as portfolio
from training.portfolio.enums import Audience, Concern, TracerStatus
from training.portfolio.models import Tracer
from training.portfolio.queries.scope import fill, load_rights
from training.portfolio.rules.tracers import Change

_ENROLMENT: Final = (
    joinedload(Enrolment.cohort, innerjoin=True).options(
        joinedload(Cohort.edition, innerjoin=True).options(
            joinedload(Edition.programme, innerjoin=True), joinedload(Edition.rules)
        )
    ),
    joinedload(Enrolment.person, innerjoin=True),
    joinedload(Enrolment.variant, innerjoin=True),
    joinedload(Enrolment.structure, innerjoin=True).joinedload(Structure.departement, innerjoin=True),
)
_MEMOIRE: Final = (
    select(Memoire)
    .where(Memoire.id == bindparam("id"))
    .options(joinedload(Memoire.enrolment, innerjoin=True).options(*_ENROLMENT))
)
_CORE_TRACERS: Final = (
    select(TracerType.id, TracerType.label, Tracer.status)
    .join(TracerVariant, TracerVariant.tracer_id == TracerType.id)
    .join(Module, Module.id == TracerType.module_id)
    .join(ModuleVariant, and_(ModuleVariant.module_id == Module.id, ModuleVariant.variant_id == bindparam("variant")))
    .outerjoin(Tracer, and_(Tracer.type_id == TracerType.id, Tracer.enrolment_id == bindparam("enrolment")))
    .where(
        TracerVariant.variant_id == bindparam("variant"),
        TracerVariant.mandatory,
        ModuleVariant.mandatory,
        Module.type.in_(CORE),
    )
    .order_by(Module.position, TracerType.position, TracerType.code)
)
"""The mandatory documents of the mandatory core modules, and where a learner’s stand (R60)."""
_STATES: Final = select(Memoire.enrolment_id, Memoire.status, Memoire.id).where(
    among(Memoire.enrolment_id, "enrolments")
)


def find_memoire(principal: Principal, memoire_id: uuid.UUID, *, to_change: bool = False) -> Memoire:
    """Return a mémoire this person reads, with its versions; ``to_change`` takes it FOR UPDATE. Eight SELECTs."""
    query = _MEMOIRE.with_for_update(of=Memoire) if to_change else _MEMOIRE
    memoire = db.session.scalar(query, {"id": memoire_id}, execution_options={"populate_existing": to_change})
    if memoire is None:
        raise NotFound
    load_rights(memoire.enrolment)
    if not policy.allows(principal, Permission.DEFENCES_MEMOIRE_READ, memoire):
        raise NotFound
    _load(memoire, refresh=to_change)
    return memoire


def _load(memoire: Memoire, *, refresh: bool = False) -> None:
    """Read the versions of a mémoire with their comments, and its plan. Three SELECTs."""
    load_list(memoire, Memoire.versions, joinedload(MemoireVersion.file, innerjoin=True), refresh=refresh)
    load_list(memoire, Memoire.milestones, refresh=refresh)
    fill(
        {version.id: version for version in memoire.versions},
        MemoireVersion.comments,
        MemoireComment,
        (joinedload(MemoireComment.author, innerjoin=True), joinedload(MemoireComment.annotated)),
        refresh=refresh,
    )


def memoire_of(enrolment_id: uuid.UUID) -> Memoire | None:
    """Return a learner’s mémoire, bare. One SELECT."""
    return db.session.scalar(select(Memoire).where(Memoire.enrolment_id == enrolment_id))


def outcomes(enrolment_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[MemoireStatus, uuid.UUID]]:
    """Return where each learner’s mémoire stands and its id, those without one left out. One SELECT.

    A result not published yet reads “soutenu”: the status moves when it is.
    """
    if not enrolment_ids:
        return {}
    rows = db.session.execute(_STATES, {"enrolments": list(enrolment_ids)})
    return {enrolment: (status, memoire) for enrolment, status, memoire in rows}


def reads_version(principal: Principal, version: MemoireVersion) -> bool:
    """Whether this person opens a version (R88, R127)."""
    return policy.allows(principal, Permission.DEFENCES_MEMOIRE_OPEN, version)


def find_version(principal: Principal, version_id: uuid.UUID) -> MemoireVersion:
    """Return a version this person opens, with what is said of it."""
    memoire_id = db.session.scalar(select(MemoireVersion.memoire_id).where(MemoireVersion.id == version_id))
    memoire = db.session.scalar(_MEMOIRE, {"id": memoire_id}) if memoire_id is not None else None
    if memoire is None:
        raise NotFound
    load_rights(memoire.enrolment)
    _load(memoire)
    version = next(each for each in memoire.versions if each.id == version_id)
    if not reads_version(principal, version):
        raise NotFound
    if version.is_hidden:
        raise NotFound("Cette version est mise à l’écart : personne ne peut l’ouvrir.")
    return version


def find_comment(principal: Principal, comment_id: uuid.UUID) -> MemoireComment:
    """Return a comment on a version this person opens."""
    version_id = db.session.scalar(select(MemoireComment.version_id).where(MemoireComment.id == comment_id))
    if version_id is None:
        raise NotFound
    version = find_version(principal, version_id)
    return next(each for each in version.comments if each.id == comment_id)


def length_of(memoire: Memoire) -> Length:
    """Return how long the edition asks it to be."""
    rules: DiplomaRules | None = memoire.cohort.edition.rules
    if rules is None:
        return Length()
    return Length(rules.memoire_pages_min, rules.memoire_pages_max, bool(rules.memoire_pages_blocking))


def final_due_of(memoire: Memoire, defence_on: date | None) -> date | None:
    """Return the last day of its final version; null while the day of defence or the delay is unknown (R59)."""
    rules: DiplomaRules | None = memoire.cohort.edition.rules
    return final_due_on(defence_on, rules.final_deadline_days if rules is not None else None)


def preconditions_of(memoire: Memoire) -> Sequence[Precondition]:
    """Return what “bon à soutenir” rests on (R60). Two SELECTs at most."""
    enrolment = memoire.enrolment
    spared = waived.tracers_of(enrolment.id)
    rows = db.session.execute(_CORE_TRACERS, {"enrolment": enrolment.id, "variant": enrolment.variant_id})
    final = memoire.final
    return preconditions(
        memoire.status,
        has_final=final is not None and not final.is_hidden,
        length_fault=length_of(memoire).fault(final.body_pages) if final is not None else None,
        tracers=[OwedTracer(label, status or TracerStatus.EXPECTED, key in spared) for key, label, status in rows],
        path=f"/parcours/{enrolment.id}",
    )


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version as this person sees it: openable or not, what changed in it since the one before."""

    version: MemoireVersion
    is_open: bool
    changes: Sequence[Change] = ()
    length_fault: str | None = None

    @property
    def concerns(self) -> list[Concern]:
        """What its text seems to hold of patients."""
        return [Concern(slug) for slug in self.version.concerns]


@dataclass(frozen=True, slots=True)
class MemoirePage:
    """What the page of a mémoire shows this person."""

    memoire: Memoire
    audience: Audience
    acts: Sequence[MemoireAct]
    versions: Sequence[ShownVersion]
    due_on: date | None
    defence_on: date | None
    length: Length
    preconditions: Sequence[Precondition]

    @property
    def latest(self) -> ShownVersion | None:
        """The last version handed in."""
        return self.versions[0] if self.versions else None

    @property
    def is_late(self) -> bool:
        """Whether the day of the final version has passed without it."""
        has_final = any(each.version.kind is VersionKind.FINAL for each in self.versions)
        return self.due_on is not None and self.due_on < clock.today() and not has_final


def memoire_page(memoire: Memoire, principal: Principal) -> MemoirePage:
    """Return what the page shows of a mémoire already loaded. Three SELECTs more at most, while it is to be cleared."""
    length = length_of(memoire)
    before = [*memoire.versions[1:], None]
    defence_on = days.defence_day_of(memoire.id)
    asked = memoire.status in {MemoireStatus.FINAL_DEPOSITED, MemoireStatus.DRAFTING, MemoireStatus.SUBJECT_APPROVED}
    return MemoirePage(
        memoire=memoire,
        audience=portfolio.audience_of(principal, memoire.enrolment),
        acts=MEMOIRE.available(memoire, principal),
        versions=[
            _shown(version, earlier, principal, length)
            for version, earlier in zip(memoire.versions, before, strict=False)
        ],
        due_on=final_due_of(memoire, defence_on),
        defence_on=defence_on,
        length=length,
        preconditions=preconditions_of(memoire) if asked else (),
    )


def _shown(
    version: MemoireVersion, earlier: MemoireVersion | None, principal: Principal, length: Length
) -> ShownVersion:
    is_open = reads_version(principal, version) and not version.is_hidden
    compared = is_open and earlier is not None and not earlier.is_hidden and bool(earlier.text and version.text)
    return ShownVersion(
        version=version,
        is_open=is_open,
        changes=portfolio.differences(earlier.text, version.text) if compared and earlier is not None else (),
        length_fault=length.fault(version.body_pages) if version.kind is not VersionKind.DRAFT else None,
    )
