"""The life of a stored file: received, staged, kept, read, erased, swept, verified (R93, R125)."""

import hashlib
import io
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.support import samples
from tests.support.samples import LETTER, Dossier, Sent
from training.common import clock, file_tokens, file_upkeep, files
from training.common.errors import Conflict, NotFound
from training.common.files import CheckedFile, Erasure, FileRefused, StagedFile, StoredFile
from training.common.filetypes import Refusal
from training.common.policy import Principal
from training.common.storage import Storage, StorageError, open_storage, storage


@pytest.fixture
def folder(app: Flask, session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A store of this test's own, in a folder; the session holds the application's context."""
    monkeypatch.setitem(app.extensions, "storage", open_storage(tmp_path.as_uri()))
    return tmp_path


@pytest.fixture
def dossier() -> Dossier:
    """The owner of the files."""
    return Dossier(uuid.uuid4())


MARIE = Principal(person_id=uuid.uuid4(), name="Marie Dupont")


def kept(dossier: Dossier, content: bytes | None = None, *, by: Principal = MARIE) -> StoredFile:
    staged = files.receive(Sent(content or samples.pdf()), LETTER)
    return files.keep(staged, use=LETTER, subject=dossier, by=by)


def refusal(content: bytes, name: str = "cv.pdf", **limits: int) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        files.check(io.BytesIO(content), name, LETTER, max_bytes=limits.get("max_bytes"))
    return caught.value


def closed(checked: CheckedFile) -> CheckedFile:
    checked.content.close()
    return checked


def stored_names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_a_checked_file_tells_what_will_be_stored() -> None:
    content = samples.pdf(3)
    checked = closed(files.check(io.BytesIO(content), "../Mon CV.pdf", LETTER))
    assert (checked.name, checked.media_type, checked.pages) == ("Mon CV.pdf", "application/pdf", 3)
    assert (checked.size, checked.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_a_photo_is_measured_and_hashed_as_it_will_be_stored() -> None:
    sent = samples.heic()
    checked = files.check(io.BytesIO(sent), "IMG_1.HEIC", LETTER)
    with checked.content:
        checked.content.seek(0)
        content = checked.content.read()
    assert (checked.name, checked.media_type) == ("IMG_1.jpg", "image/jpeg")
    assert content.startswith(b"\xff\xd8\xff")
    assert (checked.size, checked.sha256) == (len(content), hashlib.sha256(content).hexdigest())


def test_an_empty_file_and_a_too_large_one_are_refused() -> None:
    assert refusal(b"").reason is Refusal.EMPTY
    refused = refusal(samples.pdf(weight=30_000), max_bytes=10_000)
    assert refused.reason is Refusal.TOO_LARGE
    assert "10\u00a0ko" in refused.message


def test_a_file_of_exactly_the_limit_passes_and_reading_stops_past_it() -> None:
    content = samples.pdf()
    assert closed(files.check(io.BytesIO(content), "cv.pdf", LETTER, max_bytes=len(content))).size == len(content)
    assert refusal(content, max_bytes=len(content) - 1).reason is Refusal.TOO_LARGE
    endless = Endless()
    with pytest.raises(FileRefused):
        files.check(endless, "cv.pdf", LETTER)
    assert endless.given < 2 * LETTER.max_bytes


class Endless(io.BytesIO):
    """A stream that never ends, whatever was announced."""

    given = 0

    def read(self, size: int | None = -1, /) -> bytes:
        assert size
        assert size > 0
        self.given += size
        return b"%PDF-" + b"x" * (size - 5)


def test_a_call_may_ask_for_fewer_types() -> None:
    with pytest.raises(FileRefused) as caught:
        files.check(io.BytesIO(samples.docx()), "cv.docx", LETTER, media_types=frozenset({"application/pdf"}))
    assert caught.value.reason is Refusal.WRONG_TYPE


def test_a_staged_file_stands_in_the_store_and_no_row_names_it(session: Session, folder: Path) -> None:
    staged = files.receive(Sent(samples.pdf()), LETTER)
    assert stored_names(folder) == [str(staged.id)]
    assert session.get(StoredFile, staged.id) is None
    files.discard(staged)
    assert stored_names(folder) == []


def test_a_refused_file_leaves_nothing(folder: Path) -> None:
    with pytest.raises(FileRefused):
        files.receive(Sent(samples.encrypted_pdf()), LETTER)
    assert stored_names(folder) == []


def test_a_store_that_gives_back_other_bytes_is_not_trusted(
    app: Flask, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Forgetful(Storage):
        def put(self, key: str, content: object) -> None:
            (folder / key).parent.mkdir(exist_ok=True)
            (folder / key).write_bytes(b"something else")

    honest = storage()
    monkeypatch.setitem(app.extensions, "storage", Forgetful(honest._store, folder))
    with pytest.raises(StorageError):
        files.receive(Sent(samples.pdf()), LETTER)
    assert stored_names(folder) == []


@pytest.mark.both_engines
def test_a_kept_file_says_whose_it_is_and_gives_its_bytes_back(
    session: Session, folder: Path, dossier: Dossier
) -> None:
    content = samples.pdf(2)
    stored = kept(dossier, content)
    session.expire_all()
    assert (stored.subject_kind, stored.subject_id, stored.deposited_by) == ("dossier", dossier.id, MARIE.person_id)
    assert (stored.original_name, stored.use, stored.pages) == ("cv.pdf", "tests.letter", 2)
    assert b"".join(files.read(stored)) == content
    assert stored.can_be_shown_in_place


@pytest.mark.both_engines
def test_the_same_bytes_are_kept_once(session: Session, folder: Path, dossier: Dossier) -> None:
    staged = files.receive(Sent(samples.pdf()), LETTER)
    files.keep(staged, use=LETTER, subject=dossier, by=MARIE)
    with pytest.raises(Conflict):
        files.keep(staged, use=LETTER, subject=dossier, by=MARIE)


def test_bytes_received_for_one_use_are_not_kept_for_another(folder: Path, dossier: Dossier) -> None:
    staged = files.receive(Sent(samples.pdf()), LETTER)
    with pytest.raises(ValueError, match=r"tests\.photo"):
        files.keep(staged, use=replace(LETTER, code="tests.photo"), subject=dossier, by=MARIE)


def test_one_more_than_the_count_is_refused_and_an_erased_one_gives_its_place(
    session: Session, folder: Path, dossier: Dossier
) -> None:
    first = kept(dossier)
    files.check_count(use=LETTER, subject=dossier)
    kept(dossier)
    with pytest.raises(FileRefused) as caught:
        files.check_count(use=LETTER, subject=dossier)
    assert caught.value.reason is Refusal.TOO_MANY
    files.erase(first, Erasure.REQUEST)
    files.check_count(use=LETTER, subject=dossier)


def test_an_erased_file_keeps_its_proof_and_loses_its_name_and_its_bytes(
    session: Session, folder: Path, dossier: Dossier
) -> None:
    stored = kept(dossier)
    digest = stored.sha256
    files.erase(stored, Erasure.RETENTION)
    files.erase(stored, Erasure.REQUEST)
    session.expire_all()
    assert stored.erased_for is Erasure.RETENTION
    assert stored.original_name == "fichier-efface.pdf"
    assert stored.sha256 == digest
    assert not stored.can_be_shown_in_place
    with pytest.raises(NotFound):
        files.read(stored)
    assert file_upkeep.sweep_orphans() == file_upkeep.Swept(seen=1, orphans=0, erased=1)
    assert stored_names(folder) == []


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("constraint", "change"),
    [
        ("has_content", lambda stored: setattr(stored, "size", 0)),
        ("has_pages", lambda stored: setattr(stored, "pages", 0)),
        ("erased_for_a_reason", lambda stored: setattr(stored, "erased_at", clock.now())),
    ],
)
def test_the_database_refuses_a_row_that_contradicts_itself(
    session: Session, folder: Path, dossier: Dossier, constraint: str, change: Callable[[StoredFile], None]
) -> None:
    change(kept(dossier))
    with pytest.raises(IntegrityError, match=constraint):
        session.flush()


@pytest.mark.both_engines
def test_bytes_no_row_names_are_swept_after_a_day_and_no_others(
    session: Session, folder: Path, dossier: Dossier
) -> None:
    stored = kept(dossier)
    loose = files.receive(Sent(samples.pdf()), LETTER)
    (folder / "LISEZMOI.txt").write_text("not ours")
    assert file_upkeep.sweep_orphans() == file_upkeep.Swept(seen=2, orphans=0, erased=0)
    with clock.freeze(clock.now() + timedelta(hours=25)):
        assert file_upkeep.sweep_orphans() == file_upkeep.Swept(seen=2, orphans=1, erased=0)
        assert file_upkeep.sweep_orphans() == file_upkeep.Swept(seen=1, orphans=0, erased=0)
    assert stored_names(folder) == sorted(["LISEZMOI.txt", str(stored.id)])
    assert str(loose.id) not in stored_names(folder)


def test_the_doctor_tells_missing_altered_and_loose_files(session: Session, folder: Path, dossier: Dossier) -> None:
    sound, missing, altered, erased = (kept(dossier) for _ in range(4))
    files.erase(erased, Erasure.REQUEST)
    assert file_upkeep.verify_all().sound
    (folder / missing.key).unlink()
    (folder / altered.key).write_bytes(b"tampered with")
    loose: StagedFile = files.receive(Sent(samples.pdf()), LETTER)
    with clock.freeze(clock.now() + timedelta(days=3)):
        found = file_upkeep.verify_all()
    assert (found.read, found.missing, found.altered) == (3, (missing.id,), (altered.id,))
    assert found.orphans == (files.key_of(loose.id),)
    assert not found.sound
    assert b"".join(files.read(sound)) != b""


def test_a_person_gets_the_list_of_her_deposits_then_leaves_them(
    session: Session, folder: Path, dossier: Dossier
) -> None:
    stored = kept(dossier)
    kept(dossier, by=Principal(person_id=uuid.uuid4()))
    assert MARIE.person_id is not None
    assert [row["nom"] for row in file_upkeep.of_depositor(MARIE.person_id)] == ["cv.pdf"]
    assert file_upkeep.forget_depositor(MARIE.person_id) == 1
    session.expire_all()
    assert stored.deposited_by is None
    assert file_upkeep.of_depositor(MARIE.person_id) == []


def test_a_received_file_survives_a_form_shown_again(session: Session, folder: Path, dossier: Dossier) -> None:
    staged = files.receive(Sent(samples.pdf(2), "Lettre.pdf"), LETTER)
    token = file_tokens.seal(staged, by=MARIE)
    again = file_tokens.unseal(token, LETTER, by=MARIE)
    assert again == staged
    assert files.keep(again, use=LETTER, subject=dossier, by=MARIE).original_name == "Lettre.pdf"


def test_a_token_altered_expired_borrowed_or_turned_to_another_use_is_refused(folder: Path) -> None:
    staged = files.receive(Sent(samples.pdf()), LETTER)
    token = file_tokens.seal(staged, by=MARIE)
    attempts: list[Callable[[], StagedFile]] = [
        lambda: file_tokens.unseal(token[:-3] + "abc", LETTER, by=MARIE),
        lambda: file_tokens.unseal("", LETTER, by=MARIE),
        lambda: file_tokens.unseal(token, LETTER, by=Principal(person_id=uuid.uuid4())),
        lambda: file_tokens.unseal(token, replace(LETTER, code="tests.photo"), by=MARIE),
    ]
    with clock.freeze(clock.now() + timedelta(hours=13)):
        assert lost(lambda: file_tokens.unseal(token, LETTER, by=MARIE))
    assert all(lost(attempt) for attempt in attempts)
    files.discard(staged)
    assert lost(lambda: file_tokens.unseal(token, LETTER, by=MARIE))


def lost(attempt: Callable[[], StagedFile]) -> bool:
    with pytest.raises(FileRefused) as caught:
        attempt()
    return caught.value.reason is Refusal.LOST


def test_a_token_dies_before_its_bytes_are_swept() -> None:
    assert file_tokens.LIVES < files.ORPHAN_AFTER
