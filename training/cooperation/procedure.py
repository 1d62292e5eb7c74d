"""The two procedures of cooperation: an assessment's, and an action's."""

from typing import Any, Final

from training.common.formatting import enumeration
from training.common.policy import Permission
from training.common.procedure import Procedure, Step
from training.cooperation.enums import ActionAct, ActionStatus, AssessmentAct, AssessmentStatus

S = AssessmentStatus
P = Permission


def _unsettled(assessment: Any) -> str | None:
    """Return why it cannot be finalised yet: the items left open, named (R75)."""
    definition = assessment.grid.definition
    settled = {result.item for result in assessment.results if result.choice is not None}
    missing = [item.code for item in definition.items if item.code not in settled]
    if not missing:
        return None
    one = len(missing) == 1
    which = (
        f"la question {missing[0]} n’est pas tranchée"
        if one
        else f"les questions {enumeration(missing)} ne sont pas tranchées"
    )
    return (
        f"Il manque {len(missing)} réponse{'' if one else 's'} sur {len(definition.items)} : {which}. "
        "Le rapport provisoire reste disponible."
    )


ASSESSMENT: Final = Procedure[S, AssessmentAct](
    name="assessment",
    steps={
        AssessmentAct.OPEN: Step(
            from_=frozenset({S.DRAFT}),
            to=S.OPEN,
            permission=P.COOPERATION_ASSESSMENT_RUN,
            label=AssessmentAct.OPEN.label,
            sentence="a ouvert les réponses",
        ),
        AssessmentAct.SETTLE: Step(
            from_=frozenset({S.DRAFT, S.OPEN}),
            to=S.CONSENSUS,
            permission=P.COOPERATION_ASSESSMENT_RUN,
            label=AssessmentAct.SETTLE.label,
            sentence="a fermé les réponses et ouvert le consensus",
        ),
        AssessmentAct.REOPEN: Step(
            from_=frozenset({S.CONSENSUS}),
            to=S.OPEN,
            permission=P.COOPERATION_ASSESSMENT_RUN,
            label=AssessmentAct.REOPEN.label,
            sentence="a rouvert les réponses",
        ),
        AssessmentAct.FINALISE: Step(
            from_=frozenset({S.CONSENSUS}),
            to=S.FINALISED,
            permission=P.COOPERATION_ASSESSMENT_RUN,
            label=AssessmentAct.FINALISE.label,
            sentence="a finalisé l’auto-évaluation",
            bar=_unsettled,
        ),
    },
)

A = ActionStatus
ACTION: Final = Procedure[A, ActionAct](
    name="cooperation_action",
    steps={
        ActionAct.START: Step(
            from_=frozenset({A.TO_START}),
            to=A.UNDER_WAY,
            permission=P.COOPERATION_PARTNERSHIP_EDIT,
            label=ActionAct.START.label,
            sentence="a lancé l’action",
        ),
        ActionAct.FINISH: Step(
            from_=frozenset({A.TO_START, A.UNDER_WAY}),
            to=A.DONE,
            permission=P.COOPERATION_PARTNERSHIP_EDIT,
            label=ActionAct.FINISH.label,
            sentence="a noté que l’action est faite",
        ),
        ActionAct.DROP: Step(
            from_=frozenset({A.TO_START, A.UNDER_WAY}),
            to=A.DROPPED,
            permission=P.COOPERATION_PARTNERSHIP_EDIT,
            label=ActionAct.DROP.label,
            sentence="a abandonné l’action",
            reason=True,
        ),
        ActionAct.RESUME: Step(
            from_=frozenset({A.DONE, A.DROPPED}),
            to=A.UNDER_WAY,
            permission=P.COOPERATION_PARTNERSHIP_EDIT,
            label=ActionAct.RESUME.label,
            sentence="a repris l’action",
        ),
    },
)
