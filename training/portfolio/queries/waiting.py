"""What waits for a person as a reader of documents and hours, in one reading, for her desk."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from training.catalogue.enums import Modality
from training.common.policy import Principal
from training.database import db
from training.portfolio.models import Tracer
from training.portfolio.queries.hours import settleable
from training.portfolio.queries.queue import waiting


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many versions wait to be read and learners’ hours to be settled, and since when."""

    documents: int = 0
    documents_since: datetime | None = None
    team: int = 0
    e_learning: int = 0
    hours_since: datetime | None = None


def waiting_for(principal: Principal) -> Waiting:
    """Return what waits for this person. One SELECT."""
    row = db.session.execute(
        select(
            _one(waiting(principal, func.count())),
            _one(waiting(principal, func.min(Tracer.deposited_at))),
            _one(settleable(principal, Modality.TEAM, count=True)),
            _one(settleable(principal, Modality.E_LEARNING, count=True)),
            _one(settleable(principal, None, count=False)),
        )
    ).one()
    return Waiting(*row)


def _one(query: Any) -> Any:
    return query.scalar_subquery()
