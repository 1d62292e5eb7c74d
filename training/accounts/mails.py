"""The messages of accounts: each a typed function and a folder of templates under templates/mail/accounts/."""

from typing import Any

from training.accounts.models import Invitation, Person
from training.common.emails import is_reachable
from training.common.mail import MailUrgency, Recipient, post


def _to(person: Person) -> Recipient:
    named = bool(person.first_name or person.last_name)
    return Recipient(email=person.email, name=person.name if named else "", person_id=person.id)


def _asked(message: str, to: Recipient, **context: Any) -> None:
    post(f"accounts/{message}", to=to, context=context, urgency=MailUrgency.ASKED)


def magic_link(person: Person, secret: str) -> None:
    """Send the link that signs in."""
    _asked("magic_link", _to(person), path=f"/acces/{secret}")


def account_creation(email: str, secret: str) -> None:
    """Send the link that opens an account."""
    _asked("account_creation", Recipient(email), path=f"/acces/{secret}")


def account_exists(person: Person, secret: str) -> None:
    """Tell whoever wanted to open an account that she has one, with a link that signs in."""
    _asked("account_exists", _to(person), path=f"/acces/{secret}")


def password_reset(person: Person, secret: str) -> None:
    """Send the link that leads to a new password."""
    _asked("password_reset", _to(person), path=f"/acces/{secret}")


def address_change(email: str, secret: str) -> None:
    """Send to the new address the link that proves it is hers."""
    _asked("address_change", Recipient(email), path=f"/acces/{secret}")


def sign_in_code(person: Person, code: str) -> None:
    """Send the six-digit code of a second factor."""
    _asked("sign_in_code", _to(person), code=code)


def invitation(invited: Invitation, secret: str, *, body_name: str, by_name: str) -> None:
    """Send the invitation to hold a function in a body."""
    post(
        "accounts/invitation",
        to=Recipient(invited.email),
        context={
            "path": f"/acces/{secret}",
            "function": invited.function.label,
            "body": body_name,
            "inviter": by_name,
            "expires_at": invited.expires_at,
        },
        about=invited,
    )


def security_notice(person: Person, sentence: str) -> None:
    """Tell a person that her means of signing in changed; nothing is sent to an address that was ended."""
    if is_reachable(person.email):
        _asked("security_notice", _to(person), sentence=sentence)
