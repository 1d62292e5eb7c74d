"""The words of the diplomas: what bars one, who can settle it, waivers, decisions."""

from enum import StrEnum
from typing import Final


class Settler(StrEnum):
    """Who can settle what is missing."""

    CARRIER = "carrier"
    JURY = "jury"
    LEARNER = "learner"
    SCHOOL = "school"
    TRAINER = "trainer"

    @property
    def label(self) -> str:
        """French name, as a filter and a tag show it."""
        return {
            Settler.CARRIER: "porteur",
            Settler.JURY: "jury",
            Settler.LEARNER: "apprenant·e",
            Settler.SCHOOL: "école",
            Settler.TRAINER: "formateur·rice relais",
        }[self]


SETTLERS: Final = (Settler.LEARNER, Settler.TRAINER, Settler.CARRIER, Settler.JURY, Settler.SCHOOL)
"""In the order one reads them."""


class ReasonKind(StrEnum):
    """Why a learner may not be proposed for the diploma (R67)."""

    CHOICE = "choice"
    DEROGATION = "derogation"
    ENROLMENT = "enrolment"
    FORUM = "forum"
    HOURS = "hours"
    MEMOIRE = "memoire"
    MODULE = "module"

    @property
    def rule(self) -> str:
        """The rule in plain words."""
        return {
            ReasonKind.CHOICE: "Une partie des modules se choisit\u202f; ce choix, puis la validation de ce qui est choisi, "
            "sont demandés.",
            ReasonKind.DEROGATION: "Une admission par dérogation se lève quand la preuve du recrutement est reçue.",
            ReasonKind.ENROLMENT: "Seule une personne en formation peut être proposée.",
            ReasonKind.FORUM: "L’édition demande de prendre part au forum de la plateforme.",
            ReasonKind.HOURS: "Chaque sorte d’heures atteint le nombre demandé\u202f; l’une ne remplace pas l’autre.",
            ReasonKind.MEMOIRE: "Le mémoire est rendu, soutenu et admis.",
            ReasonKind.MODULE: "Un module est validé quand ses demi-journées sont suivies, ses documents traceurs validés et "
            "son e-learning confirmé.",
        }[self]


class WaiverScope(StrEnum):
    """What the school may dispense a learner from (R69)."""

    CHOICE = "choice"
    FORUM = "forum"
    HOURS = "hours"
    MODULE = "module"
    TRACER = "tracer"

    @property
    def label(self) -> str:
        """French name."""
        return {
            WaiverScope.CHOICE: "choix de modules",
            WaiverScope.FORUM: "participation au forum",
            WaiverScope.HOURS: "heures",
            WaiverScope.MODULE: "module",
            WaiverScope.TRACER: "document traceur",
        }[self]


class WaiverStatus(StrEnum):
    """Where a waiver stands."""

    ASKED = "asked"
    ENDED = "ended"
    GRANTED = "granted"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        """French name."""
        return {
            WaiverStatus.ASKED: "demandée à l’école",
            WaiverStatus.ENDED: "arrêtée",
            WaiverStatus.GRANTED: "accordée",
            WaiverStatus.REFUSED: "refusée",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            WaiverStatus.ASKED: "waiting",
            WaiverStatus.ENDED: "neutral",
            WaiverStatus.GRANTED: "done",
            WaiverStatus.REFUSED: "refused",
        }[self]


class WaiverAct(StrEnum):
    """What moves a waiver from one state to the next."""

    END = "end"
    GRANT = "grant"
    REFUSE = "refuse"

    @property
    def label(self) -> str:
        """What the button says."""
        return {
            WaiverAct.END: "Arrêter la dispense",
            WaiverAct.GRANT: "Accorder la dispense",
            WaiverAct.REFUSE: "Refuser la dispense",
        }[self]


class PaperKind(StrEnum):
    """Papers made for a whole cohort at once (R71)."""

    DECISIONS = "decisions"
    MODULES = "modules"
    SUCCESS = "success"

    @property
    def label(self) -> str:
        """French name."""
        return {
            PaperKind.DECISIONS: "attestations d’une décision",
            PaperKind.MODULES: "attestations des modules validés",
            PaperKind.SUCCESS: "attestations de réussite",
        }[self]


class Verdict(StrEnum):
    """What the school decides of a learner (R70)."""

    DEFERRED = "deferred"
    GRADUATED = "graduated"
    NOT_GRADUATED = "not_graduated"

    @property
    def label(self) -> str:
        """French name."""
        return {
            Verdict.DEFERRED: "différé",
            Verdict.GRADUATED: "diplômé·e",
            Verdict.NOT_GRADUATED: "non diplômé·e",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {Verdict.DEFERRED: "waiting", Verdict.GRADUATED: "done", Verdict.NOT_GRADUATED: "refused"}[self]

    @property
    def is_final(self) -> bool:
        """Whether the file is locked by it."""
        return self is not Verdict.DEFERRED


VERDICTS: Final = (Verdict.GRADUATED, Verdict.DEFERRED, Verdict.NOT_GRADUATED)
"""In the order one chooses."""
