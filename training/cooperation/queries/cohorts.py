"""The territories of a cohort's learners, from start to end: without names, from five territories up (R86, R132)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import exists, func, select
from sqlalchemy.orm import joinedload, selectinload

from training.cohorts.enums import GONE
from training.cohorts.models import Cohort, Enrolment
from training.common.policy import Permission, Principal, policy
from training.cooperation.enums import AssessmentStatus
from training.cooperation.models import Assessment, Grid, PartnerMember, Partnership, partnership_territory
from training.cooperation.queries.figures import FEWEST
from training.cooperation.rules.score import Score, score
from training.database import db

GRID: Final = "cooperation"


def cohort_link(cohort: Cohort, principal: Principal) -> str | None:
    """Return the code of a cohort whose figures this person reads, for its page; null for anyone else. No SELECT."""
    return cohort.code if policy.allows(principal, Permission.COOPERATION_COHORT_READ, cohort) else None


@dataclass(frozen=True, slots=True)
class StepOverTime:
    """A step over the territories: the mean of its points at the start and at the end, on its maximum."""

    code: str
    title: str
    start: float
    end: float | None
    maximum: int

    @property
    def label(self) -> str:
        """Its code and its title."""
        return f"{self.code}. {self.title}"


@dataclass(frozen=True, slots=True)
class CohortFigures:
    """What the territories of a cohort have in common; nothing but their number when they are too few.

    Start and end are those of the same territories, so that no subtraction tells one of them.
    """

    territories: int
    steps: Sequence[StepOverTime]
    totals: tuple[float, float | None, int] | None
    bands: Sequence[tuple[str, int, int | None]]

    @property
    def enough(self) -> bool:
        """Whether figures are shown."""
        return bool(self.steps)

    @property
    def compared(self) -> bool:
        """Whether there is an end beside the start."""
        return self.totals is not None and self.totals[1] is not None


def cohort_figures(cohort: Cohort) -> CohortFigures:
    """Return the start and the end of the territories where its learners work, of those that chose to be counted.

    The start is the first finalised assessment of a partnership, the end its last one. Four SELECTs at most.
    """
    held: dict[object, list[Assessment]] = {}
    for each in _finalised(cohort):
        held.setdefault(each.partnership_id, []).append(each)
    both = {key: found for key, found in held.items() if len(found) > 1}
    chosen = both if _territories(both) >= FEWEST else held
    territories = _territories(chosen)
    if territories < FEWEST:
        return CohortFigures(territories, (), None, ())
    starts = [_score(found[0]) for found in chosen.values()]
    ends = [_score(found[-1]) for found in chosen.values()] if chosen is both else []
    return _told(territories, next(iter(chosen.values()))[-1], starts, ends)


def _score(assessment: Assessment) -> Score:
    return score(assessment.grid.definition, assessment.consensus)


def _finalised(cohort: Cohort) -> Sequence[Assessment]:
    learner = exists().where(
        PartnerMember.partnership_id == Partnership.id,
        PartnerMember.until.is_(None),
        PartnerMember.person_id == Enrolment.person_id,
        Enrolment.cohort_id == cohort.id,
        Enrolment.status.not_in(GONE),
    )
    query = (
        select(Assessment)
        .join(Assessment.partnership)
        .join(Grid, Grid.id == Assessment.grid_id)
        .options(joinedload(Assessment.grid, innerjoin=True), selectinload(Assessment.results))
        .where(
            Partnership.counted_at.is_not(None),
            Assessment.status == AssessmentStatus.FINALISED,
            Grid.code == GRID,
            learner,
        )
        .order_by(Assessment.finalised_at, Assessment.id)
    )
    return db.session.scalars(query).all()


def _territories(held: dict[object, list[Assessment]]) -> int:
    """Return how many territories these partnerships stand on: several may share one, and one may stand on several."""
    if len(held) < FEWEST:
        return len(held)
    query = select(func.count(partnership_territory.c.territory_id.distinct())).where(
        partnership_territory.c.partnership_id.in_(held)
    )
    return min(len(held), db.session.scalar(query) or 0)


def _told(territories: int, last: Assessment, starts: list[Score], ends: list[Score]) -> CohortFigures:
    definition = last.grid.definition
    steps = [
        StepOverTime(
            step.code,
            step.title,
            _mean([each.steps[rank].points for each in starts]),
            _mean([each.steps[rank].points for each in ends]) if ends else None,
            definition.top * len(step.items),
        )
        for rank, step in enumerate(definition.steps)
    ]
    totals = (
        _mean([each.points for each in starts]),
        _mean([each.points for each in ends]) if ends else None,
        definition.maximum,
    )
    before, after = _bands(starts), _bands(ends)
    bands = [(band.label, before[band.label], after[band.label] if ends else None) for band in definition.bands]
    return CohortFigures(territories, steps, totals, bands)


def _mean(values: list[int]) -> float:
    return round(sum(values) / len(values), 1)


def _bands(scores: list[Score]) -> Counter[str]:
    return Counter(each.band.label for each in scores if each.band)
