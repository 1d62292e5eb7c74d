"""What the seminars declare: permissions, history’s sentences, personal data, their panel on a cohort’s page."""

import uuid
from typing import Any, Final

from sqlalchemy import select, update

from training.cohorts import panels
from training.cohorts.models import Cohort
from training.common import clock
from training.common.declarations import Declarations, PersonalData
from training.database import db
from training.portfolio import calendar
from training.seminars.models import CalendarFeed, HalfDay, HalfDayStaff, Seminar
from training.seminars.queries import cohort_schedule
from training.seminars.queries.modules import taught_in
from training.seminars.rules import PERMISSIONS, PROCEDURE

SENTENCES: Final = {
    **PROCEDURE.sentences,
    "seminar.planned": "a planifié le séminaire",
    "seminar.renamed": "a changé le titre ou la nature du séminaire",
    "seminar.half_day_added": "a ajouté une demi-journée",
    "seminar.half_day_changed": "a modifié une demi-journée",
    "seminar.half_day_cancelled": "a annulé une demi-journée",
    "seminar.half_day_restored": "a rétabli une demi-journée",
}


def _export_work(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(Cohort.label, Seminar.title, HalfDay.starts_at, HalfDayStaff.role)
        .join(HalfDay, HalfDay.id == HalfDayStaff.half_day_id)
        .join(Seminar, Seminar.id == HalfDay.seminar_id)
        .join(Cohort, Cohort.id == Seminar.cohort_id)
        .where(HalfDayStaff.person_id == person_id)
        .order_by(HalfDay.starts_at, HalfDay.id)
    )
    return [
        {"promotion": label, "séminaire": title, "début": start, "qualité": role.label}
        for label, title, start, role in rows
    ]


def _export_feeds(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(CalendarFeed.created_at, CalendarFeed.revoked_at)
        .where(CalendarFeed.person_id == person_id)
        .order_by(CalendarFeed.created_at, CalendarFeed.id)
    )
    return [{"abonnement créé le": created, "arrêté le": revoked} for created, revoked in rows]


def _keep(_person_id: uuid.UUID) -> int:
    """Nothing to empty: the row keeps the key of a person who is anonymised herself."""
    return 0


def _end_feeds(person_id: uuid.UUID) -> int:
    """End the person’s calendar: its address says nothing more."""
    result = db.session.execute(
        update(CalendarFeed)
        .where(CalendarFeed.person_id == person_id, CalendarFeed.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    return int(getattr(result, "rowcount", 0))


panels.add(panels.Panel(name="seminars", position=10, template="seminars/_schedule.html", load=cohort_schedule))
calendar.provide(taught_in)

DECLARATIONS: Final = Declarations(
    room="seminars",
    permissions=PERMISSIONS,
    sentences=SENTENCES,
    personal_data=(
        PersonalData(
            "half_day_staff",
            "Formateur·rices et intervenant·es des séminaires",
            "Organiser les séminaires et en rendre compte",
            "Exécution de la convention de formation",
            "5 ans après la fin de la promotion",
            _export_work,
            _keep,
        ),
        PersonalData(
            "calendar_feed",
            "Abonnement au calendrier",
            "Tenir à jour le calendrier de la personne, à sa demande",
            "Consentement",
            "Jusqu’à son arrêt par la personne",
            _export_feeds,
            _end_feeds,
        ),
    ),
    constraints={
        "uq_half_day_staff_half_day_id_person_id": ("trainers", "Cette personne est déjà prévue à cette demi-journée."),
        "uq_half_day_uid": ("form", "Cette demi-journée vient d’être créée : relisez la page."),
        "ck_half_day_ends_after_start": ("ends", "La fin doit venir après le début."),
        "ck_half_day_credit_not_negative": ("credited_hours", "Indiquez un nombre d’heures positif."),
        "uq_calendar_feed_person": ("form", "Votre abonnement vient d’être créé : relisez la page."),
        "uq_calendar_feed_cohort": ("form", "L’abonnement vient d’être créé : relisez la page."),
    },
)
