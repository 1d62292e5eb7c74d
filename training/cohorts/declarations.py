"""What the cohorts declare: permissions, the proof of approvals, history’s sentences, personal data."""

import uuid
from datetime import timedelta
from typing import Final

from training.accounts.services import factors
from training.cohorts import (
    correspondence,
    doors,
    lists,
    meeting_rules,
    moving,
    moving_steps,
    privacy,
    queries,
    transfer_rules,
)
from training.cohorts.doors import Door, DoorGroup
from training.cohorts.imports import IMPORTS
from training.cohorts.launch_purpose import PURPOSE
from training.cohorts.lists import ListFilter
from training.cohorts.models import Cohort
from training.cohorts.procedure import COHORT_PROCEDURE, ENROLMENT_PROCEDURE
from training.cohorts.queries import messages
from training.cohorts.rules import PERMISSIONS
from training.cohorts.services import approvals, launch, registration
from training.cohorts.services.registration import PORTRAIT
from training.cohorts.services.trainers import EVIDENCE_USE
from training.cohorts.services.transfers import EVIDENCE_USE as TRANSFER_EVIDENCE
from training.cohorts.twins import TWINS
from training.common import filetypes, threads
from training.common.declarations import Declarations, FileUse, PersonalData, Sweep
from training.common.errors import NotFound
from training.common.policy import Permission, Principal
from training.database import db

MEGABYTE: Final = 1024 * 1024

doors.add(
    Door(DoorGroup.FOLLOW, 60, "Écrire à une liste d’apprenant·es", "cohorts.compose", Permission.COHORTS_MAILING_SEND),
    Door(
        DoorGroup.FOLLOW, 61, "Liste d’appel, avec les téléphones", "cohorts.call_list", Permission.COHORTS_CALLS_READ
    ),
    Door(DoorGroup.FOLLOW, 62, "Annuaire de la promotion", "cohorts.directory", Permission.COHORTS_DIRECTORY_READ),
    Door(DoorGroup.PREPARE, 30, "Choix des modules", "cohorts.choices", Permission.COHORTS_CHOICE_RUN),
)
lists.add(
    ListFilter("parcours", 10, "Parcours", messages.variant_options, messages.of_variant),
    ListFilter("suivi", 20, "Suivi", messages.trainer_options, messages.followed_by),
)
threads.declare(correspondence.KIND)
factors.add_acquaintance(queries.learns_with_bodies_of)
factors.add_bar(queries.is_busy_elsewhere)


def _cohort_of_file(principal: Principal, cohort_id: uuid.UUID) -> Cohort:
    cohort = db.session.get(Cohort, cohort_id)
    if cohort is None:
        raise NotFound
    return queries.find_cohort(principal, cohort.code)


SENTENCES: Final = {
    **COHORT_PROCEDURE.sentences,
    **ENROLMENT_PROCEDURE.sentences,
    **meeting_rules.MEETING_PROCEDURE.sentences,
    **transfer_rules.TRANSFER_PROCEDURE.sentences,
    "transfer.correspondence_changed": "a corrigé la correspondance des modules",
    "transfer.proposed": "a proposé ce transfert",
    "meeting.moved": "a déplacé ce rendez-vous",
    "cohort.meetings_offered": "a ouvert des rendez-vous individuels",
    "cohort.moved_in_told": "a prévenu les personnes reprises dans la promotion",
    "cohort.opened": "a ouvert la promotion",
    "cohort.dates_set": "a changé les dates de la promotion",
    "cohort.body_in_tool": "a noté qu’un organisme agit désormais lui-même dans l’outil",
    "cohort.body_outside_tool": "a noté qu’un organisme est hors outil : le porteur transcrit ses actes",
    "cohort.places_set": "a changé le nombre de places",
    "cohort.quota_set": "a changé le nombre de places d’un parcours",
    "cohort.trainer_approved": "a enregistré l’agrément d’un·e formateur·rice relais",
    "cohort.animator_assigned": "a confié l’animation de la promotion à un·e formateur·rice relais",
    "cohort.animator_ended": "a mis fin à l’animation de la promotion par un·e formateur·rice relais",
    "edition.civil_fields_asked": "a précisé les informations d’état civil demandées",
    "cohort.choice_settled": "a réglé un choix de modules : date, accord, places",
    "enrolment.choice_agreed": "a donné son accord au choix d’un module",
    "enrolment.choice_declined": "a rendu un choix de module à refaire",
    "enrolment.modules_chosen": "a choisi un module du parcours",
    "enrolment.enrolled": "a inscrit cette personne dans la promotion",
    "enrolment.taken_back": "a annulé l’import de cette inscription",
    "enrolment.taken_over": "a repris cette inscription d’un tableur",
    "enrolment.post_found": "a noté que cette personne a de nouveau un poste",
    "enrolment.postless": "a noté que cette personne est sans poste",
    "enrolment.risk_closed": "a levé l’alerte",
    "enrolment.risk_raised": "a alerté sur un risque d’abandon",
    "enrolment.trainer_assigned": "a désigné un·e formateur·rice relais",
    "enrolment.trainer_ended": "a mis fin au suivi par un·e formateur·rice relais",
}

_COURSE: Final = "Organiser la formation et en rendre compte"
_BASIS: Final = "Exécution de la convention de formation"
_FIVE_YEARS: Final = "5 ans après la fin de la promotion"

doors.add(
    Door(
        DoorGroup.PREPARE,
        50,
        "Qui vient au lancement, et les repas",
        "cohorts.launch_day",
        Permission.COHORTS_LAUNCH_READ,
    ),
    Door(
        DoorGroup.PREPARE,
        70,
        "Reprendre une promotion en cours",
        "cohorts.moving_in",
        Permission.COHORTS_COHORT_MOVE_IN,
    ),
    Door(DoorGroup.FOLLOW, 10, "Équipe de formation", "cohorts.trainers", Permission.COHORTS_LEARNERS_READ),
    Door(DoorGroup.FOLLOW, 60, "Trombinoscope", "cohorts.faces", Permission.COHORTS_LEARNERS_READ),
    Door(DoorGroup.CONCLUDE, 30, "État civil pour le diplôme", "cohorts.civil_list", Permission.COHORTS_CIVIL_READ),
)

moving.add(*moving_steps.STEPS)

DECLARATIONS: Final = Declarations(
    room="cohorts",
    twins=TWINS,
    imports=IMPORTS,
    permissions={**PERMISSIONS, **meeting_rules.PERMISSIONS, **transfer_rules.PERMISSIONS},
    sentences=SENTENCES,
    file_uses=(
        FileUse(
            code=EVIDENCE_USE,
            label="Preuve de l’agrément d’un·e formateur·rice relais",
            max_bytes=5 * MEGABYTE,
            media_types=frozenset({filetypes.PDF.media_type, filetypes.JPEG.media_type, filetypes.PNG.media_type}),
            permission=Permission.COHORTS_TRAINER_ASSIGN,
            load=_cohort_of_file,
            retention=_FIVE_YEARS,
            max_count=50,
        ),
        FileUse(
            code=TRANSFER_EVIDENCE,
            label="Preuve de l’accord de l’école à un transfert",
            max_bytes=5 * MEGABYTE,
            media_types=frozenset({filetypes.PDF.media_type, filetypes.JPEG.media_type, filetypes.PNG.media_type}),
            permission=Permission.COHORTS_TRANSFER_READ,
            load=queries.find_transfer,
            retention=_FIVE_YEARS,
            max_count=5,
        ),
        FileUse(
            code=PORTRAIT,
            label="Portrait du trombinoscope",
            max_bytes=3 * MEGABYTE,
            media_types=frozenset({filetypes.JPEG.media_type, filetypes.PNG.media_type}),
            permission=Permission.COHORTS_LEARNERS_READ,
            load=_cohort_of_file,
            retention="Jusqu’à la fin de la promotion, ou jusqu’à ce que la personne retire son accord",
            max_count=200,
        ),
    ),
    personal_data=(
        PersonalData(
            "enrolment", "Inscriptions", _COURSE, _BASIS, _FIVE_YEARS, privacy.export_enrolments, privacy.keep
        ),
        PersonalData(
            "trainer_approval",
            "Agréments des formateur·rices relais",
            "Savoir qui peut suivre des apprenant·es",
            "Mission d’intérêt public de l’école",
            _FIVE_YEARS,
            privacy.export_approvals,
            privacy.keep,
        ),
        PersonalData(
            "trainer_assignment",
            "Suivi par les formateur·rices relais",
            _COURSE,
            _BASIS,
            _FIVE_YEARS,
            privacy.export_assignments,
            privacy.keep,
        ),
        PersonalData(
            "civil_status",
            "État civil pour le diplôme",
            "Inscrire la personne auprès de l’école et éditer son diplôme",
            _BASIS,
            _FIVE_YEARS,
            privacy.export_civil_status,
            privacy.forget_civil_status,
        ),
        PersonalData(
            "transfer",
            "Transferts d’une promotion à une autre",
            _COURSE,
            _BASIS,
            _FIVE_YEARS,
            privacy.export_transfers,
            privacy.empty_transfers,
        ),
        PersonalData(
            "launch_team",
            "Équipes attendues au lancement",
            _COURSE,
            _BASIS,
            _FIVE_YEARS,
            privacy.export_teams,
            privacy.keep,
        ),
        PersonalData(
            "launch_guest",
            "Personnes de l’équipe invitées au lancement",
            _COURSE,
            _BASIS,
            "Jusqu’à la fin de la promotion",
            privacy.export_guests,
            privacy.forget_guests,
        ),
        PersonalData(
            "module_choice",
            "Modules choisis",
            _COURSE,
            _BASIS,
            _FIVE_YEARS,
            privacy.export_choices,
            privacy.keep,
        ),
        PersonalData(
            "directory_entry",
            "Coordonnées montrées à la promotion",
            "Se joindre entre personnes d’une promotion",
            "Consentement",
            "Jusqu’à la fin de la promotion, ou au retrait de l’accord",
            privacy.export_directory,
            privacy.forget_directory,
        ),
        PersonalData(
            "portrait",
            "Portraits du trombinoscope",
            "Se reconnaître entre personnes d’une promotion",
            "Consentement",
            "Jusqu’à la fin de la promotion, ou au retrait de l’accord",
            privacy.export_portraits,
            privacy.forget_portraits,
        ),
        PersonalData(
            "meeting_slot",
            "Rendez-vous individuels",
            "Accompagner chaque apprenant·e",
            _BASIS,
            _FIVE_YEARS,
            privacy.export_meetings,
            privacy.empty_meetings,
        ),
        PersonalData(
            "risk_flag",
            "Alertes sur un risque d’abandon",
            "Accompagner chaque apprenant·e",
            _BASIS,
            _FIVE_YEARS,
            privacy.export_risks,
            privacy.empty_risks,
        ),
        PersonalData(
            "follow_up_note",
            "Notes de suivi",
            "Accompagner chaque apprenant·e",
            _BASIS,
            _FIVE_YEARS,
            privacy.export_notes,
            privacy.empty_notes,
        ),
    ),
    link_purposes=(PURPOSE,),
    sweeps=(
        Sweep("ending_approvals", "Agréments près de leur fin", timedelta(hours=6), approvals.remind_approvals),
        Sweep("launch_guests", "Invitations au lancement", timedelta(minutes=1), launch.invite_guests),
        Sweep("launch_diets", "Oubli des régimes après le lancement", timedelta(days=1), launch.forget_diets),
        Sweep(
            "forget_directories",
            "Oubli des coordonnées montrées dans des promotions finies",
            timedelta(days=1),
            registration.forget_directories,
        ),
        Sweep(
            "erase_portraits",
            "Effacement des portraits de promotions finies",
            timedelta(days=1),
            registration.erase_portraits,
        ),
    ),
    constraints={
        "ck_cohort_dates_in_order": ("ends_on", "La formation ne peut pas finir avant d’avoir commencé."),
        "ck_launch_team_a_meal_each": ("meals", "Il y a plus de repas que de personnes : vérifiez les deux nombres."),
        "ck_option_places_not_negative": ("form", "Un nombre de places ne peut pas être négatif."),
        "uq_module_choice_enrolment_id_module_id": ("modules", "Ce choix vient d’être enregistré : relisez la page."),
        "uq_cohort_code": ("code", "Ce code désigne déjà une autre promotion : choisissez-en un autre."),
        "uq_seat_cohort_id_number": ("form", "Les places viennent d’être changées : relisez la page."),
        "uq_seat_holder_id": ("form", "Cette personne a déjà une place réservée."),
        "uq_enrolment_seat_id": ("form", "Cette place vient d’être prise : choisissez-en une autre."),
        "uq_meeting_slot_at_once": ("starts_at", "Un de vos créneaux est déjà à ce moment-là."),
        "uq_risk_flag_open": ("form", "L’alerte vient d’être donnée : relisez la page."),
        "uq_transfer_live": ("form", "Un transfert vient d’être proposé pour cette personne : relisez sa page."),
        "uq_transfer_to_enrolment_id": ("form", "Ce transfert vient d’être fait : relisez la page."),
        "uq_transfer_line_transfer_id_from_module_id": (
            "form",
            "La correspondance vient de changer : relisez la page.",
        ),
        "uq_enrolment_live": ("form", "Cette personne suit déjà ce programme dans une promotion."),
        "uq_trainer_assignment_referent": ("person_id", "Un·e référent·e vient d’être désigné·e : relisez la page."),
        "uq_trainer_assignment_animator": ("person_id", "Cette personne anime déjà la promotion."),
        "uq_trainer_approval_person_id_organisation_id_agreed_on": (
            "agreed_on",
            "Un agrément de cette école à cette date est déjà enregistré pour cette personne.",
        ),
        "uq_quota_cohort_id_variant_id": ("places", "Le nombre de places de ce parcours vient d’être fixé."),
    },
)
