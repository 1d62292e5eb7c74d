"""The demonstration's mémoires: proposed, approved, handed in, talked over, by the real services."""

import io
from typing import Final

import pypdf
from sqlalchemy import select

from training.cohorts.models import Enrolment
from training.common import clock, doctext, files, pdf
from training.common.declarations import file_use
from training.common.policy import Principal
from training.database import db
from training.defences import file_uses
from training.defences.commands import NewVersion, PlannedStep, Remark, Subject
from training.defences.enums import VersionKind
from training.defences.models import Memoire
from training.defences.services import memoires, versions
from training.seeding import toml
from training.seeding.demo.people import Cast, at
from training.seeding.demo.pieces import FOLDER, FOOTER
from training.seeding.demo.portfolio import enrolment_of, reader_of

ANNEXES: Final = 2


def load_memoires(cast: Cast) -> None:
    """Play what has happened by today; done once, when nobody has entered anything yet."""
    for table in toml.read("demo/memoires")["memoires"]:
        if table["on"] <= clock.today():
            _memoire(table, cast)


def give_clearances(cast: Cast) -> None:
    """Give the “bon à soutenir” to those whose documents are validated, by who follows them."""
    for table in toml.read("demo/memoires")["memoires"]:
        if "cleared" in table and table["cleared"] <= clock.today():
            enrolment = enrolment_of(cast, table["who"])
            memoire = db.session.scalars(select(Memoire).where(Memoire.enrolment_id == enrolment.id)).one()
            with at(table["cleared"], 17):
                memoires.clear(memoire, by=reader_of(cast, enrolment))


def _memoire(table: toml.Table, cast: Cast) -> None:
    enrolment = enrolment_of(cast, table["who"])
    if db.session.scalar(select(Memoire.id).where(Memoire.enrolment_id == enrolment.id)) is not None:
        return
    own, reader = cast.principal(enrolment.person.email), reader_of(cast, enrolment)
    with at(table["on"], 18):
        command = Subject(table["subject"], table.get("keywords", ""), table["approach"])
        memoire = memoires.propose(enrolment, command, by=own)
    if "on_returned" in table and table["on_returned"] <= clock.today():
        with at(table["on_returned"], 12):
            memoires.decide_subject(memoire, approve=False, reason=table["returned"], by=reader)
    if "approved" not in table or table["approved"] > clock.today():
        return
    with at(table["approved"], 12):
        memoires.decide_subject(memoire, approve=True, by=reader)
    for label, due_on, done in table.get("steps", ()):
        step = memoires.plan_step(memoire, PlannedStep(label, due_on), by=own)
        if done and due_on <= clock.today():
            with at(due_on, 20):
                memoires.tick_step(step, by=own)
    for version in table.get("versions", ()):
        if version["on"] <= clock.today():
            _version(version, memoire, enrolment, own, reader)


def _version(table: toml.Table, memoire: Memoire, enrolment: Enrolment, own: Principal, reader: Principal) -> None:
    pages = table.get("final")
    kind = VersionKind.FINAL if pages else VersionKind.DRAFT
    with at(table["on"], 19):
        content = _document(table, memoire.subject, enrolment.person.name, pages or 1)
        use = file_use(file_uses.VERSION)
        checked = files.check(io.BytesIO(content), f"memoire-{kind.value}.pdf", use)
        text = doctext.text_of(checked.content, checked.media_type)
        command = NewVersion(
            kind,
            files.stage(checked, use),
            text=text,
            message=table.get("words", ""),
            annex_pages=ANNEXES if pages else 0,
            no_patient_data=True,
            own_work=bool(pages),
        )
        version = versions.deposit(memoire, command, by=own)
    if "remark" in table and table["on_remark"] <= clock.today():
        with at(table["on_remark"], 15):
            versions.comment(version, Remark(table["remark"]), by=reader)


def _document(table: toml.Table, title: str, who: str, pages: int) -> bytes:
    """Return a PDF of so many pages: the first says what it is about, the others are blank."""
    data = {"who": who, "lines": list(table["lines"]), "footer": FOOTER}
    first = pdf.render("piece", data, title=title, timestamp=clock.now(), templates=FOLDER).content
    if pages == 1:
        return first
    writer = pypdf.PdfWriter(io.BytesIO(first))
    for _ in range(pages - 1):
        writer.add_blank_page()
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()
