"""What a new cohort may be opened on, and by which bodies."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import joinedload, selectinload

from training.accounts.enums import CARRYING, OrganisationKind, Part
from training.accounts.models import Organisation
from training.catalogue.enums import EditionStatus
from training.catalogue.models import Edition, EditionPart
from training.cohorts import rules
from training.common.policy import Principal
from training.database import db


def _carried_by(principal: Principal) -> ColumnElement[bool]:
    carries = exists().where(
        EditionPart.edition_id == Edition.id,
        EditionPart.part.in_(CARRYING),
        EditionPart.organisation_id.in_(rules.bodies_acted_for(principal)),
    )
    return carries.correlate(Edition) & (Edition.status == EditionStatus.PUBLISHED)


def may_open(principal: Principal) -> bool:
    """Return whether this person acts for a body that carries a published edition. At most one SELECT."""
    if not rules.bodies_acted_for(principal):
        return False
    return bool(db.session.scalar(select(exists(select(Edition.id).where(_carried_by(principal))))))


def editions_to_open(principal: Principal) -> Sequence[Edition]:
    """Return the published editions carried by a body this person acts for, last published first (R1, R95).

    With their programmes and parts: two SELECTs.
    """
    query = (
        select(Edition)
        .where(_carried_by(principal))
        .options(joinedload(Edition.programme, innerjoin=True), selectinload(Edition.parts))
        .order_by(Edition.published_at.desc(), Edition.code)
    )
    return db.session.scalars(query).all()


@dataclass(frozen=True, slots=True)
class Body:
    """A body and the part it would play in a new cohort; ``outside_tool`` as in the edition (R96)."""

    organisation: Organisation
    part: Part
    outside_tool: bool = False
    in_edition: bool = True

    @property
    def key(self) -> str:
        """What a form calls it; one body may play several parts."""
        return f"{self.part.value}:{self.organisation.id}"

    @property
    def label(self) -> str:
        """Its name and its part."""
        return f"{self.organisation.name} ({self.part.label})"


@dataclass(frozen=True, slots=True)
class Bodies:
    """The bodies of a new cohort: carriers and others as in the edition, and the funders to choose from."""

    carriers: Sequence[Body]
    others: Sequence[Body]
    funders: Sequence[Body]

    @property
    def transcribable(self) -> Sequence[Body]:
        """Those that may be outside the tool: all but the bodies that carry, which transcribe (R96)."""
        own = {body.organisation.id for body in self.carriers}
        return [body for body in (*self.others, *self.funders) if body.organisation.id not in own]

    @property
    def usual_funders(self) -> Sequence[Body]:
        """The funders to propose first: those of the edition, or else the lone ARS of the region."""
        known = [body for body in self.funders if body.in_edition]
        return known or (self.funders if len(self.funders) == 1 else [])


def bodies_for(edition: Edition) -> Bodies:
    """Return the bodies a cohort of this edition starts with, and the ARS of its carriers’ regions. One SELECT."""
    played = sorted(
        (Body(p.organisation, p.part, p.outside_tool) for p in edition.parts),
        key=lambda body: (body.part.label, body.organisation.name),
    )
    carriers = [body for body in played if body.part in CARRYING]
    funders = [body for body in played if body.part is Part.FUNDER]
    near = db.session.scalars(
        select(Organisation)
        .where(
            Organisation.kind == OrganisationKind.ARS,
            Organisation.region_code.in_({body.organisation.region_code for body in carriers}),
            Organisation.id.not_in({body.organisation.id for body in funders}),
        )
        .order_by(Organisation.name, Organisation.id)
    )
    return Bodies(
        carriers=carriers,
        others=[body for body in played if body.part not in (*CARRYING, Part.FUNDER)],
        funders=[*funders, *(Body(ars, Part.FUNDER, in_edition=False) for ars in near)],
    )
