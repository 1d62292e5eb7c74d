"""What the personal links of attendance open (R100, R115).

Neither signs anyone in: pressed, a link lets this browser act as its bearer for one purpose, as long as it is live.
"""

import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from training.accounts.models import Person
from training.common.declarations import LinkPurpose
from training.common.errors import Refused
from training.common.guard import current_principal
from training.common.links import AccessLink
from training.common.policy import Principal
from training.database import db
from training.seminars.rules.attendance import COUNTERSIGN, SIGN
from training.seminars.rules.convocations import CONVOCATION

LIFETIME: Final = timedelta(days=30)
ANSWERED_WITHIN: Final = timedelta(days=90)
"""A convocation leaves weeks before its seminar."""


@dataclass(frozen=True, slots=True)
class Bearer:
    """Whoever acts by a link of attendance in this browser: the person it was sent to, and her principal."""

    person: Person
    principal: Principal


def _refuse_closed(link: AccessLink) -> None:
    if _person_of(link) is None:
        raise Refused("Ce compte a été fermé. Écrivez à l’organisme qui suit votre formation.")


def _person_of(link: AccessLink) -> Person | None:
    person = db.session.get(Person, link.bearer_id) if link.bearer_id else None
    return person if person is not None and person.active and person.anonymised_at is None else None


def press_sign(link: AccessLink) -> str:
    """Know the learner in this browser: she then gives the code of the room."""
    _refuse_closed(link)
    return "/emargement"


def press_countersign(link: AccessLink) -> str:
    """Open the sheet to the speaker who was there."""
    _refuse_closed(link)
    return f"/emargement/contresigner/{link.subject_id}"


def press_convocation(link: AccessLink) -> str:
    """Open what one says before the seminar: meals, diet, car."""
    _refuse_closed(link)
    return f"/seminaires/{link.subject_id}/pratique"


def bearer_of(purpose: str, subject_id: uuid.UUID | None = None) -> Bearer | None:
    """Return who bears a live link of this purpose in this browser, on this subject if given; null otherwise."""
    right = current_principal().link
    if right is None or right.purpose != purpose or (subject_id is not None and right.subject_id != subject_id):
        return None
    link = db.session.get(AccessLink, right.link_id)
    person = _person_of(link) if link is not None else None
    if person is None:
        return None
    return Bearer(person, Principal(name=person.name, email=person.email, link=right))


PURPOSES: Final = (
    LinkPurpose(
        code=SIGN,
        title="Signer votre présence",
        explanation=(
            "Ce lien vous reconnaît sur cet appareil, sans mot de passe. Vous viserez ensuite, ou recopierez, le code "
            "affiché dans la salle."
        ),
        button="Continuer vers l’émargement",
        lifetime=LIFETIME,
        consume=press_sign,
        uses=None,
        opens=True,
    ),
    LinkPurpose(
        code=CONVOCATION,
        title="Préparer votre venue",
        explanation=(
            "Ce lien vous reconnaît sur cet appareil, sans mot de passe. Vous direz si vous mangez sur place, votre "
            "régime, et si vous partagez une voiture."
        ),
        button="Préparer ma venue",
        lifetime=ANSWERED_WITHIN,
        consume=press_convocation,
        uses=None,
        opens=True,
    ),
    LinkPurpose(
        code=COUNTERSIGN,
        title="Contresigner une feuille d’émargement",
        explanation=(
            "Vous avez animé cette demi-journée. Relisez qui était là, puis contresignez : la feuille est alors "
            "verrouillée."
        ),
        button="Voir la feuille",
        lifetime=LIFETIME,
        consume=press_countersign,
        uses=None,
        opens=True,
    ),
)
