"""The demonstration's tracer documents and hours: handed in, read, set aside, confirmed, by the real services."""

import io
import zipfile
from collections.abc import Iterable
from datetime import date
from typing import Any, Final
from xml.sax.saxutils import escape

from sqlalchemy import select

from training.catalogue.enums import Modality
from training.catalogue.models import Module, TracerType
from training.cohorts.enums import AssignmentKind
from training.cohorts.models import Enrolment, TrainerAssignment
from training.common import clock, doctext, files, pdf
from training.common.declarations import file_use
from training.common.policy import Principal
from training.database import db
from training.portfolio import file_uses, services
from training.portfolio.commands import Deposit, HoursToLog, NewFile, ReviewToWrite, Template
from training.portfolio.enums import Decision, EntryAct
from training.portfolio.models import CommentTemplate, Tracer
from training.portfolio.services import hours
from training.seeding import toml
from training.seeding.demo.people import Cast, at
from training.seeding.demo.pieces import FOLDER, FOOTER

_SPACE: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_KIND: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_RELATION: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"


def load_portfolio(cast: Cast) -> None:
    """Play what has happened by today; done once, when nobody has entered anything yet."""
    tables = toml.read("demo/portfolio")
    for table in tables["documents"]:
        _document(table, cast)
    for table in tables["hours"]:
        _hours(table, cast)
    for table in tables["phrases"]:
        by = cast.principal(table["who"])
        known = select(CommentTemplate.id).where(CommentTemplate.person_id == by.person_id)
        if db.session.scalars(known).first() is None:
            services.keep_template(Template(table["title"], table["words"]), by=by)


def enrolment_of(cast: Cast, who: str) -> Enrolment:
    """Return the enrolment of someone who follows one course."""
    person = cast.person(who)
    return db.session.scalars(select(Enrolment).where(Enrolment.person_id == person.id)).one()


def reader_of(cast: Cast, enrolment: Enrolment) -> Principal:
    """Return the referent of a learner, as author of acts."""
    found = db.session.scalars(
        select(TrainerAssignment).where(
            TrainerAssignment.enrolment_id == enrolment.id, TrainerAssignment.kind == AssignmentKind.REFERENT
        )
    ).first()
    if found is None:
        raise toml.SeedError(f"{enrolment.person.email} has no referent to read her documents.")
    return cast.principal(found.person.email)


def _document(table: toml.Table, cast: Cast) -> None:
    enrolment = enrolment_of(cast, table["who"])
    kind = db.session.scalars(
        select(TracerType)
        .join(Module, Module.id == TracerType.module_id)
        .where(Module.edition_id == enrolment.cohort.edition_id, TracerType.code == table["tracer"])
    ).one()
    begun = select(Tracer.id).where(Tracer.enrolment_id == enrolment.id, Tracer.type_id == kind.id)
    if db.session.scalars(begun).first() is not None:
        return
    for version in table["versions"]:
        if version["on"] <= clock.today():
            _version(version, enrolment, kind, cast)


def _version(table: toml.Table, enrolment: Enrolment, kind: TracerType, cast: Cast) -> None:
    own = cast.principal(enrolment.person.email)
    with at(table["on"], 18):
        draft = services.prepare(enrolment, kind, by=own)
        services.add_files(draft, [_file(table, kind.label, enrolment.person.name)], by=own)
        command = Deposit(table.get("words", ""), no_patient_data=True, team_minutes=table.get("team"))
        tracer = draft.tracer
        services.deposit(tracer, command, by=own)
    read_on: date | None = table.get("on_review")
    if read_on is None or read_on > clock.today():
        return
    reader = reader_of(cast, enrolment)
    with at(read_on, 15):
        number = tracer.deposited[0].number
        if "aside" in table:
            services.set_aside(tracer, number, reason=table["aside"], by=reader)
            return
        if "reading" in table:
            services.review(tracer, ReviewToWrite(number, comment=table["reading"]), by=reader)
            return
        decision = Decision.ACCEPTED if "accepted" in table else Decision.TO_REVISE
        words = table.get("accepted", table.get("returned", ""))
        services.review(tracer, ReviewToWrite(number, comment=words, decision=decision), by=reader)


def _file(table: toml.Table, title: str, who: str) -> NewFile:
    if table.get("format") == "docx":
        content, extension = word_document([title, who, *table["lines"], FOOTER]), "docx"
    else:
        data = {"who": who, "lines": list(table["lines"]), "footer": FOOTER}
        content = pdf.render("piece", data, title=title, timestamp=clock.now(), templates=FOLDER).content
        extension = "pdf"
    use = file_use(file_uses.DOCUMENT)
    checked = files.check(io.BytesIO(content), f"{title[:60]}.{extension}", use)
    text = doctext.text_of(checked.content, checked.media_type)
    return NewFile(checked.sha256, files.stage(checked, use), text)


def word_document(lines: Iterable[str]) -> bytes:
    """Return a small Word document of these paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in lines)
    parts = {
        "[Content_Types].xml": '<?xml version="1.0"?>'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_KIND}"/></Types>',
        "_rels/.rels": '<?xml version="1.0"?>'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="{_RELATION}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<?xml version="1.0"?><w:document xmlns:w="{_SPACE}"><w:body>{body}</w:body></w:document>',
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return target.getvalue()


def _hours(table: toml.Table, cast: Cast) -> None:
    enrolment = enrolment_of(cast, table["who"])
    modules = dict(
        db.session.execute(select(Module.code, Module.id).where(Module.edition_id == enrolment.cohort.edition_id)).all()
    )
    own, reader = cast.principal(enrolment.person.email), reader_of(cast, enrolment)
    lines: list[tuple[Modality, list[Any]]] = [(Modality.TEAM, line) for line in table["team"]]
    lines += [(Modality.E_LEARNING, line) for line in table["e_learning"]]
    for modality, (day, minutes, module, *words) in lines:
        done_on = date.fromisoformat(day)
        if done_on > clock.today():
            continue
        with at(done_on, 19):
            command = HoursToLog(modality, modules[module], done_on, minutes, words=words[0] if words else "")
            entry = hours.log(enrolment, command, by=own)
        if done_on < table["settled_until"] <= clock.today():
            with at(table["settled_until"], 9):
                hours.settle([entry], EntryAct.CONFIRM, reason="", by=reader)
