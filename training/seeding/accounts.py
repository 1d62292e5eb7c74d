"""The accounts' reference data: regions, départements, organisations."""

from pathlib import Path
from typing import Any, Final

from sqlalchemy import select

from training.accounts.enums import OrganisationKind
from training.accounts.models import Departement, Organisation, Region
from training.catalogue.enums import Provenance
from training.database import db
from training.seeding import toml
from training.seeding.report import Report

OPTIONAL: Final = ("address", "city", "email", "phone", "website")


def load(report: Report, *, folder: Path = toml.SEEDS) -> None:
    """Create the regions, départements and organisations that are missing; report those that differ. Flushes."""
    _load_regions(report, folder)
    _load_organisations(report, folder)


def _load_regions(report: Report, folder: Path) -> None:
    regions = {region.code: region for region in db.session.scalars(select(Region))}
    departements = {departement.code: departement for departement in db.session.scalars(select(Departement))}
    for table in toml.read("regions", folder=folder)["regions"]:
        toml.only(table, ("code", "name", "departements"), where="regions.toml")
        if table["code"] not in regions:
            db.session.add(Region(code=table["code"], name=table["name"]))
            report.created.append(f"region {table['code']}")
        else:
            held = {"name": regions[table["code"]].name}
            report.compare(f"region {table['code']}", held, {"name": table["name"]})
        db.session.flush()  # the départements point to it
        for code, name in table["departements"].items():
            if code not in departements:
                db.session.add(Departement(code=code, name=name, region_code=table["code"]))
    db.session.flush()  # organisations and structures point to them


def _load_organisations(report: Report, folder: Path) -> None:
    present = {organisation.code: organisation for organisation in db.session.scalars(select(Organisation))}
    for table in toml.read("organisations", folder=folder)["organisations"]:
        wanted = _organisation(table)
        held = present.get(wanted["code"])
        if held is None:
            db.session.add(Organisation(**wanted))
            report.created.append(f"organisation {wanted['code']}")
        else:
            report.compare(f"organisation {held.code}", {key: getattr(held, key) for key in wanted}, wanted)
    db.session.flush()  # editions look them up


def _organisation(table: toml.Table) -> dict[str, Any]:
    where = f"organisations.toml, {table.get('code')}"
    toml.only(table, ("code", "name", "short_name", "kind", "region", "provenance", *OPTIONAL), where=where)
    return {
        **{key: toml.needed(table, key, where=where) for key in ("code", "name", "short_name")},
        "kind": OrganisationKind(toml.needed(table, "kind", where=where)),
        "region_code": table.get("region"),
        "provenance": Provenance(toml.needed(table, "provenance", where=where)).value,
        **{key: table[key] for key in OPTIONAL if key in table},
    }
