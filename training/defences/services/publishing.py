"""Results told: one by one or all at once; corrections accepted, or not in time (R65, R66)."""

from collections.abc import Iterable

from training.common import clock, journal
from training.common.errors import Conflict, Forbidden, Refused
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.defences import mails
from training.defences.enums import MemoireAct, VersionKind
from training.defences.models import DefenceSlot
from training.defences.queries.defences import versions_of
from training.defences.rules import juries
from training.defences.services.memoires import move


def publish(slot: DefenceSlot, *, by: Principal) -> None:
    """Tell the learner her result: her mémoire takes its state, and she is written to (R66)."""
    if not policy.allows(by, Permission.DEFENCES_DEFENCE_DELIBERATE, slot):
        raise Forbidden
    minutes, memoire = slot.minutes, slot.memoire
    if slot.published_at is not None:
        raise Conflict("Ce résultat est déjà publié.")
    if minutes is None or memoire is None or minutes.locked_at is None:
        raise Refused(
            "Le procès-verbal n’est pas signé par tous les membres présents : le résultat ne se publie pas encore."
        )
    due = minutes.corrections_due
    move(memoire, juries.CONCLUDES[minutes.outcome], by=by, due=due.isoformat() if due else None)
    slot.published_at = clock.now()
    db.session.flush()
    journal.record(slot, "defence.published", by=by, codes={"outcome": minutes.outcome.value})
    mails.result_published(slot)


def publish_all(slots: Iterable[DefenceSlot], *, by: Principal) -> int:
    """Publish in one batch every result whose minutes are locked; return how many."""
    ready = list(slots)
    for slot in ready:
        publish(slot, by=by)
    return len(ready)


def accept_corrections(slot: DefenceSlot, *, by: Principal) -> None:
    """Accept the corrected version: the learner is admitted (R65).

    Raises ``Refused`` past the day set, or while no corrected version is there.
    """
    if not policy.allows(by, Permission.DEFENCES_CORRECTIONS_ACCEPT, slot):
        raise Forbidden
    memoire = slot.memoire
    if memoire is None or not juries.corrections_are_open(slot, clock.today()):
        raise Refused("Aucune correction n’est attendue ici, ou le jour fixé est passé.")
    latest = next(iter(versions_of(memoire)), None)
    if latest is None or latest.kind is not VersionKind.CORRECTED or latest.is_hidden:
        raise Refused("La version corrigée n’est pas encore déposée.")
    move(memoire, MemoireAct.ADMIT, by=by)
    slot.corrections_accepted_at, slot.corrections_accepted_by = clock.now(), by.person_id
    db.session.flush()
    journal.record(slot, "defence.corrections_accepted", by=by)
    mails.corrections_accepted(slot)


def refuse_corrections(slot: DefenceSlot, reason: str, *, by: Principal) -> None:
    """Defer a learner whose corrections did not come in time or are not enough; she defends again."""
    memoire = slot.memoire
    if memoire is None:
        raise Refused("Aucune correction n’est attendue ici.")
    move(memoire, MemoireAct.DEFER, by=by, reason=reason)
    journal.record(slot, "defence.corrections_refused", by=by, text={"reason": reason})
    mails.corrections_refused(slot, reason)
