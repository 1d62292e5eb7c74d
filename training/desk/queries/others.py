"""What the cohorts, the editions, a structure and the house itself ask of those in charge of them."""

import uuid
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, exists, func, literal, null, or_, select, union_all
from sqlalchemy.orm import aliased

from training.accounts.enums import Function, Part
from training.accounts.models import Dues, Person, Structure
from training.admissions.enums import BEFORE_ENROLMENT, ApplicationStatus
from training.admissions.models import Application, Call
from training.catalogue.enums import EditionStatus
from training.catalogue.models import Edition, EditionPart, Programme
from training.cohorts.enums import GONE
from training.cohorts.models import Cohort, Enrolment, TrainerApproval, TrainerAssignment
from training.cohorts.queries import in_force_on
from training.cohorts.rules import RENEWAL_NOTICE
from training.common import clock
from training.common.articles import of
from training.common.formatting import enumeration, plural
from training.common.mail import MailStatus, MailUrgency, OutgoingMail, is_night
from training.common.policy import Principal
from training.database import db
from training.desk.rules import Desk, Item, Line, Panel

OUTBOX_LATE: Final = timedelta(minutes=15)
"""A mail that may leave and has waited longer: no worker runs, or the relay is out of reach."""
__all__ = ["add_administration", "add_approvals", "add_drafts", "add_structures"]


def add_approvals(desk: Desk, principal: Principal) -> None:
    """Add the approvals that end while the trainer still follows learners (R32), for her school. One SELECT."""
    schools = {c.organisation_id: c.label for c in principal.capacities if c.function == Function.MANAGER}
    for school, until, name, code, label in db.session.execute(_ending_approvals(schools)):
        desk.lines.append(
            Line(
                f"Renouveler l’agrément {of(name)}",
                label,
                "Voir l’agrément",
                f"/promotions/{code}/formateurs",
                schools[school],
                about="Des apprenant·es sont suivi·es par cette personne.",
                due=until,
                prefix="prend fin",
                weight=3,
            )
        )


def _ending_approvals(schools: Collection[Any]) -> Any:
    """Return the approvals of these schools that are near their end, of trainers at work."""
    today, later = clock.today(), aliased(TrainerApproval)
    return (
        select(
            TrainerApproval.organisation_id,
            func.max(TrainerApproval.valid_until),
            Person.first_name + " " + Person.last_name,
            func.min(Cohort.code),
            func.min(Cohort.label),
        )
        .join(Person, Person.id == TrainerApproval.person_id)
        .join(TrainerAssignment, TrainerAssignment.person_id == Person.id)
        .join(Cohort, Cohort.id == TrainerAssignment.cohort_id)
        .where(
            TrainerApproval.organisation_id.in_(schools),
            TrainerApproval.valid_until <= today + RENEWAL_NOTICE,
            ~exists().where(
                later.person_id == TrainerApproval.person_id,
                later.organisation_id == TrainerApproval.organisation_id,
                or_(later.valid_until.is_(None), later.valid_until > today + RENEWAL_NOTICE),
            ),
            in_force_on(today),
        )
        .group_by(TrainerApproval.organisation_id, Person.id, Person.first_name, Person.last_name)
        .order_by(func.max(TrainerApproval.valid_until), Person.id)
        .limit(5)
    )


def add_drafts(desk: Desk, principal: Principal) -> None:
    """Add the editions in preparation that the school has to publish (R102). One SELECT."""
    schools = {c.organisation_id: c.label for c in principal.capacities if c.function == Function.MANAGER}
    rows = db.session.execute(
        select(Edition.code, Edition.label, Programme.code, EditionPart.organisation_id)
        .join(Programme, Programme.id == Edition.programme_id)
        .join(EditionPart, EditionPart.edition_id == Edition.id)
        .where(
            Edition.status == EditionStatus.DRAFT,
            EditionPart.part == Part.SCHOOL,
            EditionPart.organisation_id.in_(schools),
        )
        .order_by(Edition.code)
        .limit(5)
    )
    for code, label, programme, school in rows:
        line = Line(
            "Relire et publier l’édition en préparation",
            label,
            "Relire",
            f"/programmes/{programme}/{code}",
            schools[school],
            weight=6,
        )
        desk.lines.append(line)


def structures_of(principal: Principal) -> list[uuid.UUID]:
    """Return the structures the person represents."""
    return [c.structure_id for c in principal.capacities if c.structure_id and c.function == Function.REPRESENTATIVE]


def add_structures(desk: Desk, principal: Principal, structures: Sequence[uuid.UUID]) -> None:
    """Add the people of the structures the person represents, and its dues of the year. Two SELECTs at most."""
    if not structures:
        return
    learners = (
        select(
            Enrolment.structure_id.label("structure_id"),
            (Person.first_name + " " + Person.last_name).label("name"),
            Person.sort_key.label("sort_key"),
            Cohort.label.label("label"),
            literal("en formation").label("words"),
            Enrolment.id.label("enrolment_id"),
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.structure_id.in_(structures), Enrolment.status.not_in(GONE))
    )
    applicants = (
        select(
            Application.structure_id,
            Person.first_name + " " + Person.last_name,
            Person.sort_key,
            Call.title,
            literal("candidature déposée"),
            null(),
        )
        .join(Person, Person.id == Application.person_id)
        .join(Call, Call.id == Application.call_id)
        .where(
            Application.structure_id.in_(structures),
            Application.status.in_([state for state in BEFORE_ENROLMENT if state is not ApplicationStatus.DRAFT]),
        )
    )
    everyone = union_all(learners, applicants).subquery()
    rows = db.session.execute(select(everyone).order_by(everyone.c.words.desc(), everyone.c.sort_key).limit(20)).all()
    if rows:
        items = [Item(row.name, f"{row.words} – {row.label}", _path_of(row.enrolment_id)) for row in rows]
        desk.panels.append(Panel("Dans votre structure", items))
    _add_own_dues(desk, principal, structures)


def _path_of(enrolment_id: uuid.UUID | None) -> str | None:
    """Return where her representative reads how a learner gets on (R122); nothing for an applicant."""
    return f"/parcours/{enrolment_id}" if enrolment_id is not None else None


def _add_own_dues(desk: Desk, principal: Principal, structures: Sequence[uuid.UUID]) -> None:
    year = clock.today().year
    paid = exists().where(Dues.structure_id == Structure.id, Dues.year == year, Dues.paid_on.is_not(None))
    member = exists().where(Dues.structure_id == Structure.id)
    labels = {c.structure_id: c.label for c in principal.capacities}
    query = select(Structure.id, Structure.name).where(Structure.id.in_(structures), member, ~paid)
    about = "Elle n’est pas encore enregistrée. Sans elle, le porteur ne peut proposer de place à votre équipe."
    for structure_id, name in db.session.execute(query.order_by(Structure.sort_key, Structure.id)):
        sentence, href = f"Régler la cotisation {year}", f"/structures/{structure_id}"
        desk.lines.append(Line(sentence, name, "Voir la structure", href, labels[structure_id], about=about, weight=3))


def add_administration(desk: Desk, capacity: str) -> None:
    """Add what the house itself needs: mails in trouble, a silent worker, requests of people. One SELECT."""
    late = clock.now() - OUTBOX_LATE
    leaving = (
        OutgoingMail.urgency == MailUrgency.ASKED
        if is_night(clock.now())
        else OutgoingMail.urgency != MailUrgency.DAILY
    )
    row = db.session.execute(
        select(
            _count(OutgoingMail.status == MailStatus.FAILED),
            _count(OutgoingMail.status == MailStatus.UNCERTAIN),
            _count((OutgoingMail.status == MailStatus.QUEUED) & (OutgoingMail.send_after < late) & leaving),
            select(func.count())
            .where(Person.anonymisation_asked_at.is_not(None), Person.anonymised_at.is_(None))
            .scalar_subquery(),
            select(func.min(Person.anonymisation_asked_at)).where(Person.anonymised_at.is_(None)).scalar_subquery(),
        )
    ).one()
    failed, uncertain, stuck, requests, asked_at = row
    told = [plural(failed, "courriel n’est pas parti", "courriels ne sont pas partis")] if failed else []
    told += [plural(uncertain, "envoi est incertain", "envois sont incertains")] if uncertain else []
    if told:
        count = failed + uncertain
        sentence = f"Décider de ce que {'devient un courriel' if count == 1 else f'deviennent {count} courriels'}"
        about = f"{enumeration(told)}."
        desk.lines.append(
            Line(sentence, "", "Voir les courriels", "/courriels-en-attente", capacity, about=about, weight=2)
        )
    if stuck:
        about = (
            f"{plural(stuck, 'courriel attend', 'courriels attendent')} depuis plus d’un quart d’heure\u00a0: "
            "le traitement automatique est peut-être arrêté."
        )
        sentence, act = "Vérifier l’envoi des courriels", "Voir l’état du service"
        desk.lines.append(Line(sentence, "", act, "/sante", capacity, about=about, due=clock.today(), weight=0))
    if requests:
        since: date | None = clock.in_paris(asked_at).date() if asked_at else None
        sentence = f"Traiter {plural(requests, 'demande d’anonymisation', 'demandes d’anonymisation')}"
        about = "La réponse est due sous un mois."
        desk.lines.append(
            Line(sentence, "", "Voir les comptes", "/comptes", capacity, about=about, since=since, weight=1)
        )


def _count(condition: ColumnElement[bool]) -> Any:
    return select(func.count()).select_from(OutgoingMail).where(condition).scalar_subquery()
