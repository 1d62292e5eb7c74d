"""The personal link by which a member of a team answers the invitation to the launch (R100, R117)."""

from datetime import timedelta
from typing import Final

from training.cohorts.rules import LAUNCH_GUEST
from training.common.declarations import LinkPurpose
from training.common.links import AccessLink


def _open(link: AccessLink) -> str:
    return f"/lancement/{link.subject_id}"


PURPOSE: Final = LinkPurpose(
    code=LAUNCH_GUEST,
    title="Répondre à l’invitation au lancement",
    explanation="Ce lien est le vôtre : il montre l’invitation et vous permet de répondre, sans compte ni mot de passe.",
    button="Voir l’invitation",
    lifetime=timedelta(days=180),
    consume=_open,
    uses=None,
    opens=True,
)
