"""What the catalogue declares: its permissions, its history’s sentences, its personal data."""

import uuid
from typing import Any, Final

from sqlalchemy import select

from training.catalogue.models import Edition
from training.catalogue.rules import PERMISSIONS, PROCEDURE
from training.catalogue.twins import TWINS
from training.common.declarations import Declarations, PersonalData
from training.database import db


def _publications(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(Edition.code, Edition.published_at).where(Edition.published_by == person_id).order_by(Edition.code)
    )
    return [{"edition": code, "published_at": at} for code, at in rows]


def _keep_signature(_person_id: uuid.UUID) -> int:
    """Nothing to empty: the edition keeps the key of a person who is anonymised herself."""
    return 0


SENTENCES: Final = {
    **PROCEDURE.sentences,
    "edition.created": "a préparé cette édition",
    "edition.copied": "a préparé cette édition à partir d’une autre",
    "edition.identity_edited": "a modifié le nom et la session",
    "edition.diploma_edited": "a modifié l’intitulé du diplôme",
    "edition.hours_edited": "a modifié les heures",
    "edition.module_added": "a ajouté un module",
    "edition.module_edited": "a modifié un module",
    "edition.module_removed": "a retiré un module",
    "edition.group_saved": "a modifié un choix de modules",
    "edition.group_removed": "a retiré un choix de modules",
    "edition.resource_added": "a ajouté une ressource",
    "edition.resource_removed": "a retiré une ressource",
    "edition.tracer_saved": "a modifié les documents traceurs",
    "edition.tracer_removed": "a retiré un document traceur",
    "edition.rules_edited": "a modifié les règles du diplôme",
    "edition.value_set": "a renseigné une valeur jusque-là inconnue",
    "edition.value_rectified": "a rectifié une valeur",
}

DECLARATIONS: Final = Declarations(
    room="catalogue",
    twins=TWINS,
    permissions=PERMISSIONS,
    sentences=SENTENCES,
    personal_data=(
        PersonalData(
            table="edition",
            label="Éditions publiées",
            purpose="Savoir qui a publié un programme de formation",
            basis="Mission d’intérêt public de l’école",
            retention="Aussi longtemps que l’édition : elle fonde des diplômes",
            export=_publications,
            anonymise=_keep_signature,
        ),
    ),
    constraints={
        "uq_edition_code": ("code", "Ce code désigne déjà une autre édition : choisissez-en un autre."),
        "uq_module_edition_id_code": ("code", "Ce code désigne déjà un autre module de l’édition."),
        "uq_objective_module_id_text": ("objectives", "Un même objectif est écrit deux fois : n’en gardez qu’un."),
        "uq_choice_group_edition_id_code": ("code", "Ce code désigne déjà un autre choix de l’édition."),
        "uq_tracer_type_module_id_code": ("code", "Ce code désigne déjà un autre document du module."),
        "uq_resource_module_id_title": ("title", "Une ressource de ce module porte déjà ce titre."),
        "ck_choice_group_ordered_choices": ("max_choices", "Le maximum doit être au moins égal au minimum."),
        "ck_diploma_rules_ordered_pages": (
            "memoire_pages_max",
            "La longueur maximale doit être au moins égale à la longueur minimale.",
        ),
    },
)
