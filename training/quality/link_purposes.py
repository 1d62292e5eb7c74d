"""The personal link by which one answers a survey, without signing in (R100)."""

from datetime import timedelta
from typing import Final

from sqlalchemy import update

from training.common.declarations import LinkPurpose
from training.common.links import AccessLink
from training.database import db, touched
from training.quality.rules.surveys import SURVEY


def press(link: AccessLink) -> str:
    """Open the survey to whoever was asked.

    When each link was pressed is forgotten, and all those of the survey are written at once: beside the order in which
    answers came, it would tell whose each is.
    """
    db.session.flush()
    same = (AccessLink.purpose == SURVEY) & (AccessLink.subject_id == link.subject_id)
    touched(update(AccessLink).where(same).values(used_at=None))
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
