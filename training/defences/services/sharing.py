"""Sharing a mémoire in the library: its author, then her structure by its representative (R127)."""

from sqlalchemy import select

from training.accounts.enums import Function
from training.accounts.models import Membership, Person
from training.common import clock, journal, links
from training.common.errors import Forbidden, Refused
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.defences import mails
from training.defences.models import Memoire
from training.defences.rules.people import SHARING


def offer(memoire: Memoire, *, shared: bool, by: Principal) -> int:
    """Agree to share one’s mémoire, or no longer; agreeing writes to the structure’s representatives. Return how many."""
    if not policy.allows(by, Permission.DEFENCES_SHARING_ASK, memoire):
        raise Forbidden
    if not shared:
        memoire.author_agreed_at = None
        links.revoke(SHARING, memoire)
        db.session.flush()
        journal.record(memoire, "memoire.unshared", by=by)
        return 0
    memoire.author_agreed_at = clock.now()
    db.session.flush()
    journal.record(memoire, "memoire.shared", by=by)
    if memoire.structure_agreed_at is not None:
        return 0
    told = representatives_of(memoire)
    for person in told:
        secret = links.issue(SHARING, memoire, bearer_id=person.id, created_by=by.person_id)
        mails.sharing_asked(memoire, person, secret)
    return len(told)


def representatives_of(memoire: Memoire) -> list[Person]:
    """Return those who answer for the learner’s structure in the tool. One SELECT."""
    query = (
        select(Person)
        .join(Membership, Membership.person_id == Person.id)
        .where(
            Membership.structure_id == memoire.enrolment.structure_id,
            Membership.function == Function.REPRESENTATIVE,
            Membership.until.is_(None),
            Person.active,
        )
        .order_by(Person.sort_key, Person.id)
    )
    return list(db.session.scalars(query))


def agree(memoire: Memoire, signatory: str, *, by: Principal, transcribed: bool = False) -> None:
    """Note that the structure agrees, by its representative’s link or as the carrier transcribes it."""
    if transcribed and not policy.allows(by, Permission.DEFENCES_SHARING_TRANSCRIBE, memoire):
        raise Forbidden
    if memoire.author_agreed_at is None:
        raise Refused("Son auteur·rice n’a pas, ou n’a plus, donné son accord : le mémoire n’est pas partagé.")
    memoire.structure_agreed_at, memoire.structure_signatory = clock.now(), signatory
    db.session.flush()
    journal.record(memoire, "memoire.structure_agreed", by=by, codes={"transcribed": transcribed})
