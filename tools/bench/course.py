"""What is measured of a course: a learner’s path, a sheet one watches, a cohort of 25, two hundred learners, placing, papers."""

import random
import time
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, insert, select

from tests.factories.bulk import add_learners
from tools.bench.browser import Browser
from training.accounts.models import Person
from training.catalogue.enums import Modality
from training.catalogue.models import TracerType, TracerVariant
from training.cohorts.enums import GONE
from training.cohorts.models import Cohort, Enrolment
from training.database import db, writing
from training.defences.rules.placing import Candidate, Member, Problem, Slot, place
from training.portfolio.enums import EntryStatus, TracerStatus
from training.portfolio.models import HoursEntry, Tracer
from training.seminars.enums import DocumentKind, SheetStatus
from training.seminars.models import AttendanceSheet, AttendanceWaiver, HalfDay, Seminar
from training.seminars.services.bundles import papers_of

STAFF: Final = "gestion.bfc@example.org"
TRAINER: Final = "relais.bfc@example.org"
CARRIER: Final = "gestion.bfc@example.org"
LEARNER: Final = "apprenant.bfc@example.org"
COHORT: Final = "BFC-P8"
OTHER: Final = "BFC-P9"
SIZE: Final = 25
REGION: Final = 200
PAPERS: Final = 200
JURORS: Final = 9
LOGS: Final = 0.4
STATES: Final = (None, TracerStatus.ACCEPTED, TracerStatus.ACCEPTED, TracerStatus.DEPOSITED, TracerStatus.TO_REVISE)
DEFENCES: Final = 20


@dataclass(frozen=True, slots=True)
class Course:
    """The addresses of what was made."""

    path: str
    sheet: str | None


def fill() -> Course:
    """Bring a cohort to 25 learners and its programme to some two hundred; commits."""
    with writing():
        cohort, other = (_cohort(code) for code in (COHORT, OTHER))
        _advance(cohort, add_learners(cohort, SIZE - _count(cohort)))
        _advance(other, add_learners(other, max(0, REGION - SIZE - _count(other)), first=40_000))
        db.session.commit()
    learner = db.session.scalars(
        select(Enrolment.id).join(Enrolment.person).where(Person.email_key == LEARNER).order_by(Enrolment.id)
    ).first()
    sheet = db.session.execute(
        select(HalfDay.seminar_id, HalfDay.id)
        .join(AttendanceSheet, AttendanceSheet.half_day_id == HalfDay.id)
        .join(Seminar, Seminar.id == HalfDay.seminar_id)
        .where(Seminar.cohort_id == cohort.id, AttendanceSheet.status == SheetStatus.OPEN)
    ).first()
    return Course(f"/parcours/{learner}", None if sheet is None else f"/seminaires/{sheet[0]}/demi-journees/{sheet[1]}")


def _advance(cohort: Cohort, learners: list[uuid.UUID]) -> None:
    """Have learners hand in, log and be dispensed unequally, by chance, the same at each run: no two stand quite alike."""
    dice, now = random.Random(len(learners)), datetime(2026, 6, 1, tzinfo=UTC)  # noqa: S311 - the same at each run
    enrolled = db.session.execute(select(Enrolment.id, Enrolment.variant_id).where(Enrolment.id.in_(learners)))
    variants = {row.id: row.variant_id for row in enrolled}
    owed: dict[uuid.UUID, list[tuple[uuid.UUID, uuid.UUID]]] = {}
    for variant, kind, module in db.session.execute(
        select(TracerVariant.variant_id, TracerType.id, TracerType.module_id).join(
            TracerType, TracerType.id == TracerVariant.tracer_id
        )
    ):
        owed.setdefault(variant, []).append((kind, module))
    half_days = db.session.scalars(select(HalfDay.id).join(HalfDay.seminar).where(Seminar.cohort_id == cohort.id)).all()
    tracers: list[dict[str, Any]] = []
    hours: list[dict[str, Any]] = []
    waivers: list[dict[str, Any]] = []
    for learner in learners:
        for kind, module in owed.get(variants[learner], ()):
            if (status := dice.choice(STATES)) is not None:
                tracers.append({"enrolment_id": learner, "type_id": kind, "status": status, "deposited_at": now})
            if dice.random() < LOGS:
                settled = dice.choice((EntryStatus.CONFIRMED, EntryStatus.DECLARED))
                hours.append(
                    {
                        "enrolment_id": learner, "modality": dice.choice((Modality.E_LEARNING, Modality.TEAM)),
                        "module_id": module, "done_on": now.date(), "minutes": dice.choice((30, 60, 90)),
                        "status": settled, "settled_at": now if settled is EntryStatus.CONFIRMED else None,
                    }
                )  # fmt: skip
        waivers += [
            {"enrolment_id": learner, "half_day_id": half_day, "decided_on": now.date()}
            for half_day in dice.sample(half_days, min(len(half_days), dice.randrange(4)))
        ]
    for model, rows in ((Tracer, tracers), (HoursEntry, hours), (AttendanceWaiver, waivers)):
        if rows:
            db.session.execute(insert(model), rows)


def _cohort(code: str) -> Cohort:
    return db.session.scalars(select(Cohort).where(Cohort.code == code)).one()


def _count(cohort: Cohort) -> int:
    query = select(func.count()).select_from(Enrolment)
    return db.session.scalar(query.where(Enrolment.cohort_id == cohort.id, Enrolment.status.not_in(GONE))) or 0


def watched(trainer: Browser, half_day: str) -> str | None:
    """Return what the trainer’s screen asks every three seconds of an open sheet; null when it asks nothing."""
    body = trainer.get(f"{half_day}/emargement").body.decode()
    _, mark, rest = body.partition('data-watch="')
    return rest.partition('"')[0].replace("&amp;", "&") if mark else None


def placing() -> float:
    """Place twenty defences over three days with nine jurors of three bodies; return the seconds."""
    dice, morning = random.Random(7), datetime(2027, 1, 12, 8, tzinfo=UTC)  # noqa: S311 - the same at each run
    slots = [
        Slot(uuid.UUID(int=100 * day + hour + 1), uuid.UUID(int=900 + day), start, start + timedelta(hours=1))
        for day in range(3)
        for hour in range(8)
        for start in [morning + timedelta(days=day, hours=hour)]
    ]
    free = frozenset(slot.id for slot in slots)
    bodies = ("school", "funder", "carrier")
    members = [Member(uuid.UUID(int=5_000 + rank), bodies[rank % 3], free) for rank in range(JURORS)]
    people = [
        Candidate(uuid.UUID(int=7_000 + rank), frozenset(dice.sample([m.id for m in members], 2)))
        for rank in range(DEFENCES)
    ]
    began = time.perf_counter()
    place(Problem(slots, members, people, bodies))
    return time.perf_counter() - began


def documents() -> float:
    """Make two hundred certificates as the worker does; return the seconds."""
    wanted = papers_of(_cohort(COHORT), DocumentKind.COMPLETION)
    began = time.perf_counter()
    for rank in range(PAPERS):
        wanted[rank % len(wanted)].render()
    return time.perf_counter() - began
