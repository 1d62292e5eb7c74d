"""The words of the portfolio: states and acts of tracer documents and of hours, readers of a path."""

from enum import StrEnum
from typing import Final


class TracerStatus(StrEnum):
    """Where a tracer document stands (R52)."""

    ACCEPTED = "accepted"
    DEPOSITED = "deposited"
    EXPECTED = "expected"
    IN_REVIEW = "in_review"
    QUARANTINED = "quarantined"
    TO_REVISE = "to_revise"

    @property
    def label(self) -> str:
        """French name."""
        return {
            TracerStatus.ACCEPTED: "validé",
            TracerStatus.DEPOSITED: "déposé",
            TracerStatus.EXPECTED: "à produire",
            TracerStatus.IN_REVIEW: "en relecture",
            TracerStatus.QUARANTINED: "mis à l’écart",
            TracerStatus.TO_REVISE: "à reprendre",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            TracerStatus.ACCEPTED: "done",
            TracerStatus.DEPOSITED: "progress",
            TracerStatus.EXPECTED: "waiting",
            TracerStatus.IN_REVIEW: "progress",
            TracerStatus.QUARANTINED: "refused",
            TracerStatus.TO_REVISE: "waiting",
        }[self]


AWAITING_REVIEW: Final = (TracerStatus.DEPOSITED, TracerStatus.IN_REVIEW)
"""A version waits for its reader."""

AWAITING_LEARNER: Final = (TracerStatus.EXPECTED, TracerStatus.QUARANTINED, TracerStatus.TO_REVISE)
"""The learner has something to hand in."""


class TracerAct(StrEnum):
    """What moves a tracer document from one state to the next."""

    ACCEPT = "accept"
    DEPOSIT = "deposit"
    LIFT = "lift"
    MARK = "mark"
    QUARANTINE = "quarantine"
    RETURN = "return"
    TAKE = "take"

    @property
    def label(self) -> str:
        """What the button says."""
        return {
            TracerAct.ACCEPT: "Valider le document",
            TracerAct.DEPOSIT: "Déposer le document",
            TracerAct.LIFT: "Rendre le document visible",
            TracerAct.MARK: "Noter comme déposé sur la plateforme",
            TracerAct.QUARANTINE: "Mettre à l’écart",
            TracerAct.RETURN: "Rendre le document à reprendre",
            TracerAct.TAKE: "Commencer la relecture",
        }[self]


class TakingOver(StrEnum):
    """In which state a document handed in before the tool comes in (R114)."""

    ACCEPTED = "take_over_accepted"
    DEPOSITED = "take_over_deposited"
    TO_REVISE = "take_over_to_revise"

    @property
    def label(self) -> str:
        """What the act is called."""
        return {
            TakingOver.ACCEPTED: "Reprendre le document comme validé",
            TakingOver.DEPOSITED: "Reprendre le document comme déposé",
            TakingOver.TO_REVISE: "Reprendre le document comme à reprendre",
        }[self]


class CarriedAs(StrEnum):
    """In which state a document begun in the cohort a learner left comes into the next (R116)."""

    ACCEPTED = "carry_accepted"
    DEPOSITED = "carry_deposited"
    TO_REVISE = "carry_to_revise"

    @property
    def label(self) -> str:
        """What the act is called."""
        return {
            CarriedAs.ACCEPTED: "Reprendre le document, validé",
            CarriedAs.DEPOSITED: "Reprendre le document, à relire",
            CarriedAs.TO_REVISE: "Reprendre le document, à reprendre",
        }[self]


class Decision(StrEnum):
    """How a review ends."""

    ACCEPTED = "accepted"
    TO_REVISE = "to_revise"

    @property
    def label(self) -> str:
        """What the choice says."""
        return {Decision.ACCEPTED: "validé", Decision.TO_REVISE: "à reprendre"}[self]


class Concern(StrEnum):
    """What looks like a patient’s data in a text (R54)."""

    BIRTH_DATE = "birth_date"
    NIR = "nir"
    STAY_NUMBER = "stay_number"

    @property
    def label(self) -> str:
        """What it looks like."""
        return {
            Concern.BIRTH_DATE: "une date de naissance avec un nom",
            Concern.NIR: "un numéro de sécurité sociale",
            Concern.STAY_NUMBER: "un numéro de séjour ou de dossier patient",
        }[self]


class EntryStatus(StrEnum):
    """Where hours that a learner logged stand (R47, R48)."""

    CONFIRMED = "confirmed"
    DECLARED = "declared"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """French name."""
        return {
            EntryStatus.CONFIRMED: "validées",
            EntryStatus.DECLARED: "à valider",
            EntryStatus.REFUSED: "non retenues",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            EntryStatus.CONFIRMED: "done",
            EntryStatus.DECLARED: "waiting",
            EntryStatus.REFUSED: "refused",
        }[self]


class EntryAct(StrEnum):
    """What moves hours from one state to the next."""

    CONFIRM = "confirm"
    REFUSE = "refuse"
    REOPEN = "reopen"

    @property
    def label(self) -> str:
        """What the button says."""
        return {
            EntryAct.CONFIRM: "Valider ces heures",
            EntryAct.REFUSE: "Ne pas retenir ces heures",
            EntryAct.REOPEN: "Revenir sur cette décision",
        }[self]


class Source(StrEnum):
    """How hours came in."""

    DECLARED = "declared"
    IMPORTED = "imported"

    @property
    def label(self) -> str:
        """French name."""
        return {Source.DECLARED: "déclarées", Source.IMPORTED: "importées de la plateforme"}[self]


class Audience(StrEnum):
    """As whom one reads a path: each sees a different share of it (R88, R122)."""

    EMPLOYER = "employer"
    LEARNER = "learner"
    REVIEWER = "reviewer"
    STAFF = "staff"

    @property
    def reads_contents(self) -> bool:
        """Whether documents, comments and drafts may be shown: never to her employer (R88)."""
        return self is not Audience.EMPLOYER


class RequirementState(StrEnum):
    """Where a requirement of the course stands."""

    LATE = "late"
    MET = "met"
    TO_COME = "to_come"
    UNDER_WAY = "under_way"
    UNKNOWN = "unknown"

    @property
    def label(self) -> str:
        """French name."""
        return {
            RequirementState.LATE: "en retard",
            RequirementState.MET: "acquis",
            RequirementState.TO_COME: "à venir",
            RequirementState.UNDER_WAY: "en cours",
            RequirementState.UNKNOWN: "à confirmer",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            RequirementState.LATE: "refused",
            RequirementState.MET: "done",
            RequirementState.TO_COME: "neutral",
            RequirementState.UNDER_WAY: "progress",
            RequirementState.UNKNOWN: "waiting",
        }[self]
