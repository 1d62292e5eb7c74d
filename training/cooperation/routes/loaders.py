"""What the guard loads before a page of cooperation, already within one’s scope."""

import uuid
from collections.abc import Iterable
from typing import Protocol, TypeVar

from flask import request

from training.common.errors import NotFound
from training.common.policy import Principal
from training.cooperation.models import PartnerBody, PartnerMember, Partnership, PartnershipShare
from training.cooperation.queries import partnerships


class _Known(Protocol):
    @property
    def id(self) -> uuid.UUID:
        """Its uuid."""


T = TypeVar("T", bound=_Known)


def to_change() -> bool:
    """Whether the request acts: its subject is then held for the transaction."""
    return request.method == "POST"


def among(rows: Iterable[T], wanted: uuid.UUID) -> T:
    """Return the row of this uuid, or raise ``NotFound``."""
    found = next((row for row in rows if row.id == wanted), None)
    if found is None:
        raise NotFound
    return found


def partnership_of(principal: Principal, partnership_id: uuid.UUID) -> Partnership:
    """Return a partnership this person sees."""
    return partnerships.find_partnership(principal, partnership_id, to_change=to_change())


def body_of(principal: Principal, partnership_id: uuid.UUID, body_id: uuid.UUID) -> PartnerBody:
    """Return a body of a partnership this person sees."""
    return among(partnership_of(principal, partnership_id).present_bodies, body_id)


def member_of(principal: Principal, partnership_id: uuid.UUID, member_id: uuid.UUID) -> PartnerMember:
    """Return a person’s part in a partnership this person sees."""
    return among(partnership_of(principal, partnership_id).present_members, member_id)


def share_of(principal: Principal, partnership_id: uuid.UUID, share_id: uuid.UUID) -> PartnershipShare:
    """Return a sharing of a partnership this person sees."""
    return among(partnership_of(principal, partnership_id).present_shares, share_id)
