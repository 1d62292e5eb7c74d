"""The personal link by which one answers a survey, without signing in (R100)."""

from datetime import timedelta
from typing import Final

from training.common.declarations import LinkPurpose
from training.common.links import AccessLink
from training.quality.rules.surveys import SURVEY


def press(link: AccessLink) -> str:
    """Open the survey to whoever was asked."""
    return f"/enquetes/{link.subject_id}"


PURPOSE: Final = LinkPurpose(
    code=SURVEY,
    title="Répondre à une enquête",
    explanation="Ce lien ouvre l’enquête sur cet appareil, sans mot de passe. Comptez trois minutes.",
    button="Ouvrir l’enquête",
    lifetime=timedelta(days=60),
    consume=press,
    uses=None,
    opens=True,
)
