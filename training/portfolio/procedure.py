"""The procedures of tracer documents and of hours (R52)."""

from typing import Any, Final

from training.catalogue.enums import DepositPlace
from training.common.policy import Permission
from training.common.procedure import Procedure, Step
from training.portfolio.enums import CarriedAs, EntryAct, EntryStatus, TakingOver, TracerAct, TracerStatus

S = TracerStatus


def _deposited_elsewhere(tracer: Any) -> str | None:
    if tracer.type.deposit is DepositPlace.SCHOOL_PLATFORM:
        return "Ce document se dépose sur la plateforme de l’école."
    return None


def _deposited_here(tracer: Any) -> str | None:
    if tracer.type.deposit is DepositPlace.HERE:
        return "Ce document se dépose ici : son auteur·rice le fait elle-même."
    return None


def _unread(tracer: Any) -> str | None:
    if tracer.deposited and tracer.deposited[0].is_hidden:
        return "Cette version est mise à l’écart."
    return None


TRACER: Final = Procedure[TracerStatus, TracerAct](
    name="tracer",
    steps={
        TracerAct.DEPOSIT: Step(
            from_=frozenset({S.EXPECTED, S.DEPOSITED, S.IN_REVIEW, S.TO_REVISE, S.QUARANTINED}),
            to=S.DEPOSITED,
            permission=Permission.PORTFOLIO_TRACER_DEPOSIT,
            label=TracerAct.DEPOSIT.label,
            sentence="a déposé une version",
            bar=_deposited_elsewhere,
        ),
        TracerAct.MARK: Step(
            from_=frozenset({S.EXPECTED, S.TO_REVISE}),
            to=S.DEPOSITED,
            permission=Permission.PORTFOLIO_TRACER_REVIEW,
            label=TracerAct.MARK.label,
            sentence="a noté le dépôt sur la plateforme de l’école",
            bar=_deposited_here,
        ),
        TracerAct.TAKE: Step(
            from_=frozenset({S.DEPOSITED}),
            to=S.IN_REVIEW,
            permission=Permission.PORTFOLIO_TRACER_REVIEW,
            label=TracerAct.TAKE.label,
            sentence="a commencé la relecture",
        ),
        TracerAct.RETURN: Step(
            from_=frozenset({S.DEPOSITED, S.IN_REVIEW}),
            to=S.TO_REVISE,
            permission=Permission.PORTFOLIO_TRACER_REVIEW,
            label=TracerAct.RETURN.label,
            sentence="a demandé de reprendre le document",
            bar=_unread,
        ),
        TracerAct.ACCEPT: Step(
            from_=frozenset({S.DEPOSITED, S.IN_REVIEW}),
            to=S.ACCEPTED,
            permission=Permission.PORTFOLIO_TRACER_REVIEW,
            label=TracerAct.ACCEPT.label,
            sentence="a validé le document",
            bar=_unread,
        ),
        TracerAct.QUARANTINE: Step(
            from_=frozenset({S.DEPOSITED, S.IN_REVIEW, S.TO_REVISE}),
            to=S.QUARANTINED,
            permission=Permission.PORTFOLIO_TRACER_SET_ASIDE,
            label=TracerAct.QUARANTINE.label,
            sentence="a mis le document à l’écart",
            reason=True,
        ),
        TracerAct.LIFT: Step(
            from_=frozenset({S.QUARANTINED}),
            to=S.DEPOSITED,
            permission=Permission.PORTFOLIO_TRACER_SET_ASIDE,
            label=TracerAct.LIFT.label,
            sentence="a rendu le document visible",
            reason=True,
        ),
    },
)


def _taken_over(to: TracerStatus, act: TakingOver) -> Step[TracerStatus]:
    return Step(
        from_=frozenset({S.EXPECTED}),
        to=to,
        permission=Permission.COHORTS_COHORT_MOVE_IN,
        label=act.label,
        sentence=f"a repris d’un tableur ce document, « {to.label} »",
    )


TAKING_OVER: Final = Procedure[TracerStatus, TakingOver](
    name="tracer",
    steps={
        TakingOver.ACCEPTED: _taken_over(S.ACCEPTED, TakingOver.ACCEPTED),
        TakingOver.DEPOSITED: _taken_over(S.DEPOSITED, TakingOver.DEPOSITED),
        TakingOver.TO_REVISE: _taken_over(S.TO_REVISE, TakingOver.TO_REVISE),
    },
)
"""Apart from what is handed in and read here, so that no screen proposes it (R114)."""


def _carried(to: TracerStatus, act: CarriedAs) -> Step[TracerStatus]:
    return Step(
        from_=frozenset({S.EXPECTED}),
        to=to,
        permission=Permission.COHORTS_TRANSFER_ACCEPT,
        label=act.label,
        sentence=f"a repris ce document de la promotion quittée, «\u202f{to.label}\u202f»",
    )


CARRYING: Final = Procedure[TracerStatus, CarriedAs](
    name="tracer",
    steps={
        CarriedAs.ACCEPTED: _carried(S.ACCEPTED, CarriedAs.ACCEPTED),
        CarriedAs.DEPOSITED: _carried(S.DEPOSITED, CarriedAs.DEPOSITED),
        CarriedAs.TO_REVISE: _carried(S.TO_REVISE, CarriedAs.TO_REVISE),
    },
)
"""What a transfer writes by itself, once agreed to (R116)."""

ENTRY: Final = Procedure[EntryStatus, EntryAct](
    name="hours",
    steps={
        EntryAct.CONFIRM: Step(
            from_=frozenset({EntryStatus.DECLARED}),
            to=EntryStatus.CONFIRMED,
            permission=Permission.PORTFOLIO_HOURS_SETTLE,
            label=EntryAct.CONFIRM.label,
            sentence="a validé des heures",
        ),
        EntryAct.REFUSE: Step(
            from_=frozenset({EntryStatus.DECLARED}),
            to=EntryStatus.REFUSED,
            permission=Permission.PORTFOLIO_HOURS_SETTLE,
            label=EntryAct.REFUSE.label,
            sentence="n’a pas retenu des heures",
            reason=True,
        ),
        EntryAct.REOPEN: Step(
            from_=frozenset({EntryStatus.CONFIRMED, EntryStatus.REFUSED}),
            to=EntryStatus.DECLARED,
            permission=Permission.PORTFOLIO_HOURS_SETTLE,
            label=EntryAct.REOPEN.label,
            sentence="est revenu sur une décision",
            reason=True,
        ),
    },
)
