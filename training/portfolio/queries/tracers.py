"""What the page of a tracer document shows: its versions, what was said of them, what changed, what may be done."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from training.catalogue.models import TracerType, TracerVariant
from training.cohorts.models import Enrolment
from training.common import clock
from training.common.errors import NotFound
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.portfolio import calendar, objects, rules
from training.portfolio.enums import Audience, Concern, TracerAct
from training.portfolio.models import Review, Tracer, TracerFile, TracerVersion
from training.portfolio.procedure import TRACER
from training.portfolio.rules.tracers import Change


def find_type(enrolment: Enrolment, type_id: uuid.UUID) -> TracerType:
    """Return a type of tracer that this learner’s variant owes; ``NotFound`` for any other. One SELECT."""
    found = db.session.scalar(
        select(TracerType)
        .join(TracerVariant, TracerVariant.tracer_id == TracerType.id)
        .where(TracerType.id == type_id, TracerVariant.variant_id == enrolment.variant_id)
        .options(joinedload(TracerType.module, innerjoin=True))
    )
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A file as it is read on a page: where it is shown, the text read in it, what its text seems to hold."""

    id: uuid.UUID
    row_id: uuid.UUID
    name: str
    size: int
    media_type: str
    is_shown: bool
    is_image: bool
    is_erased: bool
    text: str
    concerns: Sequence[Concern]


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version as this person reads it; ``files`` are empty when it is set aside."""

    version: TracerVersion
    files: Sequence[ShownFile]
    reviews: Sequence[Review]
    object_label: str | None
    object_url: str | None
    changes: Sequence[Change]
    reason_aside: str | None
    may_lift: bool

    @property
    def number(self) -> int:
        """Its number."""
        return self.version.number

    @property
    def concerns(self) -> list[Concern]:
        """What its files seem to hold of patients, each kind once."""
        return list(dict.fromkeys(concern for file in self.files for concern in file.concerns))


@dataclass(frozen=True, slots=True)
class TracerPage:
    """What the page of a tracer document shows this person."""

    tracer: Tracer
    audience: Audience
    due_on: date | None
    is_late: bool
    is_past_advice: bool
    versions: Sequence[ShownVersion]
    draft: ShownVersion | None
    own_review: Review | None
    acts: Sequence[TracerAct]

    @property
    def latest(self) -> ShownVersion | None:
        """The latest version handed in."""
        return self.versions[0] if self.versions else None


def tracer_page(tracer: Tracer, principal: Principal) -> TracerPage:
    """Return what the page shows of a tracer already loaded with its versions. Two SELECTs more, for its due date."""
    enrolment = tracer.enrolment
    audience = rules.audience_of(principal, enrolment)
    taught = calendar.taught_in({enrolment.cohort_id}).get(enrolment.cohort_id, ())
    dates = calendar.dates_of(taught, enrolment.variant_id)
    due = rules.due_on(tracer.type.due_days, dates.get(tracer.type.module_id))
    is_past = rules.is_late(tracer.status, due, clock.today())
    mandatory = is_past and _is_mandatory(tracer)
    handed_in = tracer.deposited
    before = [*handed_in[1:], None]
    shown = [_shown(version, earlier, principal) for version, earlier in zip(handed_in, before, strict=False)]
    draft = tracer.draft if audience is Audience.LEARNER else None
    own = (
        next((each for each in handed_in[0].reviews if each.reviewer_id == principal.person_id), None)
        if handed_in
        else None
    )
    return TracerPage(
        tracer=tracer,
        audience=audience,
        due_on=due,
        is_late=is_past and mandatory,
        is_past_advice=is_past and not mandatory,
        versions=shown,
        draft=_shown(draft, handed_in[0] if handed_in else None, principal) if draft else None,
        own_review=own,
        acts=TRACER.available(tracer, principal),
    )


def _is_mandatory(tracer: Tracer) -> bool:
    """Whether this learner’s variant must hand it in. One SELECT."""
    asked = select(TracerVariant.mandatory).where(
        TracerVariant.tracer_id == tracer.type_id, TracerVariant.variant_id == tracer.enrolment.variant_id
    )
    return db.session.scalar(asked) is not False


def _shown(version: TracerVersion, earlier: TracerVersion | None, principal: Principal) -> ShownVersion:
    content = version.carried or version
    hidden = version.is_hidden or content.is_hidden
    aside = next((each for each in version.quarantines if each.lifted_at is None), None)
    kind = objects.kind_of(version.object_kind) if version.object_kind else None
    may_set_aside = policy.allows(principal, Permission.PORTFOLIO_TRACER_SET_ASIDE, version)
    return ShownVersion(
        version=version,
        files=[] if hidden else [_file(each) for each in content.files],
        reviews=[
            each for each in {each.id: each for each in (*content.reviews, *version.reviews)}.values() if each.decision
        ],
        object_label=kind.label if kind else None,
        object_url=kind.url_of(version.object_id) if kind and version.object_id else None,
        changes=[] if hidden or earlier is None or earlier.is_hidden else _changes(earlier, version),
        reason_aside=aside.reason if aside else None,
        may_lift=may_set_aside and aside is not None and aside.erased_at is None,
    )


def _file(row: TracerFile) -> ShownFile:
    stored = row.file
    return ShownFile(
        id=stored.id,
        row_id=row.id,
        name=stored.original_name,
        size=stored.size,
        media_type=stored.media_type,
        is_shown=stored.can_be_shown_in_place,
        is_image=stored.media_type.startswith("image/"),
        is_erased=stored.erased_at is not None,
        text=row.text,
        concerns=[Concern(slug) for slug in row.concerns],
    )


def _changes(earlier: TracerVersion, later: TracerVersion) -> Sequence[Change]:
    """Return what differs between two versions’ texts, all their files together."""
    return rules.differences(_text(earlier), _text(later))


def _text(version: TracerVersion) -> str:
    return "\n".join(each.text for each in (version.carried or version).files)
