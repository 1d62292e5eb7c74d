"""The demonstration's people: the fixed accounts, and the invented ones around them."""

import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from training.accounts import queries
from training.accounts.commands import GrantCommand, Identity, InvitationCommand
from training.accounts.enums import Function
from training.accounts.models import Person, Structure
from training.accounts.security import passwords
from training.accounts.services import functions, people
from training.common import clock
from training.common.policy import WORKER, Principal
from training.database import db
from training.seeding import toml

PASSWORD: Final = "demonstration"  # noqa: S105 - public, and refused in production
OPENED_ON: Final = date(2025, 6, 2)
"""When the invented accounts were opened: before the first call."""


@contextmanager
def at(day: date, hour: int = 10, minute: int = 0) -> Iterator[None]:
    """Hold the clock at a moment of the demonstration's past; one that is still to come happens now."""
    moment = min(clock.at_paris(day, hour, minute), clock.now())
    with clock.freeze(moment):
        yield


@dataclass(slots=True)
class Cast:
    """Whoever plays in the demonstration, and the principal of each."""

    by_key: dict[str, Person] = field(default_factory=dict)
    principals: dict[str, Principal] = field(default_factory=dict)
    is_new: bool = False
    """Whether the accounts have just been opened: nobody has entered anything yet."""

    def person(self, who: str) -> Person:
        """Return the person of an address, or of an invented name, made if she is not there."""
        key = who if "@" in who else address_of(who)
        if key not in self.by_key:
            known = queries.person_by_email(key)
            if known is None:
                first, last = who.split(" ", 1)
                with at(OPENED_ON):
                    known = people.create(key, identity=Identity(first, last, None), confirmed=True)
            self.by_key[key] = known
        return self.by_key[key]

    def principal(self, who: str) -> Principal:
        """Return the person as author of acts, with the functions she holds."""
        person = self.person(who)
        if person.email_key not in self.principals:
            self.principals[person.email_key] = queries.principal_of(person)
        return self.principals[person.email_key]


def address_of(name: str) -> str:
    """Return the invented address of an invented name: “Élisa Perret” has elisa.perret@example.org."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return ".".join(plain.replace("’", "").split()) + "@example.org"


def load_people(structures: dict[str, Structure]) -> Cast:
    """Open the accounts that are missing, with the demonstration's password; leave the others as they are."""
    cast = Cast()
    for table in toml.read("demo/accounts")["accounts"]:
        email = table["email"]
        person = queries.person_by_email(email)
        if person is None:
            cast.is_new = True
            person = _open(email, table)
            for function in table["functions"]:
                _give(person, function, structures)
        cast.by_key[email] = person
    return cast


def _open(email: str, table: toml.Table) -> Person:
    first, last = table["name"]
    with at(OPENED_ON):
        person = people.create(email, identity=Identity(first, last, table.get("phone")), confirmed=True)
        person.password = passwords().hash(PASSWORD)
        person.password_changed_at = clock.now()
        db.session.flush()
    return person


def _give(person: Person, table: toml.Table, structures: dict[str, Structure]) -> None:
    function = Function(table["function"])
    with at(OPENED_ON, 11):
        if "structure" in table:
            command = InvitationCommand(email=person.email, function=function)
            functions.accept(functions.invite(structures[table["structure"]], command, by=WORKER).id)
            return
        code = table.get("organisation")
        body = queries.organisation_by_code(code).id if code else None
        functions.grant(person, GrantCommand(function=function, organisation_id=body), by=WORKER)
