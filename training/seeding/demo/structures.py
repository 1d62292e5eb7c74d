"""The demonstration's structures, and the dues they have paid."""

from datetime import date
from typing import Final

from sqlalchemy import select

from training.accounts.commands import DuesCommand, StructureCommand
from training.accounts.enums import StructureKind
from training.accounts.models import Dues, Organisation, Structure
from training.accounts.services import structures as services
from training.common import clock
from training.common.policy import WORKER
from training.database import db
from training.seeding import toml
from training.seeding.demo.people import OPENED_ON, at

PAID: Final = (2, 3)
"""Dues are paid on 3 February."""
FEDERATION: Final = "FEMASCO-BFC"
CARRIERS: Final = {
    "FEMASCO-BFC": "pacte.bfc@example.org",
    "GRCS-ARA": "pacte.ara@example.org",
    "GUICHET-CPTS": "mosaic.occ@example.org",
}
"""The invented address at which each carrier is written to; the real ones are not ours to use."""


def load_structures() -> dict[str, Structure]:
    """Enter the structures that are missing, with their dues; return all of them by key."""
    bodies = {
        body.code: body for body in db.session.scalars(select(Organisation).where(Organisation.code.in_(CARRIERS)))
    }
    for code, address in CARRIERS.items():
        bodies[code].email = bodies[code].email or address
    federation = bodies[FEDERATION]
    present = {structure.name: structure for structure in db.session.scalars(select(Structure))}
    by_key = {}
    for table in toml.read("demo/structures")["structures"]:
        structure = present.get(table["name"])
        if structure is None:
            structure = _add(table)
            _pay(structure, federation, {_year(year) for year in table.get("dues", ())})
        elif "this-year" in table.get("dues", ()):
            _renew(structure, federation)
        by_key[table["key"]] = structure
    return by_key


def _add(table: toml.Table) -> Structure:
    with at(OPENED_ON, 9):
        return services.add(
            StructureCommand(
                name=table["name"],
                kind=StructureKind(table["kind"]),
                departement_code=table["departement"],
                city=table["city"],
                address="",
                finess=None,
                email=f"{table['key']}@example.org",
                phone=None,
            ),
            by=WORKER,
        )


def _year(told: str) -> int:
    return clock.today().year if told == "this-year" else int(told)


def _pay(structure: Structure, federation: Organisation, years: set[int]) -> None:
    for year in sorted(years):
        paid_on = min(date(year, *PAID), clock.today())
        with at(paid_on):
            services.record_dues(
                structure, DuesCommand(organisation_id=federation.id, year=year, paid_on=paid_on), by=WORKER
            )


def _renew(structure: Structure, federation: Organisation) -> None:
    """Pay a new year's dues of a structure loaded in an earlier year; a line someone has entered stays."""
    year = clock.today().year
    entered = select(Dues.id).where(
        Dues.structure_id == structure.id, Dues.organisation_id == federation.id, Dues.year == year
    )
    if db.session.scalar(entered) is None:
        _pay(structure, federation, {year})
