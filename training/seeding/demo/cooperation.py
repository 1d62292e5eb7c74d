"""The demonstration's partnerships: three invented territories, with their assessments, told by the real services."""

from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import select

from training.accounts import queries as accounts
from training.accounts.models import Structure
from training.cohorts.models import Enrolment
from training.common import clock
from training.common.policy import Principal
from training.cooperation.commands import ActionPlan, AssessmentPlan, BodyWords, Closing, PartnershipWords, Settlement
from training.cooperation.enums import ActionAct, AssessmentAct, Cadence, Occasion, Theme
from training.cooperation.models import Assessment, Grid, Partnership
from training.cooperation.queries import proposals
from training.cooperation.services import actions, assessments, partnerships
from training.cooperation.services import proposals as handing_in
from training.database import db
from training.seeding import toml
from training.seeding.demo.people import Cast, at

CHOICES: Final = {"o": "oui", "p": "partiellement", "n": "non"}
GRID: Final = "cooperation"


def load_cooperation(cast: Cast, structures: dict[str, Structure]) -> None:
    """Open the partnerships that are missing, and tell what they did since."""
    grid = db.session.scalars(select(Grid).where(Grid.code == GRID).order_by(Grid.version.desc())).first()
    if grid is None:
        raise toml.SeedError("demo/cooperation.toml: load the grids first")
    for table in toml.read("demo/cooperation")["partnerships"]:
        held = select(Partnership.id).where(Partnership.name == table["name"])
        if db.session.scalars(held).first() is None:
            _tell(table, grid, cast.principal(table["facilitator"]), structures)


def _tell(table: toml.Table, grid: Grid, by: Principal, structures: dict[str, Structure]) -> None:
    opened = _ago(table["opened"])
    with at(opened, 9):
        partnership = partnerships.open_partnership(
            PartnershipWords(
                table["name"], table["aim"], table.get("region", "OCC"), tuple(table["territories"]), Cadence.YEARLY
            ),
            by=by,
        )
        for body in table["bodies"]:
            partnerships.add_body(partnership, _body(body, structures), by=by)
        for code in table.get("shared", ()):
            partnerships.share(partnership, accounts.organisation_by_code(code), by=by)
        partnerships.set_counted(partnership, counted=bool(table.get("counted")), by=by)
    held = [_assess(partnership, told, grid, by) for told in table["assessments"]]
    for action in table.get("actions", ()):
        _act(partnership, action, held[action.get("from", 0)], by)
    if "proposed" in table:
        _propose(held[-1], table["proposed"], by)


def _propose(assessment: Assessment, told: dict[str, Any], by: Principal) -> None:
    """Hand the last assessment in, for the document of its facilitator's training that takes it."""
    document = next(each for each in proposals.open_documents(by) if each.cohort == told["cohort"])
    enrolment = db.session.get_one(Enrolment, document.enrolment_id)
    with at(_ago(told["days"]), 18):
        handing_in.propose(assessment, enrolment, document.type_id, by=by)


def _body(table: toml.Table, structures: dict[str, Structure]) -> BodyWords:
    structure = structures.get(table.get("structure", ""))
    return BodyWords(
        kind_code=table["kind"],
        name=table["name"],
        structure_id=structure.id if structure else None,
        pivot={Theme(theme): words for theme, words in table.get("pivot", {}).items()},
        **{key: table.get(key, "") for key in ("area", "audience", "contribution", "contact")},
    )


def _assess(partnership: Partnership, told: dict[str, Any], grid: Grid, by: Principal) -> Assessment:
    held = _ago(told["days"])
    plan = AssessmentPlan(grid.id, Occasion.FOLLOW_UP, held, expected=len(partnership.bodies))
    with at(held, 14):
        assessment = assessments.prepare(partnership, plan, by=by)
        assessments.advance(assessment, AssessmentAct.SETTLE, by=by)
    with at(held, 15):
        for item, letter in zip(grid.definition.items, told["answers"], strict=True):
            comment, intention = (told.get(key, {}).get(item.code, "") for key in ("comments", "intentions"))
            assessments.settle(assessment, Settlement(item.code, CHOICES[letter], comment, intention), by=by)
    with at(held, 16):
        closing = Closing(told["scope"], told["contributions"], told["first_steps"], {})
        assessments.close(assessment, closing, by=by)
        assessments.advance(assessment, AssessmentAct.FINALISE, by=by)
    return assessment


def _act(partnership: Partnership, table: toml.Table, assessment: Assessment, by: Principal) -> None:
    bodies = {body.name: body.id for body in partnership.bodies}
    plan = ActionPlan(
        title=table["title"],
        item=table["item"],
        assessment_id=assessment.id,
        lead_id=bodies[table["lead"]],
        partners=tuple(bodies[name] for name in table.get("partners", ())),
        first_step=table["first_step"],
        due_on=clock.today() + timedelta(days=table["due"]),
        indicators=tuple(table.get("indicators", ())),
    )
    with at(_ago(table["days"]), 10):
        action = actions.plan(partnership, plan, by=by)
    for offset, act in enumerate(table.get("acts", ())):
        with at(_ago(table["days"] - 30 - 60 * offset), 10):
            actions.advance(action, ActionAct(act), by=by)
    if table.get("news"):
        with at(_ago(max(table["days"] - 60, 1)), 11):
            actions.tell(action, table["news"], by=by)


def _ago(days: int) -> date:
    return clock.today() - timedelta(days=days)
