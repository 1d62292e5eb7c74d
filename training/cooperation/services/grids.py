"""Grids taken in: from a file of the seeds, or pasted by the administrator (R83)."""

from sqlalchemy import select

from training.common import journal
from training.common.errors import Refused
from training.common.policy import WORKER, Principal
from training.cooperation.grid import GridFault, GridFile, read_grid
from training.cooperation.models import Grid
from training.database import db


def keep(file: GridFile, *, by: Principal = WORKER) -> Grid:
    """Add a version of a grid and journal it; flushes. One already there breaks ``uq_cooperation_grid_code_version``."""
    grid = Grid(
        code=file.code,
        version=file.version,
        name=file.name,
        note=file.note,
        provenance=file.provenance,
        source=file.source,
        content=file.definition.as_data(),
    )
    db.session.add(grid)
    db.session.flush()
    journal.record(grid, "cooperation.grid_loaded", by=by, codes={"code": file.code, "version": file.version})
    return grid


def load_text(text: str, *, by: Principal) -> Grid:
    """Take in the grid a TOML text describes; ``Refused`` with the line at fault, or when this version is there."""
    try:
        file = read_grid(text)
    except GridFault as fault:
        raise Refused(str(fault), field="content") from fault
    same = select(Grid.id).where(Grid.code == file.code, Grid.version == file.version)
    if db.session.scalar(same) is not None:
        raise Refused(
            f"La version {file.version} de « {file.code} » est déjà là et ne peut plus changer : donnez-lui un numéro de version plus grand.",
            field="content",
        )
    return keep(file, by=by)
