"""The words of the cohorts: states, acts, kinds of assignments."""

from enum import StrEnum
from typing import Final


class CohortStatus(StrEnum):
    """Where a cohort stands."""

    CLOSED = "closed"
    PREPARING = "preparing"
    RUNNING = "running"

    @property
    def label(self) -> str:
        """French name."""
        return {
            CohortStatus.CLOSED: "terminée",
            CohortStatus.PREPARING: "en préparation",
            CohortStatus.RUNNING: "en cours",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            CohortStatus.CLOSED: "neutral",
            CohortStatus.PREPARING: "waiting",
            CohortStatus.RUNNING: "progress",
        }[self]


class CohortAct(StrEnum):
    """What moves a cohort from one state to the next."""

    CLOSE = "close"
    REOPEN = "reopen"
    START = "start"

    @property
    def label(self) -> str:
        """What the button says."""
        return {
            CohortAct.CLOSE: "Clore la promotion",
            CohortAct.REOPEN: "Rouvrir la promotion",
            CohortAct.START: "Démarrer la promotion",
        }[self]


class EnrolmentStatus(StrEnum):
    """Where a learner stands in her cohort; the last two are the school’s, at the end of the course."""

    ACTIVE = "active"
    ATTESTATION = "attestation"
    GRADUATED = "graduated"
    POSTPONED = "postponed"
    SUSPENDED = "suspended"
    TRANSFERRED = "transferred"
    WITHDRAWN = "withdrawn"

    @property
    def label(self) -> str:
        """French name."""
        return {
            EnrolmentStatus.ACTIVE: "en formation",
            EnrolmentStatus.ATTESTATION: "attestation délivrée",
            EnrolmentStatus.GRADUATED: "diplômé·e",
            EnrolmentStatus.POSTPONED: "reporté·e",
            EnrolmentStatus.SUSPENDED: "en interruption",
            EnrolmentStatus.TRANSFERRED: "transféré·e",
            EnrolmentStatus.WITHDRAWN: "abandon",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            EnrolmentStatus.ACTIVE: "progress",
            EnrolmentStatus.ATTESTATION: "done",
            EnrolmentStatus.GRADUATED: "done",
            EnrolmentStatus.POSTPONED: "neutral",
            EnrolmentStatus.SUSPENDED: "waiting",
            EnrolmentStatus.TRANSFERRED: "neutral",
            EnrolmentStatus.WITHDRAWN: "refused",
        }[self]


LIVE: Final = (EnrolmentStatus.ACTIVE, EnrolmentStatus.SUSPENDED)
"""The learner is in the course: one such enrolment per person and programme (R31)."""

DECIDED: Final = frozenset({EnrolmentStatus.ATTESTATION, EnrolmentStatus.GRADUATED})
"""The school has decided for good, and her file is closed (R70)."""

GONE: Final = (EnrolmentStatus.POSTPONED, EnrolmentStatus.TRANSFERRED, EnrolmentStatus.WITHDRAWN)
"""The learner has left and her seat is free again."""


class EnrolmentAct(StrEnum):
    """What happens to an enrolment (R33); the school’s decision ends it with the diploma or without, and may be corrected (R70)."""

    ATTEST = "attest"
    GRADUATE = "graduate"
    GRADUATE_AFTER_ALL = "graduate_after_all"
    POSTPONE = "postpone"
    REOPEN = "reopen"
    RESUME = "resume"
    SUSPEND = "suspend"
    TAKE_BACK = "take_back"
    TRANSFER = "transfer"
    WITHDRAW = "withdraw"

    @property
    def label(self) -> str:
        """What the button says."""
        return {
            EnrolmentAct.ATTEST: "Enregistrer la fin sans le diplôme",
            EnrolmentAct.GRADUATE: "Enregistrer le diplôme",
            EnrolmentAct.GRADUATE_AFTER_ALL: "Corriger\u00a0: diplôme délivré",
            EnrolmentAct.POSTPONE: "Reporter à une autre promotion",
            EnrolmentAct.REOPEN: "Corriger\u00a0: décision reportée",
            EnrolmentAct.RESUME: "Reprendre la formation",
            EnrolmentAct.SUSPEND: "Interrompre la formation",
            EnrolmentAct.TAKE_BACK: "Corriger\u00a0: diplôme non délivré",
            EnrolmentAct.TRANSFER: "Transférer dans une autre promotion",
            EnrolmentAct.WITHDRAW: "Enregistrer l’abandon",
        }[self]

    @property
    def frees_seat(self) -> bool:
        """Whether the seat is given back."""
        return self in (EnrolmentAct.POSTPONE, EnrolmentAct.TRANSFER, EnrolmentAct.WITHDRAW)


class LeavingReason(StrEnum):
    """Why a learner left, by kind: what a funder may read, counted (R33, R122)."""

    COURSE = "course"
    OTHER = "other"
    PERSONAL = "personal"
    POST = "post"
    STRUCTURE = "structure"
    TRANSFER = "transfer"
    WORKLOAD = "workload"

    @property
    def label(self) -> str:
        """French name."""
        return {
            LeavingReason.COURSE: "formation différente de ce qui était attendu",
            LeavingReason.OTHER: "autre raison",
            LeavingReason.PERSONAL: "raison personnelle",
            LeavingReason.POST: "changement ou fin de poste",
            LeavingReason.STRUCTURE: "décision ou arrêt de la structure",
            LeavingReason.TRANSFER: "transfert dans une autre promotion",
            LeavingReason.WORKLOAD: "charge de travail",
        }[self]


SAID: Final = tuple(reason for reason in LeavingReason if reason is not LeavingReason.TRANSFER)
"""The kinds staff choose from; a transfer says its own (R116)."""


class AssignmentKind(StrEnum):
    """What a relay trainer does: follow one learner, or animate a whole cohort (R32, R119)."""

    ANIMATOR = "animator"
    CO_REFERENT = "co_referent"
    REFERENT = "referent"
    SUBSTITUTE = "substitute"

    @property
    def label(self) -> str:
        """French name."""
        return {
            AssignmentKind.ANIMATOR: "anime la promotion",
            AssignmentKind.CO_REFERENT: "co-référent·e",
            AssignmentKind.REFERENT: "référent·e",
            AssignmentKind.SUBSTITUTE: "remplaçant·e",
        }[self]


FOLLOWING: Final = (AssignmentKind.REFERENT, AssignmentKind.CO_REFERENT, AssignmentKind.SUBSTITUTE)
"""Kinds of assignments to one learner."""
