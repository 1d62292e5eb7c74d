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
