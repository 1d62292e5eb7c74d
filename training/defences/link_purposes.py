"""What the personal links of the room open (R100, R127)."""

from datetime import timedelta
from typing import Final

from training.common.declarations import LinkPurpose
from training.common.links import AccessLink
from training.defences.rules.people import SHARING


def press_sharing(link: AccessLink) -> str:
    """Open the page where the structure answers."""
    return f"/memoires/{link.subject_id}/accord"


PURPOSES: Final = (
    LinkPurpose(
        code=SHARING,
        title="Partager un mémoire",
        explanation=(
            "Une personne de votre structure accepte que son mémoire rejoigne la bibliothèque. Vous lirez de quoi il "
            "s’agit avant de répondre."
        ),
        button="Lire la demande",
        lifetime=timedelta(days=90),
        consume=press_sharing,
        uses=None,
        opens=True,
    ),
)
