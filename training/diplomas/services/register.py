"""The register of diplomas: one line each, numbered by edition and year, never changed (R71)."""

from typing import Final

from sqlalchemy import func, select

from training.accounts.rules import sort_key
from training.catalogue.models import Edition
from training.cohorts import services as cohorts
from training.cohorts.enums import EnrolmentAct
from training.cohorts.models import Enrolment
from training.common import clock, journal
from training.common.errors import Refused
from training.common.policy import Principal
from training.database import db
from training.diplomas import queries
from training.diplomas.commands import PastDiploma
from training.diplomas.enums import Verdict
from training.diplomas.models import DiplomaDecision, RegisterEntry
from training.diplomas.services.waivers import school_of

_KINDS: Final = {
    (False, False): "enrolment.registered",
    (True, False): "enrolment.registered_anew",
    (True, True): "enrolment.register_cancelled",
}
AGAIN: Final = "Nouvelle décision de l’école"
"""Why a line follows one that was cancelled, when nothing else was said."""


def enter(decision: DiplomaDecision, name: str = "", *, by: Principal, cancels: bool = False) -> RegisterEntry:
    """Enter a diploma just decided, under the next number of its edition and year; the edition’s row is held meanwhile.

    The line supersedes the learner’s last one, if she has any; one that ``cancels`` gives no diploma. Without ``name``, it
    bears the one proofread. The caller holds the cohort: the order of locks is the cohort, then the edition.
    """
    enrolment = decision.enrolment
    edition = enrolment.cohort.edition
    db.session.execute(select(Edition.id).where(Edition.id == edition.id).with_for_update())
    year = decision.decided_on.year
    last = db.session.scalar(
        select(func.max(RegisterEntry.number)).where(RegisterEntry.edition_id == edition.id, RegisterEntry.year == year)
    )
    number = (last or 0) + 1
    name = name or queries.printed_name_of(enrolment).name
    return _write(decision, f"{edition.code}-{year}-{number:03d}", name, number=number, cancels=cancels, by=by)


def _write(
    decision: DiplomaDecision,
    reference: str,
    name: str,
    *,
    number: int | None = None,
    cancels: bool = False,
    by: Principal,
) -> RegisterEntry:
    enrolment = decision.enrolment
    edition = enrolment.cohort.edition
    before = queries.last_entry(enrolment.id)
    entry = RegisterEntry(
        supersedes_id=before.id if before is not None else None,
        cancels=cancels,
        reason=(decision.reason or AGAIN) if before is not None else "",
        edition_id=edition.id,
        enrolment_id=enrolment.id,
        school_id=school_of(enrolment),
        year=decision.decided_on.year,
        number=number,
        reference=reference,
        printed_name=name,
        search_key=sort_key(name),
        title=edition.diploma_title or "",
        mention=edition.mention_text or "",
        cohort_label=enrolment.cohort.label,
        decided_on=decision.decided_on,
    )
    db.session.add(entry)
    db.session.flush()
    codes = {"reference": reference, **({"supersedes": before.reference} if before is not None else {})}
    journal.record(enrolment, _KINDS[before is not None, cancels], by=by, codes=codes)
    return entry


def register_past(enrolment: Enrolment, command: PastDiploma, *, by: Principal) -> RegisterEntry:
    """Enter a diploma of an earlier register under the reference it had, and end the course of who has it.

    Raises ``Refused`` for a reference that another line has, or someone who is in the register already, and what the
    procedure raises: the school alone says it, or the carrier that transcribes for it.
    """
    if command.decided_on > clock.today():
        raise Refused("Cette date est à venir.", field="decided_on")
    cohorts.lock_cohort(enrolment.cohort_id)
    taken = select(RegisterEntry.id).where(
        (RegisterEntry.enrolment_id == enrolment.id)
        | ((RegisterEntry.edition_id == enrolment.cohort.edition_id) & (RegisterEntry.reference == command.reference))
    )
    if db.session.scalars(taken).first() is not None:
        raise Refused("Cette personne, ou cette référence, est déjà au registre.", field="reference")
    cohorts.conclude(enrolment, EnrolmentAct.GRADUATE, on=command.decided_on, by=by)
    decision = DiplomaDecision(
        enrolment=enrolment,
        verdict=Verdict.GRADUATED,
        decided_on=command.decided_on,
        was_eligible=True,
        recorded_by=by.person_id,
    )
    db.session.add(decision)
    db.session.flush()
    return _write(decision, command.reference, command.printed_name, by=by)
