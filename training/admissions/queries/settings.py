"""A call with everything its settings say, and what its settings are chosen among."""

import uuid
from collections.abc import Sequence
from typing import Final

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from training.accounts.models import Organisation, Region
from training.admissions.enums import CallStatus
from training.admissions.models import Call, CallPart, CallVersion, FunderValidation
from training.admissions.queries.scope import rights_of, visible_call
from training.catalogue.models import Edition
from training.cohorts import services as cohorts
from training.cohorts.models import Cohort
from training.common.errors import NotFound
from training.common.loading import load_list
from training.common.policy import Principal
from training.database import db

_WITH: Final = (
    joinedload(Call.edition).options(joinedload(Edition.programme), joinedload(Edition.variants)),
    joinedload(Call.cohort).joinedload(Cohort.quotas),
)
_BODY: Final = joinedload(CallPart.organisation)
_LISTS: Final = (Call.pieces, Call.declarations, Call.questions, Call.dates, Call.costs)


def call_settings(principal: Principal, code: str, *, lock: bool = False) -> Call:
    """Return a call in which one of the person's bodies plays a part, with all it says, or raise ``NotFound``.

    Seven SELECTs. ``lock`` takes its cohort, then itself, FOR UPDATE.
    """
    seen = select(Call).where(Call.code == code, visible_call(rights_of(principal)))
    if lock:
        cohort_id = db.session.scalar(seen.with_only_columns(Call.cohort_id))
        if cohort_id is None:
            raise NotFound
        cohorts.lock_cohort(cohort_id)
        db.session.execute(seen.with_only_columns(Call.id).with_for_update(of=Call)).all()
    found = db.session.scalars(seen.options(*_WITH).execution_options(populate_existing=lock)).unique().one_or_none()
    if found is None:
        raise NotFound
    load_list(found, Call.parts, _BODY, refresh=lock)
    for attribute in _LISTS:
        load_list(found, attribute, refresh=lock)
    return found


def readable_call(principal: Principal, call_id: uuid.UUID) -> Call:
    """Return a published call, or one in preparation to the bodies that play a part in it; else ``NotFound``."""
    query = select(Call).where(
        Call.id == call_id, or_(Call.status != CallStatus.DRAFT, visible_call(rights_of(principal)))
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def every_region() -> Sequence[Region]:
    """Return the regions, by name. One SELECT."""
    return db.session.scalars(select(Region).order_by(Region.name)).all()


def every_body() -> Sequence[Organisation]:
    """Return the bodies that may play a part, by name. One SELECT."""
    return db.session.scalars(select(Organisation).order_by(Organisation.name, Organisation.id)).all()


def versions(call: Call) -> Sequence[CallVersion]:
    """Return the versions of a published call, the last first. One SELECT."""
    return db.session.scalars(
        select(CallVersion)
        .where(CallVersion.call_id == call.id)
        .options(joinedload(CallVersion.by))
        .order_by(CallVersion.number.desc())
    ).all()


def validation(call_id: uuid.UUID) -> FunderValidation | None:
    """Return the funder's validation that stands, the last recorded, or null (R112). One SELECT."""
    return db.session.scalars(
        select(FunderValidation)
        .where(FunderValidation.call_id == call_id)
        .options(
            joinedload(FunderValidation.organisation),
            joinedload(FunderValidation.recorder),
            joinedload(FunderValidation.evidence),
        )
        .order_by(FunderValidation.recorded_at.desc(), FunderValidation.id)
        .limit(1)
    ).first()
