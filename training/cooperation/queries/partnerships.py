"""Partnerships as one sees them: a list, one with its people, those it may share with."""

import functools
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, exists, false, func, or_, select
from sqlalchemy.orm import joinedload

from training.accounts.models import Organisation, Region
from training.common.errors import NotFound
from training.common.listing import PER_PAGE, Page, offset
from training.common.loading import load_list
from training.common.policy import Principal
from training.cooperation.enums import LIVE_ACTIONS, SHARED_WITH, AssessmentStatus, Role
from training.cooperation.models import (
    Action,
    Assessment,
    PartnerBody,
    PartnerInvitation,
    PartnerMember,
    Partnership,
    PartnershipShare,
)
from training.cooperation.rules.access import reading_bodies
from training.database import db


def takes_part(principal: Principal) -> ColumnElement[bool]:
    """Return the condition: this person is in the partnership."""
    return exists().where(
        PartnerMember.partnership_id == Partnership.id,
        PartnerMember.person_id == principal.person_id,
        PartnerMember.until.is_(None),
    )


def shared_with(principal: Principal) -> ColumnElement[bool]:
    """Return the condition: the partnership shares with a body this person reads for (R84)."""
    bodies = reading_bodies(principal)
    if not bodies:
        return false()
    return exists().where(
        PartnershipShare.partnership_id == Partnership.id,
        PartnershipShare.organisation_id.in_(bodies),
        PartnershipShare.revoked_at.is_(None),
    )


def visible_to(principal: Principal) -> ColumnElement[bool]:
    """Return the condition: a partnership this person takes part in, or that shares with a body she reads for (R84)."""
    return or_(takes_part(principal), shared_with(principal))


def find_partnership(principal: Principal, partnership_id: uuid.UUID, *, to_change: bool = False) -> Partnership:
    """Return a partnership this person sees, with its bodies, people and shares. Four SELECTs.

    ``NotFound`` for any other. ``to_change`` holds its row for the transaction.
    """
    query = _one().where(Partnership.id == partnership_id, visible_to(principal))
    if to_change:
        query = query.with_for_update(of=Partnership)
    partnership = db.session.scalar(query)
    if partnership is None:
        raise NotFound
    load_people(partnership)
    return partnership


@functools.cache
def _one() -> Select[Partnership]:
    return select(Partnership).options(joinedload(Partnership.region, innerjoin=True))


def load_people(partnership: Partnership) -> None:
    """Read the bodies, the people and the shares of a partnership. Three SELECTs."""
    load_list(partnership, Partnership.bodies, _KIND)
    load_list(partnership, Partnership.members, _PERSON)
    load_list(partnership, Partnership.shares, _ORGANISATION)


_KIND: Final = joinedload(PartnerBody.kind, innerjoin=True)
_PERSON: Final = joinedload(PartnerMember.person, innerjoin=True)
_ORGANISATION: Final = joinedload(PartnershipShare.organisation, innerjoin=True)


@dataclass(frozen=True, slots=True)
class PartnershipRow:
    """A line of the list."""

    id: uuid.UUID
    name: str
    role: Role | None
    bodies: int
    assessed_on: date | None
    actions: int


def partnerships_of(principal: Principal, number: int, url: Callable[[int], str]) -> Page[PartnershipRow]:
    """Return a page of the partnerships this person sees, hers first. Two SELECTs."""
    member: Any = (
        select(PartnerMember.role)
        .where(
            PartnerMember.partnership_id == Partnership.id,
            PartnerMember.person_id == principal.person_id,
            PartnerMember.until.is_(None),
        )
        .correlate(Partnership)
        .scalar_subquery()
    )
    bodies = _counted(PartnerBody, PartnerBody.left_at.is_(None))
    actions = _counted(Action, Action.status.in_(LIVE_ACTIONS))
    last = (
        select(func.max(Assessment.held_on))
        .where(Assessment.partnership_id == Partnership.id, Assessment.status == AssessmentStatus.FINALISED)
        .correlate(Partnership)
        .scalar_subquery()
    )
    seen = visible_to(principal)
    total = db.session.scalar(select(func.count()).select_from(Partnership).where(seen)) or 0
    rows = db.session.execute(
        select(Partnership.id, Partnership.name, member, bodies, last, actions)
        .where(seen)
        .order_by(member.is_(None), func.lower(Partnership.name), Partnership.id)
        .limit(PER_PAGE)
        .offset(offset(number))
    )
    return Page([PartnershipRow(*row) for row in rows], number, total, PER_PAGE, url)


def _counted(model: Any, condition: ColumnElement[bool]) -> Any:
    return (
        select(func.count())
        .select_from(model)
        .where(model.partnership_id == Partnership.id, condition)
        .correlate(Partnership)
        .scalar_subquery()
    )


def waiting_invitations(partnership: Partnership) -> Sequence[PartnerInvitation]:
    """Return the invitations nobody has taken up yet. One SELECT."""
    return db.session.scalars(
        select(PartnerInvitation)
        .where(
            PartnerInvitation.partnership_id == partnership.id,
            PartnerInvitation.accepted_at.is_(None),
            PartnerInvitation.withdrawn_at.is_(None),
        )
        .order_by(PartnerInvitation.invited_at, PartnerInvitation.id)
    ).all()


def regions() -> list[tuple[str, str]]:
    """Return the regions as choices. One SELECT."""
    return [(code, name) for code, name in db.session.execute(select(Region.code, Region.name).order_by(Region.name))]


def bodies_to_share_with(partnership: Partnership) -> list[Organisation]:
    """Return the bodies of the region with which nothing is shared yet (R84). One SELECT."""
    taken = [share.organisation_id for share in partnership.present_shares]
    return list(
        db.session.scalars(
            select(Organisation)
            .where(
                Organisation.kind.in_(SHARED_WITH),
                Organisation.region_code == partnership.region_code,
                Organisation.id.not_in(taken),
            )
            .order_by(Organisation.short_name, Organisation.id)
        )
    )


def of_member(principal: Principal) -> list[tuple[uuid.UUID, str]]:
    """Return the partnerships this person is in: key and name. One SELECT."""
    query = select(Partnership.id, Partnership.name).where(takes_part(principal))
    rows = db.session.execute(query.order_by(Partnership.name, Partnership.id))
    return [(key, name) for key, name in rows]
