"""Hours of e-learning and team work: logged by the learner or imported, confirmed by whoever may (R47–R50, R119)."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select

from training.accounts.models import Organisation, Person
from training.catalogue.enums import Modality
from training.catalogue.models import Module, ModuleVariant, Resource, TracerType
from training.cohorts.enums import LIVE
from training.cohorts.models import Enrolment
from training.common import clock, journal
from training.common.errors import Conflict, Forbidden, Refused
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.portfolio.commands import HoursToLog, ImportedLine
from training.portfolio.enums import EntryAct, EntryStatus, Source
from training.portfolio.models import ForumParticipation, HoursEntry, PlatformAccount, Tracer
from training.portfolio.procedure import ENTRY
from training.portfolio.rules.hours import LONGEST

WHEN_ASKED: Final = "Choisissez un module de votre parcours."


def log(enrolment: Enrolment, command: HoursToLog, *, by: Principal) -> HoursEntry:
    """Write minutes a learner says she did; they count once confirmed.

    Raises ``Refused`` for a module, resource or document that is not hers, a day to come, or too long a day. The
    database refuses a resource declared twice.
    """
    if not policy.allows(by, Permission.PORTFOLIO_HOURS_LOG, enrolment):
        raise Forbidden
    if enrolment.status not in LIVE:
        raise Refused("Cette inscription a pris fin : plus aucune heure ne peut y être déclarée.")
    _check(enrolment, command)
    entry = HoursEntry(
        enrolment=enrolment,
        modality=command.modality,
        module_id=command.module_id,
        resource_id=command.resource_id,
        type_id=command.type_id,
        done_on=command.done_on,
        minutes=command.minutes,
        words=command.words,
        source=Source.DECLARED,
        declared_by=by.person_id,
    )
    db.session.add(entry)
    db.session.flush()
    return entry


def _check(enrolment: Enrolment, command: HoursToLog) -> None:
    if command.modality is Modality.IN_PERSON:
        raise ValueError("Présentiel is counted from attendance, never declared.")
    if command.done_on > clock.today():
        raise Refused("Cette date est à venir : indiquez un jour passé, ou aujourd’hui.", field="done_on")
    if command.done_on < enrolment.entered_on:
        raise Refused("Cette date précède votre entrée en formation.", field="done_on")
    if not 0 < command.minutes <= LONGEST:
        raise Refused("Indiquez une durée entre une minute et 24 heures.", field="duration")
    follows = select(ModuleVariant.id).where(
        ModuleVariant.module_id == command.module_id, ModuleVariant.variant_id == enrolment.variant_id
    )
    if db.session.scalar(follows) is None:
        raise Refused(WHEN_ASKED, field="module_id")
    resource = db.session.get(Resource, command.resource_id) if command.resource_id else None
    if command.resource_id is not None and (resource is None or resource.module_id != command.module_id):
        raise Refused("Cette ressource n’est pas de ce module.", field="resource_id")
    served = db.session.get(TracerType, command.type_id) if command.type_id else None
    if command.type_id is not None and (served is None or served.module_id != command.module_id):
        raise Refused("Ce document n’est pas de ce module.", field="type_id")


def withdraw(entry: HoursEntry, *, by: Principal) -> None:
    """Take back hours one declared and nobody has settled yet."""
    if not policy.allows(by, Permission.PORTFOLIO_HOURS_LOG, entry):
        raise Forbidden
    if entry.status is not EntryStatus.DECLARED or entry.source is not Source.DECLARED:
        raise Conflict(f"Ces heures sont « {entry.status.label} » : elles ne peuvent plus être retirées.")
    db.session.delete(entry)
    db.session.flush()


def settle(entries: Sequence[HoursEntry], act: EntryAct, *, reason: str, by: Principal) -> None:
    """Confirm, refuse or reopen entries, all or none (R119: by learner and module). ``Conflict`` for one settled meanwhile."""
    for entry in entries:
        with db.session.no_autoflush:
            if act is EntryAct.REOPEN:
                entry.settled_at, entry.settled_by, entry.refusal = None, None, ""
            else:
                ENTRY.check(entry, act, by=by, reason=reason)
                entry.settled_at, entry.settled_by = clock.now(), by.person_id
                entry.refusal = reason.strip()[:500] if act is EntryAct.REFUSE else ""
            ENTRY.advance(entry, act, by=by, reason=reason or None)


def say_account(identifier: str, person: Person, *, body: Organisation, by: Principal) -> PlatformAccount:
    """Say whose an identifier of the school’s platform is, instead of whoever it was; journaled (R121)."""
    key = identifier.strip().casefold()
    account = db.session.scalar(select(PlatformAccount).where(PlatformAccount.identifier_key == key).with_for_update())
    if account is None:
        account = PlatformAccount(identifier=identifier.strip(), identifier_key=key, person=person)
        db.session.add(account)
    account.person, account.said_by, account.said_at = person, by.person_id, clock.now()
    db.session.flush()
    journal.record(body, "organisation.platform_account_said", by=by, codes={"person": str(person.id)})
    return account


def forget_account(account: PlatformAccount, *, body: Organisation, by: Principal) -> None:
    """Forget whose an identifier is."""
    journal.record(body, "organisation.platform_account_forgotten", by=by, codes={"person": str(account.person_id)})
    db.session.delete(account)
    db.session.flush()


def note_forum(enrolment: Enrolment, *, by: Principal) -> ForumParticipation:
    """Note that the learner took part in the forum of the school’s platform (R49)."""
    if not policy.allows(by, Permission.PORTFOLIO_HOURS_SETTLE, enrolment):
        raise Forbidden
    noted = ForumParticipation(enrolment=enrolment, noted_by=by.person_id)
    db.session.add(noted)
    db.session.flush()
    journal.record(enrolment, "enrolment.forum_noted", by=by)
    return noted


def entries_of_tracer(tracer: Tracer) -> Sequence[HoursEntry]:
    """Return the team work a learner gave with a document."""
    return db.session.scalars(
        select(HoursEntry)
        .where(HoursEntry.enrolment_id == tracer.enrolment_id, HoursEntry.type_id == tracer.type_id)
        .order_by(HoursEntry.declared_at, HoursEntry.id)
    ).all()


def take_imported(enrolment: Enrolment, line: ImportedLine, *, by: Principal) -> HoursEntry:
    """Write a line of the platform’s export; confirmed at once when her school brings it in (R47, R121)."""
    entry = HoursEntry(
        enrolment=enrolment,
        modality=Modality.E_LEARNING,
        module=db.session.get_one(Module, line.module_id),
        resource_id=line.resource_id,
        done_on=line.done_on,
        minutes=line.minutes,
        words=line.words,
        source=Source.IMPORTED,
        source_key=line.key,
        declared_by=by.person_id,
    )
    db.session.add(entry)
    db.session.flush()
    if policy.allows(by, Permission.PORTFOLIO_HOURS_SETTLE, entry):
        settle([entry], EntryAct.CONFIRM, reason="", by=by)
    return entry
