"""Assessments: prepared, opened, seen item by item, settled, closed, finalised (R75, R80, R82, R130)."""

import secrets
import uuid
from datetime import timedelta
from typing import Final

from sqlalchemy import select

from training.common import clock, journal
from training.common.errors import ActUnavailable, NotFound, Refused
from training.common.policy import Principal
from training.cooperation.commands import AssessmentPlan, Closing, Settlement
from training.cooperation.enums import AssessmentAct, AssessmentStatus, Occasion
from training.cooperation.models import Assessment, Grid, ItemResult, LocalQuestion, Partnership
from training.cooperation.procedure import ASSESSMENT
from training.database import db

CODE_LETTERS: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""No letter or figure that is read as another on a screen at the end of a room."""
CODE_LENGTH: Final = 6
CODE_LIVES: Final = timedelta(minutes=20)


def prepare(partnership: Partnership, command: AssessmentPlan, *, by: Principal) -> Assessment:
    """Prepare an assessment; the first one on a grid is the partnership's point zéro (R80).

    Another one under way on the same grid breaks ``uq_assessment_under_way``.
    """
    grid = db.session.get(Grid, command.grid_id)
    if grid is None:
        raise Refused("Choisissez une grille.", field="grid")
    assessment = Assessment(
        id=uuid.uuid4(),
        partnership=partnership,
        grid=grid,
        occasion=_occasion(partnership, grid, command.occasion),
        held_on=command.held_on,
        expected=command.expected,
        participants=[],
        results=[],
        questions=[
            LocalQuestion(id=uuid.uuid4(), position=position, label=label)
            for position, label in enumerate(command.questions)
        ],
    )
    db.session.add(assessment)
    db.session.flush()
    journal.record(assessment, "assessment.prepared", by=by, codes={"grid": f"{grid.code} {grid.version}"})
    return assessment


def _occasion(partnership: Partnership, grid: Grid, wanted: Occasion) -> Occasion:
    """Return the occasion: point zéro as long as none on this grid, whatever its version, was finalised (R80)."""
    earlier = (
        select(Assessment.id)
        .join(Grid, Grid.id == Assessment.grid_id)
        .where(Assessment.partnership_id == partnership.id, Grid.code == grid.code)
        .where(Assessment.status == AssessmentStatus.FINALISED)
    )
    if db.session.scalars(earlier.limit(1)).first() is None:
        return Occasion.POINT_ZERO
    return Occasion.FOLLOW_UP if wanted is Occasion.POINT_ZERO else wanted


def advance(assessment: Assessment, act: AssessmentAct, *, by: Principal) -> None:
    """Take a step: open the answers with a fresh code, close them and show all, reopen, finalise."""
    ASSESSMENT.check(assessment, act, by=by)
    with db.session.no_autoflush:  # a CHECK ties the status to its facts: both are written at once
        if act is AssessmentAct.FINALISE:
            assessment.occasion = _occasion(assessment.partnership, assessment.grid, assessment.occasion)
            assessment.finalised_at = clock.now()
        if act in (AssessmentAct.FINALISE, AssessmentAct.SETTLE):
            assessment.join_code, assessment.code_expires_at = None, None
        if act is AssessmentAct.SETTLE:
            for item in assessment.grid.definition.items:
                _show(assessment, item.code)
        if act is AssessmentAct.REOPEN:
            for result in assessment.results:
                if result.choice is None:
                    result.revealed_at = None
        if act in (AssessmentAct.OPEN, AssessmentAct.REOPEN):
            _give_code(assessment)
        assessment.version += 1
    ASSESSMENT.advance(assessment, act, by=by)


def renew_code(assessment: Assessment, *, by: Principal) -> None:
    """Give another short code, for some minutes; those who are in stay in."""
    if not assessment.collects:
        raise ActUnavailable("Donner un nouveau code", assessment.status.label)
    _give_code(assessment)
    assessment.version += 1
    db.session.flush()
    journal.record(assessment, "assessment.code_renewed", by=by)


def _give_code(assessment: Assessment) -> None:
    assessment.join_code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
    assessment.code_expires_at = clock.now() + CODE_LIVES


def plain_code(typed: str) -> str:
    """Return a code as it is kept, however it was typed."""
    return "".join(c for c in typed.upper() if c.isalnum())[:12]


def result_of(assessment: Assessment, item: str) -> ItemResult:
    """Return what the room did with an item, made if there is nothing yet; ``NotFound`` for an item the grid lacks."""
    if all(each.code != item for each in assessment.grid.definition.items):
        raise NotFound
    held = next((result for result in assessment.results if result.item == item), None)
    if held is None:
        held = ItemResult(item=item, comment="", intention="")
        assessment.results.append(held)
    return held


def _show(assessment: Assessment, item: str) -> None:
    result = result_of(assessment, item)
    if result.revealed_at is None:
        result.revealed_at = clock.now()


def reveal(assessment: Assessment, item: str, *, by: Principal) -> None:
    """Show the answers to an item, whoever is missing (R82); shown, it takes no more answers."""
    if not assessment.collects:
        raise ActUnavailable("Montrer les réponses", assessment.status.label)
    _show(assessment, item)
    assessment.version += 1
    db.session.flush()
    journal.record(assessment, "assessment.item_revealed", by=by, codes={"item": item})


def show_when_all_answered(assessment: Assessment, item: str, *, present: int, answered: int) -> None:
    """Show an item once everyone has answered: all the phones that are in, and as many as the room counts (R82)."""
    if answered and answered >= max(present, assessment.expected):
        _show(assessment, item)


def settle(assessment: Assessment, command: Settlement, *, by: Principal) -> None:
    """Note what the room agrees on, or that it leaves the item open (R130).

    While answers are still collected, an item must have been shown first: the consensus comes after the spread.
    """
    if assessment.status not in (AssessmentStatus.OPEN, AssessmentStatus.CONSENSUS):
        raise ActUnavailable("Noter le consensus", assessment.status.label)
    result = result_of(assessment, command.item)
    if assessment.collects and result.revealed_at is None:
        raise Refused(
            "Montrez d’abord les réponses à cette question : le consensus se cherche ensuite.", field="choice"
        )
    if command.choice is not None and command.choice not in assessment.grid.definition.points:
        raise Refused("Choisissez une réponse de la grille.", field="choice")
    result.choice, result.comment, result.intention = command.choice, command.comment, command.intention
    assessment.version += 1
    db.session.flush()
    journal.record(assessment, "assessment.item_settled", by=by, codes={"item": command.item, "choice": command.choice})


def close(assessment: Assessment, command: Closing, *, by: Principal) -> None:
    """Note the three closing answers and those to the territory's own questions (R83, R130)."""
    if assessment.is_final:
        raise ActUnavailable("Noter la clôture", assessment.status.label)
    assessment.scope, assessment.contributions = command.scope, command.contributions
    assessment.first_steps = command.first_steps
    for question in assessment.questions:
        question.answer = command.local.get(question.id, question.answer)
    assessment.version += 1
    db.session.flush()
    journal.record(assessment, "assessment.closed", by=by)
