"""The administrator’s function, given from the machine itself: the first one has nobody to give it to her."""

from training.accounts import queries
from training.accounts.commands import GrantCommand, Identity
from training.accounts.enums import Function
from training.accounts.models import Person
from training.accounts.services import functions, people
from training.common import emails
from training.common.errors import Refused
from training.common.policy import Principal

LONGEST_ADDRESS = 254
LONGEST_NAME = 80


def make_administrator(email: str, identity: Identity, *, by: Principal) -> Person:
    """Give the administrator’s function to whoever has this address, creating her account if nobody has it.

    A name she already has is kept; a function she already holds is left as it is. Each change is journaled.
    Raises ``Refused`` for an address one cannot write to, a name too long or empty, an account that was closed.
    """
    _check(email, identity)
    person = people.obtain(email)
    if not (person.first_name or person.last_name):
        people.rename(person, identity, by=by)
    if Function.ADMINISTRATOR not in queries.functions_of(person.id):
        functions.grant(person, GrantCommand(function=Function.ADMINISTRATOR, organisation_id=None), by=by)
    return person


def _check(email: str, identity: Identity) -> None:
    fault = emails.fault_of(email)
    if fault:
        raise Refused(fault)
    if len(email) > LONGEST_ADDRESS:
        raise Refused(f"Cette adresse dépasse {LONGEST_ADDRESS} caractères.")
    for name in (identity.first_name, identity.last_name):
        if not 1 <= len(name) <= LONGEST_NAME:
            raise Refused(f"Donnez un prénom et un nom, de {LONGEST_NAME} caractères au plus chacun.")
