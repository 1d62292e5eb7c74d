"""Anonymous figures of a region: from five territories up, never a ranking (R84)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from training.accounts.models import Region
from training.cooperation.enums import AssessmentStatus
from training.cooperation.grid import GridDefinition
from training.cooperation.models import Assessment, Grid, Partnership, partnership_territory
from training.cooperation.rules.score import score
from training.database import db

FEWEST: Final = 5
"""Territories below which a figure would tell one of them."""


@dataclass(frozen=True, slots=True)
class StepFigure:
    """A step over the region: the mean of its points, on its maximum."""

    label: str
    mean: float
    maximum: int


@dataclass(frozen=True, slots=True)
class RegionFigures:
    """What a region’s territories have in common; nothing but their number when they are too few."""

    code: str
    name: str
    territories: int
    partnerships: int
    steps: Sequence[StepFigure]
    bands: Sequence[tuple[str, int]]

    @property
    def enough(self) -> bool:
        """Whether figures are shown."""
        return self.territories >= FEWEST


def figures(grid_code: str) -> list[RegionFigures]:
    """Return each region where partnerships chose to be counted, on their last finalised assessment. Four SELECTs."""
    counted = (
        select(Assessment)
        .join(Assessment.partnership)
        .join(Grid, Grid.id == Assessment.grid_id)
        .options(joinedload(Assessment.partnership), joinedload(Assessment.grid), selectinload(Assessment.results))
        .where(
            Partnership.counted_at.is_not(None),
            Assessment.status == AssessmentStatus.FINALISED,
            Grid.code == grid_code,
        )
        .order_by(Assessment.finalised_at, Assessment.id)
    )
    last = {each.partnership_id: each for each in db.session.scalars(counted)}
    grouped: dict[str, list[Assessment]] = {}
    for each in last.values():
        grouped.setdefault(each.partnership.region_code, []).append(each)
    territories = _territories(list(last))
    names = dict(db.session.execute(select(Region.code, Region.name).order_by(Region.code)).all())
    return [_of(code, names[code], found, territories.get(code, 0)) for code, found in sorted(grouped.items())]


def _territories(partnerships: Sequence[object]) -> dict[str, int]:
    """Return how many different territories the partnerships of each region stand on."""
    query = (
        select(Partnership.region_code, func.count(partnership_territory.c.territory_id.distinct()))
        .join(partnership_territory, partnership_territory.c.partnership_id == Partnership.id)
        .where(Partnership.id.in_(partnerships))
        .group_by(Partnership.region_code)
    )
    return dict(db.session.execute(query).all())


def _of(code: str, name: str, found: Sequence[Assessment], territories: int) -> RegionFigures:
    if territories < FEWEST or len(found) < FEWEST:
        return RegionFigures(code, name, min(territories, len(found)), len(found), (), ())
    scores = [score(each.grid.definition, each.consensus) for each in found]
    definition: GridDefinition = found[-1].grid.definition
    steps = [
        StepFigure(
            f"{step.code}. {step.title}",
            round(sum(each.steps[rank].points for each in scores) / len(scores), 1),
            definition.top * len(step.items),
        )
        for rank, step in enumerate(definition.steps)
    ]
    bands = Counter(each.band.label for each in scores if each.band)
    return RegionFigures(
        code,
        name,
        min(territories, len(found)),
        len(found),
        steps,
        [(b.label, bands[b.label]) for b in definition.bands],
    )
