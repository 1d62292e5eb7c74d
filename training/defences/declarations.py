"""What mémoires and their defences declare: permissions, files, history’s sentences, personal data, sweeps, constraints."""

from datetime import timedelta
from typing import Final

from training.cohorts import carrying, doors, moving
from training.cohorts.doors import Door, DoorGroup
from training.common import doctor
from training.common.declarations import Declarations, FileUse, PersonalData, Sweep
from training.common.policy import Permission
from training.defences import file_uses, jury_link, jury_privacy, privacy, queries
from training.defences.carrying import SHARE
from training.defences.contributions import CONTRIBUTOR
from training.defences.integrity import faults, minutes_faults
from training.defences.link_purposes import PURPOSES
from training.defences.moving_in import MEMOIRES, STEP
from training.defences.procedure import MEMOIRE
from training.defences.rules import PERMISSIONS
from training.defences.telling import TELLER
from training.defences.twins import TWINS
from training.portfolio import followed, path

_COURSE: Final = "Accompagner le mémoire et sa soutenance"
_BASIS: Final = "Exécution de la convention de formation"
_JURIES: Final = "Réunir les jurys et garder la preuve de leurs décisions"
_PROOF: Final = "Les procès-verbaux sont la preuve du diplôme : ils sont gardés avec son registre"
_FIVE_YEARS: Final = "5 ans après la fin de la promotion, sauf partage dans la bibliothèque"

SENTENCES: Final = {
    **MEMOIRE.sentences,
    "memoire.proposed": "a proposé un sujet de mémoire",
    "memoire.subject_written": "a réécrit le sujet du mémoire",
    "memoire.hidden": "a mis à l’écart une version du mémoire",
    "memoire.shown": "a rendu visible une version du mémoire",
    "memoire.file_erased": "a effacé le fichier d’une version du mémoire",
    "memoire.shared": "accepte que le mémoire rejoigne la bibliothèque",
    "memoire.unshared": "a retiré le mémoire de la bibliothèque",
    "memoire.structure_agreed": "a noté l’accord de la structure pour partager le mémoire",
    "defence.placed": "a placé la soutenance",
    "defence.changed": "a changé le jury",
    "defence.released": "a retiré la soutenance de la journée",
    "defence.convoked": "a envoyé les convocations",
    "defence.dispensed": "a laissé siéger la personne qui suit l’apprenant·e",
    "defence.pledged": "a signé l’engagement d’impartialité",
    "defence.declined": "a déclaré ne pas pouvoir juger",
    "defence.evaluated": "a remis son évaluation",
    "defence.deliberation_opened": "a ouvert la délibération",
    "defence.minutes_written": "a écrit le procès-verbal",
    "defence.minutes_signed": "a recueilli une signature du procès-verbal",
    "defence.minutes_locked": "a recueilli la dernière signature : le procès-verbal est verrouillé",
    "defence.juror_replaced": "a remplacé un membre du jury",
    "defence.published": "a publié le résultat",
    "defence.corrections_accepted": "a accepté les corrections",
    "defence.corrections_refused": "n’a pas accepté les corrections",
    "cohort.defence_day_added": "a ouvert une journée de soutenances",
    "cohort.defence_day_changed": "a changé une journée de soutenances",
    "defence.moved": "a déplacé la soutenance avec sa journée",
    "cohort.defence_day_removed": "a retiré une journée de soutenances",
    "cohort.juror_added": "a ajouté un membre aux jurys",
    "cohort.juror_removed": "a retiré un membre des jurys",
    "cohort.juror_answered": "a donné ses disponibilités de jury",
    "cohort.juror_conflict": "a noté qu’un membre du jury ne peut pas juger quelqu’un",
    "cohort.defences_placed": "a placé des soutenances",
    "memoire.carried": "a fait suivre le mémoire dans une autre promotion",
    "memoire.taken_over": "a repris l’état du mémoire d’avant l’outil",
    "enrolment.memoire_taken_back": "a annulé l’import de son mémoire",
}


doctor.add_check("Mémoires", faults)
doctor.add_check("Minutes of defences", minutes_faults)
path.add(CONTRIBUTOR)
carrying.add(SHARE)
moving.add(STEP)
doors.add(Door(DoorGroup.CONCLUDE, 10, "Soutenances", "defences.board", Permission.DEFENCES_DAY_READ))
followed.add(TELLER)

DECLARATIONS: Final = Declarations(
    room="defences",
    twins=TWINS,
    permissions=PERMISSIONS,
    imports=(MEMOIRES,),
    sentences=SENTENCES,
    link_purposes=(*PURPOSES, jury_link.PURPOSE),
    file_uses=(
        FileUse(
            code=file_uses.VERSION,
            label="Mémoire",
            max_bytes=file_uses.MAX_BYTES,
            media_types=file_uses.ACCEPTED,
            permission=Permission.DEFENCES_MEMOIRE_OPEN,
            load=queries.find_version,
            retention=_FIVE_YEARS,
        ),
        FileUse(
            code=file_uses.ANNOTATED,
            label="Mémoire annoté",
            max_bytes=file_uses.MAX_BYTES,
            media_types=file_uses.ACCEPTED,
            permission=Permission.DEFENCES_DRAFT_READ,
            load=queries.find_comment,
            retention=_FIVE_YEARS,
        ),
    ),
    personal_data=(
        PersonalData(
            "memoire_version", "Mémoires", _COURSE, _BASIS, _FIVE_YEARS,
            privacy.export_memoires, privacy.empty_memoires, privacy.purge_files,
        ),
        PersonalData(
            "memoire_comment", "Remarques sur les mémoires", _COURSE, _BASIS, _FIVE_YEARS,
            privacy.export_comments, privacy.empty_comments,
        ),
        PersonalData(
            "juror", "Membres de jurys", _JURIES, _BASIS, _PROOF, jury_privacy.export_jurors, jury_privacy.empty_jurors,
        ),
        PersonalData(
            "defence_slot", "Soutenances", _JURIES, _BASIS, _PROOF,
            jury_privacy.export_defences, jury_privacy.empty_defences,
        ),
        PersonalData(
            "defence_minutes", "Procès-verbaux de soutenance", _JURIES, _BASIS, _PROOF,
            jury_privacy.export_minutes, jury_privacy.keep,
        ),
    ),
    sweeps=(
        Sweep(
            "memoire_files", "Effacement des mémoires au terme de leur conservation", timedelta(days=1), privacy.purge_files
        ),
    ),
    constraints={
        "uq_defence_day_cohort_id_held_on_place": ("held_on", "Cette journée existe déjà à ce lieu."),
        "ck_defence_day_opens_before": ("opens_on", "Les mémoires s’ouvrent au plus tard le jour des soutenances."),
        "uq_defence_room_day_id_name": ("rooms", "Deux salles portent le même nom."),
        "uq_defence_slot_room_id_starts_at": ("form", "Cette salle est déjà prise à cette heure : relisez la page."),
        "uq_defence_slot_live": ("form", "Cette soutenance vient d’être placée : relisez la page."),
        "uq_juror_cohort_id_person_id": ("email", "Cette personne est déjà membre des jurys de cette promotion."),
        "uq_juror_answer_juror_id_day_id": ("form", "Cette réponse vient d’être enregistrée : relisez la page."),
        "uq_juror_conflict_juror_id_enrolment_id": ("form", "Ce lien est déjà déclaré."),
        "uq_jury_seat_sitting": ("form", "Cette personne siège déjà à cette soutenance : relisez la page."),
        "uq_jury_seat_president": ("form", "Ce jury a déjà quelqu’un qui le préside : relisez la page."),
        "uq_jury_evaluation_seat_id": ("form", "Votre évaluation vient d’être enregistrée : relisez la page."),
        "uq_defence_minutes_slot_id": ("form", "Le procès-verbal vient d’être écrit : relisez la page."),
        "uq_minutes_signature_minutes_id_seat_id": ("form", "Cette signature est déjà donnée : relisez la page."),
        "uq_memoire_enrolment_id": ("form", "Un sujet vient d’être proposé : relisez la page."),
        "uq_memoire_version_memoire_id_number": ("form", "Une version vient d’être déposée : relisez la page."),
        "ck_memoire_version_annexes_within": ("annex_pages", "Il y a plus de pages d’annexes que de pages en tout."),
        "ck_memoire_version_pledged": ("no_patient_data", "Cochez cette case après avoir relu votre document."),
    },
)  # fmt: skip
