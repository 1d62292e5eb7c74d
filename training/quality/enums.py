"""The words of the evidence: what is handed over, when one rates oneself, what is complained of, what is improved."""

from enum import StrEnum
from typing import Final


class HandbookKind(StrEnum):
    """What a learner is given to read before the launch (R123)."""

    RULES = "rules"
    WELCOME = "welcome"

    @property
    def label(self) -> str:
        """French name."""
        return {HandbookKind.RULES: "règlement intérieur", HandbookKind.WELCOME: "livret d’accueil"}[self]


class Moment(StrEnum):
    """When a learner rates herself on the objectives: once at each (R123)."""

    END = "end"
    ENTRY = "entry"

    @property
    def label(self) -> str:
        """French name."""
        return {Moment.END: "en fin de formation", Moment.ENTRY: "à l’entrée en formation"}[self]

    @property
    def slug(self) -> str:
        """How an address names it."""
        return {Moment.END: "fin", Moment.ENTRY: "entree"}[self]


LEVELS: Final = (
    "Je découvre",
    "J’en ai des notions",
    "Je sais faire avec de l’aide",
    "Je sais faire sans aide",
)
"""The words of the levels 0 to 3 in which a learner rates herself."""


class ComplaintKind(StrEnum):
    """What the register holds: what someone complains of, what went wrong, what is proposed."""

    COMPLAINT = "complaint"
    INCIDENT = "incident"
    SUGGESTION = "suggestion"

    @property
    def label(self) -> str:
        """French name."""
        return {
            ComplaintKind.COMPLAINT: "réclamation",
            ComplaintKind.INCIDENT: "incident",
            ComplaintKind.SUGGESTION: "suggestion",
        }[self]


class ComplaintTopic(StrEnum):
    """What it is about."""

    ADMINISTRATION = "administration"
    CONTENT = "content"
    FOLLOW_UP = "follow_up"
    OTHER = "other"
    PLACE = "place"
    TOOL = "tool"

    @property
    def label(self) -> str:
        """French name."""
        return {
            ComplaintTopic.ADMINISTRATION: "inscription, documents, diplôme",
            ComplaintTopic.CONTENT: "contenu et animation",
            ComplaintTopic.FOLLOW_UP: "accompagnement",
            ComplaintTopic.OTHER: "autre sujet",
            ComplaintTopic.PLACE: "lieux, dates, repas, accessibilité",
            ComplaintTopic.TOOL: "cet outil",
        }[self]


class ComplaintStatus(StrEnum):
    """Where it stands."""

    ANSWERED = "answered"
    CLOSED = "closed"
    RECEIVED = "received"

    @property
    def label(self) -> str:
        """French name."""
        return {
            ComplaintStatus.ANSWERED: "répondue",
            ComplaintStatus.CLOSED: "close",
            ComplaintStatus.RECEIVED: "à traiter",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            ComplaintStatus.ANSWERED: "progress",
            ComplaintStatus.CLOSED: "done",
            ComplaintStatus.RECEIVED: "waiting",
        }[self]


class ComplaintAct(StrEnum):
    """What moves it on."""

    ANSWER = "answer"
    CLOSE = "close"
    REOPEN = "reopen"

    @property
    def label(self) -> str:
        """What the button says."""
        return {
            ComplaintAct.ANSWER: "Répondre",
            ComplaintAct.CLOSE: "Clore",
            ComplaintAct.REOPEN: "Rouvrir",
        }[self]


class ImprovementStatus(StrEnum):
    """Where an improvement stands: planned, done, its effect measured; or given up."""

    DONE = "done"
    DROPPED = "dropped"
    MEASURED = "measured"
    PLANNED = "planned"

    @property
    def label(self) -> str:
        """French name."""
        return {
            ImprovementStatus.DONE: "faite, effet à mesurer",
            ImprovementStatus.DROPPED: "abandonnée",
            ImprovementStatus.MEASURED: "effet mesuré",
            ImprovementStatus.PLANNED: "prévue",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            ImprovementStatus.DONE: "progress",
            ImprovementStatus.DROPPED: "neutral",
            ImprovementStatus.MEASURED: "done",
            ImprovementStatus.PLANNED: "waiting",
        }[self]


class ImprovementAct(StrEnum):
    """What moves an improvement on."""

    COMPLETE = "complete"
    DROP = "drop"
    MEASURE = "measure"
    RESUME = "resume"

    @property
    def label(self) -> str:
        """What the button says."""
        return {
            ImprovementAct.COMPLETE: "Noter qu’elle est faite",
            ImprovementAct.DROP: "L’abandonner",
            ImprovementAct.MEASURE: "Noter son effet",
            ImprovementAct.RESUME: "La reprendre",
        }[self]
