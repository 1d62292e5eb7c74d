"""The reference cohorts: opened once, then compared; what a person has changed is never overwritten."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from training.accounts.models import Organisation
from training.catalogue.models import Edition
from training.cohorts import services
from training.cohorts.commands import NewCohort
from training.cohorts.models import Cohort
from training.common.policy import WORKER
from training.database import db
from training.seeding import toml
from training.seeding.dating import ahead_of
from training.seeding.report import Report

OPENED: Final = timedelta(days=240)
DAYS: Final = ("launch_on", "first_seminar_on", "ends_on")
KNOWN: Final = ("code", "label", "edition", "places", "provenance", "source", "parts", *DAYS)
PART: Final = ("organisation", "part", "outside_tool")


def load(report: Report, *, folder: Path = toml.SEEDS) -> None:
    """Open the cohorts that are missing, on editions already there; report those that differ. Flushes.

    Raises ``SeedError`` for an edition or a body nobody knows.
    """
    query = select(Cohort).options(joinedload(Cohort.edition), selectinload(Cohort.parts))
    present = {cohort.code: cohort for cohort in db.session.scalars(query)}
    editions = {edition.code: edition.id for edition in db.session.scalars(select(Edition))}
    bodies = {body.code: body.id for body in db.session.scalars(select(Organisation))}
    for table in toml.read("cohorts", folder=folder)["cohorts"]:
        where = f"cohorts.toml, {table.get('code')}"
        toml.only(table, KNOWN, where=where)
        held = present.get(toml.needed(table, "code", where=where))
        if held is None:
            with ahead_of(table.get("launch_on") or table.get("first_seminar_on"), OPENED):
                services.open_cohort(_command(table, editions, bodies, where=where), by=WORKER)
            report.created.append(f"cohort {table['code']}")
        else:
            report.compare(f"cohort {held.code}", _held(held), _wanted(table))


def _command(
    table: toml.Table, editions: Mapping[str, uuid.UUID], bodies: Mapping[str, uuid.UUID], *, where: str
) -> NewCohort:
    for part in table["parts"]:
        toml.only(part, PART, where=where)
    try:
        return NewCohort(
            code=table["code"],
            label=table["label"],
            edition_id=editions[table["edition"]],
            provenance=table["provenance"],
            source=table.get("source", ""),
            places=table.get("places"),
            parts=tuple(
                (bodies[part["organisation"]], part["part"], part.get("outside_tool", False)) for part in table["parts"]
            ),
            **{day: table.get(day) for day in DAYS},
        )
    except KeyError as fault:
        raise toml.SeedError(f"{where}: {fault} is missing or unknown") from fault


def _wanted(table: toml.Table) -> dict[str, Any]:
    return {
        "label": table["label"],
        "edition": table["edition"],
        "places": table.get("places"),
        **{day: table.get(day) for day in DAYS},
        "parts": sorted((part["part"], part["organisation"]) for part in table["parts"]),
    }


def _held(cohort: Cohort) -> dict[str, Any]:
    return {
        "label": cohort.label,
        "edition": cohort.edition.code,
        "places": cohort.places,
        **{day: getattr(cohort, day) for day in DAYS},
        "parts": sorted((part.part.value, part.organisation.code) for part in cohort.parts),
    }
