"""Functions people hold in bodies: offered, taken up, given, ended (R95, R97)."""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from training.accounts import mails, queries, rules
from training.accounts.commands import GrantCommand, InvitationCommand
from training.accounts.enums import Function
from training.accounts.models import Invitation, Membership, Organisation, Person, Structure
from training.accounts.services import people
from training.common import clock, journal, links
from training.common.errors import NotFound, Refused
from training.common.policy import Principal
from training.database import db

INVITATION_LIFETIME: Final = timedelta(days=14)
INVITED_FUNCTIONS: Final = (Function.MANAGER, Function.READER, Function.COMMITTEE_MEMBER, Function.FACILITATOR)
"""Functions that a body's managers offer in it."""


def invite(body: Organisation | Structure, command: InvitationCommand, *, by: Principal) -> Invitation:
    """Offer a function in a body to an address; the mail carries the link. ``Refused`` if she already has it."""
    known = queries.person_by_email(command.email)
    if known is not None and _current(known.id, command.function, body.id) is not None:
        raise Refused("Cette personne a déjà cette fonction ici.", field="email")
    is_organisation = isinstance(body, Organisation)
    invitation = Invitation(
        id=uuid.uuid4(),
        email=command.email.strip(),
        email_key=rules.email_key(command.email),
        organisation_id=body.id if is_organisation else None,
        structure_id=None if is_organisation else body.id,
        function=command.function,
        region_code=command.region_code,
        departements=list(command.departements),
        invited_by=by.person_id,
        invited_at=clock.now(),
        expires_at=clock.now() + INVITATION_LIFETIME,
    )
    db.session.add(invitation)
    db.session.flush()
    journal.record(
        body,
        "accounts.invitation_sent",
        by=by,
        codes={"function": command.function.value},
        text={"address": invitation.email},
    )
    send(invitation, body_name=body.name, by_name=by.name)
    return invitation


def send(invitation: Invitation, *, body_name: str, by_name: str) -> None:
    """Send the invitation's link, the one before no longer working; it lives as long as the invitation from now."""
    invitation.expires_at = clock.now() + INVITATION_LIFETIME
    secret = links.issue("invitation", invitation, bearer_email=invitation.email, created_by=invitation.invited_by)
    mails.invitation(invitation, secret, body_name=body_name, by_name=by_name)


def resend(invitation: Invitation, *, by: Principal) -> None:
    """Send an invitation again; ``Refused`` once it was accepted or withdrawn."""
    if invitation.accepted_at is not None or invitation.withdrawn_at is not None:
        raise Refused("Cette invitation n’est plus en cours.")
    send(invitation, body_name=invitation.body_name, by_name=by.name)


def withdraw_invitation(invitation: Invitation, body: Organisation | Structure, *, by: Principal) -> None:
    """Take an invitation back: its link no longer works."""
    if invitation.accepted_at is not None:
        raise Refused("Cette invitation a déjà été acceptée : mettez plutôt fin à la fonction.")
    invitation.withdrawn_at = clock.now()
    links.revoke("invitation", invitation)
    db.session.flush()
    journal.record(
        body,
        "accounts.invitation_withdrawn",
        by=by,
        codes={"function": invitation.function.value},
        text={"address": invitation.email},
    )


def accept(invitation_id: uuid.UUID) -> Person:
    """Take up the function offered, creating the account if the address has none; return the person."""
    invitation = db.session.scalar(select(Invitation).where(Invitation.id == invitation_id).with_for_update())
    if invitation is None or invitation.withdrawn_at is not None:
        raise Refused("Cette invitation a été retirée. Écrivez à la personne qui vous l’avait envoyée.")
    person = people.obtain(invitation.email)
    if invitation.accepted_at is not None:
        return person
    invitation.accepted_at = clock.now()
    invitation.accepted_by = person.id
    body_id = invitation.organisation_id or invitation.structure_id
    if _current(person.id, invitation.function, body_id) is None:
        db.session.add(
            Membership(
                person_id=person.id,
                organisation_id=invitation.organisation_id,
                structure_id=invitation.structure_id,
                function=invitation.function,
                region_code=invitation.region_code,
                departements=list(invitation.departements),
            )
        )
    db.session.flush()
    journal.record(
        person,
        "accounts.invitation_accepted",
        by=people.own(person),
        codes={"function": invitation.function.value, "body": str(body_id) if body_id else None},
    )
    return person


def grant(person: Person, command: GrantCommand, *, by: Principal) -> Membership:
    """Give a person a function at once, in the administrator's name."""
    if (command.function is Function.ADMINISTRATOR) != (command.organisation_id is None):
        raise Refused(
            "L’administration ne se tient dans aucun organisme ; toute autre fonction se tient dans un organisme.",
            field="organisation",
        )
    if _current(person.id, command.function, command.organisation_id) is not None:
        raise Refused("Cette personne a déjà cette fonction dans cet organisme.", field="function")
    row = Membership(
        id=uuid.uuid4(),
        person_id=person.id,
        organisation_id=command.organisation_id,
        function=command.function,
        region_code=command.region_code,
        departements=list(command.departements),
    )
    db.session.add(row)
    db.session.flush()
    journal.record(
        person,
        "accounts.function_given",
        by=by,
        codes={
            "function": command.function.value,
            "body": str(command.organisation_id) if command.organisation_id else None,
        },
    )
    return row


def end(membership: Membership, reason: str, *, by: Principal) -> None:
    """End a function from now on: the next request of any of the person's devices no longer has it."""
    if membership.until is not None:
        raise Refused("Cette fonction a déjà pris fin.")
    if membership.function is Function.ADMINISTRATOR and membership.person_id == by.person_id:
        raise Refused("Demandez à un autre membre de l’administration de mettre fin à votre fonction.")
    membership.until = clock.now()
    db.session.flush()
    body_id = membership.organisation_id or membership.structure_id
    journal.record(
        membership.person,
        "accounts.function_ended",
        by=by,
        codes={"function": membership.function.value, "body": str(body_id) if body_id else None},
        text={"reason": reason},
    )


def replace_representative(structure: Structure, email: str, reason: str, *, by: Principal) -> Invitation:
    """Name a structure's new representative; the former one's access ends at once (R99)."""
    for membership in queries.team_of(structure):
        if membership.function is Function.REPRESENTATIVE:
            end(membership, reason, by=by)
    for pending in queries.invitations_of(structure):
        if pending.function is Function.REPRESENTATIVE:
            withdraw_invitation(pending, structure, by=by)
    return invite(structure, InvitationCommand(email=email, function=Function.REPRESENTATIVE), by=by)


def membership_in(body: Organisation | Structure, membership_id: uuid.UUID) -> Membership:
    """Return a membership of this very body; ``NotFound`` otherwise."""
    column = Membership.organisation_id if isinstance(body, Organisation) else Membership.structure_id
    found = db.session.scalar(select(Membership).where(Membership.id == membership_id, column == body.id))
    if found is None:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Held:
    """A function and whoever holds it."""

    person: Person
    membership: Membership


def held_by(person: Person, membership_id: uuid.UUID) -> Held:
    """Return a present function of this very person; ``NotFound`` otherwise."""
    found = db.session.scalar(
        select(Membership).where(
            Membership.id == membership_id, Membership.person_id == person.id, Membership.until.is_(None)
        )
    )
    if found is None:
        raise NotFound
    return Held(person, found)


def invitation_in(body: Organisation | Structure, invitation_id: uuid.UUID) -> Invitation:
    """Return an invitation of this very body; ``NotFound`` otherwise."""
    column = Invitation.organisation_id if isinstance(body, Organisation) else Invitation.structure_id
    found = db.session.scalar(select(Invitation).where(Invitation.id == invitation_id, column == body.id))
    if found is None:
        raise NotFound
    return found


def _current(person_id: uuid.UUID, function: Function, body_id: uuid.UUID | None) -> Membership | None:
    query = select(Membership).where(
        Membership.person_id == person_id, Membership.function == function, Membership.until.is_(None)
    )
    if body_id is None:
        query = query.where(Membership.organisation_id.is_(None), Membership.structure_id.is_(None))
    else:
        query = query.where((Membership.organisation_id == body_id) | (Membership.structure_id == body_id))
    return db.session.scalar(query)
