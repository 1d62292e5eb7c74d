"""What mémoires and their defences declare: permissions, files, history’s sentences, personal data, sweeps, constraints."""

from datetime import timedelta
from typing import Final

from training.common import doctor
from training.common.declarations import Declarations, FileUse, PersonalData, Sweep
from training.common.policy import Permission
from training.defences import file_uses, privacy, queries
from training.defences.contributions import CONTRIBUTOR
from training.defences.integrity import faults
from training.defences.link_purposes import PURPOSES
from training.defences.procedure import MEMOIRE
from training.defences.rules import PERMISSIONS
from training.defences.telling import TELLER
from training.defences.twins import TWINS
from training.portfolio import followed, path

_COURSE: Final = "Accompagner le mémoire et sa soutenance"
_BASIS: Final = "Exécution de la convention de formation"
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
    "memoire.taken_over": "a repris l’état du mémoire d’avant l’outil",
}


doctor.add_check("Mémoires", faults)
path.add(CONTRIBUTOR)
followed.add(TELLER)

DECLARATIONS: Final = Declarations(
    room="defences",
    twins=TWINS,
    permissions=PERMISSIONS,
    sentences=SENTENCES,
    link_purposes=PURPOSES,
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
    ),
    sweeps=(
        Sweep(
            "memoire_files", "Effacement des mémoires au terme de leur conservation", timedelta(days=1), privacy.purge_files
        ),
    ),
    constraints={
        "uq_memoire_enrolment_id": ("form", "Un sujet vient d’être proposé : relisez la page."),
        "uq_memoire_version_memoire_id_number": ("form", "Une version vient d’être déposée : relisez la page."),
        "ck_memoire_version_annexes_within": ("annex_pages", "Il y a plus de pages d’annexes que de pages en tout."),
        "ck_memoire_version_pledged": ("no_patient_data", "Cochez cette case après avoir relu votre document."),
    },
)  # fmt: skip
