"""What the catalogue's pages read, each in a fixed number of SELECTs."""

from collections.abc import Sequence

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.attributes import set_committed_value

from training.accounts.models import Organisation
from training.catalogue.enums import EditionStatus
from training.catalogue.models import (
    Edition,
    Module,
    ModuleVariant,
    Programme,
    Source,
    TracerType,
    TracerVariant,
    Variant,
)
from training.catalogue.rules import carriers_for_copy
from training.common.policy import Permission, Principal, policy
from training.database import db


def _whole() -> Select[Edition]:
    """Return the query of editions with all they hold: six SELECTs, however many editions and rows."""
    return select(Edition).options(
        joinedload(Edition.programme),
        joinedload(Edition.rules),
        joinedload(Edition.parts),
        joinedload(Edition.choice_groups),
        selectinload(Edition.variants).joinedload(Variant.hours),
        selectinload(Edition.modules).options(
            joinedload(Module.module_variants).joinedload(ModuleVariant.variant),
            selectinload(Module.objectives),
            selectinload(Module.tracers).joinedload(TracerType.tracer_variants).joinedload(TracerVariant.variant),
            selectinload(Module.resources),
        ),
    )


def whole_edition(programme_code: str, code: str) -> Edition | None:
    """Return an edition with all it holds, its parent as whole; null if there is none. Six SELECTs."""
    parent_id = select(Edition.parent_id).where(Edition.code == code).scalar_subquery()
    found = db.session.scalars(_whole().where(or_(Edition.code == code, Edition.id == parent_id))).unique().all()
    edition = next((e for e in found if e.code == code and e.programme.code == programme_code), None)
    if edition is not None:
        parent = next((other for other in found if other.id == edition.parent_id), None)
        set_committed_value(edition, "parent", parent)  # a strong reference: the session’s own is weak
    return edition


def whole_editions(codes: Sequence[str]) -> dict[str, Edition]:
    """Return editions by code, each with all it holds. Six SELECTs."""
    found = db.session.scalars(_whole().where(Edition.code.in_(codes)).order_by(Edition.code)).unique()
    return {edition.code: edition for edition in found}


def lock_edition(code: str) -> None:
    """Hold an edition until the transaction ends, so that two people do not write it at once. One SELECT."""
    db.session.execute(select(Edition.id).where(Edition.code == code).with_for_update())


def all_editions() -> list[Edition]:
    """Return every edition with its programme, variants and bodies, to be chosen from. Two SELECTs."""
    query = select(Edition).options(
        joinedload(Edition.programme), joinedload(Edition.parts), selectinload(Edition.variants)
    )
    return list(db.session.scalars(query.order_by(Edition.code)).unique())


def sources_named(names: set[str]) -> list[Source]:
    """Return the documents whose codes stand in these references (“S2, S4” names two), by code. One SELECT."""
    codes = {word.strip() for name in names for word in name.split(",")}
    return list(db.session.scalars(select(Source).where(Source.code.in_(codes)).order_by(Source.code)))


def programmes() -> list[Programme]:
    """Return all programmes with their editions, variants and bodies, in the catalogue's order. Three SELECTs."""
    return list(db.session.scalars(_programmes().order_by(Programme.position, Programme.code)).unique())


def programme(code: str) -> Programme | None:
    """Return a programme with its editions, variants and bodies, or null. Three SELECTs."""
    return db.session.scalars(_programmes().where(Programme.code == code)).unique().one_or_none()


def _programmes() -> Select[Programme]:
    return select(Programme).options(
        selectinload(Programme.editions).options(
            joinedload(Edition.parts), selectinload(Edition.variants).joinedload(Variant.hours)
        )
    )


def readable(editions: Sequence[Edition], principal: Principal) -> list[Edition]:
    """Return the editions this principal may read: the public ones, and the drafts of her bodies, published first."""
    order = [EditionStatus.PUBLISHED, EditionStatus.DRAFT, EditionStatus.HISTORICAL]
    seen = [edition for edition in editions if policy.allows(principal, Permission.CATALOGUE_EDITION_READ, edition)]
    return sorted(seen, key=lambda edition: (order.index(edition.status), edition.parent_id is not None, edition.code))


def possible_carriers(source: Edition, principal: Principal) -> list[Organisation]:
    """Return the bodies that may carry a copy of ``source`` made by this principal, by name. One SELECT."""
    ids = carriers_for_copy(source, principal)
    return list(db.session.scalars(select(Organisation).where(Organisation.id.in_(ids)).order_by(Organisation.name)))
