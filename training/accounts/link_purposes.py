"""What the personal links of accounts do when their button is pressed, and how an expired one is renewed (R100)."""

from datetime import timedelta
from typing import Final

from flask import request, session

from training.accounts import queries, security
from training.accounts.enums import SignInMethod
from training.accounts.models import Invitation, Person
from training.accounts.services import functions, letters, people
from training.common import clock
from training.common.declarations import LinkPurpose
from training.common.errors import Refused
from training.common.links import AccessLink
from training.database import db

PASSWORD_GRANT: Final = "password_grant"  # noqa: S105 - the name of a session key
GRANT_FOR: Final = timedelta(minutes=15)
SIGN_IN_PURPOSES: Final = ("magic_link", "account_creation", "invitation")


# --- pressing --------------------------------------------------------------------------------------------------------


def _own_device() -> bool:
    return bool(request.form.get("own_device"))


def _open_person(link: AccessLink) -> Person:
    person = queries.person(link.subject_id, lock=True)
    if not person.active or person.anonymised_at is not None:
        raise Refused("Ce compte a été fermé. Écrivez à l’organisme qui suit votre dossier.")
    return person


def press_magic_link(link: AccessLink) -> str:
    """Sign in."""
    return security.first_factor_given(
        _open_person(link), SignInMethod.MAGIC_LINK, next_address=link.next_address, own_device=_own_device()
    )


def press_account_creation(link: AccessLink) -> str:
    """Open the account and sign in; the name is asked next, then she lands where she was going."""
    person = people.obtain(link.bearer_email or "")
    return security.first_factor_given(
        person, SignInMethod.MAGIC_LINK, next_address=link.next_address, own_device=_own_device()
    )


def press_invitation(link: AccessLink) -> str:
    """Take up the function offered and sign in."""
    person = functions.accept(link.subject_id)
    return security.first_factor_given(person, SignInMethod.MAGIC_LINK, own_device=_own_device())


def press_password_reset(link: AccessLink) -> str:
    """Allow this browser to choose a new password, for some minutes."""
    person = _open_person(link)
    session[PASSWORD_GRANT] = {"person": str(person.id), "until": (clock.now() + GRANT_FOR).timestamp()}
    return "/connexion/nouveau-mot-de-passe"


def press_address_change(link: AccessLink) -> str:
    """Give the account its new address."""
    person = _open_person(link)
    people.change_address(person, link.bearer_email or "", by=people.own(person))
    return "/compte"


# --- renewing --------------------------------------------------------------------------------------------------------


def renew_person_link(link: AccessLink) -> None:
    """Send a fresh magic link to the same person."""
    person = db.session.get(Person, link.subject_id)
    if person is not None and person.active and person.anonymised_at is None:
        letters.magic_link(person, next_address=link.next_address)


def renew_account_creation(link: AccessLink) -> None:
    """Send a fresh link to the same address."""
    letters.account_link(link.bearer_email or "", next_address=link.next_address)


def renew_invitation(link: AccessLink) -> None:
    """Send the invitation again; once accepted, a link that signs in."""
    invitation = db.session.get(Invitation, link.subject_id)
    if invitation is None or invitation.withdrawn_at is not None:
        raise Refused("Cette invitation a été retirée. Écrivez à la personne qui vous l’avait envoyée.")
    if invitation.accepted_by is not None:
        letters.magic_link(queries.person(invitation.accepted_by))
        return
    inviter = db.session.get(Person, invitation.invited_by) if invitation.invited_by else None
    functions.send(invitation, body_name=invitation.body_name, by_name=inviter.name if inviter else "")


def renew_password_reset(link: AccessLink) -> None:
    """Send a fresh password link to the same person."""
    person = db.session.get(Person, link.subject_id)
    if person is not None and person.active and person.anonymised_at is None:
        letters.password_link(person)


def renew_address_change(link: AccessLink) -> None:
    """Send a fresh link to the same new address."""
    person = db.session.get(Person, link.subject_id)
    if person is not None and person.active and link.bearer_email:
        letters.address_link(person, link.bearer_email)


PURPOSES: Final = (
    LinkPurpose(
        code="magic_link",
        title="Vous connecter",
        explanation="Ce lien, envoyé à votre adresse, vous connecte sans mot de passe. Il sert une seule fois.",
        button="Me connecter",
        lifetime=timedelta(minutes=15),
        consume=press_magic_link,
        renew=renew_person_link,
        renews_revoked=True,  # the new one goes to the account's present address only (R99)
    ),
    LinkPurpose(
        code="account_creation",
        title="Ouvrir votre compte",
        explanation="Votre adresse est vérifiée. Il reste à ouvrir le compte, puis à indiquer votre nom.",
        button="Ouvrir mon compte",
        lifetime=timedelta(hours=24),
        consume=press_account_creation,
        renew=renew_account_creation,
    ),
    LinkPurpose(
        code="invitation",
        title="Rejoindre une équipe",
        explanation=(
            "Vous êtes invité·e à tenir une fonction dans Tesselle. En acceptant, vous ouvrez votre compte, ou vous "
            "ajoutez cette fonction à celui que vous avez déjà."
        ),
        button="Accepter l’invitation",
        lifetime=functions.INVITATION_LIFETIME,
        consume=press_invitation,
        renew=renew_invitation,
    ),
    LinkPurpose(
        code="password_reset",
        title="Choisir un nouveau mot de passe",
        explanation="Vous avez demandé à changer de mot de passe. L’ancien reste valable tant que vous n’en choisissez pas un autre.",
        button="Choisir un mot de passe",
        lifetime=timedelta(minutes=30),
        consume=press_password_reset,
        renew=renew_password_reset,
    ),
    LinkPurpose(
        code="address_change",
        title="Confirmer votre nouvelle adresse",
        explanation="Cette adresse deviendra celle de votre compte : vous vous connecterez avec elle et y recevrez nos messages.",
        button="Confirmer cette adresse",
        lifetime=timedelta(hours=24),
        consume=press_address_change,
        renew=renew_address_change,
    ),
)
