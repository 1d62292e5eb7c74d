"""``/fichiers``: who may read, how the bytes leave, and the trace of each reading (R93)."""

import io
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.support import samples
from tests.support.samples import LETTER, Dossier, Sent
from training.common import access, declarations, files, guard
from training.common.access import AccessNote
from training.common.errors import NotFound
from training.common.file_routes import content_disposition
from training.common.files import Erasure, StoredFile
from training.common.policy import NOBODY, LinkRight, Permission, Predicate, Principal, has_link, policy
from training.common.storage import open_storage

OWNER = Principal(person_id=uuid.uuid4(), name="Marie Dupont")
COLLEAGUE = Principal(person_id=uuid.uuid4(), name="Une collègue")
STRANGER = Principal(person_id=uuid.uuid4(), name="Un inconnu")
DOSSIER = Dossier(uuid.uuid4())
BEARER = Principal(link=LinkRight("tests", "dossier", DOSSIER.id, uuid.uuid4()))

Become = Callable[[Principal], None]


def load(principal: Principal, subject_id: uuid.UUID) -> Dossier:
    """Return the dossier to those within its scope: the stranger is outside, the colleague inside without the right."""
    if principal in (STRANGER, NOBODY) or subject_id != DOSSIER.id:
        raise NotFound
    return DOSSIER


@pytest.fixture(autouse=True)
def declared(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One use of files, readable by the owner and by the bearer of a link, in a store of this test's own."""
    use = replace(LETTER, load=load)
    owner = Predicate("the owner", lambda principal, _subject: principal == OWNER)
    monkeypatch.setitem(declarations.registry._file_uses, use.code, use)
    monkeypatch.setitem(policy._predicates, use.permission, owner | has_link("tests"))
    signed_in_or_link = Predicate("someone", lambda principal, _subject: principal.is_signed_in or bool(principal.link))
    monkeypatch.setitem(policy._predicates, Permission.FILE_READ, signed_in_or_link)
    monkeypatch.setitem(app.extensions, "storage", open_storage(tmp_path.as_uri()))


@pytest.fixture
def become(monkeypatch: pytest.MonkeyPatch) -> Become:
    """Act as someone."""

    def act_as(principal: Principal) -> None:
        monkeypatch.setattr(guard, "_reader", [lambda: principal])

    return act_as


def kept(session: Session, content: bytes, name: str) -> StoredFile:
    stored = files.keep(files.receive(Sent(content, name), LETTER), use=LETTER, subject=DOSSIER, by=OWNER)
    session.commit()
    return stored


def notes(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(AccessNote)) or 0


def test_a_file_leaves_as_an_attachment_under_its_own_policy(
    client: FlaskClient, session: Session, become: Become
) -> None:
    content = samples.pdf(3, weight=600_000)
    stored = kept(session, content, "Lettre d’équipe.pdf")
    become(OWNER)
    answer = client.get(f"/fichiers/{stored.id}")
    assert answer.status_code == 200
    assert answer.data == content
    headers = answer.headers
    assert headers["Content-Type"] == "application/pdf"
    assert headers["Content-Length"] == str(len(content))
    assert headers["Content-Disposition"] == (
        "attachment; filename=\"Lettre d_equipe.pdf\"; filename*=UTF-8''Lettre%20d%E2%80%99%C3%A9quipe.pdf"
    )
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers.getlist("Content-Security-Policy")[0].startswith("default-src 'none'; sandbox")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "private, no-store"


def test_each_reading_leaves_a_note_and_a_head_request_none(
    client: FlaskClient, session: Session, become: Become
) -> None:
    stored = kept(session, samples.pdf(), "cv.pdf")
    file_id = stored.id
    become(OWNER)
    before = notes(session)
    assert client.head(f"/fichiers/{file_id}").status_code == 200
    assert notes(session) == before
    client.get(f"/fichiers/{file_id}")
    client.get(f"/fichiers/{file_id}/apercu")
    session.rollback()
    read = session.scalars(select(AccessNote).where(AccessNote.subject_id == file_id)).all()
    assert [(note.kind, note.subject_kind, note.reader_id) for note in read] == [
        ("file.read", "stored_file", OWNER.person_id)
    ] * 2


def test_the_bearer_of_a_link_reads_what_the_link_opens(client: FlaskClient, session: Session, become: Become) -> None:
    stored = kept(session, samples.pdf(), "cv.pdf")
    become(BEARER)
    assert client.get(f"/fichiers/{stored.id}").status_code == 200


@pytest.mark.parametrize("principal", [STRANGER, COLLEAGUE], ids=["outside its scope", "inside without the right"])
@pytest.mark.parametrize("path", ["", "/apercu"])
def test_anyone_else_sees_nothing_and_leaves_no_note(
    client: FlaskClient, session: Session, become: Become, principal: Principal, path: str
) -> None:
    stored = kept(session, samples.pdf(), "cv.pdf")
    address = f"/fichiers/{stored.id}{path}"
    become(principal)
    before = notes(session)
    assert client.get(address).status_code == 404
    assert notes(session) == before


def test_nobody_is_asked_to_sign_in_whether_the_file_exists_or_not(
    client: FlaskClient, session: Session, become: Become
) -> None:
    stored = kept(session, samples.pdf(), "cv.pdf")
    become(NOBODY)
    known, unknown = client.get(f"/fichiers/{stored.id}"), client.get(f"/fichiers/{uuid.uuid4()}")
    assert known.status_code == unknown.status_code != 200
    assert known.headers.get("Content-Type") == unknown.headers.get("Content-Type")


def test_an_unknown_file_and_an_erased_one_answer_404(client: FlaskClient, session: Session, become: Become) -> None:
    stored = kept(session, samples.pdf(), "cv.pdf")
    files.erase(stored, Erasure.REQUEST)
    session.commit()
    become(OWNER)
    assert client.get(f"/fichiers/{stored.id}").status_code == 404
    assert client.get(f"/fichiers/{uuid.uuid4()}").status_code == 404
    assert client.get("/fichiers/1").status_code == 404


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (samples.pdf(), "application/pdf"),
        (samples.jpeg(), "image/jpeg"),
        (samples.png(), "image/png"),
        (samples.heic(), "image/jpeg"),
    ],
)
def test_a_pdf_and_an_image_may_be_shown_in_place_by_our_own_pages(
    client: FlaskClient, session: Session, become: Become, content: bytes, media_type: str
) -> None:
    stored = kept(session, content, "")
    become(OWNER)
    answer = client.get(f"/fichiers/{stored.id}/apercu")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Content-Disposition"].startswith("inline; ")
    assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "script-src" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(("content", "name"), [(samples.docx(), "a.docx"), (samples.opendocument(), "a.odt")])
def test_nothing_else_is_ever_shown_in_place(
    client: FlaskClient, session: Session, become: Become, content: bytes, name: str
) -> None:
    stored = kept(session, content, name)
    become(OWNER)
    assert client.get(f"/fichiers/{stored.id}/apercu").status_code == 404
    assert client.get(f"/fichiers/{stored.id}").status_code == 200


def test_a_note_names_the_link_that_was_used(client: FlaskClient, session: Session, become: Become) -> None:
    stored = kept(session, samples.pdf(), "cv.pdf")
    file_id = stored.id
    become(BEARER)
    client.get(f"/fichiers/{file_id}")
    session.rollback()
    assert BEARER.link is not None
    assert access.last_read_at(stored, "file.read") is not None
    assert session.scalar(select(AccessNote.link_id).where(AccessNote.subject_id == file_id)) == BEARER.link.link_id


def test_a_name_in_any_script_makes_a_header_of_plain_letters() -> None:
    header = content_disposition("attachment", "Éloïse Şahin 履歴書.pdf")
    assert header.encode("ascii")
    assert header.startswith('attachment; filename="Eloise Sahin ___.pdf"; ')
    assert io.BytesIO(header.encode()).read().count(b"\n") == 0
