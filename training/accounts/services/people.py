"""People: their account, their address, their password."""

import uuid
from typing import Final

from sqlalchemy import exists, select

from training.accounts import mails, queries, rules
from training.accounts.commands import Identity
from training.accounts.models import Person
from training.accounts.services import sign_ins
from training.common import clock, journal, links
from training.common.errors import Refused
from training.common.policy import Principal
from training.database import db

NO_ADDRESS: Final = "adresse-retiree.invalid"
UNKNOWN_ADDRESS: Final = "sans-adresse.invalid"
"""That of an account made for someone whose address nobody knows yet."""


def own(person: Person) -> Principal:
    """Return the person as author of her own act, while she is not behind the request yet."""
    return Principal(person_id=person.id, name=person.name, email=person.email)


def stand_in() -> Person:
    """Return nobody's account, in no table: the work an unknown address costs is done on it, then undone."""
    email = f"personne@{NO_ADDRESS}"
    return Person(id=uuid.uuid4(), email=email, email_key=email, first_name="", last_name="", recovery_codes=[])


def create(email: str, *, identity: Identity | None = None, confirmed: bool = False) -> Person:
    """Create an account for an address nobody signs in with yet; a taken one breaks ``uq_person_email_key``."""
    person = Person(
        id=uuid.uuid4(),
        email=email.strip(),
        email_key=rules.email_key(email),
        confirmed_at=clock.now() if confirmed else None,
    )
    _name(person, identity or Identity("", "", None))
    db.session.add(person)
    db.session.flush()
    journal.record(person, "accounts.account_created", by=own(person))
    return person


def obtain(email: str) -> Person:
    """Return the active account of this address, created if nobody has it; ``Refused`` if it was closed."""
    person = queries.person_by_email(email, lock=True)
    if person is None:
        return create(email, confirmed=True)
    if not person.active or person.anonymised_at is not None:
        raise Refused("Ce compte a été fermé. Écrivez à l’organisme qui vous a invité·e.")
    return person


def create_without_address(identity: Identity) -> Person:
    """Create an account for someone nobody can write to yet: she is named, and cannot sign in."""
    return create(f"{uuid.uuid4().hex}@{UNKNOWN_ADDRESS}", identity=identity)


def give_address(person: Person, email: str, *, by: Principal) -> None:
    """Give its first address to an account made without one.

    Raises ``Refused`` for any account that had one, holds a function, or stands for another: whoever gives an address
    decides who opens the account.
    """
    is_new = person.email.endswith(f"@{UNKNOWN_ADDRESS}") and person.last_signed_in_at is None
    stands_for = db.session.scalar(select(exists().where(Person.merged_into_id == person.id)))
    if not is_new or person.memberships or stands_for:
        raise Refused("L’adresse de cette personne ne se donne pas ici : écrivez à l’administration.")
    person.email, person.email_key = email.strip(), rules.email_key(email)
    db.session.flush()
    journal.record(person, "accounts.address_changed", by=by, text={"address": person.email})


def _name(person: Person, identity: Identity) -> None:
    person.first_name, person.last_name, person.phone = identity.first_name, identity.last_name, identity.phone
    person.sort_key = rules.sort_key(identity.last_name, identity.first_name) or rules.sort_key(person.email)


def rename(person: Person, identity: Identity, *, by: Principal) -> None:
    """Set a person's name and telephone."""
    _name(person, identity)
    db.session.flush()
    journal.record(person, "accounts.identity_changed", by=by)


def set_password(person: Person, hashed: str, *, by: Principal, keep: uuid.UUID | None) -> int:
    """Set the password and sign out every other device; return how many. The person is told by mail."""
    person.password = hashed
    person.password_changed_at = clock.now()
    revoke_links(person)
    ended = sign_ins.end_others(person.id, keep=keep)
    db.session.flush()
    journal.record(person, "accounts.password_changed", by=by, codes={"devices": ended})
    mails.security_notice(person, "Votre mot de passe a été changé. Vos autres appareils ont été déconnectés.")
    return ended


def change_address(person: Person, email: str, *, by: Principal) -> None:
    """Give the account the address whose link was just pressed; the former one is told."""
    if rules.email_key(email) == person.email_key:
        return
    if queries.person_by_email(email) is not None:
        raise Refused("Cette adresse a déjà un compte : connectez-vous avec elle, ou choisissez-en une autre.")
    mails.security_notice(person, "L’adresse de votre compte a été changée.")
    former = person.email
    person.email, person.email_key = email.strip(), rules.email_key(email)
    person.confirmed_at = clock.now()
    revoke_links(person)
    db.session.flush()
    journal.record(person, "accounts.address_changed", by=by, text={"former": former, "address": person.email})


def end_address(person: Person, email: str | None, reason: str, *, by: Principal) -> None:
    """End the account's link to its address: whoever reads that mailbox loses the account (R99).

    Every device is signed out and the password goes, since a successor may know it. The account
    keeps its history; it opens again by a link sent to ``email``, if one is given.
    """
    if email and queries.person_by_email(email) is not None:
        raise Refused("Cette adresse a déjà un compte. Choisissez-en une autre.", field="email")
    former = person.email
    person.email = email.strip() if email else f"{person.id.hex}@{NO_ADDRESS}"
    person.email_key = rules.email_key(person.email)
    person.password = None
    person.confirmed_at = None
    if not (person.first_name or person.last_name):
        person.sort_key = rules.sort_key(person.email)
    sign_ins.end_others(person.id, keep=None)
    revoke_links(person)
    db.session.flush()
    journal.record(person, "accounts.address_ended", by=by, text={"reason": reason, "former": former, "address": email})


def set_active(person: Person, active: bool, reason: str, *, by: Principal) -> None:
    """Close an account, signing it out everywhere, or open it again."""
    if by.person_id == person.id and not active:
        raise Refused("Vous ne pouvez pas fermer votre propre compte d’administration.", field="reason")
    person.active = active
    if not active:
        sign_ins.end_others(person.id, keep=None)
        revoke_links(person)
    db.session.flush()
    kind = "accounts.account_reopened" if active else "accounts.account_closed"
    journal.record(person, kind, by=by, text={"reason": reason})


def revoke_links(person: Person) -> None:
    """End every live link that would sign this person in."""
    for purpose in ("magic_link", "password_reset", "address_change"):
        links.revoke(purpose, person)
