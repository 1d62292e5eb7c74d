"""The procedures of the room: a cohort’s, an enrolment’s (R31, R33, R70)."""

from collections.abc import Iterable
from typing import Final

from training.cohorts.enums import DECIDED, LIVE, CohortAct, CohortStatus, EnrolmentAct, EnrolmentStatus
from training.common.policy import Permission
from training.common.procedure import Procedure, Step

COHORT_PROCEDURE: Final = Procedure[CohortStatus, CohortAct](
    name="cohort",
    steps={
        CohortAct.START: Step(
            from_=frozenset({CohortStatus.PREPARING}),
            to=CohortStatus.RUNNING,
            permission=Permission.COHORTS_COHORT_MANAGE,
            label=CohortAct.START.label,
            sentence="a démarré la promotion",
        ),
        CohortAct.CLOSE: Step(
            from_=frozenset({CohortStatus.RUNNING}),
            to=CohortStatus.CLOSED,
            permission=Permission.COHORTS_COHORT_MANAGE,
            label=CohortAct.CLOSE.label,
            sentence="a clos la promotion",
        ),
        CohortAct.REOPEN: Step(
            from_=frozenset({CohortStatus.CLOSED}),
            to=CohortStatus.RUNNING,
            permission=Permission.COHORTS_COHORT_MANAGE,
            label=CohortAct.REOPEN.label,
            sentence="a rouvert la promotion",
            reason=True,
        ),
    },
)

_CORRECTIONS: Final = (
    (EnrolmentAct.GRADUATE_AFTER_ALL, {EnrolmentStatus.ATTESTATION}, EnrolmentStatus.GRADUATED, "diplôme délivré"),
    (EnrolmentAct.TAKE_BACK, {EnrolmentStatus.GRADUATED}, EnrolmentStatus.ATTESTATION, "diplôme non délivré"),
    (EnrolmentAct.REOPEN, DECIDED, EnrolmentStatus.ACTIVE, "décision reportée, la formation reprend"),
)
"""How a final decision is corrected."""


def _correction(
    act: EnrolmentAct, from_: Iterable[EnrolmentStatus], to: EnrolmentStatus, words: str
) -> Step[EnrolmentStatus]:
    return Step(
        from_=frozenset(from_),
        to=to,
        permission=Permission.DIPLOMAS_DECISION_CORRECT,
        label=act.label,
        sentence=f"a corrigé la décision de l’école\u00a0: {words}",
        reason=True,
    )


ENROLMENT_PROCEDURE: Final = Procedure[EnrolmentStatus, EnrolmentAct](
    name="enrolment",
    steps={
        EnrolmentAct.SUSPEND: Step(
            from_=frozenset({EnrolmentStatus.ACTIVE}),
            to=EnrolmentStatus.SUSPENDED,
            permission=Permission.COHORTS_ENROLMENT_MANAGE,
            label=EnrolmentAct.SUSPEND.label,
            sentence="a enregistré une interruption de la formation",
            reason=True,
        ),
        EnrolmentAct.RESUME: Step(
            from_=frozenset({EnrolmentStatus.SUSPENDED}),
            to=EnrolmentStatus.ACTIVE,
            permission=Permission.COHORTS_ENROLMENT_MANAGE,
            label=EnrolmentAct.RESUME.label,
            sentence="a enregistré la reprise de la formation",
        ),
        EnrolmentAct.POSTPONE: Step(
            from_=frozenset(LIVE),
            to=EnrolmentStatus.POSTPONED,
            permission=Permission.COHORTS_ENROLMENT_MANAGE,
            label=EnrolmentAct.POSTPONE.label,
            sentence="a reporté la formation à une autre promotion",
            reason=True,
        ),
        EnrolmentAct.WITHDRAW: Step(
            from_=frozenset(LIVE),
            to=EnrolmentStatus.WITHDRAWN,
            permission=Permission.COHORTS_ENROLMENT_MANAGE,
            label=EnrolmentAct.WITHDRAW.label,
            sentence="a enregistré l’abandon de la formation",
            reason=True,
        ),
        EnrolmentAct.TRANSFER: Step(
            from_=frozenset(LIVE),
            to=EnrolmentStatus.TRANSFERRED,
            permission=Permission.COHORTS_TRANSFER_ACCEPT,
            label=EnrolmentAct.TRANSFER.label,
            sentence="a enregistré le départ vers une autre promotion",
        ),
        EnrolmentAct.GRADUATE: Step(
            from_=frozenset(LIVE),
            to=EnrolmentStatus.GRADUATED,
            permission=Permission.DIPLOMAS_BOARD_DECIDE,
            label=EnrolmentAct.GRADUATE.label,
            sentence="a enregistré le diplôme",
        ),
        EnrolmentAct.ATTEST: Step(
            from_=frozenset(LIVE),
            to=EnrolmentStatus.ATTESTATION,
            permission=Permission.DIPLOMAS_BOARD_DECIDE,
            label=EnrolmentAct.ATTEST.label,
            sentence="a enregistré la fin de la formation sans le diplôme",
            reason=True,
        ),
        **{act: _correction(act, from_, to, words) for act, from_, to, words in _CORRECTIONS},
    },
)
