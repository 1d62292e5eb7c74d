"""The words of the mémoire: its states, what moves it, what is handed in."""

from enum import StrEnum
from typing import Final


class MemoireStatus(StrEnum):
    """Where a mémoire stands, from its subject to the jury’s word (R56–R60, R65)."""

    CLEARED = "cleared"
    CORRECTIONS_DUE = "corrections_due"
    DEFENDED = "defended"
    DEFERRED = "deferred"
    DRAFTING = "drafting"
    FINAL_DEPOSITED = "final_deposited"
    NO_SHOW = "no_show"
    PASSED = "passed"
    SCHEDULED = "scheduled"
    SUBJECT_APPROVED = "subject_approved"
    SUBJECT_PROPOSED = "subject_proposed"
    SUBJECT_RETURNED = "subject_returned"

    @property
    def label(self) -> str:
        """French name."""
        return _STATUS_WORDS[self][0]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return _STATUS_WORDS[self][1]


_S = MemoireStatus
_STATUS_WORDS: Final[dict[MemoireStatus, tuple[str, str]]] = {
    _S.SUBJECT_PROPOSED: ("sujet proposé", "progress"),
    _S.SUBJECT_RETURNED: ("sujet à retravailler", "waiting"),
    _S.SUBJECT_APPROVED: ("sujet approuvé", "progress"),
    _S.DRAFTING: ("en rédaction", "progress"),
    _S.FINAL_DEPOSITED: ("version finale déposée", "progress"),
    _S.CLEARED: ("bon à soutenir", "done"),
    _S.SCHEDULED: ("soutenance fixée", "done"),
    _S.DEFENDED: ("soutenu", "progress"),
    _S.CORRECTIONS_DUE: ("corrections demandées", "waiting"),
    _S.PASSED: ("admis", "done"),
    _S.DEFERRED: ("ajourné", "refused"),
    _S.NO_SHOW: ("non soutenu", "refused"),
}

WITH_SUBJECT: Final = frozenset(_S) - {_S.SUBJECT_PROPOSED, _S.SUBJECT_RETURNED}
"""The subject is approved (R56)."""

FINISHED: Final = frozenset({_S.CLEARED, _S.SCHEDULED, _S.DEFENDED, _S.CORRECTIONS_DUE, _S.PASSED})
"""The final version is in, and cleared for defence (R60)."""


class MemoireAct(StrEnum):
    """What moves a mémoire from one state to the next."""

    ADMIT = "admit"
    APPROVE = "approve"
    ASK_CORRECTIONS = "ask_corrections"
    CHANGE_SUBJECT = "change_subject"
    CLEAR = "clear"
    DEFER = "defer"
    DEPOSIT_CORRECTED = "deposit_corrected"
    DEPOSIT_DRAFT = "deposit_draft"
    DEPOSIT_FINAL = "deposit_final"
    HOLD = "hold"
    MISS = "miss"
    PROPOSE_AGAIN = "propose_again"
    RETURN_FINAL = "return_final"
    RETURN_SUBJECT = "return_subject"
    SCHEDULE = "schedule"
    TAKE_BACK = "take_back"
    UNSCHEDULE = "unschedule"

    @property
    def label(self) -> str:
        """What the button says."""
        return {
            MemoireAct.APPROVE: "Approuver le sujet",
            MemoireAct.ASK_CORRECTIONS: "Demander des corrections",
            MemoireAct.CHANGE_SUBJECT: "Changer de sujet",
            MemoireAct.CLEAR: "Donner le bon à soutenir",
            MemoireAct.DEFER: "Ajourner",
            MemoireAct.DEPOSIT_CORRECTED: "Déposer la version corrigée",
            MemoireAct.DEPOSIT_DRAFT: "Déposer une version de travail",
            MemoireAct.DEPOSIT_FINAL: "Déposer la version finale",
            MemoireAct.HOLD: "Noter la soutenance tenue",
            MemoireAct.MISS: "Noter l’absence à la soutenance",
            MemoireAct.ADMIT: "Admettre",
            MemoireAct.PROPOSE_AGAIN: "Proposer de nouveau",
            MemoireAct.RETURN_FINAL: "Demander de reprendre la version finale",
            MemoireAct.RETURN_SUBJECT: "Demander de retravailler le sujet",
            MemoireAct.SCHEDULE: "Fixer la soutenance",
            MemoireAct.TAKE_BACK: "Retirer le bon à soutenir",
            MemoireAct.UNSCHEDULE: "Retirer de la journée de soutenances",
        }[self]


class VersionKind(StrEnum):
    """What a version is: to be talked over, the one the jury reads, the one corrected after it."""

    CORRECTED = "corrected"
    DRAFT = "draft"
    FINAL = "final"

    @property
    def label(self) -> str:
        """French name."""
        return {
            VersionKind.CORRECTED: "version corrigée",
            VersionKind.DRAFT: "version de travail",
            VersionKind.FINAL: "version finale",
        }[self]


class Availability(StrEnum):
    """When a juror can come, on a day."""

    AFTERNOON = "afternoon"
    ALL_DAY = "all_day"
    MORNING = "morning"
    NO = "no"

    @property
    def label(self) -> str:
        """What the choice says."""
        return {
            Availability.AFTERNOON: "l’après-midi",
            Availability.ALL_DAY: "toute la journée",
            Availability.MORNING: "le matin",
            Availability.NO: "pas disponible",
        }[self]


class Criterion(StrEnum):
    """What a juror looks at. No official grid is public: these are ours, to be confirmed by the school."""

    APPROACH = "approach"
    DEBATE = "debate"
    LINKS = "links"
    ORAL = "oral"
    WRITING = "writing"

    @property
    def label(self) -> str:
        """French name."""
        return {
            Criterion.APPROACH: "La démarche menée dans l’équipe et son analyse",
            Criterion.LINKS: "Les liens faits avec la formation",
            Criterion.WRITING: "La clarté de l’écrit",
            Criterion.ORAL: "La présentation orale",
            Criterion.DEBATE: "Les réponses au jury et le recul",
        }[self]


CRITERIA: Final = (Criterion.APPROACH, Criterion.LINKS, Criterion.WRITING, Criterion.ORAL, Criterion.DEBATE)
"""In the order of the grid."""


class Appreciation(StrEnum):
    """How a juror finds it; in words, since no scale of marks is known."""

    GOOD = "good"
    INSUFFICIENT = "insufficient"
    TO_STRENGTHEN = "to_strengthen"
    VERY_GOOD = "very_good"

    @property
    def label(self) -> str:
        """French name."""
        return {
            Appreciation.INSUFFICIENT: "insuffisant",
            Appreciation.TO_STRENGTHEN: "à renforcer",
            Appreciation.GOOD: "satisfaisant",
            Appreciation.VERY_GOOD: "très satisfaisant",
        }[self]


APPRECIATIONS: Final = (
    Appreciation.INSUFFICIENT,
    Appreciation.TO_STRENGTHEN,
    Appreciation.GOOD,
    Appreciation.VERY_GOOD,
)


class Stage(StrEnum):
    """Where a defence stands, as its page says what to do."""

    FREE = "free"
    TO_COME = "to_come"
    EVALUATION = "evaluation"
    DELIBERATION = "deliberation"
    SIGNATURES = "signatures"
    TO_PUBLISH = "to_publish"
    PUBLISHED = "published"

    @property
    def label(self) -> str:
        """French name."""
        return {
            Stage.FREE: "libre",
            Stage.TO_COME: "à venir",
            Stage.EVALUATION: "évaluations",
            Stage.DELIBERATION: "délibération",
            Stage.SIGNATURES: "procès-verbal à signer",
            Stage.TO_PUBLISH: "à publier",
            Stage.PUBLISHED: "résultat publié",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            Stage.FREE: "neutral",
            Stage.TO_COME: "waiting",
            Stage.EVALUATION: "progress",
            Stage.DELIBERATION: "progress",
            Stage.SIGNATURES: "progress",
            Stage.TO_PUBLISH: "waiting",
            Stage.PUBLISHED: "done",
        }[self]
