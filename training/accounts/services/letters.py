"""Links sent by mail to sign in, open an account, choose a password, change an address (R99, R100).

A new link does not end the one before: else a stranger could, by asking for one, spoil the link its owner is
about to press. Each serves once, and for minutes.
"""

import uuid
from dataclasses import dataclass
from typing import Final, cast

from training.accounts import mails, queries, rules
from training.accounts.models import Person
from training.common import links
from training.common.journal import Subject

MOST_ADDRESSES: Final = 5
"""New addresses one person tries in a day."""
REQUESTS: Final = uuid.UUID("6f0e0c1c-52c5-4e3b-9c4e-6d1f7f6f3a10")
"""The name space of the subjects of account requests."""


@dataclass(frozen=True, slots=True)
class AccountRequest:
    """The subject of a link sent to an address that has no account yet; always the same for one address."""

    id: uuid.UUID
    __tablename__ = "account_request"

    @classmethod
    def of(cls, email: str) -> Subject:
        """Return the request of this address."""
        return cast("Subject", cls(uuid.uuid5(REQUESTS, rules.email_key(email))))


def magic_link(person: Person, *, next_address: str | None = None) -> None:
    """Send a link that signs in."""
    mails.magic_link(
        person, links.issue("magic_link", person, bearer_id=person.id, next_address=next_address, replace=False)
    )


def account_link(email: str, *, next_address: str | None = None) -> None:
    """Send a link that opens an account; whoever has one is told so, and gets a link that signs in."""
    known = queries.person_by_email(email)
    if known is None:
        secret = links.issue(
            "account_creation",
            AccountRequest.of(email),
            bearer_email=email.strip(),
            next_address=next_address,
            replace=False,
        )
        mails.account_creation(email.strip(), secret)
    elif known.active and known.anonymised_at is None:
        secret = links.issue("magic_link", known, bearer_id=known.id, next_address=next_address, replace=False)
        mails.account_exists(known, secret)


def password_link(person: Person) -> None:
    """Send a link that leads to a new password."""
    mails.password_reset(person, links.issue("password_reset", person, bearer_id=person.id, replace=False))


def address_link(person: Person, email: str) -> None:
    """Send to a new address the link that makes it the account's."""
    links.refuse_many("address_change", by=person.id, most=MOST_ADDRESSES, field="email")
    links.revoke("address_change", person)
    secret = links.issue(
        "address_change", person, bearer_id=person.id, bearer_email=email.strip(), created_by=person.id
    )
    mails.address_change(email.strip(), secret)
