"""Files that come in parts, over a connection that breaks (R125)."""

import io
from datetime import timedelta
from typing import Any

import pytest
from pypdf import PdfReader
from sqlalchemy import func, select

from tests.factories import accounts
from tests.factories import portfolio as make
from tests.factories.portfolio import Pair
from tests.support import samples
from training.common import clock, doctext, filetypes, photos
from training.database import db
from training.portfolio import privacy
from training.portfolio.enums import TracerStatus
from training.portfolio.models import TracerFile, UploadPart
from training.portfolio.services import uploads

PART = 100_000
CONTENT = samples.pdf(weight=230_000)


@pytest.fixture
def address(pair: Pair, client: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Where the learner’s browser sends parts, smaller ones than usual."""
    monkeypatch.setattr(uploads, "PART", PART)
    accounts.sign_in(client, pair.learner)
    return f"/parcours/{pair.enrolment.id}/documents-traceurs/{make.tracer_type(pair.cohort).id}/morceaux"


def send(client: Any, address: str, number: int, *, total: int = 3, content: bytes = CONTENT, key: str = "a") -> Any:
    part = content[number * PART : (number + 1) * PART]
    data = {"key": key, "number": str(number), "total": str(total), "part": (io.BytesIO(part), "part")}
    return client.post(address, data=data, content_type="multipart/form-data")


def test_a_broken_sending_goes_on_where_it_stopped(client: Any, address: str) -> None:
    assert send(client, address, 0).json == {"received": [0]}
    assert send(client, address, 2).json == {"received": [0, 2]}
    assert client.get(f"{address}?key=a").json == {"received": [0, 2]}
    unfinished = client.post(f"{address}/fin", data={"key": "a", "name": "rapport.pdf"})
    assert unfinished.status_code == 422
    assert send(client, address, 2).json == {"received": [0, 2]}  # sent again: recognised
    assert send(client, address, 1).json == {"received": [0, 1, 2]}
    done = client.post(f"{address}/fin", data={"key": "a", "name": "rapport.pdf"})
    again = client.post(f"{address}/fin", data={"key": "a", "name": "rapport.pdf"})

    assert done.status_code == again.status_code == 200
    assert done.json["href"] == again.json["href"]
    (file,) = db.session.scalars(select(TracerFile)).all()
    assert (file.file.original_name, file.file.size) == ("rapport.pdf", len(CONTENT))
    assert db.session.scalar(select(func.count()).select_from(UploadPart)) == 0


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (samples.encrypted_pdf(), "mot de passe"),
        (samples.docm(), "macros"),
        (samples.program(), "programme"),
    ],
)
def test_a_file_refused_once_whole_says_why(client: Any, address: str, content: bytes, words: str) -> None:
    send(client, address, 0, total=1, content=content)
    answer = client.post(f"{address}/fin", data={"key": "a", "name": "document"})

    assert words in answer.json["message"]
    assert db.session.scalars(select(UploadPart.id)).all() == []


@pytest.mark.parametrize(
    ("number", "total", "words"), [(0, 60, "dépasse la taille"), (5, 3, "pas lisible"), (-1, 3, "pas lisible")]
)
def test_a_part_that_cannot_be_is_refused(client: Any, address: str, number: int, total: int, words: str) -> None:
    data = {"key": "a", "number": str(number), "total": str(total), "part": (io.BytesIO(b"x"), "part")}
    answer = client.post(address, data=data, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert words in answer.json["message"]


def test_another_learner_sends_nothing_there(pair: Pair, address: str, new_client: Any) -> None:
    other = new_client()
    accounts.sign_in(other, make.pair(pair.cohort).learner)

    assert send(other, address, 0).status_code == 404


def test_parts_that_never_came_whole_are_swept(client: Any, address: str, frozen_clock: Any) -> None:
    send(client, address, 0)
    assert privacy.sweep_parts() == 0
    frozen_clock.advance(privacy.PARTS_KEPT * 2)

    assert privacy.sweep_parts() == 1


@pytest.mark.parametrize(
    ("content", "kind", "expected"),
    [
        (samples.docx(), filetypes.DOCX, "Lettre d’engagement de l’équipe"),
        (samples.xlsx(), filetypes.XLSX, "Structure | Heures"),
        (samples.docx(document="<d>pas fini"), filetypes.DOCX, ""),
        (samples.entity_docx(), filetypes.DOCX, ""),
        (samples.jpeg(), filetypes.JPEG, ""),
        (b"%PDF-1.7 broken", filetypes.PDF, ""),
    ],
)
def test_the_text_of_a_document_is_read_on_any_machine_r125(content: bytes, kind: Any, expected: str) -> None:
    found = doctext.text_of(io.BytesIO(content), kind.media_type)

    assert found.split("\n")[0].strip(" |") == expected


def test_the_text_of_slides_and_opendocument_is_read() -> None:
    slide = "<p:sld xmlns:p='urn:p' xmlns:a='urn:a'><a:p><a:r><a:t>Diapositive {}</a:t></a:r></a:p></p:sld>"
    slides = {f"ppt/slides/slide{n}.xml": slide.format(n) for n in (10, 2, 1)}
    text = "<office:document-content xmlns:office='urn:o' xmlns:text='urn:t'><text:p>Un<text:s/>mot</text:p></office:document-content>"

    assert doctext.text_of(io.BytesIO(samples.archive(slides)), filetypes.PPTX.media_type).split("\n") == [
        "Diapositive 1", "Diapositive 2", "Diapositive 10",
    ]  # fmt: skip
    assert doctext.text_of(io.BytesIO(samples.archive({"content.xml": text})), filetypes.ODT.media_type) == "Un mot"


def test_photos_are_bound_upright_or_lying() -> None:
    bound = photos.bound([io.BytesIO(samples.jpeg(90, 120)), io.BytesIO(samples.jpeg(120, 90))])
    sizes = [(page.mediabox.width > page.mediabox.height) for page in PdfReader(io.BytesIO(bound)).pages]

    assert sizes == [False, True]
    with pytest.raises(ValueError, match="no picture"):
        photos.bound([])


def test_documents_are_erased_five_years_after_the_end_and_their_states_stay(pair: Pair, frozen_clock: Any) -> None:
    tracer = make.decided(make.deposited(pair.enrolment), pair.reader).version.tracer
    pair.cohort.ends_on = clock.today()
    db.session.flush()
    assert privacy.purge_files() == 0
    frozen_clock.advance(privacy.KEPT + timedelta(days=1))
    assert privacy.purge_files() > 0
    assert [file.file.erased_at is not None for file in tracer.versions[0].files] == [True]
    assert tracer.status is TracerStatus.ACCEPTED
    assert privacy.purge_files() == 0
