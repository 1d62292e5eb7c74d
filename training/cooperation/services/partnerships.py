"""Partnerships: made, described, joined, left, shared (R128, R84)."""

import uuid
from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from training.accounts.models import Organisation, Person, Territory
from training.accounts.rules import email_key
from training.accounts.services import people
from training.common import clock, journal, links
from training.common.errors import NotFound, Refused
from training.common.policy import Principal
from training.cooperation import mails
from training.cooperation.commands import BodyWords, PartnerInvite, PartnershipWords
from training.cooperation.enums import SHARED_WITH, Role
from training.cooperation.models import (
    PartnerBody,
    PartnerInvitation,
    PartnerMember,
    Partnership,
    PartnershipShare,
)
from training.database import db

INVITATION: Final = "partner_invitation"
INVITATION_LIFETIME: Final = timedelta(days=14)


def open_partnership(command: PartnershipWords, *, by: Principal) -> Partnership:
    """Make a partnership that ``by`` facilitates."""
    if by.person_id is None:
        raise NotFound
    partnership = Partnership(
        id=uuid.uuid4(), name=command.name, aim=command.aim, region_code=command.region_code, cadence=command.cadence
    )
    db.session.add(partnership)
    partnership.territories = _territories(command.territories, command.region_code)
    db.session.flush()
    db.session.add(PartnerMember(partnership_id=partnership.id, person_id=by.person_id, role=Role.FACILITATOR))
    db.session.flush()
    db.session.expire(partnership, ["members"])
    journal.record(partnership, "partnership.opened", by=by)
    return partnership


def describe(partnership: Partnership, command: PartnershipWords, *, by: Principal) -> None:
    """Change what a partnership is called, where it works, its rhythm."""
    journal.record(partnership, "partnership.described", by=by, text={"before": partnership.name})
    partnership.name, partnership.aim, partnership.cadence = command.name, command.aim, command.cadence
    partnership.region_code = command.region_code
    partnership.territories = _territories(command.territories, command.region_code)
    db.session.flush()


def _territories(names: Iterable[str], region_code: str) -> list[Territory]:
    """Return the territories of these names in the region, made when nobody has named them yet (R128)."""
    found: list[Territory] = []
    for name in names:
        same = select(Territory).where(func.lower(Territory.name) == name.lower(), Territory.region_code == region_code)
        territory = db.session.scalars(same.order_by(Territory.id)).first()
        if territory is None:
            territory = Territory(id=uuid.uuid4(), name=name, region_code=region_code)
            db.session.add(territory)
            db.session.flush()
        if territory not in found:
            found.append(territory)
    return found


def add_body(partnership: Partnership, command: BodyWords, *, by: Principal) -> PartnerBody:
    """Bring a body in; another of the same name breaks ``uq_partner_body_name``."""
    body = PartnerBody(
        id=uuid.uuid4(),
        partnership_id=partnership.id,
        kind_code=command.kind_code,
        name=command.name,
        structure_id=command.structure_id,
        position=len(partnership.bodies),
    )
    _write(body, command)
    db.session.add(body)
    db.session.flush()
    db.session.expire(partnership, ["bodies"])
    journal.record(partnership, "partnership.body_added", by=by, text={"body": body.name})
    return body


def write_body(body: PartnerBody, command: BodyWords, *, by: Principal) -> None:
    """Write a body's line of « qui fait quoi »."""
    body.kind_code, body.name = command.kind_code, command.name
    _write(body, command)
    db.session.flush()
    journal.record(body.partnership, "partnership.body_described", by=by, text={"body": body.name})


def _write(body: PartnerBody, command: BodyWords) -> None:
    body.area, body.audience = command.area, command.audience
    body.contribution, body.contact = command.contribution, command.contact
    body.pivot = {theme.value: words for theme, words in (command.pivot or {}).items() if words}


def end_body(body: PartnerBody, *, by: Principal) -> None:
    """Note that a body has left; what it answered stays, and is told as such."""
    if body.left_at is not None:
        return
    body.left_at = clock.now()
    for member in body.partnership.members:
        if member.body_id == body.id and member.role is Role.PARTNER and member.until is None:
            member.until = clock.now()
    db.session.flush()
    journal.record(body.partnership, "partnership.body_left", by=by, text={"body": body.name})


def invite(partnership: Partnership, command: PartnerInvite, *, by: Principal) -> PartnerInvitation:
    """Offer a place to an address; the mail carries a link of two weeks. ``Refused`` if she is already in."""
    key = email_key(command.email)
    if any(member.person.email_key == key for member in partnership.present_members):
        raise Refused("Cette personne fait déjà partie du partenariat.", field="email")
    links.refuse_many(INVITATION, by=by.person_id, field="email")
    for former in _waiting(partnership, key):
        withdraw_invitation(former, by=by)
    invitation = PartnerInvitation(
        id=uuid.uuid4(),
        partnership_id=partnership.id,
        email=command.email.strip(),
        email_key=key,
        role=command.role,
        body_id=command.body_id,
        invited_by=by.person_id,
    )
    db.session.add(invitation)
    db.session.flush()
    journal.record(partnership, "partnership.invited", by=by, text={"address": invitation.email})
    send_invitation(invitation, by_name=by.name)
    return invitation


def _waiting(partnership: Partnership, key: str) -> list[PartnerInvitation]:
    query = select(PartnerInvitation).where(
        PartnerInvitation.partnership_id == partnership.id,
        PartnerInvitation.email_key == key,
        PartnerInvitation.accepted_at.is_(None),
        PartnerInvitation.withdrawn_at.is_(None),
    )
    return list(db.session.scalars(query.order_by(PartnerInvitation.invited_at, PartnerInvitation.id)))


def send_invitation(invitation: PartnerInvitation, *, by_name: str) -> None:
    """Send the link of an invitation, the one before no longer working."""
    secret = links.issue(INVITATION, invitation, bearer_email=invitation.email, created_by=invitation.invited_by)
    mails.invitation(invitation, secret, by_name=by_name, expires_at=clock.now() + INVITATION_LIFETIME)


def withdraw_invitation(invitation: PartnerInvitation, *, by: Principal) -> None:
    """Take an invitation back: its link no longer works."""
    if invitation.accepted_at is not None:
        raise Refused("Cette invitation a déjà été acceptée : mettez plutôt fin à la participation.")
    invitation.withdrawn_at = clock.now()
    links.revoke(INVITATION, invitation)
    db.session.flush()
    journal.record(
        invitation.partnership, "partnership.invitation_withdrawn", by=by, text={"address": invitation.email}
    )


def accept_invitation(invitation_id: uuid.UUID) -> tuple[Person, Partnership]:
    """Take up a place, opening the account if the address has none; return the person and the partnership."""
    query = select(PartnerInvitation).where(PartnerInvitation.id == invitation_id).with_for_update()
    invitation = db.session.scalar(query)
    if invitation is None or invitation.withdrawn_at is not None:
        raise Refused("Cette invitation a été retirée. Écrivez à la personne qui vous l’avait envoyée.")
    person = people.obtain(invitation.email)
    if invitation.accepted_at is None:
        invitation.accepted_at, invitation.accepted_by = clock.now(), person.id
        if not any(member.person_id == person.id for member in invitation.partnership.present_members):
            db.session.add(
                PartnerMember(
                    partnership_id=invitation.partnership_id,
                    person_id=person.id,
                    role=invitation.role,
                    body_id=invitation.body_id,
                )
            )
        db.session.flush()
        db.session.expire(invitation.partnership, ["members"])
        journal.record(invitation.partnership, "partnership.joined", by=people.own(person))
    return person, invitation.partnership


def end_member(member: PartnerMember, *, by: Principal) -> None:
    """End a person's part; a partnership keeps one facilitator at least."""
    partnership = member.partnership
    leading = [each for each in partnership.present_members if each.role is Role.FACILITATOR]
    if leading == [member]:
        raise Refused("Un partenariat garde au moins une personne qui le facilite : invitez-en d’abord une autre.")
    member.until = clock.now()
    db.session.flush()
    journal.record(partnership, "partnership.member_left", by=by, text={"person": member.person.name})


def share(partnership: Partnership, organisation: Organisation, *, by: Principal) -> PartnershipShare:
    """Let a body read the finalised reports, from now until it is taken back (R84)."""
    if organisation.kind not in SHARED_WITH:
        raise Refused("Choisissez un Guichet, une fédération ou une ARS.", field="organisation")
    row = PartnershipShare(partnership_id=partnership.id, organisation_id=organisation.id, shared_by=by.person_id)
    db.session.add(row)
    db.session.flush()
    db.session.expire(partnership, ["shares"])
    journal.record(partnership, "partnership.shared", by=by, codes={"organisation": str(organisation.id)})
    return row


def revoke_share(row: PartnershipShare, *, by: Principal) -> None:
    """Take a sharing back: the body reads nothing any more, from this instant (R84)."""
    row.revoked_at = clock.now()
    db.session.flush()
    journal.record(
        row.partnership, "partnership.share_revoked", by=by, codes={"organisation": str(row.organisation_id)}
    )


def set_counted(partnership: Partnership, *, counted: bool, by: Principal) -> None:
    """Choose whether the results enter the anonymous figures of the region (R84)."""
    if counted == (partnership.counted_at is not None):
        return
    partnership.counted_at = clock.now() if counted else None
    db.session.flush()
    journal.record(partnership, "partnership.counted" if counted else "partnership.not_counted", by=by)
