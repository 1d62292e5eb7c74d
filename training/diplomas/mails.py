"""The messages of the diplomas: a waiver asked for and answered, the name to proofread, the decision (R69, R70, R110, R120)."""

import uuid
from typing import Final

from training.accounts.enums import ACTING_FUNCTIONS, CARRYING, Part
from training.accounts.models import Person
from training.accounts.queries import members_of
from training.accounts.rules import is_outside_tool
from training.cohorts.models import Enrolment
from training.common.articles import of
from training.common.formatting import plain_date
from training.common.mail import MailUrgency, Recipient, post
from training.common.policy import Principal
from training.database import db
from training.diplomas.enums import Verdict
from training.diplomas.models import DiplomaBoard, DiplomaDecision, DiplomaWaiver, RegisterEntry

DECIDED: Final = {
    Verdict.DEFERRED: "decided_deferred",
    Verdict.GRADUATED: "decided_graduated",
    Verdict.NOT_GRADUATED: "decided_not_graduated",
}


def _post(
    enrolment: Enrolment, message: str, to: Recipient, path: str, *, urgency: MailUrgency, **more: object
) -> None:
    post(
        f"diplomas/{message}",
        to=to,
        context={
            "first_name": "",
            "learner": enrolment.person.name,
            "cohort": enrolment.cohort.label,
            "path": path,
            **more,
        },
        path=path,
        about=enrolment,
        urgency=urgency,
    )


def _recipient(person: Person) -> Recipient:
    return Recipient(person_id=person.id, email=person.email, name=person.name)


def _to_learner(enrolment: Enrolment, message: str, path: str, urgency: MailUrgency, **more: object) -> None:
    person = enrolment.person
    _post(enrolment, message, _recipient(person), path, urgency=urgency, first_name=person.first_name, **more)


def waiver_path(waiver: DiplomaWaiver) -> str:
    """Return the page of a waiver."""
    return f"/parcours/{waiver.enrolment_id}/diplome/dispenses/{waiver.id}"


def waiver_asked(waiver: DiplomaWaiver, by: Principal) -> None:
    """Whoever answers is asked for a waiver, with the other messages of their day: the school’s people, or, while it is outside
    the tool, those of its carrier, who write what it answers (R96).
    """
    outside = is_outside_tool(waiver, Part.SCHOOL)
    wanted = CARRYING if outside else (Part.SCHOOL,)
    bodies = {part.organisation_id for part in waiver.parts if part.part in wanted and not part.outside_tool}
    for member in members_of(bodies, ACTING_FUNCTIONS):
        if member.person_id != by.person_id:
            to = Recipient(person_id=member.person_id, email=member.email, name=member.name)
            _post(
                waiver.enrolment,
                "waiver_asked",
                to,
                waiver_path(waiver),
                urgency=MailUrgency.DAILY,
                asker=by.name,
                label=waiver.label,
                reason=waiver.reason,
                transcribed=outside,
            )


def waiver_settled(waiver: DiplomaWaiver, by: Principal) -> None:
    """The learner reads what the school answered, and so does whoever asked for it."""
    told: dict[uuid.UUID, Person] = {waiver.enrolment.person_id: waiver.enrolment.person}
    asker = db.session.get(Person, waiver.asked_by) if waiver.asked_by else None
    if asker is not None and asker.id != by.person_id:
        told[asker.id] = asker
    path = f"/parcours/{waiver.enrolment_id}/diplome"
    for person in told.values():
        _post(
            waiver.enrolment,
            "waiver_settled",
            _recipient(person),
            path,
            urgency=MailUrgency.DAILY,
            first_name=person.first_name,
            label=waiver.label,
            state=waiver.status.label,
            words=waiver.answer,
        )


def name_to_proofread(enrolment: Enrolment, board: DiplomaBoard) -> None:
    """A learner is asked to proofread the name her diploma will bear."""
    path = f"/parcours/{enrolment.id}/nom-imprime"
    _to_learner(enrolment, "name_to_proofread", path, MailUrgency.DAILY, held_on=board.held_on)


def decided(decision: DiplomaDecision) -> None:
    """A learner is told what the school decided, at once."""
    enrolment = decision.enrolment
    path = f"/parcours/{enrolment.id}/diplome"
    _to_learner(
        enrolment,
        DECIDED[decision.verdict],
        path,
        MailUrgency.PROMPT,
        decided_on=decision.decided_on,
        title=enrolment.cohort.edition.diploma_title or "",
        reason=decision.reason,
    )


def corrected(
    decision: DiplomaDecision,
    before: DiplomaDecision | None,
    entry: RegisterEntry | None,
    made: RegisterEntry | None,
) -> None:
    """A learner is told at once that a final decision was corrected: before, after, and which papers no longer stand."""
    enrolment = decision.enrolment
    _to_learner(
        enrolment,
        "decision_corrected",
        f"/parcours/{enrolment.id}/diplome",
        MailUrgency.PROMPT,
        before=_told(before, entry),
        after=_told(decision, made),
        reason=decision.reason,
        replaced=entry.reference if entry is not None else "",
    )


def _told(decision: DiplomaDecision | None, entry: RegisterEntry | None) -> str:
    if decision is None:
        return "décision reprise d’un registre antérieur"
    line = f", au nom {of(entry.printed_name)}, n°\u00a0{entry.reference}" if entry is not None else ""
    return f"{decision.verdict.label}, le {plain_date(decision.decided_on)}{line}"
