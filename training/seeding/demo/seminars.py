"""The demonstration's seminars: planned, and held when their day is past."""

import uuid
from datetime import date, timedelta
from typing import Final, NamedTuple

from sqlalchemy import func, select

from training.catalogue.models import Module, Variant
from training.cohorts.enums import AssignmentKind
from training.cohorts.models import Cohort, TrainerAssignment
from training.common import clock
from training.common.policy import Principal
from training.database import db
from training.seeding import toml
from training.seeding.admissions import day_of
from training.seeding.demo.cohorts import cohort_of, staff_of
from training.seeding.demo.people import Cast, at
from training.seminars import services
from training.seminars.commands import HalfDayPlan, SeminarPlan, VenueWords
from training.seminars.enums import SeminarAct, SeminarKind, SeminarStatus, StaffRole
from training.seminars.models import HalfDay, Seminar, Venue

MORNING: Final = ((9, 30), (12, 30))
AFTERNOON: Final = ((13, 30), (17, 0))
DESCRIBED: Final = date(2025, 11, 27)
"""When the room is described."""
ANNOUNCED: Final = timedelta(days=75)
"""How long before its first day a seminar is planned."""
CONFIRMED: Final = timedelta(days=7)
"""How long before its first day it is confirmed at the latest."""


def load_seminars(cast: Cast) -> None:
    """Plan the seminars that are missing."""
    for table in toml.read("demo/seminars")["seminars"]:
        cohort = cohort_of(table["cohort"])
        same = select(Seminar.id).where(Seminar.cohort_id == cohort.id, Seminar.title == table["title"])
        if db.session.scalars(same).first() is None:
            _plan(cohort, table, cast.principal(staff_of(cohort.code)))
    _describe_a_room(cast)


def _describe_a_room(cast: Cast) -> None:
    """Say how one gets to the room where a cohort meets most."""
    cohort = cohort_of("BFC-P8")
    if db.session.scalars(select(Venue.id)).first() is not None:
        return
    words = VenueWords(
        place="Beaune",
        room="Salle des Hospices",
        address="12, rue des Exemples, 21200 Beaune",
        access="À huit minutes à pied de la gare. Entrée par la cour, premier étage, ascenseur à droite.",
        capacity=30,
    )
    with at(DESCRIBED):
        services.describe_venue(cohort, words, by=cast.principal(staff_of(cohort.code)))


def _plan(cohort: Cohort, table: toml.Table, by: Principal) -> None:
    days = [day for day in map(day_of, table["days"]) if day is not None]
    modules = _ids(Module, cohort)
    variants = _ids(Variant, cohort)
    trainers = _trainers(cohort)
    taught = tuple(modules[code] for code in table.get("modules", ()))
    split = table.get("split", {})
    plans = []
    for day in days:
        for slot in (MORNING, AFTERNOON):
            last = day == days[-1] and slot is AFTERNOON
            if split and last:
                plans += [
                    _half_day(
                        {**table, "room": table.get("other_room", "")} if rank else table,
                        day,
                        slot,
                        _Taught((modules[code],), (variants[variant],), trainers[rank : rank + 1]),
                    )
                    for rank, (variant, code) in enumerate(split.items())
                ]
            else:
                plans.append(_half_day(table, day, slot, _Taught(taught, (), trainers)))
    command = SeminarPlan(SeminarKind(table["kind"]), table["title"], tuple(plans), provenance="exemple")
    with at(days[0] - ANNOUNCED, 9):
        services.plan_seminar(cohort, command, by=by)


class _Taught(NamedTuple):
    """What is taught, to whom, by whom."""

    modules: tuple[uuid.UUID, ...]
    variants: tuple[uuid.UUID, ...]
    trainers: list[uuid.UUID]


def _half_day(
    table: toml.Table, day: date, slot: tuple[tuple[int, int], tuple[int, int]], taught: _Taught
) -> HalfDayPlan:
    return HalfDayPlan(
        starts_at=clock.at_paris(day, *slot[0]),
        ends_at=clock.at_paris(day, *slot[1]),
        place=table["place"],
        room=table.get("room", ""),
        guests_allowed=table.get("guests", False),
        modules=taught.modules,
        variants=taught.variants,
        staff=tuple((trainer, StaffRole.TRAINER) for trainer in taught.trainers),
    )


def _ids(kind: type[Module] | type[Variant], cohort: Cohort) -> dict[str, uuid.UUID]:
    rows = db.session.execute(select(kind.code, kind.id).where(kind.edition_id == cohort.edition_id))
    return dict(rows.all())


def _trainers(cohort: Cohort) -> list[uuid.UUID]:
    query = select(TrainerAssignment.person_id).where(
        TrainerAssignment.cohort_id == cohort.id, TrainerAssignment.kind == AssignmentKind.ANIMATOR
    )
    return list(db.session.scalars(query.order_by(TrainerAssignment.since, TrainerAssignment.id)))


def follow_the_calendar(cast: Cast) -> None:
    """Confirm the seminars that come soon, note as held, then close, those that are over."""
    rows = db.session.execute(
        select(Seminar, Cohort.code, func.min(HalfDay.starts_at), func.max(HalfDay.ends_at))
        .join(HalfDay, HalfDay.seminar_id == Seminar.id)
        .join(Cohort, Cohort.id == Seminar.cohort_id)
        .where(Seminar.status == SeminarStatus.PLANNED)
        .group_by(Seminar.id, Cohort.code)
        .order_by(func.min(HalfDay.starts_at), Seminar.id)
    ).all()
    for seminar, code, starts_at, ends_at in rows:
        by = cast.principal(staff_of(code))
        first, last = (clock.in_paris(moment).date() for moment in (starts_at, ends_at))
        if first - CONFIRMED <= clock.today():
            with at(first - timedelta(days=40), 10):
                services.advance(seminar, SeminarAct.CONFIRM, by=by)
        if last < clock.today():
            with at(last, 18):
                services.advance(seminar, SeminarAct.HOLD, by=by)
            with at(last + timedelta(days=7), 10):
                services.advance(seminar, SeminarAct.CLOSE, by=by)
