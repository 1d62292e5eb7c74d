"""What the seminars declare: permissions, history’s sentences, personal data, their panel on a cohort’s page."""

import uuid
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select, update

from training.cohorts import carrying, doors, launch, lists, moving, occupied, panels
from training.cohorts.doors import Door, DoorGroup
from training.cohorts.lists import ListFilter
from training.cohorts.models import Cohort, Enrolment
from training.common import clock, doctor, filetypes
from training.common.declarations import Declarations, FileUse, PersonalData, Sweep
from training.common.errors import NotFound
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.portfolio import calendar, followed, path
from training.seminars import bundling, privacy
from training.seminars.carrying import SHARE
from training.seminars.contributions import CONTRIBUTOR
from training.seminars.imports import IMPORTS
from training.seminars.launching import planned_launch
from training.seminars.link_purposes import PURPOSES
from training.seminars.models import AttendanceSheet, CalendarFeed, HalfDay, HalfDayStaff, Seminar, SeminarMaterial
from training.seminars.moving_steps import STEPS
from training.seminars.queries import SCAN_USE, SheetView, cohort_schedule, find_presence, find_seminar, find_sheet
from training.seminars.queries.lists import absence_options, absent_from
from training.seminars.queries.modules import taught_in
from training.seminars.queries.occupied import half_days_expecting
from training.seminars.rules import PERMISSIONS, PROCEDURE, SHEET_PROCEDURE
from training.seminars.rules.attendance import TAKING_OVER, sees_reasons
from training.seminars.services import WAIVER_USE, changes, convocations, integrity, invitations
from training.seminars.services.convocations import MATERIAL_USE
from training.seminars.telling import TELLER
from training.seminars.twins import TWINS

launch.provide(planned_launch)
lists.add(ListFilter("absents", 30, "Absences à un séminaire", absence_options, absent_from))

SENTENCES: Final = {
    **PROCEDURE.sentences,
    "seminar.planned": "a planifié le séminaire",
    "seminar.renamed": "a changé le titre ou la nature du séminaire",
    "seminar.moved": "a déplacé tout le séminaire",
    "seminar.half_day_added": "a ajouté une demi-journée",
    "seminar.half_day_changed": "a modifié une demi-journée",
    "seminar.half_day_cancelled": "a annulé une demi-journée",
    "seminar.half_day_restored": "a rétabli une demi-journée",
    "cohort.speaker_changed": "a corrigé ce que l’on sait d’un·e intervenant·e",
    "cohort.speaker_entered": "a saisi un·e intervenant·e",
    "cohort.speaker_removed": "a retiré un·e intervenant·e de la liste",
    "cohort.venue_described": "a décrit un lieu ou une salle",
    "seminar.sign_links_sent": "a envoyé à chacun·e son lien pour signer",
    **SHEET_PROCEDURE.sentences,
    **TAKING_OVER.sentences,
    "seminar.half_day_taken_back": "a annulé l’import d’une demi-journée",
    "sheet.corrected": "a corrigé la feuille verrouillée",
    "sheet.countersign_link_sent": "a envoyé un lien pour contresigner la feuille",
    "sheet.scanned": "a joint la feuille signée sur papier",
    "enrolment.absence_announced": "a annoncé une absence",
    "enrolment.absence_withdrawn": "viendra finalement à une demi-journée",
    "enrolment.half_day_waived": "a dispensé cette personne d’une demi-journée",
    "enrolment.make_up_arranged": "a prévu le rattrapage d’une demi-journée",
    "seminar.convocations_prepared": "a demandé le zip des convocations",
    "seminar.convocation_sent_again": "a envoyé de nouveau une convocation",
    "seminar.convocations_sent": "a envoyé les convocations",
    "seminar.material_added": "a ajouté un document au séminaire",
    "seminar.material_removed": "a retiré un document du séminaire",
    "seminar.practical_set": "a précisé l’accès et ce qu’il faut apporter",
    "cohort.convocations_settled": "a réglé ce que disent les convocations",
    "cohort.urgent_word": "a changé le message urgent de la promotion",
    "cohort.documents_requested": "a demandé des documents pour toute la promotion",
    "cohort.issuer_set": "a indiqué qui signe les documents de la promotion",
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


MEGABYTE: Final = 1024 * 1024
PAPERS: Final = frozenset({filetypes.PDF.media_type, filetypes.JPEG.media_type, filetypes.PNG.media_type})
MATERIALS: Final = filetypes.DOCUMENTS | {filetypes.JPEG.media_type, filetypes.PNG.media_type}
KEPT: Final = "6 ans après la fin de la promotion : ce sont les preuves dues aux financeurs"


def _sheet_of_scan(principal: Principal, sheet_id: uuid.UUID) -> SheetView:
    row = db.session.execute(
        select(HalfDay.seminar_id, HalfDay.id)
        .join(AttendanceSheet, AttendanceSheet.half_day_id == HalfDay.id)
        .where(AttendanceSheet.id == sheet_id)
    ).one_or_none()
    if row is None:
        raise NotFound
    return find_sheet(principal, *row)


def _seminar_of_material(principal: Principal, material_id: uuid.UUID) -> Seminar:
    """Return the seminar of a document; whoever is not of its team finds it from its day on only."""
    material = db.session.get(SeminarMaterial, material_id)
    if material is None:
        raise NotFound
    seminar = find_seminar(principal, material.seminar_id)
    if material.visible_from > clock.today() and not policy.allows(
        principal, Permission.SEMINARS_MATERIAL_ADD, seminar
    ):
        raise NotFound
    return seminar


def _enrolment_of_evidence(principal: Principal, enrolment_id: uuid.UUID) -> Enrolment:
    code = db.session.scalar(
        select(Cohort.code).join(Enrolment, Enrolment.cohort_id == Cohort.id).where(Enrolment.id == enrolment_id)
    )
    if code is None:
        raise NotFound
    enrolment = find_presence(principal, code, enrolment_id)
    if not sees_reasons(
        principal, enrolment
    ):  # why she was away is not the funder’s to read, nor the employer’s (R122)
        raise NotFound
    return enrolment


doctor.add_check("sheets", integrity.faults)
path.add(CONTRIBUTOR)
carrying.add(SHARE)
followed.add(TELLER)
moving.add(*STEPS)
panels.add(panels.Panel(name="seminars", position=10, template="seminars/_schedule.html", load=cohort_schedule))
calendar.provide(taught_in)
occupied.provide(half_days_expecting)
doors.add(
    Door(DoorGroup.PREPARE, 5, "L’année, mois par mois", "seminars.year", Permission.COHORTS_COHORT_READ),
    Door(DoorGroup.PREPARE, 15, "Intervenant·es", "seminars.speakers", Permission.SEMINARS_SEMINAR_PLAN),
    Door(
        DoorGroup.PREPARE,
        20,
        "Ce que disent les convocations",
        "seminars.convocation_terms",
        Permission.SEMINARS_SEMINAR_PLAN,
    ),
    Door(DoorGroup.FOLLOW, 63, "Message urgent", "seminars.urgent_form", Permission.SEMINARS_SEMINAR_PLAN),
)

DECLARATIONS: Final = Declarations(
    room="seminars",
    twins=TWINS,
    permissions=PERMISSIONS,
    imports=IMPORTS,
    sentences=SENTENCES,
    link_purposes=PURPOSES,
    sweeps=(
        Sweep("bundles", "Documents demandés pour une promotion", timedelta(seconds=10), bundling.BUNDLES.make),
        Sweep("schedule_changes", "Annonce des changements de séminaires", timedelta(minutes=1), changes.tell_changes),
        Sweep("invitations", "Invitations aux demi-journées", timedelta(minutes=1), invitations.send_invitations),
        Sweep(
            "forget_practical",
            "Oubli des repas, des régimes et des covoiturages",
            timedelta(days=1),
            convocations.forget_practical,
        ),
        Sweep("old_bundles", "Purge des anciens lots de documents", timedelta(days=1), bundling.BUNDLES.purge),
    ),
    file_uses=(
        FileUse(
            code=SCAN_USE,
            label="Feuille d’émargement signée sur papier",
            max_bytes=15 * MEGABYTE,
            media_types=PAPERS,
            permission=Permission.SEMINARS_SHEET_READ,
            load=_sheet_of_scan,
            retention=KEPT,
            max_count=10,
        ),
        FileUse(
            code=MATERIAL_USE,
            label="Document d’un séminaire",
            max_bytes=25 * MEGABYTE,
            media_types=MATERIALS,
            permission=Permission.SEMINARS_SEMINAR_READ,
            load=_seminar_of_material,
            retention="5 ans après la fin de la promotion",
            max_count=1,
        ),
        FileUse(
            code=WAIVER_USE,
            label="Décision de dispense transcrite pour l’école",
            max_bytes=5 * MEGABYTE,
            media_types=PAPERS,
            permission=Permission.SEMINARS_ATTENDANCE_LEARNER,
            load=_enrolment_of_evidence,
            retention=KEPT,
            max_count=60,
        ),
    ),
    personal_data=(
        *privacy.PERSONAL_DATA,
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
            "speaker",
            "Intervenant·es extérieur·es connu·es d’un organisme",
            "Organiser les séminaires et en rendre compte",
            "Exécution de la convention de formation",
            "Jusqu’à l’anonymisation du compte",
            privacy.speaking_of,
            privacy.forget_speaking,
        ),
        PersonalData(
            "calendar_invitation",
            "Invitations aux demi-journées envoyées par courriel",
            "Tenir à jour le calendrier de la personne",
            "Exécution de la convention de formation",
            "5 ans après la fin de la promotion",
            privacy.invitations_of,
            _keep,
        ),
        PersonalData(
            "calendar_choice",
            "Choix de recevoir ou non des invitations par courriel",
            "Respecter le choix de la personne",
            "Consentement",
            "Jusqu’à l’anonymisation du compte",
            privacy.choices_of,
            privacy.forget_choices,
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
        "uq_attendance_sheet_half_day_id": ("form", "Quelqu’un vient d’ouvrir cette feuille : relisez la page."),
        "uq_attendance_sheet_tag": ("form", "La feuille n’a pas pu être ouverte. Recommencez."),
        "uq_attendance_entry_learner": ("form", "Cette présence vient d’être enregistrée : relisez la page."),
        "uq_attendance_entry_guest": ("form", "Cette présence vient d’être enregistrée."),
        "uq_attendance_entry_once": ("form", "Cette signature vient d’être enregistrée."),
        "uq_attendance_entry_corrects_id": ("form", "Quelqu’un vient de changer cette présence : relisez la page."),
        "uq_sheet_guest_sheet_id_name_key": ("name", "Cette personne vient de signer."),
        "uq_absence_notice_half_day_id_enrolment_id": ("half_days", "Cette absence vient d’être annoncée."),
        "uq_attendance_waiver_half_day_id_enrolment_id": ("form", "Cette dispense est déjà enregistrée."),
        "uq_make_up_enrolment_id_missed_id": ("form", "Un rattrapage vient d’être prévu : relisez la page."),
        "uq_make_up_enrolment_id_invited_id": (
            "invited_id",
            "Cette demi-journée sert déjà à en rattraper une autre : choisissez-en une autre.",
        ),
        "uq_half_day_staff_half_day_id_person_id": ("trainers", "Cette personne est déjà prévue à cette demi-journée."),
        "ck_car_share_a_car": ("seats", "Indiquez un nombre de places de 0 à 8."),
        "uq_half_day_uid": ("form", "Cette demi-journée vient d’être créée : relisez la page."),
        "ck_half_day_ends_after_start": ("ends", "La fin doit venir après le début."),
        "ck_half_day_credit_not_negative": ("credited_hours", "Indiquez un nombre d’heures positif."),
        "uq_calendar_invitation_half_day_id_person_id": ("form", "Cette invitation vient de partir."),
        "uq_calendar_choice_person_id": ("form", "Votre choix vient d’être enregistré : relisez la page."),
        "uq_speaker_organisation_id_person_id": ("form", "Cette personne vient d’être saisie : relisez la page."),
        "uq_venue_organisation_id_place_room": ("room", "Cette salle est déjà enregistrée."),
        "ck_venue_holds_someone": ("capacity", "Indiquez un nombre de places positif, ou laissez vide."),
        "uq_calendar_feed_person": ("form", "Votre abonnement vient d’être créé : relisez la page."),
        "uq_calendar_feed_cohort": ("form", "L’abonnement vient d’être créé : relisez la page."),
    },
)
