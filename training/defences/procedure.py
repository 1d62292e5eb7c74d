"""The procedure of the mémoire, from its subject to the jury’s word (R56–R60, R65)."""

from typing import Final

from training.common.policy import Permission
from training.common.procedure import Procedure, Step
from training.defences.enums import MemoireAct, MemoireStatus

S = MemoireStatus
A = MemoireAct
_WRITES: Final = Permission.DEFENCES_MEMOIRE_WRITE
_FOLLOWS: Final = Permission.DEFENCES_MEMOIRE_FOLLOW
_PLANS: Final = Permission.DEFENCES_DAY_MANAGE
_RESULT: Final = Permission.DEFENCES_RESULT_RECORD


def _step(act: MemoireAct, from_: set[MemoireStatus], to: MemoireStatus, permission: Permission, sentence: str,
          *, reason: bool = False) -> Step[MemoireStatus]:  # fmt: skip
    return Step(frozenset(from_), to, permission, act.label, sentence, reason=reason)


MEMOIRE: Final = Procedure[MemoireStatus, MemoireAct](
    name="memoire",
    steps={
        A.PROPOSE_AGAIN: _step(
            A.PROPOSE_AGAIN, {S.SUBJECT_RETURNED}, S.SUBJECT_PROPOSED, _WRITES, "a proposé de nouveau un sujet de mémoire"
        ),
        A.APPROVE: _step(A.APPROVE, {S.SUBJECT_PROPOSED}, S.SUBJECT_APPROVED, _FOLLOWS, "a approuvé le sujet du mémoire"),
        A.RETURN_SUBJECT: _step(
            A.RETURN_SUBJECT, {S.SUBJECT_PROPOSED}, S.SUBJECT_RETURNED, _FOLLOWS,
            "a demandé de retravailler le sujet du mémoire", reason=True,
        ),
        A.CHANGE_SUBJECT: _step(
            A.CHANGE_SUBJECT, {S.SUBJECT_APPROVED, S.DRAFTING}, S.SUBJECT_PROPOSED, _WRITES,
            "a demandé à changer de sujet de mémoire", reason=True,
        ),
        A.DEPOSIT_DRAFT: _step(
            A.DEPOSIT_DRAFT, {S.SUBJECT_APPROVED, S.DRAFTING}, S.DRAFTING, _WRITES,
            "a déposé une version de travail du mémoire",
        ),
        A.DEPOSIT_FINAL: _step(
            A.DEPOSIT_FINAL, {S.SUBJECT_APPROVED, S.DRAFTING, S.FINAL_DEPOSITED, S.DEFERRED, S.NO_SHOW}, S.FINAL_DEPOSITED,
            _WRITES, "a déposé la version finale du mémoire",
        ),
        A.DEPOSIT_CORRECTED: _step(
            A.DEPOSIT_CORRECTED, {S.CORRECTIONS_DUE}, S.CORRECTIONS_DUE, _WRITES,
            "a déposé la version corrigée du mémoire",
        ),
        A.RETURN_FINAL: _step(
            A.RETURN_FINAL, {S.FINAL_DEPOSITED}, S.DRAFTING, _FOLLOWS,
            "a demandé de reprendre la version finale du mémoire", reason=True,
        ),
        A.CLEAR: _step(A.CLEAR, {S.FINAL_DEPOSITED}, S.CLEARED, _FOLLOWS, "a donné le bon à soutenir"),
        A.TAKE_BACK: _step(
            A.TAKE_BACK, {S.CLEARED}, S.FINAL_DEPOSITED, _FOLLOWS, "a retiré le bon à soutenir", reason=True
        ),
        A.SCHEDULE: _step(
            A.SCHEDULE, {S.CLEARED, S.DEFERRED, S.NO_SHOW}, S.SCHEDULED, _PLANS, "a fixé la soutenance"
        ),
        A.UNSCHEDULE: _step(
            A.UNSCHEDULE, {S.SCHEDULED}, S.CLEARED, _PLANS, "a retiré la soutenance de la journée prévue"
        ),
        A.HOLD: _step(A.HOLD, {S.SCHEDULED}, S.DEFENDED, _RESULT, "a noté la soutenance tenue"),
        A.MISS: _step(A.MISS, {S.SCHEDULED, S.DEFENDED}, S.NO_SHOW, _RESULT, "a noté l’absence à la soutenance"),
        A.ADMIT: _step(A.ADMIT, {S.DEFENDED, S.CORRECTIONS_DUE}, S.PASSED, _RESULT, "a publié l’admission du mémoire"),
        A.ASK_CORRECTIONS: _step(
            A.ASK_CORRECTIONS, {S.DEFENDED}, S.CORRECTIONS_DUE, _RESULT, "a publié une admission avec corrections"
        ),
        A.DEFER: _step(A.DEFER, {S.DEFENDED, S.CORRECTIONS_DUE}, S.DEFERRED, _RESULT, "a publié un ajournement"),
    },
)  # fmt: skip
