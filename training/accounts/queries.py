"""What the pages of accounts read. Ordered by a stable key, in a fixed number of queries."""

import itertools
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from training.accounts import rules
from training.accounts.enums import (
    Function,
    SecondFactorKind,
)
from training.accounts.models import (
    Invitation,
    Membership,
    Organisation,
    Passkey,
    Person,
    Region,
    SignIn,
    Structure,
)
from training.common import clock, listing
from training.common.errors import NotFound
from training.common.policy import Capacity, Principal
from training.database import db


@dataclass(frozen=True, slots=True)
class LiveSignIn:
    """A device signed in, and whoever stands behind it; one query reads it all."""

    id: uuid.UUID
    person_id: uuid.UUID
    name: str
    email: str
    started_at: datetime
    confirmed_at: datetime
    last_seen_at: datetime
    second_factor: SecondFactorKind | None
    capacities: tuple[Capacity, ...]


def live_sign_in(sign_in_id: uuid.UUID) -> LiveSignIn | None:
    """Return the device's sign-in with all the person's functions (R97), or null if it is over. One SELECT."""
    rows = db.session.execute(_LIVE_SIGN_IN, {"sign_in_id": sign_in_id, "now": clock.now()}).all()
    if not rows:
        return None
    first = rows[0]
    capacities = tuple(_capacity(row) for row in rows if row.function is not None)
    functions = [capacity.function for capacity in capacities]
    if clock.now() >= rules.signed_in_until(first.started_at, functions, own_device=first.own_device):
        return None
    return LiveSignIn(
        id=first.sign_in_id,
        person_id=first.person_id,
        name=f"{first.first_name} {first.last_name}".strip() or first.email,
        email=first.email,
        started_at=first.started_at,
        confirmed_at=first.confirmed_at,
        last_seen_at=first.last_seen_at,
        second_factor=first.second_factor,
        capacities=capacities,
    )


_SIGN_IN: tuple[Any, ...] = (
    SignIn.id.label("sign_in_id"),
    SignIn.person_id,
    SignIn.own_device,
    SignIn.started_at,
    SignIn.confirmed_at,
    SignIn.last_seen_at,
    SignIn.second_factor,
    Person.email,
    Person.first_name,
    Person.last_name,
)

_CAPACITY: tuple[Any, ...] = (
    Membership.function,
    Membership.organisation_id,
    Membership.structure_id,
    Membership.region_code,
    Membership.departements,
    Organisation.kind.label("organisation_kind"),
    Organisation.short_name.label("organisation_name"),
    Structure.kind.label("structure_kind"),
    Structure.name.label("structure_name"),
)

_LIVE_SIGN_IN: Final = (
    select(*_SIGN_IN, *_CAPACITY)
    .join(Person, Person.id == SignIn.person_id)
    .outerjoin(Membership, (Membership.person_id == Person.id) & Membership.until.is_(None))
    .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
    .outerjoin(Structure, Structure.id == Membership.structure_id)
    .where(
        SignIn.id == bindparam("sign_in_id"),
        SignIn.ended_at.is_(None),
        SignIn.expires_at > bindparam("now"),
        Person.active.is_(True),
        Person.anonymised_at.is_(None),
    )
    .order_by(Membership.since, Membership.id)
)
"""Built once: every request of a signed-in person asks it."""


def _capacity(row: Any) -> Capacity:
    body = row.organisation_name or row.structure_name
    return Capacity(
        function=row.function,
        label=f"{row.function.label} – {body}" if body else row.function.label,
        organisation_id=row.organisation_id,
        structure_id=row.structure_id,
        body_kind=row.organisation_kind or row.structure_kind,
        region=row.region_code,
        departements=frozenset(row.departements or ()),
    )


def principal_of(person: Person) -> Principal:
    """Return the principal of a person who is not behind this request (mails, tests, transcription). One SELECT."""
    rows = db.session.execute(
        select(*_CAPACITY)
        .select_from(Membership)
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Structure, Structure.id == Membership.structure_id)
        .where(Membership.person_id == person.id, Membership.until.is_(None))
        .order_by(Membership.since, Membership.id)
    )
    return Principal(
        person_id=person.id, name=person.name, email=person.email, capacities=tuple(_capacity(row) for row in rows)
    )


def members_of(bodies: Collection[uuid.UUID], functions: Collection[Function]) -> list[Principal]:
    """Return the active people who hold one of these functions in one of these bodies, by name. One SELECT.

    Each comes with all her functions, as if she stood behind the request: what bars her elsewhere is known (R97).
    """
    holders = select(Membership.person_id).where(
        Membership.organisation_id.in_(bodies), Membership.function.in_(functions), Membership.until.is_(None)
    )
    rows = db.session.execute(
        select(Person.id, Person.first_name, Person.last_name, Person.email, *_CAPACITY)
        .select_from(Person)
        .join(Membership, (Membership.person_id == Person.id) & Membership.until.is_(None))
        .outerjoin(Organisation, Organisation.id == Membership.organisation_id)
        .outerjoin(Structure, Structure.id == Membership.structure_id)
        .where(Person.id.in_(holders), Person.active.is_(True), Person.anonymised_at.is_(None))
        .order_by(Person.sort_key, Person.id, Membership.since, Membership.id)
    ).all()
    return [_principal(list(group)) for _person_id, group in itertools.groupby(rows, key=lambda row: row.id)]


def _principal(rows: Sequence[Any]) -> Principal:
    first = rows[0]
    return Principal(
        person_id=first.id,
        name=f"{first.first_name} {first.last_name}".strip() or first.email,
        email=first.email,
        capacities=tuple(_capacity(row) for row in rows),
    )


def functions_of(person_id: uuid.UUID) -> list[Function]:
    """Return the functions a person holds now."""
    return list(
        db.session.scalars(
            select(Membership.function)
            .where(Membership.person_id == person_id, Membership.until.is_(None))
            .order_by(Membership.since, Membership.id)
        )
    )


def bodies_of(person_id: uuid.UUID) -> frozenset[uuid.UUID | None]:
    """Return the bodies in which a person holds a function now; an administrator's is held in none, told by null."""
    held = select(func.coalesce(Membership.organisation_id, Membership.structure_id))
    return frozenset(db.session.scalars(held.where(Membership.person_id == person_id, Membership.until.is_(None))))


def person(person_id: uuid.UUID, *, lock: bool = False) -> Person:
    """Return a person; ``NotFound`` if there is none. ``lock`` takes the row for the transaction.

    An account set aside answers as the one that is kept (R101).
    """
    query = select(Person).where(Person.id == person_id)
    found = db.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found if found.merged_into_id is None else person(found.merged_into_id, lock=lock)


def person_by_email(email: str, *, lock: bool = False) -> Person | None:
    """Return whoever signs in with this address, active or not; null if nobody does.

    The address of an account set aside is the one's that is kept (R101).
    """
    query = select(Person).where(Person.email_key == rules.email_key(email))
    found = db.session.scalar(query.with_for_update() if lock else query)
    return found if found is None or found.merged_into_id is None else person(found.merged_into_id, lock=lock)


def active_person_by_email(email: str, *, lock: bool = False) -> Person | None:
    """Return whoever may sign in with this address."""
    found = person_by_email(email, lock=lock)
    return found if found is not None and found.active and found.anonymised_at is None else None


def passkeys_of(person_id: uuid.UUID) -> Sequence[Passkey]:
    """Return a person's passkeys, oldest first."""
    return db.session.scalars(
        select(Passkey).where(Passkey.person_id == person_id).order_by(Passkey.created_at, Passkey.id)
    ).all()


def passkey_by_credential(credential_id: bytes) -> Passkey | None:
    """Return the passkey of this credential with its person, taken for the transaction."""
    return db.session.scalar(
        select(Passkey)
        .join(Passkey.person)
        .options(contains_eager(Passkey.person))
        .where(Passkey.credential_id == credential_id)
        .with_for_update()
    )


def devices_of(person_id: uuid.UUID) -> Sequence[SignIn]:
    """Return the devices on which a person is signed in, last used first."""
    return db.session.scalars(
        select(SignIn)
        .where(SignIn.person_id == person_id, SignIn.ended_at.is_(None), SignIn.expires_at > clock.now())
        .order_by(SignIn.last_seen_at.desc(), SignIn.id)
    ).all()


def memberships_of(person_id: uuid.UUID) -> Sequence[Membership]:
    """Return a person's functions, present ones first, then former ones. One SELECT."""
    return db.session.scalars(
        select(Membership)
        .where(Membership.person_id == person_id)
        .options(joinedload(Membership.organisation), joinedload(Membership.structure))
        .order_by(Membership.until.is_not(None), Membership.since, Membership.id)
    ).all()


# --- people ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """What the list of people shows."""

    words: str = ""
    function: Function | None = None
    page: int = 1


def people(chosen: PeopleFilter) -> tuple[Sequence[Person], int]:
    """Return one page of people in the order of the dictionary, and how many there are. Three SELECTs."""
    query = select(Person).where(Person.merged_into_id.is_(None))
    if chosen.words:
        word = f"%{escaped(rules.sort_key(chosen.words))}%"
        query = query.where(or_(Person.sort_key.like(word, escape="\\"), Person.email_key.like(word, escape="\\")))
    if chosen.function is not None:
        query = query.where(
            Person.id.in_(
                select(Membership.person_id).where(Membership.function == chosen.function, Membership.until.is_(None))
            )
        )
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    rows = db.session.scalars(
        query.options(
            selectinload(Person.memberships.and_(Membership.until.is_(None))).options(
                joinedload(Membership.organisation), joinedload(Membership.structure)
            )
        )
        .order_by(Person.sort_key, Person.id)
        .offset(listing.offset(chosen.page))
        .limit(listing.PER_PAGE)
    ).all()
    return rows, total


def escaped(words: str) -> str:
    """Return words whose signs of LIKE stand for themselves (escape: a backslash)."""
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


# --- bodies ----------------------------------------------------------------------------------------------------------


def organisation_by_code(code: str) -> Organisation:
    """Return an organisation; ``NotFound`` if there is none."""
    found = db.session.scalar(select(Organisation).where(Organisation.code == code))
    if found is None:
        raise NotFound
    return found


def organisations() -> Sequence[Organisation]:
    """Return all organisations by name."""
    return db.session.scalars(select(Organisation).order_by(Organisation.name, Organisation.id)).all()


def regions() -> Sequence[Region]:
    """Return all regions by name."""
    return db.session.scalars(select(Region).order_by(Region.name)).all()


def team_of(body: Organisation | Structure) -> Sequence[Membership]:
    """Return the present members of a body, by name."""
    return db.session.scalars(
        select(Membership)
        .join(Membership.person)
        .options(contains_eager(Membership.person))
        .where(_held_in(Membership, body), Membership.until.is_(None))
        .order_by(Person.sort_key, Membership.function, Membership.id)
    ).all()


def invitations_of(body: Organisation | Structure) -> Sequence[Invitation]:
    """Return the invitations of a body that nobody has accepted or withdrawn yet, last first."""
    return db.session.scalars(
        select(Invitation)
        .where(_held_in(Invitation, body), Invitation.accepted_at.is_(None), Invitation.withdrawn_at.is_(None))
        .order_by(Invitation.invited_at.desc(), Invitation.id)
    ).all()


def _held_in(table: type[Membership] | type[Invitation], body: Organisation | Structure) -> Any:
    column = table.organisation_id if isinstance(body, Organisation) else table.structure_id
    return column == body.id


def managers_of(organisation_ids: Collection[uuid.UUID]) -> list[Person]:
    """Return those who manage one of these bodies today, by name. One SELECT."""
    manages = exists().where(
        Membership.person_id == Person.id,
        Membership.organisation_id.in_(list(organisation_ids)),
        Membership.function == Function.MANAGER,
        Membership.until.is_(None),
    )
    people = db.session.scalars(select(Person).where(manages, Person.active).order_by(Person.sort_key, Person.id))
    return list(people)
