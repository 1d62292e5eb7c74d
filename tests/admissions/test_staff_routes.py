"""The pages of those who run and decide a selection: sound, scoped, acting, and each says what to do (R88, R95)."""

import io
import uuid
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from tests.factories import accounts, selection
from tests.factories import admissions as make
from tests.support import samples
from tests.support.pages import Page
from training.accounts.enums import Function, Part
from training.admissions import rules
from training.admissions.enums import ApplicationStatus, CallStatus, OpinionValue, PieceStatus, Proposal
from training.admissions.models import Application, Call, Piece
from training.admissions.services import deciding, publishing, reserve
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
S = ApplicationStatus
Open = Callable[..., Page]


@pytest.fixture
def call() -> Call:
    return make.call(opinion_parts=["carrier", "funder"], has_preselection=True)


@pytest.fixture
def staff(client: FlaskClient, call: Call) -> FlaskClient:
    return selection.signed_in(client, selection.staff_of(call))


def of(application: Application, end: str = "") -> str:
    return f"/candidatures/{application.id}{end}"


def again(application: Application) -> Application:
    db.session.expire_all()
    return db.session.get_one(Application, application.id)


def preselected(call: Call) -> Application:
    file = make.under_review(call)
    deciding.preselect(file, by=make.manager(call))
    return file


# Every page is sound ----------------------------------------------------------------------------------------------------


def every_address(call: Call) -> dict[str, str]:
    submitted, file = make.submitted(call), preselected(call)
    interview = deciding.ask_interview(file, by=make.manager(call))
    sitting = selection.meeting(call, Part.CARRIER)
    call.parts[-1].outside_tool = True
    return {
        "list": "/candidatures",
        "empty list": "/candidatures?q=personne-de-ce-nom",
        "submitted file": of(submitted),
        "preselected file": of(file),
        "piece": of(submitted, f"/pieces/{submitted.pieces[0].id}/verification"),
        "correction": of(submitted, "/corrections"),
        "extension": of(submitted, "/delai"),
        "act": of(submitted, "/actes/dismiss"),
        "opinion": of(file, "/avis"),
        "transcription": of(file, "/avis/transcription"),
        "interview": f"/entretiens/{interview.id}",
        "selection": f"/appels/{call.code}/selection",
        "publication": f"/appels/{call.code}/publication",
        "seats": f"/appels/{call.code}/places",
        "settings": f"/appels/{call.code}/reglages",
        "new call": "/appels/nouveau",
        "sitting": f"/comites/{sitting.id}",
        "file in sitting": f"/comites/{sitting.id}/dossiers/{file.id}",
        "closing": f"/comites/{sitting.id}/cloture",
    }


def test_every_page_is_sound_for_the_carrier_and_closed_to_another_organisation(
    call: Call, staff: FlaskClient, page: Open, new_client: Callable[[], FlaskClient]
) -> None:
    addresses = every_address(call)
    stranger = selection.signed_in(new_client(), accounts.manager())
    nobody = new_client()
    public_call = {"list", "empty list", "new call"}
    for name, url in addresses.items():
        page(url, by=staff)
        if name not in public_call:
            assert stranger.get(url).status_code == 404, name
        assert nobody.get(url).status_code in {302, 303, 404}, name


def test_an_applicant_is_no_staff_of_her_own_file(call: Call, client: FlaskClient) -> None:
    file = make.submitted(call)
    accounts.membership(file.person, Function.MANAGER, make.body(call, Part.CARRIER))
    selection.signed_in(client, file.person)
    assert client.post(of(file, "/actes/admit")).status_code == 403
    assert again(file).status is S.SUBMITTED


def test_a_member_scoped_elsewhere_gets_404_on_page_and_act_r95(call: Call, client: FlaskClient, page: Open) -> None:
    here, there = selection.file_in("21", call), selection.file_in("71", call)
    ars = selection.staff_of(call, Part.FUNDER, departements=["21"])
    selection.signed_in(client, ars)
    page(of(here))
    assert client.get(of(there)).status_code == 404
    assert client.post(of(there, "/avis"), data={"value": "favourable"}).status_code == 404
    assert client.get(f"/fichiers/{there.pieces[0].file_id}").status_code == 404


def test_a_scoped_member_sees_only_her_files_on_the_sitting_s_page_r95(
    call: Call, client: FlaskClient, page: Open
) -> None:
    files = [selection.file_in(departement, call) for departement in ("21", "71")]
    for file in files:
        make.force(file, S.PRESELECTED)
    sitting = selection.meeting(call, Part.CARRIER)
    selection.signed_in(client, selection.staff_of(call, Part.FUNDER, departements=["21"]))
    shown = page(f"/comites/{sitting.id}").text
    assert files[0].person.name in shown
    assert files[1].person.name not in shown


# Acts ------------------------------------------------------------------------------------------------------------------


def test_the_file_leads_from_pieces_to_admissibility(call: Call, staff: FlaskClient, page: Open) -> None:
    file = make.submitted(call)
    shown = page(of(file))
    assert list(shown.links()).index("Vérifier les pièces") < list(shown.links()).index("Déclarer recevable")
    for piece in file.pieces:
        url = of(file, f"/pieces/{piece.id}/verification")
        form = page(url).form(url) | {"status": "conform"}
        assert staff.post(url, data=form).status_code == 303
    assert {p.status for p in again(file).pieces} == {PieceStatus.CONFORM}
    assert "Vérifier les pièces" not in page(of(file)).links()
    url = of(file, "/actes/admit")
    assert staff.post(url, data=page(url).form(url)).location.endswith(of(file))
    assert again(file).status is S.ADMISSIBLE


def test_a_piece_to_replace_needs_a_reason_and_keeps_what_was_typed(call: Call, staff: FlaskClient, page: Open) -> None:
    file = make.submitted(call)
    piece: Piece = file.pieces[0]
    url = of(file, f"/pieces/{piece.id}/verification")
    answer = staff.post(url, data=page(url).form(url) | {"status": "to_replace"})
    assert answer.status_code == 422
    assert "Dites ce qu’il faut corriger" in answer.text
    staff.post(url, data=page(url).form(url) | {"status": "to_replace", "reason": "Illisible."})
    assert page(of(file)).links()["Demander des corrections"].endswith("/corrections")


def test_an_act_sent_twice_acts_once(call: Call, staff: FlaskClient, page: Open) -> None:
    file = make.submitted(call)
    url = of(file, "/actes/dismiss")
    form = page(url).form(url) | {"reason": "Structure hors champ."}
    assert [staff.post(url, data=form).status_code for _ in range(2)] == [303, 303]
    shown = page(of(file))
    assert shown.text.count("a déclaré le dossier irrecevable") == 1


def test_an_act_no_longer_possible_answers_409_with_the_present_state(call: Call, staff: FlaskClient) -> None:
    file = make.submitted(call)
    for url in (of(file, "/actes/offer"), of(file, "/actes/inconnu"), of(file, "/decision-ecole")):
        answer = staff.get(url)
        assert answer.status_code in {403, 409}
    assert "déposée" in staff.get(of(file, "/actes/offer")).text
    assert staff.post(of(file, "/actes/offer")).status_code == 409


def test_what_bars_an_act_is_said_where_the_act_would_be(call: Call, staff: FlaskClient, page: Open) -> None:
    file = preselected(call)
    text = page(of(file)).text
    assert "Décider en comité" in text
    assert "Il manque l’avis de" in text
    kept = make.validated(make.call(), told=False)
    accounts.membership(selection.staff_of(call), Function.MANAGER, make.body(kept.call, Part.CARRIER))
    other = selection.signed_in(staff, selection.staff_of(kept.call))
    assert "Publiez d’abord les résultats" in page(of(kept), by=other).text


def test_written_opinions_stay_hidden_until_one_s_own_is_given_r25(client: FlaskClient, page: Open) -> None:
    written = make.call(opinions_in_session=False, opinion_parts=["carrier", "funder"])
    file = make.under_review(written)
    selection.opinion(file, Part.FUNDER, OpinionValue.RESERVED)
    selection.signed_in(client, selection.staff_of(written))
    before = page(of(file)).text
    assert "1 avis est masqué" in before
    assert "réservé" not in before
    url = of(file, "/avis")
    client.post(url, data=page(url).form(url) | {"value": "favourable"})
    assert "réservé" in page(of(file)).text


def test_who_steps_aside_reads_no_opinion_r24(client: FlaskClient, page: Open) -> None:
    written = make.call(opinions_in_session=False, opinion_parts=["carrier", "funder"])
    file = make.under_review(written)
    selection.opinion(file, Part.FUNDER, OpinionValue.RESERVED)
    selection.signed_in(client, selection.staff_of(written))
    url = of(file, "/avis")
    client.post(url, data=page(url).form(url) | {"value": "recused"})
    assert "réservé" not in page(of(file)).text


def test_the_photo_is_hidden_from_who_evaluates_r21(page: Open, client: FlaskClient) -> None:
    with_photo = make.call(pieces=("cv", "photo"))
    next(p for p in with_photo.pieces if p.code == "photo").hidden_in_review = True
    file = make.under_review(with_photo)
    photo = next(p for p in file.pieces if p.requirement.code == "photo")
    selection.signed_in(client, selection.staff_of(with_photo, Part.FUNDER))
    assert "Photo" not in page(of(file)).text
    assert client.get(f"/fichiers/{photo.file_id}").status_code == 404


def test_the_school_s_decision_is_transcribed_with_its_proof_and_says_by_whom_r96(
    client: FlaskClient, page: Open
) -> None:
    outside = make.call()
    next(p for p in outside.parts if p.part is Part.SCHOOL).outside_tool = True
    file = make.shortlisted(outside)
    deciding.transmit(file, by=make.manager(outside))
    me = selection.staff_of(outside)
    selection.signed_in(client, me)
    url = of(file, "/decision-ecole")
    form = page(url).form(url) | {"decision": "yes", "decided_on": "01/03/2026"}
    assert client.post(url, data=form, content_type="multipart/form-data").status_code == 422
    form = page(url).form(url) | {"decision": "yes", "decided_on": "01/03/2026"}
    sent = form | {"evidence": (io.BytesIO(samples.pdf()), "releve.pdf")}
    assert client.post(url, data=sent, content_type="multipart/form-data").status_code == 303
    text = page(of(file)).text
    assert f"transcrit par {me.name}" in text
    assert again(file).status is S.VALIDATED


def test_an_interview_asked_fixed_and_reported(call: Call, staff: FlaskClient, page: Open) -> None:
    file = preselected(call)
    asked = staff.post(of(file, "/entretien"), data=page(of(file)).form(of(file, "/entretien")))
    assert "/entretiens/" in asked.location
    fixing = f"{asked.location}/date"
    form = page(asked.location).form(fixing) | {
        "day": "10/03/2026",
        "hour": "9h30",
        "minutes": "30",
        "interviewer": "Claude Martin",
    }
    assert staff.post(fixing, data=form | {"day": "01/01/2020"}).status_code == 422
    assert (
        staff.post(fixing, data=page(asked.location).form(fixing) | form | {"once": str(uuid.uuid4())}).status_code
        == 303
    )
    reporting = f"{asked.location}/compte-rendu"
    report = page(asked.location).form(reporting) | {"recommendation": "favourable", "report": "Projet solide."}
    assert staff.post(reporting, data=report).status_code == 303
    assert rules.pending_interview(again(file)) is None


# A sitting, from its opening to its closing ------------------------------------------------------------------------------


def test_a_sitting_from_its_opening_to_the_seats(call: Call, staff: FlaskClient, page: Open) -> None:
    kept, waiting = preselected(call), preselected(call)
    home = f"/appels/{call.code}/selection"
    opening = f"/appels/{call.code}/seances"
    sitting = staff.post(opening, data=page(home).form(opening) | {"place": "Beaune"}).location
    assert staff.get(f"{sitting}/cloture").text.count("quorum")
    bodies = [str(make.body(call, part).id) for part in (Part.CARRIER, Part.FUNDER)]
    here = page(sitting).form(f"{sitting}/presence") | {"present": bodies}
    assert staff.post(f"{sitting}/presence", data=here).status_code == 303
    for file, proposal in ((kept, "shortlisted"), (waiting, "waiting")):
        one = f"{sitting}/dossiers/{file.id}"
        for body, part in zip(bodies, ("carrier", "funder"), strict=True):
            opinion = page(one).form(f"{one}/avis") | {"organisation": f"{body}:{part}", "value": "favourable"}
            assert staff.post(f"{one}/avis", data=opinion).status_code == 303
        form = page(one).form(f"{one}/proposition") | {"proposal": proposal}
        assert staff.post(f"{one}/proposition", data=form).status_code == 303
    closing = f"{sitting}/cloture"
    assert staff.post(closing, data=page(closing).form(closing)).location.endswith(home)
    assert (again(kept).status, again(waiting).status, again(waiting).rank) == (S.SHORTLISTED, S.WAITING, 1)
    assert "Transmettre à l’école" in page(home).text
    page(sitting)


def test_publishing_then_offering_shows_first_who_is_told_what(client: FlaskClient, page: Open) -> None:
    call = make.call(make.cohort(places=1))
    first, second = make.validated(call, told=False), make.validated(call, told=False)
    selection.signed_in(client, selection.staff_of(call))
    publication = f"/appels/{call.code}/publication"
    preview = page(publication).text
    assert first.person.email in preview
    assert "est retenue" in preview
    assert client.post(publication, data=page(publication).form(publication)).status_code == 303
    seats = f"/appels/{call.code}/places"
    listed = page(seats).text
    assert first.person.name in listed
    assert second.person.name not in listed, "there is one seat"
    assert client.post(seats, data=page(seats).form(seats)).status_code == 303
    assert again(first).status is S.OFFERED
    assert "Toutes les places sont réservées" in page(seats).text
    assert client.post(seats, data={}).status_code == 422


def test_a_code_already_taken_is_said_under_its_field(client: FlaskClient, page: Open) -> None:
    make.call(code="BFC-P9")
    cohort = make.cohort()
    selection.signed_in(client, accounts.manager(next(p.organisation for p in cohort.parts if p.part is Part.CARRIER)))
    new = "/appels/nouveau"
    form = page(new).form(new) | {"cohort": str(cohort.id), "code": "BFC-P9", "title": "Promo 9"}
    answer = client.post(new, data=form)
    assert answer.status_code == 422
    assert "déjà celui d’un autre appel" in answer.text


def test_a_call_in_preparation_is_nobody_else_s_to_see(client: FlaskClient) -> None:
    call = make.call()
    call.status = CallStatus.DRAFT
    selection.signed_in(client, accounts.manager())
    assert client.get(f"/appels/{call.code}/selection").status_code == 404


def test_the_reserve_moves_up_from_the_sitting_s_page(call: Call, staff: FlaskClient, page: Open) -> None:
    call.opinion_parts = []
    first, second = preselected(call), preselected(call)
    sitting = selection.meeting(call)
    for file in (first, second):
        selection.propose(sitting, file, Proposal.WAITING)
    url = f"/comites/{sitting.id}"
    up = f"{url}/dossiers/{second.id}/monter"
    assert staff.post(up, data=page(url).form(up)).status_code == 303
    db.session.expire_all()
    assert {p.application_id: p.rank for p in sitting.proposals} == {second.id: 1, first.id: 2}


def test_a_seat_confirmed_is_enrolled_from_the_file(client: FlaskClient, page: Open) -> None:
    file = make.confirmed()
    selection.signed_in(client, selection.staff_of(file.call))
    url = of(file, "/inscription")
    assert page(of(file)).links()["Inscrire dans la promotion"] == url
    assert client.post(url, data=page(url).form(url)).status_code == 303
    assert again(file).status is S.ENROLLED
    assert publishing.to_publish(file.call) == []
    assert reserve.next_offers(file.call) == []


def test_nobody_sits_on_her_own_file(client: FlaskClient) -> None:  # R97
    mine = make.under_review()
    member = mine.person
    accounts.membership(member, Function.MANAGER, make.body(mine.call, Part.CARRIER))
    sitting = selection.meeting(mine.call, Part.CARRIER)
    accounts.sign_in(client, member)
    address = f"/comites/{sitting.id}"
    assert mine.reference not in client.get(address).text
    assert client.get(f"{address}/dossiers/{mine.id}").status_code == 404
    for act in ("avis", "proposition", "monter"):
        assert client.post(f"{address}/dossiers/{mine.id}/{act}", data={"once": act}).status_code == 404
