"""The reference seminars: planned once, then compared; what a person has moved is never moved back."""

import uuid
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from training.catalogue.models import Module
from training.cohorts.models import Cohort
from training.common import clock
from training.common.policy import WORKER
from training.database import db
from training.seeding import toml
from training.seeding.dating import ahead_of
from training.seeding.report import Report
from training.seminars import services
from training.seminars.commands import HalfDayPlan, SeminarPlan
from training.seminars.enums import SeminarKind
from training.seminars.models import HalfDay, Seminar

KNOWN: Final = ("cohort", "kind", "title", "days", "place", "modules", "guests", "provenance", "source")
MORNING: Final = ((9, 30), (12, 30))
AFTERNOON: Final = ((13, 30), (17, 0))
ANNOUNCED: Final = timedelta(days=75)


def load(report: Report, *, folder: Path = toml.SEEDS) -> None:
    """Plan the seminars that are missing, in cohorts already there; report those that differ. Flushes.

    Raises ``SeedError`` for a cohort or a module nobody knows.
    """
    cohorts = {cohort.code: cohort for cohort in db.session.scalars(select(Cohort))}
    query = select(Seminar).options(selectinload(Seminar.half_days).selectinload(HalfDay.modules))
    present = {(seminar.cohort_id, seminar.title): seminar for seminar in db.session.scalars(query)}
    for table in toml.read("seminars", folder=folder)["seminars"]:
        where = f"seminars.toml, {table.get('cohort')} {table.get('title')}"
        toml.only(table, KNOWN, where=where)
        cohort = cohorts.get(toml.needed(table, "cohort", where=where))
        if cohort is None:
            raise toml.SeedError(f"{where}: no such cohort")
        held = present.get((cohort.id, toml.needed(table, "title", where=where)))
        name = f"seminar {cohort.code} {table['title']}"
        if held is None:
            with ahead_of(min(table["days"], default=None), ANNOUNCED):
                services.plan_seminar(cohort, _command(table, _modules(cohort), where=where), by=WORKER)
            report.created.append(name)
        else:
            report.compare(name, _held(held), _wanted(table))


def _modules(cohort: Cohort) -> dict[str, uuid.UUID]:
    query = select(Module).where(Module.edition_id == cohort.edition_id)
    return {module.code: module.id for module in db.session.scalars(query)}


def _command(table: toml.Table, modules: Mapping[str, uuid.UUID], *, where: str) -> SeminarPlan:
    try:
        taught = tuple(modules[code] for code in table.get("modules", ()))
    except KeyError as fault:
        raise toml.SeedError(f"{where}: no such module {fault}") from fault
    return SeminarPlan(
        kind=SeminarKind(toml.needed(table, "kind", where=where)),
        title=table["title"],
        half_days=tuple(
            _half_day(table, day, hours, taught)
            for day in toml.needed(table, "days", where=where)
            for hours in (MORNING, AFTERNOON)
        ),
        provenance=toml.needed(table, "provenance", where=where),
        source=table.get("source", ""),
    )


def _half_day(
    table: toml.Table, day: date, hours: tuple[tuple[int, int], tuple[int, int]], modules: tuple[uuid.UUID, ...]
) -> HalfDayPlan:
    start, end = (clock.at_paris(day, *hour) for hour in hours)
    return HalfDayPlan(
        starts_at=start,
        ends_at=end,
        place=table.get("place", ""),
        guests_allowed=table.get("guests", False),
        modules=modules,
    )


def _wanted(table: toml.Table) -> dict[str, Any]:
    return {
        "kind": table["kind"],
        "days": sorted(table["days"]),
        "modules": sorted(table.get("modules", ())) if table["days"] else [],
    }


def _held(seminar: Seminar) -> dict[str, Any]:
    return {
        "kind": seminar.kind.value,
        "days": sorted({half_day.starts_on for half_day in seminar.half_days}),
        "modules": sorted({module.code for half_day in seminar.half_days for module in half_day.modules}),
    }
