"""Transfers of learners that wait for the person’s answer: as the cohort that receives, or as its school (R116)."""

import uuid
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, String, case, cast, literal, null, or_, select

from training.accounts.models import Person
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.transfers import Transfer, TransferStatus
from training.common.articles import of
from training.desk.facts import Presence
from training.desk.rules import Line

PROPOSED: Final = "transfer_proposed"
WELCOMED: Final = "transfer_welcomed"


def to_answer(there: Presence, outside: ColumnElement[bool], decided: ColumnElement[bool]) -> Any:
    """Return the transfers to answer, as rows of what schools and carriers decide; ``code`` holds the learner’s name."""
    return (
        select(
            case((Transfer.status == TransferStatus.PROPOSED, PROPOSED), else_=WELCOMED).label("kind"),
            Cohort.id.label("cohort_id"),
            outside.label("outside"),
            (Person.first_name + " " + Person.last_name).label("code"),
            Cohort.label,
            literal(1).label("count_"),
            cast(Transfer.id, String).label("key"),
            cast(null(), Date).label("due"),
        )
        .select_from(Transfer)
        .join(Cohort, Cohort.id == Transfer.to_cohort_id)
        .join(Enrolment, Enrolment.id == Transfer.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            or_(
                (Transfer.status == TransferStatus.PROPOSED) & Cohort.id.in_([*there.managed]),
                (Transfer.status == TransferStatus.WELCOMED) & decided,
            )
        )
    )


def line(row: Any, there: Presence, school: str) -> Line:
    """Return what a transfer asks of the person."""
    href = f"/transferts/{uuid.UUID(row.key)}"
    if row.kind == PROPOSED:
        sentence = f"Dire si {row.code} peut rejoindre la promotion"
        return Line(sentence, row.label, "Répondre", href, there.managed[row.cohort_id], weight=2)
    if row.outside:
        sentence = f"Transcrire l’accord de l’école au transfert {of(row.code)}"
        return Line(sentence, row.label, "Transcrire", href, there.managed[row.cohort_id], weight=2)
    return Line(f"Accepter la correspondance du transfert {of(row.code)}", row.label, "Relire", href, school, weight=2)
