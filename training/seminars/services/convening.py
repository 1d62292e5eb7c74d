"""Convocations sent: to those who have none or a stale one, and again to one person (R118)."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from training.accounts.models import Person
from training.common import clock, journal, links
from training.common.emails import is_reachable
from training.common.errors import Refused
from training.common.mail import together
from training.common.policy import Principal
from training.database import db
from training.seminars import mails
from training.seminars.convening import facts_of
from training.seminars.models import Convocation, Seminar
from training.seminars.queries.convocations import Sent, Setting, history_of, materials_of, setting_of
from training.seminars.rules.attendance import SIGN
from training.seminars.rules.convocations import CONVOCATION, Difference, Invitee, differences, digest_of, is_to_send


@dataclass(frozen=True, slots=True)
class ToSend:
    """A convocation to send: to whom, what it says, and how that differs from the one she has, if any."""

    invitee: Invitee
    facts: Mapping[str, Any]
    digest: str
    changed: bool
    differences: Sequence[Difference]


def to_send(
    seminar: Seminar, invitees: Sequence[Invitee], setting: Setting, sent: Mapping[uuid.UUID, Sent]
) -> list[ToSend]:
    """Return the convocations of those who have none, or one that says something else, and can be written to."""
    found = [_of(seminar, invitee, setting, sent) for invitee in invitees if is_reachable(invitee.person.email)]
    return [each for each in found if is_to_send(each.digest, _digest_sent(each, sent))]


def _of(seminar: Seminar, invitee: Invitee, setting: Setting, sent: Mapping[uuid.UUID, Sent]) -> ToSend:
    facts, known = facts_of(seminar, invitee, setting), sent.get(invitee.person.id)
    digest = digest_of(facts)
    changed = known is not None and known.digest != digest
    return ToSend(invitee, facts, digest, changed, differences(known.facts, facts) if known and changed else ())


def _digest_sent(each: ToSend, sent: Mapping[uuid.UUID, Sent]) -> str | None:
    known = sent.get(each.invitee.person.id)
    return known.digest if known else None


def send(seminar: Seminar, invitees: Sequence[Invitee], *, by: Principal) -> int:
    """Send their convocations to those who have none, or whose facts have changed; return how many left. Journaled.

    Each has a personal link to answer, and a learner the one that knows her at the door. Raises ``Refused`` for nobody.
    """
    _refuse_off(seminar)
    setting = setting_of(seminar)
    wanted = [each.invitee for each in to_send(seminar, invitees, setting, history_of(seminar).sent)]
    if not wanted:
        raise Refused("Chacun·e a déjà sa convocation, et rien n’a changé depuis.")
    for invitee in wanted:
        take_back(seminar, invitee.person)
    sent = history_of(seminar).sent  # what has really left
    _post(seminar, [_of(seminar, invitee, setting, sent) for invitee in wanted], by=by)
    journal.record(seminar, "seminar.convocations_sent", by=by, codes={"people": len(wanted)})
    return len(wanted)


def send_again(seminar: Seminar, invitee: Invitee, *, by: Principal) -> None:
    """Send one person her convocation again, as it stands; the links she has still work. Journaled.

    Raises ``Refused`` for whoever has no address.
    """
    _refuse_off(seminar)
    if not is_reachable(invitee.person.email):
        raise Refused(f"{invitee.person.name} n’a pas d’adresse : remettez-lui sa convocation en PDF.")
    take_back(seminar, invitee.person)
    sent = history_of(seminar).sent
    _post(seminar, [_of(seminar, invitee, setting_of(seminar), sent)], by=by, replace=False)
    journal.record(seminar, "seminar.convocation_sent_again", by=by, codes={"to": str(invitee.person.id)})


def take_back(seminar: Seminar, person: Person | None = None) -> int:
    """Drop the convocations that have not left, one person’s or all, as if they had never been sent; return how many (R120)."""
    people = mails.withdraw_convocations(seminar, person)
    for person_id in people:
        last = (
            select(Convocation)
            .where(Convocation.seminar_id == seminar.id, Convocation.person_id == person_id)
            .order_by(Convocation.sent_at.desc())
            .limit(1)
        )
        if (row := db.session.scalar(last)) is not None:
            db.session.delete(row)
            db.session.flush()
    return len(people)


def _refuse_off(seminar: Seminar) -> None:
    if seminar.is_off:
        raise Refused(f"Ce séminaire est {seminar.status.label} : personne n’y est convoqué.")


def _post(seminar: Seminar, wanted: Sequence[ToSend], *, by: Principal, replace: bool = True) -> None:
    """Write the messages and keep what each said; ``replace`` ends the links of the convocations before."""
    has_documents, now = bool(materials_of(seminar, all_of_them=False)), clock.now()

    def link(purpose: str, person_id: uuid.UUID) -> str:
        return links.issue(purpose, seminar, bearer_id=person_id, created_by=by.person_id, replace=replace)

    with together():
        for each in wanted:
            person = each.invitee.person
            mails.convocation(
                seminar,
                person,
                each.facts,
                link(CONVOCATION, person.id),
                link(SIGN, person.id) if each.invitee.learns else None,
                changed=each.changed,
                differences=each.differences,
                documents=has_documents,
            )
            kept = {key: value for key, value in each.facts.items() if key != "who"}
            db.session.add(
                Convocation(
                    seminar_id=seminar.id,
                    person_id=person.id,
                    sent_at=now,
                    sent_by=by.person_id,
                    digest=each.digest,
                    facts=kept,
                )
            )
