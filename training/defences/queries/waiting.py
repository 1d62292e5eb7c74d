"""What waits for a person about mémoires: her own, and those she follows, for her desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from training.accounts.models import Person
from training.cohorts.enums import LIVE
from training.cohorts.models import Enrolment
from training.common.policy import Principal
from training.database import db
from training.defences.enums import MemoireStatus
from training.defences.models import Memoire, MemoireComment, MemoireVersion
from training.portfolio.queries.queue import reviewed_by

S = MemoireStatus


@dataclass(frozen=True, slots=True)
class ToAnswer:
    """A mémoire that waits for the one who follows its author: since when, and for what."""

    id: Any
    learner: str
    status: MemoireStatus
    since: datetime


def to_answer(principal: Principal) -> Sequence[ToAnswer]:
    """Return what waits for this person: subjects, drafts nobody has commented, final versions. One SELECT."""
    unanswered = (
        select(func.count())
        .select_from(MemoireVersion)
        .outerjoin(
            MemoireComment,
            (MemoireComment.version_id == MemoireVersion.id) & (MemoireComment.author_id == principal.person_id),
        )
        .where(MemoireVersion.memoire_id == Memoire.id, MemoireComment.id.is_(None))
        .where(MemoireVersion.number == _last_number())
        .correlate(Memoire)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Memoire.id, Person, Memoire.status, Memoire.moved_at)
        .join(Enrolment, Enrolment.id == Memoire.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .where(
            Enrolment.status.in_(LIVE),
            reviewed_by(principal.person_id),
            Memoire.status.in_((S.SUBJECT_PROPOSED, S.FINAL_DEPOSITED))
            | ((Memoire.status == S.DRAFTING) & (unanswered > 0)),
        )
        .order_by(Memoire.moved_at, Memoire.id)
    )
    return [ToAnswer(id_, person.name, status, at) for id_, person, status, at in rows]


def _last_number() -> Any:
    """Return the number of a mémoire’s last version."""
    last = MemoireVersion.__table__.alias()
    return select(func.max(last.c.number)).where(last.c.memoire_id == Memoire.id).correlate(Memoire).scalar_subquery()


def own_states(enrolments: Sequence[Enrolment]) -> Sequence[Memoire]:
    """Return the mémoires of these enrolments. One SELECT, none for none."""
    ids = [enrolment.id for enrolment in enrolments]
    return db.session.scalars(select(Memoire).where(Memoire.enrolment_id.in_(ids))).all() if ids else ()
