"""The words of a call: its states, its acts, its phases."""

from enum import StrEnum


class CallStatus(StrEnum):
    """Whether a call is public; whether it is open is computed from its window (R15)."""

    DRAFT = "draft"
    PUBLISHED = "published"
    FINALISED = "finalised"

    @property
    def label(self) -> str:
        """French name."""
        return {"draft": "en préparation", "published": "publié", "finalised": "finalisé"}[self.value]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {"draft": "neutral", "published": "progress", "finalised": "done"}[self.value]


class CallAct(StrEnum):
    """Acts on a call."""

    PUBLISH = "publish"
    FINALISE = "finalise"


class CallPhase(StrEnum):
    """What a call is now, computed from its status, its window and its files (R15)."""

    DRAFT = "draft"
    UPCOMING = "upcoming"
    OPEN = "open"
    CLOSED = "closed"
    SELECTING = "selecting"
    FINALISED = "finalised"
    UNDATED = "undated"

    @property
    def label(self) -> str:
        """French name."""
        return {
            CallPhase.DRAFT: "en préparation",
            CallPhase.UPCOMING: "à venir",
            CallPhase.OPEN: "ouvert",
            CallPhase.CLOSED: "clos",
            CallPhase.SELECTING: "en sélection",
            CallPhase.FINALISED: "finalisé",
            CallPhase.UNDATED: "dates à confirmer",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {CallPhase.OPEN: "progress", CallPhase.FINALISED: "done", CallPhase.UPCOMING: "waiting"}.get(
            self, "neutral"
        )


class PieceProvider(StrEnum):
    """Who provides a piece (R18): the applicant herself, or her structure's representative."""

    APPLICANT = "applicant"
    STRUCTURE = "structure"

    @property
    def label(self) -> str:
        """French name."""
        return {"applicant": "la personne candidate", "structure": "la structure"}[self.value]


class QuestionKind(StrEnum):
    """How a call's own question is answered."""

    TEXT = "text"
    CHOICE = "choice"
    NUMBER = "number"
    DATE = "date"

    @property
    def label(self) -> str:
        """French name."""
        return {"text": "un texte", "choice": "un choix dans une liste", "number": "un nombre", "date": "une date"}[
            self.value
        ]
