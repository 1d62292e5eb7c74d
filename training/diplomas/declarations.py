"""What the diplomas declare: permissions, proofs, history’s sentences, personal data, sweeps, constraints."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from training.cohorts import carrying, doors, moving
from training.cohorts.doors import Door, DoorGroup
from training.common import doctor, filetypes
from training.common.declarations import Declarations, FileUse, PersonalData, Sweep
from training.common.policy import Permission
from training.defences import waived
from training.diplomas import privacy
from training.diplomas.bundling import CERTIFICATES
from training.diplomas.carrying import SHARE
from training.diplomas.contributions import CONTRIBUTOR
from training.diplomas.integrity import faults
from training.diplomas.moving_in import REGISTER, STEP
from training.diplomas.procedure import WAIVER
from training.diplomas.queries import find_cohort_by_id, find_enrolment, waived_tracers
from training.diplomas.rules import PERMISSIONS
from training.diplomas.services import DECISION_USE, WAIVER_USE, remind_names
from training.diplomas.twins import TWINS
from training.portfolio import path

MEGABYTE: Final = 1024 * 1024
PAPERS: Final = frozenset({filetypes.PDF.media_type, filetypes.JPEG.media_type, filetypes.PNG.media_type})
_FIVE_YEARS: Final = "5 ans après la fin de la promotion"
_FOR_EVER: Final = "Sans limite\u00a0: le registre des diplômes prouve un droit de la personne"

path.add(CONTRIBUTOR)
carrying.add(SHARE)
waived.provide(waived_tracers)
moving.add(STEP)
doors.add(
    Door(DoorGroup.CONCLUDE, 60, "Diplômes", "diplomas.board", Permission.DIPLOMAS_BOARD_READ),
)
doctor.add_check("Register of diplomas", faults)

SENTENCES: Final = {
    **WAIVER.sentences,
    "diploma_waiver.asked": "a demandé une dispense à l’école",
    "diploma_waiver.carried": "a fait suivre une dispense dans une autre promotion",
    "enrolment.diploma_deferred": "a reporté la décision sur le diplôme",
    "enrolment.name_proofread": "a relu le nom à imprimer sur le diplôme",
    "cohort.diploma_papers_requested": "a demandé les attestations de la promotion",
    "enrolment.decision_corrected": "a corrigé la décision de l’école",
    "enrolment.register_cancelled": "a annulé la ligne du registre",
    "enrolment.registered": "a inscrit le diplôme au registre",
    "enrolment.registered_anew": "a inscrit au registre la ligne qui remplace la précédente",
    "cohort.board_planned": "a annoncé la commission du diplôme",
}


def _proof(code: str, label: str, load: Callable[[Any, Any], object]) -> FileUse:
    return FileUse(
        code=code,
        label=label,
        max_bytes=10 * MEGABYTE,
        media_types=PAPERS,
        permission=Permission.DIPLOMAS_BOARD_READ,
        load=load,
        retention=_FIVE_YEARS,
    )


def _data(
    table: str, label: str, export: Callable[[Any], Any], anonymise: Callable[[Any], int], retention: str = _FIVE_YEARS
) -> PersonalData:
    return PersonalData(
        table,
        label,
        "Décider du diplôme et en rendre compte",
        "Exécution de la convention de formation",
        retention,
        export,
        anonymise,
    )


DECLARATIONS: Final = Declarations(
    room="diplomas",
    twins=TWINS,
    permissions=PERMISSIONS,
    imports=(REGISTER,),
    sentences=SENTENCES,
    file_uses=(
        _proof(WAIVER_USE, "Preuve d’une dispense de l’école", find_enrolment),
        _proof(DECISION_USE, "Preuve d’une décision de l’école", find_cohort_by_id),
    ),
    personal_data=(
        _data("diploma_waiver", "Dispenses de l’école", privacy.export_waivers, privacy.empty_waivers),
        _data("diploma_board", "Commissions du diplôme annoncées", privacy.nothing, privacy.keep),
        _data("diploma_batch", "Lots d’attestations demandés", privacy.export_batches, privacy.keep, "Une semaine"),
        _data("diploma_decision", "Décisions sur le diplôme", privacy.export_decisions, privacy.empty_decisions),
        _data("register_entry", "Registre des diplômes", privacy.export_register, privacy.keep, _FOR_EVER),
    ),
    sweeps=(
        Sweep("printed_names", "Rappel du nom à relire avant la commission", timedelta(hours=6), remind_names),
        Sweep("diploma_papers", "Attestations demandées pour une promotion", timedelta(seconds=10), CERTIFICATES.make),
        Sweep("old_diploma_papers", "Purge des anciens lots d’attestations", timedelta(days=1), CERTIFICATES.purge),
    ),
    constraints={
        "uq_diploma_waiver_live": ("form", "Cette dispense vient d’être demandée ou accordée\u00a0: relisez la page."),
        "uq_diploma_board_cohort_id_held_on": ("held_on", "Cette date est déjà annoncée."),
        "uq_diploma_decision_current": ("form", "Une décision vient d’être enregistrée\u00a0: relisez la page."),
        "uq_register_entry_supersedes_id": ("form", "Cette ligne vient d’être corrigée\u00a0: relisez la page."),
        "uq_register_entry_first": ("form", "Cette personne est déjà au registre."),
        "uq_register_entry_edition_id_reference": ("reference", "Cette référence est déjà au registre."),
        "uq_register_entry_edition_id_year_number": ("form", "Ce numéro vient d’être donné\u00a0: recommencez."),
    },
)
