"""Mémoires for tests: proposed, approved, handed in by the real verbs; in ``db.session``, flushed."""

import io
from typing import Any

import pypdf

from tests.factories import accounts
from tests.factories.portfolio import Pair
from tests.support import samples
from training.common import files
from training.common.declarations import file_use
from training.common.files import StagedFile
from training.defences import file_uses
from training.defences.commands import NewVersion, Subject
from training.defences.enums import VersionKind
from training.defences.models import Memoire, MemoireVersion
from training.defences.services import memoires, versions

SUBJECT = Subject("Une réunion qui décide", "réunion, équipe", "L’équipe a changé sa réunion hebdomadaire.")


def paper(pages: int = 12) -> bytes:
    """A PDF of so many pages."""
    writer = pypdf.PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def staged(content: bytes | None = None, name: str = "memoire.pdf") -> StagedFile:
    """A checked and staged file; twelve pages unless its content is given."""
    use = file_use(file_uses.VERSION)
    return files.stage(files.check(io.BytesIO(content or paper()), name, use), use)


def proposed(pair: Pair) -> Memoire:
    """A subject that waits for its answer."""
    return memoires.propose(pair.enrolment, SUBJECT, by=accounts.principal(pair.learner))


def approved(pair: Pair) -> Memoire:
    """A subject approved."""
    memoire = proposed(pair)
    memoires.decide_subject(memoire, approve=True, by=accounts.principal(pair.reader))
    return memoire


def draft(memoire: Memoire, by: Any, text: str = "") -> MemoireVersion:
    """A version to talk over."""
    command = NewVersion(VersionKind.DRAFT, staged(samples.docx(), "essai.docx"), text=text, no_patient_data=True)
    return versions.deposit(memoire, command, by=accounts.principal(by))


def final(memoire: Memoire, by: Any, pages: int = 12, **more: Any) -> MemoireVersion:
    """A final version."""
    values = {"no_patient_data": True, "own_work": True, **more}
    command = NewVersion(VersionKind.FINAL, staged(paper(pages)), **values)
    return versions.deposit(memoire, command, by=accounts.principal(by))
