"""The register of structures and their dues (R8)."""

import uuid

from sqlalchemy import select

from training.accounts import rules
from training.accounts.commands import DuesCommand, StructureCommand
from training.accounts.models import Dues, Structure
from training.common import clock, journal
from training.common.policy import Principal
from training.database import db


def add(command: StructureCommand, *, by: Principal) -> Structure:
    """Enter a structure in the register; a FINESS number already there breaks ``uq_structure_finess``."""
    structure = Structure(id=uuid.uuid4())
    _fill(structure, command)
    db.session.add(structure)
    db.session.flush()
    journal.record(structure, "accounts.structure_added", by=by)
    return structure


def edit(structure: Structure, command: StructureCommand, *, by: Principal) -> None:
    """Change the facts of a structure; files already decided keep their variant (R12)."""
    former = structure.kind
    _fill(structure, command)
    db.session.flush()
    journal.record(
        structure, "accounts.structure_edited", by=by, codes={"from_kind": former.value, "kind": structure.kind.value}
    )


def _fill(structure: Structure, command: StructureCommand) -> None:
    structure.name = command.name
    structure.sort_key = rules.sort_key(command.name)
    structure.kind = command.kind
    structure.departement_code = command.departement_code
    structure.city = command.city
    structure.address = command.address
    structure.finess = command.finess
    structure.email = command.email
    structure.phone = command.phone


def record_dues(structure: Structure, command: DuesCommand, *, by: Principal) -> Dues:
    """Write a year's dues, who and when; entering them again corrects the line and journals it (R8)."""
    line = db.session.scalar(
        select(Dues)
        .where(
            Dues.structure_id == structure.id,
            Dues.organisation_id == command.organisation_id,
            Dues.year == command.year,
        )
        .with_for_update()
    )
    if line is None:
        line = Dues(structure_id=structure.id, organisation_id=command.organisation_id, year=command.year)
        db.session.add(line)
    line.paid_on = command.paid_on
    line.entered_by = by.person_id
    line.entered_at = clock.now()
    db.session.flush()
    journal.record(
        structure,
        "accounts.dues_recorded",
        by=by,
        codes={"year": command.year, "paid_on": command.paid_on.isoformat() if command.paid_on else None},
    )
    return line
