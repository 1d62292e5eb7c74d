"""An import under way: its file, the columns chosen and remembered, its dry run, then all or nothing.

Rooms declare what they import (``ImportKind``); the pages are the same for all (``import_routes``).
"""

import io
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint, cast, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training.common import clock, files, imports, journal
from training.common.declarations import FileUse, ImportKind
from training.common.errors import Conflict, NotFound, Refused
from training.common.files import Erasure, StagedFile, StoredFile
from training.common.imports import Outcome, Problem, Sheet, Told, Trial
from training.common.policy import Principal
from training.database import PERSON, Base, WithId, db

KEPT_FOR: Final = timedelta(days=30)
USE: Final = "import_file"
DONE_KIND: Final = "import.done"
UNDONE_KIND: Final = "import.undone"
DONE: Final = "Cet import est déjà fait."
MOST_REMARKS: Final = 500
MOST_RUNS: Final = 50


class ImportRun(WithId, Base):
    """One spreadsheet being imported into ``owner_id``; its file is erased once done, or after a month."""

    __tablename__ = "import_run"
    kind: Mapped[str] = mapped_column(String(40))
    owner_id: Mapped[uuid.UUID] = mapped_column(index=True)
    file_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("stored_file.id"))
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by: Mapped[uuid.UUID | None] = mapped_column(index=True, info=PERSON)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    done_at: Mapped[datetime | None]
    undone_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(300), default="")
    remarks: Mapped[list[str]] = mapped_column(default=list)
    """What the dry run remarked when it was done, for a month: lines left aside, above all."""
    file: Mapped[StoredFile | None] = relationship()
    made: Mapped[list["ImportMade"]] = relationship(order_by="ImportMade.row, ImportMade.id")


class ImportMade(WithId, Base):
    """Something an import wrote: from which row, which thing of which kind; ``changed`` when it was there before."""

    __tablename__ = "import_made"
    run_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("import_run.id"), index=True)
    row: Mapped[int]
    subject_kind: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[uuid.UUID] = mapped_column(index=True)
    changed: Mapped[bool] = mapped_column(default=False)


class ImportMemory(WithId, Base):
    """Which column held what the last time a body imported this kind of thing."""

    __tablename__ = "import_memory"
    __table_args__ = (UniqueConstraint("kind", "body_id"),)
    kind: Mapped[str] = mapped_column(String(40))
    body_id: Mapped[uuid.UUID]
    mapping: Mapped[dict[str, Any]]


def remembered(kind: ImportKind, owner: Any) -> Mapping[str, str]:
    """Return the columns chosen the last time. One SELECT."""
    query = select(ImportMemory.mapping).where(
        ImportMemory.kind == kind.code, ImportMemory.body_id == kind.memory(owner)
    )
    return db.session.scalar(query) or {}


def start(kind: ImportKind, owner: Any, staged: StagedFile, use: FileUse, *, by: Principal) -> ImportRun:
    """Keep a spreadsheet and propose its columns; raises ``Refused`` for one that cannot be read."""
    run = ImportRun(id=uuid.uuid4(), kind=kind.code, owner_id=owner.id, created_by=by.person_id)
    db.session.add(run)
    db.session.flush()
    run.file = files.keep(staged, use=use, subject=run, by=by)
    sheet = sheet_of(run)
    run.mapping = imports.guess(sheet.headers, kind.fields(owner), remembered(kind, owner))
    db.session.flush()
    return run


def sheet_of(run: ImportRun) -> Sheet:
    """Read the run's spreadsheet; raises ``Refused`` for one that cannot be, ``Conflict`` once it is erased."""
    if run.file is None or run.file.erased_at is not None:
        raise Conflict(DONE if run.done_at else "Ce tableur a été effacé : importez-le de nouveau.")
    try:
        return imports.read_sheet(io.BytesIO(b"".join(files.read(run.file))))
    except imports.Unreadable as fault:
        raise Refused(fault.message, field="file") from fault


def choose_columns(run: ImportRun, kind: ImportKind, owner: Any, mapping: Mapping[str, str]) -> None:
    """Choose which column holds what, and remember it for the next time; raises ``Refused`` for one chosen twice."""
    _not_done(run)
    chosen = [header for header in mapping.values() if header]
    again = next((header for header in chosen if chosen.count(header) > 1), None)
    if again is not None:
        raise Refused(f"La colonne « {again} » est choisie deux fois.")
    run.mapping = {code: header for code, header in mapping.items() if header}
    memory = db.session.scalar(
        select(ImportMemory).where(ImportMemory.kind == kind.code, ImportMemory.body_id == kind.memory(owner))
    )
    if memory is None:
        memory = ImportMemory(kind=kind.code, body_id=kind.memory(owner))
        db.session.add(memory)
    memory.mapping = dict(run.mapping)
    db.session.flush()


def trial(run: ImportRun, kind: ImportKind, owner: Any) -> Trial:
    """Return what the import would do now; writes nothing."""
    found = imports.parse(sheet_of(run), run.mapping, kind.fields(owner))
    complete = [row for row in found.rows if row.number not in {p.row for p in found.problems if p.blocks}]
    more = kind.check(owner, complete)
    problems = sorted([*found.problems, *more], key=lambda problem: problem.row or 0)
    given = Trial(found.rows, problems)
    if given.blocking or kind.changes is None:
        return given
    return replace(given, changes=kind.changes(owner, found.rows))


def write(run: ImportRun, kind: ImportKind, owner: Any, *, by: Principal) -> str:
    """Write every row, or nothing: raises ``Refused`` as long as a problem remains, ``Conflict`` once done."""
    _not_done(run)
    found = trial(run, kind, owner)
    if found.blocking:
        raise Refused(imports.told(found))
    written = kind.write(owner, found.rows, by)
    outcome = written if isinstance(written, Outcome) else Outcome(written)
    run.outcome = outcome.words[:300]
    run.remarks = [_remark(problem) for problem in found.problems][:MOST_REMARKS]
    run.done_at = clock.now()
    db.session.flush()
    db.session.add_all(
        ImportMade(run_id=run.id, row=each.row, subject_kind=each.kind, subject_id=each.id, changed=each.changed)
        for each in outcome.made
    )
    db.session.flush()
    if run.file is not None:
        files.erase(run.file, Erasure.RETENTION)
    journal.record(owner, DONE_KIND, by=by, codes={"import": kind.code, "rows": len(found.rows)})
    return run.outcome


def _remark(problem: Problem) -> str:
    place = f"Ligne {problem.row}, {problem.column}" if problem.column else f"Ligne {problem.row}"
    return f"{place} : {problem.message}" if problem.row else problem.message


def made_by(run: ImportRun, kind: ImportKind, owner: Any) -> Sequence[Told]:
    """Return everything an import wrote, as its room tells it; empty for one whose room keeps no list."""
    return kind.made(owner, run.made) if kind.made is not None and run.made else ()


def may_undo(run: ImportRun, kind: ImportKind) -> bool:
    """Whether an import may be asked to be taken back."""
    return run.done_at is not None and run.undone_at is None and kind.undo is not None and bool(run.made)


def undo(run: ImportRun, kind: ImportKind, owner: Any, *, by: Principal) -> None:
    """Take back all an import wrote; ``Refused`` when something was built on it since, ``Conflict`` when it is taken back."""
    if kind.undo is None or not may_undo(run, kind):
        raise Conflict("Cet import ne s’annule pas, ou l’est déjà.")
    kind.undo(owner, list(run.made), by)
    rows = len(run.made)
    db.session.execute(delete(ImportMade).where(ImportMade.run_id == run.id))
    db.session.expire(run, ["made"])
    run.undone_at = clock.now()
    journal.record(owner, UNDONE_KIND, by=by, codes={"import": kind.code, "rows": rows})


def last_runs(owner_id: uuid.UUID) -> Sequence[ImportRun]:
    """Return the imports into a thing that are done, the latest first. One SELECT."""
    return db.session.scalars(
        select(ImportRun)
        .where(ImportRun.owner_id == owner_id, ImportRun.done_at.is_not(None))
        .order_by(ImportRun.done_at.desc(), ImportRun.id)
        .limit(MOST_RUNS)
    ).all()


def waiting_run(kind: str, owner_id: uuid.UUID, by: Principal) -> ImportRun | None:
    """Return the import of this kind that this person began last and has not done, or null. One SELECT."""
    return db.session.scalar(
        select(ImportRun)
        .where(
            ImportRun.kind == kind,
            ImportRun.owner_id == owner_id,
            ImportRun.created_by == by.person_id,
            ImportRun.done_at.is_(None),
            ImportRun.created_at > clock.now() - KEPT_FOR,
        )
        .order_by(ImportRun.created_at.desc(), ImportRun.id)
        .limit(1)
    )


def _not_done(run: ImportRun) -> None:
    if run.done_at is not None:
        raise Conflict(DONE)


def run_named(run_id: uuid.UUID, *, lock: bool = False) -> ImportRun:
    """Return a run, whoever's it is; ``NotFound`` for none."""
    query = select(ImportRun).where(ImportRun.id == run_id)
    found = db.session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound
    return found


def of_person(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the imports a person began, for her own copy."""
    runs = db.session.scalars(select(ImportRun).where(ImportRun.created_by == person_id).order_by(ImportRun.created_at))
    return [{"import": run.kind, "le": run.created_at.isoformat(), "résultat": run.outcome} for run in runs]


def purge() -> int:
    """Erase the spreadsheets nobody finished importing within a month, and what was remarked of older ones; say how many went."""
    waiting = db.session.scalars(
        select(ImportRun).where(ImportRun.created_at < clock.now() - KEPT_FOR, ImportRun.done_at.is_(None))
    ).all()
    db.session.execute(
        update(ImportRun)
        .where(ImportRun.done_at < clock.now() - KEPT_FOR, cast(ImportRun.remarks, Text) != "[]")
        .values(remarks=[])
    )
    left = [run.file for run in waiting if run.file is not None and run.file.erased_at is None]
    for stored in left:
        files.erase(stored, Erasure.RETENTION)
    return len(left)
