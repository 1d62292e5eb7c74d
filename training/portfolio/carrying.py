"""What the portfolio carries of a transfer: hours, tracer documents, the forum; each said to be carried (R116).

What was locked stays untouched: a document validated there stands here by a version of its own, which points to it.
"""

import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from training.accounts.rules import sort_key
from training.catalogue.enums import Modality
from training.catalogue.models import Resource, TracerType, TracerVariant
from training.cohorts.carrying import Acquired, Bar, Passage, Share
from training.cohorts.models import Enrolment
from training.common.articles import of
from training.common.formatting import hours, plural
from training.common.policy import WORKER
from training.database import db
from training.portfolio import rules
from training.portfolio.enums import CarriedAs, EntryStatus, Source, TracerStatus
from training.portfolio.models import ForumParticipation, HoursEntry, Tracer, TracerVersion
from training.portfolio.procedure import CARRYING

ACTS: Final = {
    TracerStatus.ACCEPTED: CarriedAs.ACCEPTED,
    TracerStatus.DEPOSITED: CarriedAs.DEPOSITED,
    TracerStatus.IN_REVIEW: CarriedAs.DEPOSITED,
    TracerStatus.TO_REVISE: CarriedAs.TO_REVISE,
}
"""How a document comes in: one that was being read waits for the next reader; what is not handed in is left."""


def bars(_enrolment: Enrolment, _on: date) -> Sequence[Bar]:
    """Nothing of the portfolio keeps her: what is under way goes with her."""
    return ()


def _handed_in(enrolment: Enrolment) -> Sequence[Tracer]:
    return db.session.scalars(
        select(Tracer)
        .join(Tracer.type)
        .where(Tracer.enrolment_id == enrolment.id, Tracer.status.in_(list(ACTS)))
        .options(joinedload(Tracer.type, innerjoin=True).joinedload(TracerType.module, innerjoin=True))
        .order_by(TracerType.position, TracerType.code, Tracer.id)
    ).all()


def _hours(enrolment: Enrolment) -> Sequence[HoursEntry]:
    """Return the hours that were not refused, in order of time."""
    return db.session.scalars(
        select(HoursEntry)
        .where(HoursEntry.enrolment_id == enrolment.id, HoursEntry.status != EntryStatus.REFUSED)
        .options(joinedload(HoursEntry.resource), joinedload(HoursEntry.type))
        .order_by(HoursEntry.done_on, HoursEntry.id)
    ).all()


def tell(enrolment: Enrolment) -> Acquired:
    """Return the documents validated or handed in, and the hours confirmed, of each module in words."""
    words: dict[uuid.UUID | None, list[str]] = {}
    counts = Counter(
        (tracer.type.module_id, tracer.status is TracerStatus.ACCEPTED) for tracer in _handed_in(enrolment)
    )
    for (module_id, accepted), count in counts.items():
        told = ("document validé", "documents validés") if accepted else ("document en cours", "documents en cours")
        words.setdefault(module_id, []).append(plural(count, *told))
    minutes: Counter[tuple[uuid.UUID, Modality]] = Counter()
    for entry in _hours(enrolment):
        if entry.status is EntryStatus.CONFIRMED:
            minutes[entry.module_id, entry.modality] += entry.minutes
    for (module_id, modality), count in minutes.items():
        words.setdefault(module_id, []).append(f"{hours(count / 60)} {of(modality.label.lower())}")
    forum = _forum(enrolment)
    return Acquired(
        {key: ", ".join(found) for key, found in words.items()}, ["la participation au forum"] if forum else []
    )


def _forum(enrolment: Enrolment) -> ForumParticipation | None:
    return db.session.scalar(select(ForumParticipation).where(ForumParticipation.enrolment_id == enrolment.id))


def carry(passage: Passage) -> None:
    """Write in the new enrolment the hours, the documents and the forum, as they stand."""
    types = _types(passage)
    _carry_hours(passage, types)
    for tracer in _handed_in(passage.former):
        if (kind := types.get(tracer.type_id)) is not None:
            _carry_tracer(passage, tracer, kind)
    forum = _forum(passage.former)
    if forum is not None:
        db.session.add(
            ForumParticipation(enrolment_id=passage.enrolment.id, noted_at=forum.noted_at, noted_by=forum.noted_by)
        )
    db.session.flush()


def _types(passage: Passage) -> dict[uuid.UUID, TracerType]:
    """Return, for each type of document of the modules kept, the one it counts for: the same, else by code, label, or alone."""
    wanted = {*passage.modules, *passage.modules.values()}
    variants = {passage.former.variant_id, passage.enrolment.variant_id}
    by_module: dict[uuid.UUID, dict[uuid.UUID, list[TracerType]]] = {each: {} for each in variants}
    rows = db.session.execute(
        select(TracerVariant.variant_id, TracerType)
        .join(TracerType, TracerType.id == TracerVariant.tracer_id)
        .where(TracerType.module_id.in_(wanted), TracerVariant.variant_id.in_(variants))
        .order_by(TracerType.position, TracerType.code, TracerType.id)
    )
    for variant_id, kind in rows:
        by_module[variant_id].setdefault(kind.module_id, []).append(kind)
    found: dict[uuid.UUID, TracerType] = {}
    for former, new in passage.modules.items():
        ours = by_module[passage.former.variant_id].get(former, [])
        found.update(_matched(ours, by_module[passage.enrolment.variant_id].get(new, [])))
    return found


def _matched(former: Sequence[Any], new: Sequence[Any]) -> dict[uuid.UUID, Any]:
    matched: dict[uuid.UUID, Any] = {}
    for name in (lambda kind: kind.id, lambda kind: sort_key(kind.code), lambda kind: sort_key(kind.label)):
        taken = {kind.id for kind in matched.values()}
        offered = {name(kind): kind for kind in new if kind.id not in taken}
        matched.update(
            {kind.id: offered[name(kind)] for kind in former if kind.id not in matched and name(kind) in offered}
        )
    if not matched and len(former) == len(new) == 1:
        matched[former[0].id] = new[0]
    return matched


def _carry_hours(passage: Passage, types: Mapping[uuid.UUID, TracerType]) -> None:
    """Copy hours, each under the module it counts for; a resource counts once, under its own name there."""
    entries = [entry for entry in _hours(passage.former) if entry.module_id in passage.modules]
    resources = _resources(passage, entries)
    for entry in entries:
        kind = types.get(entry.type_id) if entry.type_id else None
        resource = resources.pop(entry.resource_id, None) if entry.resource_id else None
        imported = entry.source is Source.IMPORTED
        db.session.add(
            HoursEntry(
                enrolment_id=passage.enrolment.id,
                modality=entry.modality,
                module_id=passage.modules[entry.module_id],
                resource_id=resource.id if resource is not None else None,
                type_id=kind.id if kind is not None else None,
                done_on=entry.done_on,
                minutes=entry.minutes,
                words=entry.words,
                source=entry.source,
                source_key=entry.source_key if imported else None,
                taken_over=entry.taken_over,
                carried=True,
                status=entry.status,
                declared_at=entry.declared_at,
                declared_by=entry.declared_by,
                settled_at=entry.settled_at,
                settled_by=entry.settled_by,
            )
        )
    db.session.flush()


def _resources(passage: Passage, entries: Iterable[HoursEntry]) -> dict[uuid.UUID, Resource]:
    """Return, for each resource followed, the same one of the new course: itself, or of the same link or title."""
    offered = db.session.scalars(select(Resource).where(Resource.module_id.in_(set(passage.modules.values())))).all()
    by_id = {resource.id: resource for resource in offered}
    by_name = {(resource.module_id, name): resource for resource in offered for name in _names(resource)}
    found: dict[uuid.UUID, Resource] = {}
    taken: set[uuid.UUID] = set()
    for entry in entries:
        if entry.resource is None:
            continue
        module_id = passage.modules[entry.module_id]
        same = (by_name[module_id, name] for name in _names(entry.resource) if (module_id, name) in by_name)
        resource = by_id.get(entry.resource.id) or next(same, None)
        if resource is not None and resource.id not in taken:
            taken.add(resource.id)
            found[entry.resource.id] = resource
    return found


def _names(resource: Resource) -> list[str]:
    return [*([resource.url] if resource.url else []), sort_key(resource.title)]


def _carry_tracer(passage: Passage, former: Tracer, kind: TracerType) -> None:
    """Stand for a document of the cohort left by a version that points to its latest one, in the same state."""
    known = db.session.scalar(
        select(Tracer.id).where(Tracer.enrolment_id == passage.enrolment.id, Tracer.type_id == kind.id)
    )
    source = next((version for version in former.versions if version.deposited_at is not None), None)
    if known is not None or source is None or source.is_hidden:
        return
    tracer = Tracer(enrolment=passage.enrolment, type=kind, versions=[])
    db.session.add(tracer)
    db.session.flush()
    version = TracerVersion(
        tracer=tracer,
        number=1,
        files=[],
        reviews=[],
        quarantines=[],
        deposited_by=source.deposited_by,
        no_patient_data=source.no_patient_data,
        elsewhere=source.elsewhere,
        taken_over=source.taken_over,
        object_kind=source.object_kind,
        object_id=source.object_id,
        carried_id=source.carried_id or source.id,
    )
    with db.session.no_autoflush:  # CHECKs tie a state to its facts
        db.session.add(version)
        version.deposited_at = tracer.deposited_at = source.deposited_at
        version.digest = rules.digest_of(())
        version.accepted_at = source.accepted_at
        CARRYING.advance(tracer, ACTS[former.status], by=WORKER, codes={"version": 1, "from": str(source.id)})
    db.session.expire(tracer, ["versions"])


SHARE: Final = Share("portfolio", 20, bars, tell, carry)
