"""Whether a text is an address one can write to."""

from typing import TYPE_CHECKING

from training.common.lazy import lazily

if TYPE_CHECKING:
    import email_validator
else:
    email_validator = lazily("email_validator")  # its tables of characters are made of a hundred expressions

INCOMPLETE = "Cette adresse n’est pas complète. Écrivez-la comme prenom.nom@exemple.fr."
"""What a person reads under an address that is not one."""

NOT_PLAIN = "Écrivez cette adresse sans accent ni lettre d’un autre alphabet, comme prenom.nom@exemple.fr."
"""What she reads under an address that holds other letters."""


def fault_of(text: str) -> str | None:
    """Return what is wrong with an address, in a sentence, or null."""
    if is_address(text):
        return None
    return INCOMPLETE if text.isascii() else NOT_PLAIN


def is_address(text: str) -> bool:
    """Whether one can write to this address; nobody is asked whether it exists.

    Only plain letters: our relay writes to no other, and two that look or fold alike (ß and ss) would be two mailboxes
    and one account.
    """
    if not text.isascii():
        return False
    try:
        email_validator.validate_email(text, check_deliverability=False)
    except email_validator.EmailNotValidError:
        return False
    return True


NOWHERE = ".invalid"
"""How the address of an account without one ends: it is reserved, no mailbox has it."""


def is_reachable(email: str) -> bool:
    """Whether an account has an address at all."""
    return not email.endswith(NOWHERE)
