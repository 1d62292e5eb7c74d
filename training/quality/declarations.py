"""What the evidence of how a course goes declares: receipts, positioning, surveys, registers, reports."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from training.cohorts import doors
from training.cohorts.doors import Door, DoorGroup
from training.common import doctor, filetypes
from training.common.declarations import Declarations, FileUse, PersonalData, Sweep
from training.common.policy import Permission
from training.portfolio import path
from training.quality import privacy
from training.quality.contributions import CONTRIBUTOR
from training.quality.evidence import EVIDENCE
from training.quality.integrity import faults
from training.quality.link_purposes import PURPOSE
from training.quality.procedure import COMPLAINT, IMPROVEMENT, QUESTIONNAIRE, SURVEY
from training.quality.queries.handbooks import find_handbook
from training.quality.rules.rights import PERMISSIONS
from training.quality.services import handbooks, surveys
from training.quality.twins import TWINS

_PURPOSE: Final = "Rendre compte de la qualité de la formation"
_BASIS: Final = "Obligation légale de l’organisme de formation"
_FIVE_YEARS: Final = "5 ans après la fin de la promotion"

doors.add(
    Door(DoorGroup.PREPARE, 60, "Livret et règlement", "quality.handbook", Permission.QUALITY_HANDBOOK_READ),
    Door(DoorGroup.FOLLOW, 5, "Progression", "quality.dashboard", Permission.QUALITY_DASHBOARD_READ),
    Door(DoorGroup.FOLLOW, 60, "Positionnement", "quality.cohort_positioning", Permission.QUALITY_POSITIONING_FIGURES),
    Door(DoorGroup.FOLLOW, 65, "Enquêtes", "quality.surveys", Permission.QUALITY_SURVEY_READ),
    Door(DoorGroup.FOLLOW, 70, "Heures des intervenant·es", "quality.teaching", Permission.QUALITY_TEACHING_READ),
    Door(DoorGroup.REPORT, 20, "Bilan pour le financeur", "quality.report", Permission.QUALITY_REPORT_READ),
    Door(DoorGroup.REPORT, 30, "Preuves Qualiopi", "quality.audit", Permission.QUALITY_AUDIT_READ),
    Door(
        DoorGroup.REPORT, 35, "Données du bilan pédagogique (BPF)", "quality.figures_data", Permission.QUALITY_BPF_EDIT
    ),
    Door(DoorGroup.REPORT, 40, "Réclamations et améliorations", "quality.register", Permission.QUALITY_REGISTER_READ),
    Door(
        DoorGroup.REPORT,
        50,
        "Une réclamation, une suggestion",
        "quality.complaint_form",
        Permission.QUALITY_COMPLAINT_FILE,
    ),
)
path.add(CONTRIBUTOR)
doctor.add_check("Questions that were answered", faults)


def _data(
    table: str,
    label: str,
    export: Callable[[uuid.UUID], list[dict[str, Any]]],
    anonymise: Callable[[uuid.UUID], int] = privacy.keep,
) -> PersonalData:
    return PersonalData(table, label, _PURPOSE, _BASIS, _FIVE_YEARS, export, anonymise)


DECLARATIONS: Final = Declarations(
    room="quality",
    twins=TWINS,
    permissions=PERMISSIONS,
    sentences={
        **COMPLAINT.sentences,
        **IMPROVEMENT.sentences,
        **QUESTIONNAIRE.sentences,
        **SURVEY.sentences,
        "cohort.evidence_requested": "a demandé le dossier de preuves",
        "cohort.figures_settled": "a complété les données du bilan pédagogique",
        "cohort.handbook_published": "a publié un document à lire",
        "cohort.handbook_reminded": "a relancé qui n’a pas lu",
        "cohort.handbook_rhythm_set": "a réglé la relance du livret et du règlement",
        "cohort.teaching_tie_settled": "a précisé le lien d’un·e intervenant·e avec l’organisme",
        "complaint.earlier_answer": "a gardé la réponse précédente",
        "complaint.filed": "a inscrit au registre",
        "enrolment.handbook_read": "a lu un document",
        "enrolment.positioned": "a donné son positionnement",
        "improvement.planned": "a prévu l’action",
        "questionnaire.edited": "a changé la présentation",
        "questionnaire.question_added": "a ajouté une question",
        "questionnaire.question_moved": "a déplacé une question",
        "questionnaire.question_removed": "a retiré une question",
        "questionnaire.question_reworded": "a changé une question",
        "questionnaire.started": "a préparé le questionnaire",
        "survey.opened": "a ouvert l’enquête",
    },
    file_uses=(
        FileUse(
            code=handbooks.USE,
            label="Livret d’accueil, règlement intérieur",
            max_bytes=10_000_000,
            media_types=filetypes.DOCUMENTS,
            permission=Permission.QUALITY_HANDBOOK_READ,
            load=find_handbook,
            retention=_FIVE_YEARS,
        ),
    ),
    personal_data=(
        _data("complaint", "Réclamations, incidents, suggestions", privacy.export_complaints, privacy.empty_complaints),
        _data("evidence_batch", "Dossiers de preuves demandés", privacy.export_batches),
        _data("handbook", "Documents publiés", privacy.export_handbooks),
        _data("improvement", "Améliorations prévues", privacy.export_improvements),
        _data("survey_invitee", "Enquêtes reçues", privacy.export_invitations),
        _data("survey_response", "Réponses aux enquêtes nominatives", privacy.export_answers, privacy.empty_answers),
        _data("teaching_tie", "Lien avec l’organisme de formation", privacy.export_ties, privacy.forget_ties),
    ),
    link_purposes=(PURPOSE,),
    sweeps=(
        Sweep("handbooks", "Relance de qui n’a pas lu le livret et le règlement", timedelta(hours=6), handbooks.sweep),
        Sweep("surveys", "Ouverture, relances et clôture des enquêtes", timedelta(hours=1), surveys.sweep),
        Sweep("evidence", "Dossiers de preuves demandés", timedelta(seconds=10), EVIDENCE.make),
        Sweep("old_evidence", "Purge des anciens dossiers de preuves", timedelta(days=1), EVIDENCE.purge),
    ),
    constraints={
        "uq_handbook_cohort_id_kind_version": ("form", "Une version vient d’être publiée : relisez la page."),
        "uq_read_receipt_handbook_id_enrolment_id": ("form", "C’est déjà noté."),
        "uq_survey_cohort": ("what", "Cette enquête vient d’être ouverte."),
        "uq_survey_seminar": ("what", "Cette enquête vient d’être ouverte."),
        "uq_survey_template_edition": ("kind", "Ce questionnaire est déjà en préparation : complétez-le."),
        "uq_survey_template_programme": ("kind", "Ce questionnaire est déjà en préparation : complétez-le."),
        "uq_positioning_enrolment_id_moment": ("form", "Votre positionnement est déjà donné : il ne se change plus."),
    },
)
