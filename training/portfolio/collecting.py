"""The documents of a cohort in one archive, with an index, for those who follow its learners."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from training.accounts.models import Person
from training.catalogue.models import Module, TracerType
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.rules import learner_scope
from training.common import xlsx
from training.common.files import StoredFile
from training.common.policy import Principal
from training.common.storage import Storage
from training.common.xlsx import Column
from training.database import db
from training.portfolio.enums import TracerStatus
from training.portfolio.models import Quarantine, Tracer, TracerFile, TracerVersion

COLUMNS: Final = (
    Column("Apprenant·e"), Column("Module"), Column("Document"), Column("Version"), Column("État"),
    Column("Déposé le"), Column("Fichier"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Collected:
    """A file of the archive: whose, for what, and where it stands there."""

    learner: str
    module: str
    label: str
    number: int
    status: TracerStatus
    deposited_at: datetime | None
    name: str
    key: str

    @property
    def path(self) -> str:
        """Its place in the archive: a folder a learner."""
        return "/".join(_plain(part) for part in (self.learner, f"{self.label} v{self.number} – {self.name}"))


def _plain(name: str) -> str:
    """Return a name that any system unpacks."""
    return "".join("_" if sign in '/\\:*?"<>|' else sign for sign in name).strip(" .")[:120] or "sans nom"


def collected(cohort: Cohort, principal: Principal) -> Sequence[Collected]:
    """Return the files of the latest version of each document this person may read, set aside ones left out. One SELECT."""
    scope = learner_scope(principal, cohort)
    latest = aliased(TracerVersion)
    newest = (
        select(func.max(latest.number))
        .where(latest.tracer_id == Tracer.id, latest.deposited_at.is_not(None))
        .correlate(Tracer)
        .scalar_subquery()
    )
    hidden = select(Quarantine.version_id).where(Quarantine.lifted_at.is_(None))
    query = (
        select(Person, Module.title, Module.code, TracerType.label, TracerVersion, Tracer.status, StoredFile)
        .select_from(TracerFile)
        .join(TracerVersion, TracerVersion.id == TracerFile.version_id)
        .join(Tracer, Tracer.id == TracerVersion.tracer_id)
        .join(TracerType, TracerType.id == Tracer.type_id)
        .join(Module, Module.id == TracerType.module_id)
        .join(Enrolment, Enrolment.id == Tracer.enrolment_id)
        .join(Person, Person.id == Enrolment.person_id)
        .join(StoredFile, StoredFile.id == TracerFile.file_id)
        .where(
            Enrolment.cohort_id == cohort.id,
            TracerVersion.number == newest,
            StoredFile.erased_at.is_(None),
            TracerVersion.id.not_in(hidden),
        )
        .order_by(Person.sort_key, Module.position, TracerType.position, TracerFile.position)
    )
    if not scope.everyone:
        query = query.where(Enrolment.id.in_(scope.enrolments))
    return [
        Collected(
            person.name,
            title or code,
            label,
            version.number,
            status,
            version.deposited_at,
            file.original_name,
            file.key,
        )
        for person, title, code, label, version, status, file in db.session.execute(query)
    ]


class _Sink(io.RawIOBase):
    """Where the archive writes: what was written is taken out at once, and nothing is kept."""

    def __init__(self) -> None:
        self._blocks: list[bytes] = []

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, block: bytes) -> int:  # type: ignore[override]  # the archive gives bytes
        """Keep a block until it is taken."""
        self._blocks.append(bytes(block))
        return len(block)

    def taken(self) -> bytes:
        """Return what was written since."""
        blocks, self._blocks = b"".join(self._blocks), []
        return blocks


def archive(found: Iterable[Collected], store: Storage) -> Iterator[bytes]:
    """Yield a zip of the files and their index, block by block: no file is held whole."""
    rows = list(found)
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("index.xlsx", _index(rows))
        names: set[str] = set()
        for row in rows:
            name, rank = row.path, 2
            while name in names:
                stem, dot, extension = row.path.rpartition(".")
                name, rank = f"{stem} ({rank}){dot}{extension}", rank + 1
            names.add(name)
            with packed.open(name, "w") as entry:
                for block in store.stream(row.key):
                    entry.write(block)
                    yield sink.taken()
    yield sink.taken()


def _index(rows: Sequence[Collected]) -> bytes:
    target = io.BytesIO()
    lines = (
        (row.learner, row.module, row.label, row.number, row.status.label, row.deposited_at, row.path) for row in rows
    )
    xlsx.write_rows(COLUMNS, lines, title="Documents traceurs", stream=target)
    return target.getvalue()
