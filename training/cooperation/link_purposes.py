"""The personal link of cooperation: an invitation to a partnership (R100)."""

from typing import Final

from training.accounts import security
from training.accounts.enums import SignInMethod
from training.common.declarations import LinkPurpose
from training.common.errors import Refused
from training.common.links import AccessLink
from training.cooperation.models import PartnerInvitation
from training.cooperation.services import partnerships
from training.database import db


def press_invitation(link: AccessLink) -> str:
    """Join the partnership and sign in; she lands on its page."""
    person, partnership = partnerships.accept_invitation(link.subject_id)
    address = f"/cooperation/{partnership.id}"
    return security.first_factor_given(person, SignInMethod.MAGIC_LINK, next_address=address)


def renew_invitation(link: AccessLink) -> None:
    """Send a fresh link to the address invited."""
    invitation = db.session.get(PartnerInvitation, link.subject_id)
    if invitation is None or invitation.withdrawn_at is not None or invitation.accepted_at is not None:
        raise Refused("Cette invitation n’est plus en cours. Écrivez à la personne qui vous l’avait envoyée.")
    partnerships.send_invitation(invitation, by_name="")


PURPOSES: Final = (
    LinkPurpose(
        code=partnerships.INVITATION,
        title="Rejoindre un partenariat",
        explanation=(
            "Vous êtes invité·e à travailler avec d’autres structures de votre territoire. En acceptant, vous ouvrez "
            "votre compte, ou vous retrouvez celui que vous avez déjà."
        ),
        button="Rejoindre le partenariat",
        lifetime=partnerships.INVITATION_LIFETIME,
        consume=press_invitation,
        renew=renew_invitation,
    ),
)
