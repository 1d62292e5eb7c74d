"""The procedures of the registers: a complaint is answered then closed; an improvement is done then measured (R123)."""

from typing import Any, Final

from training.common.policy import Permission
from training.common.procedure import Procedure, Step
from training.quality.enums import (
    ComplaintAct,
    ComplaintStatus,
    ImprovementAct,
    ImprovementStatus,
    QuestionnaireAct,
    QuestionnaireStatus,
    SurveyAct,
    SurveyStatus,
)

C = ComplaintStatus
I = ImprovementStatus  # noqa: E741 - one letter for the states, as its neighbour
Q = QuestionnaireStatus


def _unanswered(complaint: Any) -> str | None:
    return None if complaint.answer else "Écrivez la réponse : elle est envoyée à la personne."


def _unwritten(questionnaire: Any) -> str | None:
    return None if questionnaire.questions else "Ajoutez au moins une question."


def _unmeasured(improvement: Any) -> str | None:
    return None if improvement.effect else "Dites ce que cela a changé."


COMPLAINT: Final = Procedure[ComplaintStatus, ComplaintAct](
    name="complaint",
    steps={
        ComplaintAct.ANSWER: Step(
            from_=frozenset({C.RECEIVED}),
            to=C.ANSWERED,
            permission=Permission.QUALITY_COMPLAINT_ANSWER,
            label=ComplaintAct.ANSWER.label,
            sentence="a répondu",
            bar=_unanswered,
        ),
        ComplaintAct.CLOSE: Step(
            from_=frozenset({C.ANSWERED}),
            to=C.CLOSED,
            permission=Permission.QUALITY_COMPLAINT_ANSWER,
            label=ComplaintAct.CLOSE.label,
            sentence="a clos",
        ),
        ComplaintAct.REOPEN: Step(
            from_=frozenset({C.ANSWERED, C.CLOSED}),
            to=C.RECEIVED,
            permission=Permission.QUALITY_COMPLAINT_ANSWER,
            label=ComplaintAct.REOPEN.label,
            sentence="a rouvert",
            reason=True,
        ),
    },
)

IMPROVEMENT: Final = Procedure[ImprovementStatus, ImprovementAct](
    name="improvement",
    steps={
        ImprovementAct.COMPLETE: Step(
            from_=frozenset({I.PLANNED}),
            to=I.DONE,
            permission=Permission.QUALITY_IMPROVEMENT_MANAGE,
            label=ImprovementAct.COMPLETE.label,
            sentence="a noté que c’est fait",
        ),
        ImprovementAct.MEASURE: Step(
            from_=frozenset({I.DONE}),
            to=I.MEASURED,
            permission=Permission.QUALITY_IMPROVEMENT_MANAGE,
            label=ImprovementAct.MEASURE.label,
            sentence="a noté l’effet",
            bar=_unmeasured,
        ),
        ImprovementAct.DROP: Step(
            from_=frozenset({I.PLANNED}),
            to=I.DROPPED,
            permission=Permission.QUALITY_IMPROVEMENT_MANAGE,
            label=ImprovementAct.DROP.label,
            sentence="a abandonné l’action",
            reason=True,
        ),
        ImprovementAct.RESUME: Step(
            from_=frozenset({I.DROPPED}),
            to=I.PLANNED,
            permission=Permission.QUALITY_IMPROVEMENT_MANAGE,
            label=ImprovementAct.RESUME.label,
            sentence="a repris l’action",
        ),
    },
)

SURVEY: Final = Procedure[SurveyStatus, SurveyAct](
    name="survey",
    steps={
        SurveyAct.CLOSE: Step(
            from_=frozenset({SurveyStatus.OPEN}),
            to=SurveyStatus.CLOSED,
            permission=Permission.QUALITY_SURVEY_MANAGE,
            label=SurveyAct.CLOSE.label,
            sentence="a clos l’enquête",
        ),
    },
)

QUESTIONNAIRE: Final = Procedure[QuestionnaireStatus, QuestionnaireAct](
    name="questionnaire",
    steps={
        QuestionnaireAct.PUBLISH: Step(
            from_=frozenset({Q.DRAFT}),
            to=Q.PUBLISHED,
            permission=Permission.QUALITY_QUESTIONNAIRE_MANAGE,
            label=QuestionnaireAct.PUBLISH.label,
            sentence="a publié le questionnaire",
            bar=_unwritten,
        ),
        QuestionnaireAct.RETIRE: Step(
            from_=frozenset({Q.DRAFT, Q.PUBLISHED}),
            to=Q.RETIRED,
            permission=Permission.QUALITY_QUESTIONNAIRE_MANAGE,
            label=QuestionnaireAct.RETIRE.label,
            sentence="a retiré le questionnaire",
        ),
    },
)
