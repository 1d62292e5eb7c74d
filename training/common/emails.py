"""Whether a text is an address one can write to."""

from typing import TYPE_CHECKING

from training.common.lazy import lazily

if TYPE_CHECKING:
    import email_validator
else:
    email_validator = lazily("email_validator")  # its tables of characters are made of a hundred expressions

INCOMPLETE = "Cette adresse n’est pas complète. Écrivez-la comme prenom.nom@exemple.fr."
"""What a person reads under an address that is not one."""


def is_address(text: str) -> bool:
    """Whether one can write to this address; nobody is asked whether it exists."""
    try:
        email_validator.validate_email(text, check_deliverability=False)
    except email_validator.EmailNotValidError:
        return False
    return True
