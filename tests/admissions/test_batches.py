"""One act on several files: all or none, each with its own reason, in one sending (R20, R27, R96, R105)."""

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import admissions as make
from tests.factories import selection
from tests.support import samples
from tests.support.pages import Page
from tests.support.queries import Queries
from training.accounts.enums import Part
from training.admissions.commands import ReviewPiece
from training.admissions.enums import ApplicationAct, ApplicationStatus, PieceStatus
from training.admissions.models import Application, Call, Piece, SchoolDecision
from training.admissions.services import batches, deciding, processing
from training.common.files import StoredFile
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
A = ApplicationAct
S = ApplicationStatus
Open = Callable[..., Page]
Counter = Callable[..., AbstractContextManager[Queries]]


@pytest.fixture
def call() -> Call:
    return make.call(opinion_parts=[])


@pytest.fixture
def staff(client: FlaskClient, call: Call) -> FlaskClient:
    return selection.signed_in(client, selection.staff_of(call))


def address(call: Call, act: ApplicationAct) -> str:
    return f"/appels/{call.code}/lots/{act.value}"


def ids(*files: Application) -> list[str]:
    return [str(file.id) for file in files]


def said(answer: TestResponse) -> str:
    """What the page says, its spaces made plain."""
    return answer.text.replace("\u00a0", " ").replace("\u202f", " ")


def states(*files: Application) -> list[ApplicationStatus]:
    db.session.expire_all()
    return [db.session.get_one(Application, file.id).status for file in files]


def test_several_files_are_admissible_at_once_and_their_pieces_conform(staff: FlaskClient, call: Call) -> None:
    first, second, left = (make.submitted(call) for _ in range(3))
    answer = staff.post(address(call, A.ADMIT), data={"dossier": ids(first, second)})
    assert answer.status_code == 303
    assert states(first, second, left) == [S.ADMISSIBLE, S.ADMISSIBLE, S.SUBMITTED]
    assert {p.status for p in db.session.get_one(Application, first.id).pieces} == {PieceStatus.CONFORM}
    assert {p.status for p in db.session.get_one(Application, left.id).pieces} == {PieceStatus.TO_CHECK}
    assert "2 dossiers sont recevables." in said(staff.get(answer.location))


def test_one_that_cannot_stops_all_and_says_why_on_its_line(staff: FlaskClient, call: Call) -> None:
    good, bad = make.submitted(call), make.submitted(call)
    piece = bad.pieces[0]
    processing.review_piece(
        bad, ReviewPiece(piece.id, PieceStatus.TO_REPLACE, "Il manque la signature."), by=make.manager(call)
    )
    answer = staff.post(address(call, A.ADMIT), data={"dossier": ids(good, bad)})
    assert answer.status_code == 422
    assert "Rien n’est fait : 1 dossier ne le permet pas" in said(answer)
    assert "Une pièce est à remplacer" in answer.text
    assert len(re.findall(r'name="dossier"[^>]* checked', answer.text)) == 2
    assert states(good, bad) == [S.SUBMITTED, S.SUBMITTED]
    assert {p.status for p in db.session.get_one(Application, good.id).pieces} == {PieceStatus.TO_CHECK}


def test_a_file_that_moved_meanwhile_stops_all_and_the_others_stay_ticked(staff: FlaskClient, call: Call) -> None:
    here, moved = make.submitted(call), make.submitted(call)
    processing.admit(moved, by=make.manager(call))
    answer = staff.post(address(call, A.ADMIT), data={"dossier": ids(here, moved)})
    assert answer.status_code == 422
    assert "1 dossier coché a changé d’état entre-temps" in said(answer)
    assert len(re.findall(r'name="dossier"[^>]* checked', answer.text)) == 1
    assert states(here) == [S.SUBMITTED]


def test_nothing_ticked_and_nonsense_are_told(staff: FlaskClient, call: Call) -> None:
    make.submitted(call)
    for data in ({}, {"dossier": ["pas-un-dossier", ""]}):
        answer = staff.post(address(call, A.ADMIT), data=data)
        assert (answer.status_code, "Cochez au moins un dossier" in answer.text) == (422, True)


def test_a_file_of_another_call_is_never_touched(staff: FlaskClient, call: Call) -> None:
    elsewhere = make.submitted()
    assert staff.post(address(call, A.ADMIT), data={"dossier": ids(elsewhere)}).status_code == 422
    assert states(elsewhere) == [S.SUBMITTED]


@pytest.fixture
def choosy(call: Call) -> Call:
    """The call, with a preselection on file."""
    call.has_preselection = True
    return call


def test_forty_files_reach_the_committee_in_three_sendings(staff: FlaskClient, choosy: Call) -> None:
    call = choosy
    files = [make.submitted(call) for _ in range(40)]
    for act in (A.ADMIT, A.START_REVIEW, A.PRESELECT):
        assert staff.post(address(call, act), data={"dossier": ids(*files)}).status_code == 303
    assert states(*files) == [S.PRESELECTED] * 40


def test_not_preselecting_asks_for_words_each_person_will_read_r30(staff: FlaskClient, choosy: Call) -> None:
    call = choosy
    files = [make.under_review(call) for _ in range(2)]
    refused = staff.post(address(call, A.NOT_PRESELECT), data={"dossier": ids(*files), "reason": " "})
    assert (refused.status_code, "Indiquez un motif court" in refused.text) == (422, True)
    sent = {"dossier": ids(*files), "reason": "Les places sont comptées."}
    assert staff.post(address(call, A.NOT_PRESELECT), data=sent).status_code == 303
    assert states(*files) == [S.NOT_PRESELECTED] * 2


def transmitted(call: Call, count: int = 2) -> list[Application]:
    files = [make.shortlisted(call) for _ in range(count)]
    for file in files:
        deciding.transmit(file, by=make.manager(call))
    return files


def test_the_school_validates_its_list_at_once_and_nobody_else_may_r27(client: FlaskClient, call: Call) -> None:
    first, second = transmitted(call)
    selection.signed_in(client, selection.staff_of(call))
    assert client.get(address(call, A.VALIDATE)).status_code == 403
    selection.signed_in(client, selection.staff_of(call, Part.SCHOOL))
    sent = {"dossier": ids(first, second), "decided_on": "02/03/2026"}
    assert client.post(address(call, A.VALIDATE), data=sent).status_code == 303
    assert states(first, second) == [S.VALIDATED] * 2


def test_a_transcribed_list_has_one_proof_for_all_its_files_r96(client: FlaskClient, call: Call) -> None:
    first, second = transmitted(call)
    next(played for played in call.parts if played.part is Part.SCHOOL).outside_tool = True
    selection.signed_in(client, selection.staff_of(call))
    sent: dict[str, object] = {"dossier": ids(first, second), "decided_on": "02/03/2026", "reason": "Hors programme."}
    bare = client.post(address(call, A.REFUSE), data=dict(sent))
    assert (bare.status_code, "Joignez le courriel" in bare.text) == (422, True)
    sent["evidence"] = (io.BytesIO(samples.pdf()), "releve.pdf")
    assert client.post(address(call, A.REFUSE), data=sent, content_type="multipart/form-data").status_code == 303
    assert states(first, second) == [S.REFUSED_BY_SCHOOL] * 2
    proofs = {decision.evidence_id for decision in db.session.query(SchoolDecision)}
    assert len(proofs) == 1
    kept = db.session.get_one(StoredFile, proofs.pop())
    assert client.get(f"/fichiers/{kept.id}").status_code == 200


def test_a_step_the_call_has_not_is_not_found(staff: FlaskClient) -> None:
    plain = make.call(has_preselection=False, has_school_step=False)
    someone = selection.staff_of(plain)
    selection.signed_in(staff, someone)
    for act in (A.PRESELECT, A.NOT_PRESELECT, A.TRANSMIT, A.VALIDATE, A.REFUSE):
        assert staff.get(address(plain, act)).status_code == 404
    assert staff.get(f"/appels/{plain.code}/lots/offer").status_code == 404
    assert staff.get(address(plain, A.ADMIT)).status_code == 200


def test_readers_of_a_selection_take_no_act(client: FlaskClient, call: Call) -> None:
    selection.signed_in(client, selection.staff_of(call, Part.FUNDER))
    assert client.get(address(call, A.ADMIT)).status_code == 403
    assert client.post(address(call, A.ADMIT), data={}).status_code == 403
    selection.signed_in(client, selection.staff_of(make.call()))
    assert client.get(address(call, A.ADMIT)).status_code == 404


@pytest.mark.parametrize("act", [A.ADMIT, A.START_REVIEW, A.ENROL])
def test_its_page_asks_as_many_queries_for_three_files_as_for_one(
    act: ApplicationAct, staff: FlaskClient, call: Call, page: Open, selects: Counter
) -> None:
    def add() -> None:
        file = make.confirmed(call) if act is A.ENROL else make.submitted(call)
        if act is A.START_REVIEW:
            processing.admit(file, by=make.manager(call))

    def asked() -> int:
        where = address(call, act)
        page(where, by=staff)
        with selects(warm=True) as counted:
            page(where, by=staff)
        return counted.count

    add()
    one = asked()
    add()
    add()
    assert asked() == one <= 12


def test_a_batch_takes_no_more_than_a_person_can_read(
    monkeypatch: pytest.MonkeyPatch, staff: FlaskClient, call: Call
) -> None:
    monkeypatch.setattr(batches, "MOST", 2)
    for _ in range(3):
        make.submitted(call)
    text = said(staff.get(address(call, A.ADMIT)))
    assert "Les 2 premiers dossiers sont ici" in text
    assert text.count('name="dossier"') == 2


def test_what_nobody_looked_at_is_shown_before_it_is_accepted(staff: FlaskClient, call: Call, page: Open) -> None:
    file = make.submitted(call)
    piece = db.session.query(Piece).filter_by(application_id=file.id).first()
    assert piece is not None
    shown = page(address(call, A.ADMIT), by=staff)
    assert f"/candidatures/{file.id}/pieces/{piece.id}/verification" in shown.html
    assert " checked" not in shown.html.split("<main")[1]
