"""What the portfolio declares: permissions, files, history’s sentences, personal data, sweeps, constraints."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final

from training.accounts import structure_panels
from training.cohorts import carrying, lists, moving, panels
from training.cohorts.lists import ListFilter
from training.cohorts.queries.choosing import chosen_by
from training.common import doctor
from training.common.declarations import Declarations, FileUse, PersonalData, Sweep
from training.common.policy import Permission
from training.portfolio import choices, file_uses, follow_up, kept, path, privacy
from training.portfolio.carrying import SHARE
from training.portfolio.imports import IMPORTS
from training.portfolio.integrity import faults
from training.portfolio.moving_in import TAKEN_OVER
from training.portfolio.moving_in.steps import STEPS
from training.portfolio.procedure import CARRYING, ENTRY, TAKING_OVER, TRACER
from training.portfolio.queries.employed import employed
from training.portfolio.queries.lists import late, late_options
from training.portfolio.queries.panel import cohort_paths
from training.portfolio.queries.scope import find_annotated, find_document
from training.portfolio.rules import PERMISSIONS
from training.portfolio.services import sweep_drafts
from training.portfolio.twins import TWINS

_COURSE: Final = "Accompagner le parcours jusqu’au diplôme et en rendre compte"
_BASIS: Final = "Exécution de la convention de formation"
_FIVE_YEARS: Final = "5 ans après la fin de la promotion"

SENTENCES: Final = {
    **TRACER.sentences,
    **ENTRY.sentences,
    **TAKING_OVER.sentences,
    **CARRYING.sentences,
    "enrolment.hours_taken_back": "a annulé l’import de ses heures",
    "enrolment.hours_taken_over": "a repris ses heures d’un tableur",
    "tracer.object_deposited": "a déposé le travail mené dans un autre espace de l’outil",
    "tracer.hidden": "a caché une version",
    "tracer.shown": "a rendu une version visible",
    "tracer.files_erased": "a effacé les fichiers d’une version mise à l’écart",
    "organisation.platform_account_forgotten": "a oublié un identifiant de la plateforme",
    "organisation.platform_account_said": "a noté à qui est un identifiant de la plateforme",
    "enrolment.forum_noted": "a noté la participation au forum",
}


def _data(
    table: str,
    label: str,
    export: Callable[[uuid.UUID], list[dict[str, Any]]],
    anonymise: Callable[[uuid.UUID], int],
    purge: Callable[[], int] | None = None,
) -> PersonalData:
    return PersonalData(table, label, _COURSE, _BASIS, _FIVE_YEARS, export, anonymise, purge)


choices.provide(chosen_by)
lists.add(ListFilter("retard", 40, "Documents traceurs", late_options, late))
path.add(follow_up.CONTRIBUTOR)
path.add(kept.CONTRIBUTOR)
carrying.add(SHARE)
doctor.add_check("Validated tracer documents", faults)
panels.add(panels.Panel(name="portfolio", position=30, template="portfolio/_cohort.html", load=cohort_paths))
structure_panels.add(
    structure_panels.Panel(name="portfolio", position=10, template="portfolio/_structure.html", load=employed)
)

moving.add(*STEPS)

DECLARATIONS: Final = Declarations(
    room="portfolio",
    twins=TWINS,
    permissions=PERMISSIONS,
    sentences=SENTENCES,
    file_uses=(
        FileUse(
            code=file_uses.DOCUMENT,
            label="Document traceur",
            max_bytes=file_uses.MAX_BYTES,
            media_types=file_uses.ACCEPTED,
            permission=Permission.PORTFOLIO_TRACER_READ,
            load=find_document,
            retention=_FIVE_YEARS,
            max_count=file_uses.MAX_FILES,
        ),
        FileUse(
            code=file_uses.ANNOTATED,
            label="Document traceur annoté",
            max_bytes=file_uses.MAX_BYTES,
            media_types=file_uses.ACCEPTED,
            permission=Permission.PORTFOLIO_TRACER_READ,
            load=find_annotated,
            retention=_FIVE_YEARS,
        ),
    ),
    personal_data=(
        _data(
            "tracer_version",
            "Documents traceurs déposés",
            privacy.export_versions,
            privacy.empty_versions,
            privacy.purge_files,
        ),
        _data("tracer_review", "Relectures de documents traceurs", privacy.export_reviews, privacy.empty_reviews),
        _data("tracer_quarantine", "Documents mis à l’écart", privacy.export_quarantines, privacy.empty_quarantines),
        _data("hours_entry", "Heures d’e-learning et de travail en équipe", privacy.export_hours, privacy.empty_hours),
        _data(
            "platform_account",
            "Identifiants sur la plateforme de l’école",
            privacy.export_platform_accounts,
            privacy.forget_platform_accounts,
        ),
        _data("forum_participation", "Participation au forum", privacy.export_forum, privacy.keep),
        PersonalData(
            "comment_template",
            "Phrases de relecture gardées",
            "Aider à relire",
            "Consentement",
            "Jusqu’à ce que la personne les supprime",
            privacy.export_templates,
            privacy.forget_templates,
        ),
    ),
    sweeps=(
        Sweep(
            "portfolio_files",
            "Effacement des documents au terme de leur conservation",
            timedelta(days=1),
            privacy.purge_files,
        ),
        Sweep("left_drafts", "Brouillons d’un document validé depuis", timedelta(days=1), sweep_drafts),
        Sweep("upload_parts", "Purge des envois interrompus", timedelta(hours=6), privacy.sweep_parts),
    ),
    imports=(*IMPORTS, *TAKEN_OVER),
    constraints={
        "uq_tracer_enrolment_id_type_id": ("form", "Ce document vient d’être commencé ailleurs : relisez la page."),
        "uq_tracer_version_draft": ("form", "Un brouillon vient d’être commencé ailleurs : relisez la page."),
        "uq_tracer_version_tracer_id_number": ("form", "Une version vient d’être commencée : relisez la page."),
        "uq_tracer_file_version_id_key": ("form", "Ce fichier est déjà reçu."),
        "uq_tracer_review_decision": ("form", "Cette version vient d’être rendue : relisez la page."),
        "uq_tracer_review_version_id_reviewer_id": (
            "form",
            "Votre relecture vient d’être enregistrée : relisez la page.",
        ),
        "uq_tracer_quarantine_live": ("form", "Cette version est déjà mise à l’écart."),
        "uq_comment_template_person_id_title": (
            "title",
            "Vous avez déjà une phrase de ce titre : choisissez-en un autre.",
        ),
        "uq_hours_entry_resource": (
            "resource_id",
            "Vous avez déjà déclaré cette ressource : elle compte une seule fois.",
        ),
        "uq_hours_entry_enrolment_id_source_key": ("form", "Cette ligne est déjà importée."),
        "uq_forum_participation_enrolment_id": ("form", "La participation au forum est déjà notée."),
        "uq_platform_account_identifier_key": ("identifier", "Cet identifiant vient d’être noté : relisez la page."),
        "uq_upload_part_version_id_key_number": ("form", "Cette partie est déjà reçue."),
    },
)
