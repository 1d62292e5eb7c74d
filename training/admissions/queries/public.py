"""A call as anyone reads it: plain rows, since this page is the one that crowds open."""

import functools
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Date, String, bindparam, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased

from training.accounts.enums import Part
from training.accounts.models import Organisation, Region
from training.admissions.enums import CallStatus
from training.admissions.models import (
    Call,
    CallDate,
    CallPart,
    CostLine,
    DeclarationRequirement,
    FunderValidation,
    PieceRequirement,
)
from training.admissions.queries.scope import rights_of, visible_call
from training.catalogue.models import Edition, Programme
from training.cohorts.models import Cohort
from training.common.errors import NotFound
from training.common.policy import Principal
from training.database import db


@dataclass(frozen=True, slots=True)
class CallSheet:
    """What the public page of a call shows.

    ``call`` holds the call's own columns and, under ``programme``, ``edition_code``, ``edition_label``, ``places``,
    ``launch_on`` and ``first_seminar_on``, those of what it leads to; under ``funder``, ``funded_on``, ``funded_places`` and
    ``funding_proof``, the last validation of its funder, null without one (R112). ``bodies`` are (part, name, short name);
    ``lines`` are the declarations, the dates and the costs, in order.
    """

    call: Any
    bodies: Sequence[Any]
    pieces: Sequence[Any]
    lines: Mapping[str, Sequence[Any]]
    regions: Sequence[str]

    @property
    def id(self) -> uuid.UUID:
        """The call's uuid."""
        found: uuid.UUID = self.call.id
        return found

    @property
    def carrier(self) -> Any:
        """The body that carries the call."""
        return next(body for body in self.bodies if body.part is Part.CARRIER)


def call_sheet(principal: Principal, code: str) -> CallSheet:
    """Return a published call, or one in preparation to the bodies that play a part in it; else ``NotFound``.

    Five SELECTs.
    """
    call = db.session.execute(_call_seen_by(rights_of(principal)), {"code": code}).one_or_none()
    if call is None:
        raise NotFound
    asked = {"call_id": call.id}
    lines: dict[str, list[Any]] = {"declaration": [], "date": [], "cost": []}
    for line in db.session.execute(_LINES, asked):
        lines[line.kind].append(line)
    return CallSheet(
        call=call,
        bodies=db.session.execute(_BODIES, asked).all(),
        pieces=db.session.execute(_PIECES, asked).all(),
        lines=lines,
        regions=[name for code, name in db.session.execute(_REGIONS) if code in call.regions] if call.regions else [],
    )


_ANY_VALIDATION: Final = aliased(FunderValidation)
_LAST_VALIDATION: Final = (
    select(_ANY_VALIDATION.id)
    .where(_ANY_VALIDATION.call_id == Call.id)
    .order_by(_ANY_VALIDATION.recorded_at.desc(), _ANY_VALIDATION.id)
    .limit(1)
    .scalar_subquery()
    .correlate(Call)
)


@functools.lru_cache(maxsize=256)
def _call_seen_by(rights: Principal) -> Any:
    """Return the query of a call's own facts, built once for those who see the same."""
    return (
        select(
            *Call.__table__.columns,
            Programme.code.label("programme"),
            Edition.code.label("edition_code"),
            Edition.label.label("edition_label"),
            Cohort.places,
            Cohort.launch_on,
            Cohort.first_seminar_on,
            Organisation.short_name.label("funder"),
            FunderValidation.decided_on.label("funded_on"),
            FunderValidation.places.label("funded_places"),
            FunderValidation.evidence_id.label("funding_proof"),
        )
        .join(Edition, Edition.id == Call.edition_id)
        .join(Programme, Programme.id == Edition.programme_id)
        .join(Cohort, Cohort.id == Call.cohort_id)
        .outerjoin(FunderValidation, FunderValidation.id == _LAST_VALIDATION)
        .outerjoin(Organisation, Organisation.id == FunderValidation.organisation_id)
        .where(Call.code == bindparam("code"), or_(Call.status != CallStatus.DRAFT, visible_call(rights)))
    )


_BODIES: Final = (
    select(CallPart.part, Organisation.name, Organisation.short_name)
    .join(Organisation, Organisation.id == CallPart.organisation_id)
    .where(CallPart.call_id == bindparam("call_id"))
    .order_by(CallPart.part, CallPart.id)
)
_PIECES: Final = (
    select(
        PieceRequirement.label,
        PieceRequirement.hint,
        PieceRequirement.media_types,
        PieceRequirement.max_bytes,
        PieceRequirement.mandatory,
        PieceRequirement.only_derogation,
        PieceRequirement.due_on,
        PieceRequirement.template_id,
    )
    .where(PieceRequirement.call_id == bindparam("call_id"))
    .order_by(PieceRequirement.position)
)
_NO_DAY: Final = null().cast(Date)
_NO_WORDS: Final = null().cast(String)
_LINES: Final[Any] = union_all(
    select(
        literal("declaration").label("kind"),
        DeclarationRequirement.position.label("position"),
        DeclarationRequirement.text.label("label"),
        _NO_DAY.label("starts_on"),
        _NO_DAY.label("ends_on"),
        _NO_WORDS.label("payer"),
        _NO_WORDS.label("note"),
    ).where(DeclarationRequirement.call_id == bindparam("call_id")),
    select(
        literal("date"), CallDate.position, CallDate.label, CallDate.starts_on, CallDate.ends_on, _NO_WORDS, _NO_WORDS
    ).where(CallDate.call_id == bindparam("call_id")),
    select(literal("cost"), CostLine.position, CostLine.label, _NO_DAY, _NO_DAY, CostLine.payer, CostLine.note).where(
        CostLine.call_id == bindparam("call_id")
    ),
).order_by("kind", "position")
_REGIONS: Final = select(Region.code, Region.name).order_by(Region.name)
