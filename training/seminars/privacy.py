"""Personal data of attendance: what each person may take away, and what is forgotten (R43, R90, R91).

Presences are the proof due to those who fund the course: they outlive an anonymisation, under the key of a person
who then has no name. What is not proof goes: drawn signatures, guests’ names, announced reasons.
"""

import uuid
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy import delete, select

from training.accounts.models import Organisation
from training.cohorts.models import Cohort, Enrolment
from training.common.declarations import PersonalData
from training.database import db
from training.seminars.models import (
    AbsenceNotice,
    AttendanceEntry,
    AttendanceSheet,
    AttendanceWaiver,
    CalendarChoice,
    CalendarInvitation,
    CarShare,
    Convocation,
    Diet,
    DietMemory,
    DocumentBatch,
    EntryMark,
    HalfDay,
    MakeUp,
    MealChoice,
    Seminar,
    SeminarMaterial,
    Speaker,
)

_PROOF: Final = "6 ans après la fin de la promotion : ce sont les preuves dues aux financeurs"
_BASIS: Final = "Obligation légale de justifier la réalisation des formations"
_COURSE: Final = "Organiser la formation et en rendre compte"
_CONTRACT: Final = "Exécution de la convention de formation"


def _sheets_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(Cohort.label, Seminar.title, HalfDay.starts_at, AttendanceSheet.opened_by, AttendanceSheet.locked_by)
        .join(HalfDay, HalfDay.id == AttendanceSheet.half_day_id)
        .join(Seminar, Seminar.id == HalfDay.seminar_id)
        .join(Cohort, Cohort.id == Seminar.cohort_id)
        .where((AttendanceSheet.opened_by == person_id) | (AttendanceSheet.locked_by == person_id))
        .order_by(HalfDay.starts_at, HalfDay.id)
    )
    return [
        {
            "promotion": label,
            "séminaire": title,
            "début": start,
            "a ouvert": opened == person_id,
            "a contresigné": locked == person_id,
        }
        for label, title, start, opened, locked in rows
    ]


def _entries_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(AttendanceEntry, Seminar.title, HalfDay.starts_at)
        .join(Enrolment, Enrolment.id == AttendanceEntry.enrolment_id)
        .join(AttendanceSheet, AttendanceSheet.id == AttendanceEntry.sheet_id)
        .join(HalfDay, HalfDay.id == AttendanceSheet.half_day_id)
        .join(Seminar, Seminar.id == HalfDay.seminar_id)
        .where(Enrolment.person_id == person_id)
        .order_by(HalfDay.starts_at, AttendanceEntry.recorded_at, AttendanceEntry.id)
    )
    return [
        {
            "séminaire": title,
            "début": start,
            "présence": entry.status.label,
            "heures": entry.hours,
            "raison": entry.absence_kind.label if entry.absence_kind else None,
            "comment": entry.method.label,
            "enregistré le": entry.recorded_at,
        }
        for entry, title, start in rows
    ]


def _forget_marks(person_id: uuid.UUID) -> int:
    own = (
        select(AttendanceEntry.id)
        .join(Enrolment, Enrolment.id == AttendanceEntry.enrolment_id)
        .where(Enrolment.person_id == person_id)
    )
    result = db.session.execute(delete(EntryMark).where(EntryMark.entry_id.in_(own)))
    return int(getattr(result, "rowcount", 0)) + _forget_notices(person_id)


def _forget_notices(person_id: uuid.UUID) -> int:
    own = select(Enrolment.id).where(Enrolment.person_id == person_id)
    result = db.session.execute(delete(AbsenceNotice).where(AbsenceNotice.enrolment_id.in_(own)))
    return int(getattr(result, "rowcount", 0))


def _waivers_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(AttendanceWaiver.decided_on, HalfDay.starts_at)
        .join(HalfDay, HalfDay.id == AttendanceWaiver.half_day_id)
        .where(AttendanceWaiver.recorded_by == person_id)
        .order_by(AttendanceWaiver.recorded_at, AttendanceWaiver.id)
    )
    return [{"dispense enregistrée, décidée le": decided, "demi-journée": start} for decided, start in rows]


def _make_ups_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(MakeUp.arranged_at, HalfDay.starts_at)
        .join(HalfDay, HalfDay.id == MakeUp.invited_id)
        .where(MakeUp.arranged_by == person_id)
        .order_by(MakeUp.arranged_at, MakeUp.id)
    )
    return [{"rattrapage prévu le": arranged, "demi-journée": start} for arranged, start in rows]


def _batches_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        select(DocumentBatch)
        .where(DocumentBatch.requested_by == person_id)
        .order_by(DocumentBatch.requested_at, DocumentBatch.id)
    )
    return [{"documents": each.kind.label, "demandés le": each.requested_at} for each in rows]


def speaking_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return as what each body knows a person among its speakers."""
    rows = db.session.execute(
        select(Organisation.name, Speaker.quality, Speaker.entered_at)
        .join(Speaker, Speaker.organisation_id == Organisation.id)
        .where(Speaker.person_id == person_id)
        .order_by(Speaker.entered_at, Speaker.id)
    )
    return [{"organisme": name, "fonction": quality, "saisie le": entered} for name, quality, entered in rows]


def forget_speaking(person_id: uuid.UUID) -> int:
    """Take a person off every list of speakers."""
    result = db.session.execute(delete(Speaker).where(Speaker.person_id == person_id))
    return int(getattr(result, "rowcount", 0))


def invitations_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the invitations sent to a person, as they last stood."""
    rows = db.session.scalars(
        select(CalendarInvitation)
        .where(CalendarInvitation.person_id == person_id)
        .order_by(CalendarInvitation.starts_at, CalendarInvitation.id)
    )
    return [
        {"demi-journée": each.summary, "début": each.starts_at, "envoyée le": each.sent_at, "retirée": each.cancelled}
        for each in rows
    ]


def choices_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return what a person chose for her calendar."""
    rows = db.session.scalars(select(CalendarChoice).where(CalendarChoice.person_id == person_id))
    return [{"invitations par courriel": each.invitations, "choisi le": each.chosen_at} for each in rows]


def forget_choices(person_id: uuid.UUID) -> int:
    """Forget what a person chose."""
    result = db.session.execute(delete(CalendarChoice).where(CalendarChoice.person_id == person_id))
    return int(getattr(result, "rowcount", 0))


def _keep(_person_id: uuid.UUID) -> int:
    """Nothing to empty: the row keeps the key of a person who is anonymised herself."""
    return 0


def _convocations_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(Seminar.title, Convocation.sent_at, Convocation.person_id)
        .join(Convocation, Convocation.seminar_id == Seminar.id)
        .where((Convocation.person_id == person_id) | (Convocation.sent_by == person_id))
        .order_by(Convocation.sent_at, Convocation.id)
    )
    return [{"séminaire": title, "convocation du": at, "reçue": who == person_id} for title, at, who in rows]


def _meals_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(HalfDay.starts_at, MealChoice.eats)
        .join(HalfDay, HalfDay.id == MealChoice.half_day_id)
        .where(MealChoice.person_id == person_id)
        .order_by(HalfDay.starts_at, HalfDay.id)
    )
    return [{"demi-journée": start, "repas": eats} for start, eats in rows]


def _diets_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = db.session.scalars(select(Diet.words).where(Diet.person_id == person_id).order_by(Diet.seminar_id))
    return [{"régime ou allergie": words} for words in rows]


def _remembered_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = db.session.scalars(select(DietMemory).where(DietMemory.person_id == person_id))
    return [{"régime retenu": row.words, "accord donné le": row.agreed_at} for row in rows]


def _shares_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = db.session.scalars(select(CarShare).where(CarShare.person_id == person_id))
    return [{"départ": row.town, "places": row.seats, "téléphone": row.phone} for row in rows]


def _materials_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = db.session.scalars(
        select(SeminarMaterial).where(SeminarMaterial.added_by == person_id).order_by(SeminarMaterial.added_at)
    )
    return [{"document": row.title, "ajouté le": row.added_at} for row in rows]


def _forget(table: Any) -> Callable[[uuid.UUID], int]:
    def forget(person_id: uuid.UUID) -> int:
        result = db.session.execute(delete(table).where(table.person_id == person_id))
        return int(getattr(result, "rowcount", 0))

    return forget


_COMING: Final = "Organiser les repas et les trajets d’un séminaire"
_CONSENT: Final = "Consentement"
_WEEK: Final = "Une semaine après le séminaire"

PERSONAL_DATA: Final = (
    PersonalData("convocation", "Convocations envoyées", _COURSE, _CONTRACT, _PROOF, _convocations_of, _keep),
    PersonalData("meal_choice", "Repas sur place", _COMING, _CONTRACT, _WEEK, _meals_of, _forget(MealChoice)),
    PersonalData("diet", "Régimes et allergies", _COMING, _CONSENT, _WEEK, _diets_of, _forget(Diet)),
    PersonalData(
        "diet_memory",
        "Régimes retenus d’un séminaire à l’autre",
        _COMING,
        _CONSENT,
        "Jusqu’à la fin de la promotion, ou au retrait de l’accord",
        _remembered_of,
        _forget(DietMemory),
    ),
    PersonalData("car_share", "Covoiturages", _COMING, _CONSENT, _WEEK, _shares_of, _forget(CarShare)),
    PersonalData(
        "seminar_material", "Documents de séminaires ajoutés", _COURSE, _CONTRACT, _PROOF, _materials_of, _keep
    ),
    PersonalData("attendance_sheet", "Feuilles ouvertes et contresignées", _COURSE, _BASIS, _PROOF, _sheets_of, _keep),
    PersonalData(
        "attendance_entry",
        "Présences, signatures et natures d’absence",
        "Prouver la présence et en calculer les heures",
        _BASIS,
        _PROOF,
        _entries_of,
        _forget_marks,
    ),
    PersonalData("attendance_waiver", "Dispenses enregistrées", _COURSE, _CONTRACT, _PROOF, _waivers_of, _keep),
    PersonalData("make_up", "Rattrapages prévus", _COURSE, _CONTRACT, _PROOF, _make_ups_of, _keep),
    PersonalData(
        "document_batch",
        "Lots de documents demandés",
        "Établir les documents de la promotion",
        _CONTRACT,
        "Une semaine",
        _batches_of,
        _keep,
    ),
)
