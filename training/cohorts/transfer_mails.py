"""The mails of transfers: to those who must agree, then once to everyone concerned (R116, R120)."""

import uuid
from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import select

from training.accounts.enums import ACTING_FUNCTIONS, CARRYING, Function, Part
from training.accounts.models import Membership, Person
from training.accounts.queries import members_of
from training.cohorts import queries
from training.cohorts.models import Cohort
from training.cohorts.transfers import Transfer
from training.common.mail import MailUrgency, Recipient, post
from training.common.policy import Principal
from training.database import db

PAGE: Final = "/transferts/{}"


def proposed(transfer: Transfer, by: Principal) -> None:
    """Ask the staff of the cohort that receives whether they welcome her."""
    for to in _members(transfer.cohort, CARRYING):
        _send(transfer, "transfer_proposed", to, by, asker=by.name)


def welcomed(transfer: Transfer, by: Principal) -> None:
    """Ask the school, unless its carrier transcribes for it, whether it accepts the correspondence."""
    schools = {part.organisation_id for part in transfer.parts if part.part is Part.SCHOOL and not part.outside_tool}
    for member in members_of(schools, ACTING_FUNCTIONS):
        _send(transfer, "transfer_to_accept", _of(member), by)


def ended(transfer: Transfer, by: Principal) -> None:
    """Tell whoever proposed it, and whoever had welcomed it, that it will not take place, and why."""
    ids = [each for each in (transfer.proposed_by, transfer.welcomed_by) if each is not None]
    for person in db.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.sort_key, Person.id)):
        _send(transfer, "transfer_ended", _person(person), by, state=transfer.status.label, answer=transfer.answer)


def done(transfer: Transfer, followers: Sequence[Person], by: Principal) -> None:
    """Tell the learner, her structure, those who followed her, those who train her now and both carriers, once each."""
    person = transfer.enrolment.person
    told: set[uuid.UUID] = {person.id}
    path = f"/parcours/{transfer.to_enrolment_id}"
    _send(transfer, "transfer_done", _person(person), None, path=path, first_name=person.first_name)
    learner = f"/promotions/{transfer.cohort.code}/apprenants/{transfer.to_enrolment_id}"
    groups: tuple[tuple[Iterable[Recipient], str], ...] = (
        (map(_person, followers), "/mes-apprenants"),
        ((_person(term.person) for term in queries.animators(transfer.cohort)), learner),
        (_members(transfer.former, CARRYING), PAGE.format(transfer.id)),
        (_members(transfer.cohort, CARRYING), learner),
        (map(_person, _representatives(transfer)), path),
    )
    for people, address in groups:
        for to in people:
            if to.person_id is not None and to.person_id not in told:
                told.add(to.person_id)
                _send(transfer, "transfer_told", to, by, path=address)


def _representatives(transfer: Transfer) -> Sequence[Person]:
    """Return who represents her structure today."""
    represents = select(Membership.person_id).where(
        Membership.structure_id == transfer.enrolment.structure_id,
        Membership.function == Function.REPRESENTATIVE,
        Membership.until.is_(None),
    )
    return db.session.scalars(
        select(Person).where(Person.id.in_(represents), Person.active).order_by(Person.sort_key, Person.id)
    ).all()


def _members(cohort: Cohort, parts: Iterable[Part]) -> list[Recipient]:
    bodies = {part.organisation_id for part in cohort.parts if part.part in parts}
    return [_of(member) for member in members_of(bodies, ACTING_FUNCTIONS)]


def _of(member: Principal) -> Recipient:
    return Recipient(person_id=member.person_id, email=member.email, name=member.name)


def _person(person: Person) -> Recipient:
    return Recipient(person_id=person.id, email=person.email, name=person.name)


def _send(
    transfer: Transfer, message: str, to: Recipient, by: Principal | None, *, path: str = "", **context: Any
) -> None:
    """Post one message, but to whoever has just acted."""
    if by is not None and to.person_id == by.person_id:
        return
    path = path or PAGE.format(transfer.id)
    post(
        f"cohorts/{message}",
        to=to,
        context={
            "first_name": "",
            "learner": transfer.enrolment.person.name,
            "former": transfer.former.label,
            "cohort": transfer.cohort.label,
            "enters_on": transfer.enters_on,
            "path": path,
            **context,
        },
        about=transfer,
        path=path,
        urgency=MailUrgency.DAILY,
    )
