"""Faults the domain raises, and how each is told to a person.

Services raise these; the house front (``error_pages``) turns them into pages.
"""

from enum import Enum


class DomainError(Exception):
    """A fault a person must be told about; ``message`` is French and says what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(DomainError):
    """The thing does not exist, or is not this person's to see: the same answer, 404."""

    def __init__(self, message: str = "Cette page n’existe pas, ou n’est pas accessible avec votre compte.") -> None:
        super().__init__(message)


class Forbidden(DomainError):
    """The person sees the thing but may not do this with it: 403."""

    def __init__(self, message: str = "Votre compte ne permet pas de faire cela.") -> None:
        super().__init__(message)


class Conflict(DomainError):
    """The thing has moved since the person looked at it: 409, with its present state."""


class ActUnavailable(Conflict):
    """A procedure does not offer this act from the present state."""

    def __init__(self, act_label: str, state_label: str) -> None:
        super().__init__(
            f"« {act_label} » n’est plus possible : l’état est maintenant « {state_label} ». "
            "Relisez la page, puis choisissez parmi les actions proposées."
        )
        self.state_label = state_label


class Refused(DomainError):
    """A rule refuses the act; ``field`` names the form field the message belongs under, if any."""

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class ReasonRequired(Refused):
    """The act needs a reason (it goes backward, or touches a right)."""

    def __init__(self) -> None:
        super().__init__("Indiquez le motif : il sera conservé dans l’historique du dossier.", field="reason")


def label_of(state: Enum) -> str:
    """Return the French label of a state, or its slug."""
    return str(getattr(state, "label", state.value))
