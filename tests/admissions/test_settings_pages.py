"""The pages by which a carrier's staff configure a call, change it once published, renew it, have it validated."""

import io
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests.factories import accounts, cohorts, selection
from tests.factories import admissions as make
from tests.support import samples
from tests.support.pages import Page, read_page
from training.accounts.enums import Function, Part
from training.admissions import rules, settings_view
from training.admissions.enums import CallStatus, QuestionKind
from training.admissions.models import Call, FunderValidation, Question
from training.common import clock
from training.common.mail import OutgoingMail
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
Open = Callable[..., Page]
SECTIONS = [section.slug for section in settings_view.SECTIONS]
LISTS = [section.slug for section in settings_view.LISTS]
BUDGET = 12


@pytest.fixture
def call() -> Call:
    accounts.region()
    made = make.with_lines(make.call(regions=["BFC"], has_preselection=True), 2)
    made.questions = [
        Question(id=uuid.uuid4(), code=f"q-{kind.value}", label=f"Question {kind.value}", kind=kind, position=rank,
                 choices=["un", "deux"] if kind is QuestionKind.CHOICE else [])
        for rank, kind in enumerate(QuestionKind, start=1)
    ]  # fmt: skip
    db.session.flush()
    return made


@pytest.fixture
def staff(client: FlaskClient, call: Call) -> FlaskClient:
    return selection.signed_in(client, selection.staff_of(call))


def settings(call: Call, end: str = "") -> str:
    return f"/appels/{call.code}/reglages{end}"


def fresh(call: Call) -> Call:
    db.session.expire_all()
    return db.session.get_one(Call, call.id)


def confirmed(client: FlaskClient, url: str, data: dict[str, Any]) -> str:
    """Send a change of a published call, read what it will do, confirm it; return the page read between."""
    asked = client.post(url, data=data)
    assert asked.status_code == 422, asked.text[:400]
    assert client.post(url, data={**data, "once": str(uuid.uuid4()), "confirmed": "1"}).status_code == 303
    return asked.text


@pytest.mark.parametrize("status", list(CallStatus))
def test_every_page_is_sound_in_every_state_of_the_call(
    call: Call, staff: FlaskClient, page: Open, selects: Callable[[], Any], status: CallStatus
) -> None:
    call.status = status
    lines = {slug: getattr(call, attribute)[0].id for slug, attribute in
             zip(LISTS, ("pieces", "declarations", "questions", "dates", "costs", "parts"), strict=True)}  # fmt: skip
    db.session.flush()
    ends = ["", "/apercu", "/versions", *(f"/{slug}" for slug in (*SECTIONS, *LISTS))]
    ends += [f"/{slug}/nouveau" for slug in LISTS] + [f"/{slug}/{line}" for slug, line in lines.items()]
    for url in [
        *(settings(call, end) for end in ends),
        f"/appels/{call.code}/reconduction",
        f"/appels/{call.code}/financement",
    ]:
        with selects() as asked:
            page(url, by=staff)
        assert asked.count <= BUDGET, f"{url}: {asked.count}"


def test_the_hub_asks_as_many_queries_for_three_lines_as_for_one(
    staff: FlaskClient, page: Open, call: Call, selects: Callable[[], Any]
) -> None:
    counts = []
    for lines in (1, 3):
        call.dates, call.costs, call.declarations = [], [], []
        db.session.flush()
        make.with_lines(call, lines)
        with selects() as asked:
            page(settings(call), by=staff)
        counts.append(asked.count)
    assert counts[0] == counts[1]


@pytest.mark.parametrize(("part", "expected"), [(Part.FUNDER, 403), (Part.SCHOOL, 403), (None, 404)])
def test_the_settings_are_the_carrier_s_alone(
    call: Call, client: FlaskClient, part: Part | None, expected: int
) -> None:
    who = selection.staff_of(call, part) if part else accounts.manager()
    selection.signed_in(client, who)
    for end in ("", "/presentation", "/pieces/nouveau", f"/pieces/{call.pieces[0].id}", "/apercu", "/versions"):
        assert client.get(settings(call, end)).status_code == expected, end
    assert client.post(settings(call, "/presentation"), data={"title": "Autre"}).status_code == expected


def test_an_unknown_section_or_line_does_not_exist(call: Call, staff: FlaskClient) -> None:
    for end in ("/inconnu", "/presentation/nouveau", f"/pieces/{uuid.uuid4()}", f"/couts/{call.pieces[0].id}"):
        assert staff.get(settings(call, end)).status_code == 404, end
    assert staff.post(settings(call, "/pieces"), data={}).status_code == 404


def test_a_call_is_prepared_settled_and_published_on_screen(client: FlaskClient, page: Open) -> None:
    cohort = make.cohort()
    selection.signed_in(client, accounts.manager(next(p.organisation for p in cohort.parts if p.part is Part.CARRIER)))
    new = "/appels/nouveau"
    form = page(new).form(new) | {"cohort": str(cohort.id), "code": "bfc-p9", "title": "Promo 9"}
    hub = client.post(new, data=form).location
    assert hub.endswith("/appels/BFC-P9/reglages")
    assert "dates d’ouverture" in page(hub).text
    today = clock.today()
    filled: dict[str, dict[str, Any]] = {
        "/dates": {
            "opens_on": today.strftime("%d/%m/%Y"),
            "closes_on": (today + timedelta(days=30)).strftime("%d/%m/%y"),
        },
        "/public": {"structure_kinds": ["msp"], "max_per_structure": "2"},
        "/selection": {"opinion_parts": ["carrier"], "opinions": "before"},
        "/places": {"places": "12"},
        "/pieces/nouveau": {"label": "CV", "media_types": ["application/pdf"], "megabytes": "5"},
        "/questions/nouveau": {"label": "Votre rythme", "kind": "choice", "choices": "plein\npartiel"},
        "/calendrier/nouveau": {"step": "committee", "starts_on": (today + timedelta(days=45)).strftime("%d/%m/%Y")},
        "/couts/nouveau": {"label": "Repas"},
    }
    for end, values in filled.items():
        answer = client.post(hub + end, data={**page(hub + end).form(hub + end), **values})
        assert answer.status_code == 303, f"{end}: {answer.text[:600]}"
    made = db.session.scalars(select(Call).where(Call.code == "BFC-P9")).one()
    assert (made.structure_kinds, made.max_per_structure, made.opinions_in_session, made.cohort.places) == (
        ["msp"],
        2,
        False,
        12,
    )
    assert [line.label for line in made.dates] == ["Comité de sélection"]
    refused = client.post(
        hub + "/selection", data={**page(hub + "/selection").form(hub + "/selection"), "opinion_parts": ["partner"]}
    )
    assert refused.status_code == 422
    preview = page(hub + "/apercu").text
    assert "Votre rythme" in preview
    opening = "/appels/BFC-P9/ouverture"
    assert "Comité de sélection" in page(opening).text
    assert client.post(opening, data=page(opening).form(opening)).location.endswith("/appels/BFC-P9")
    assert "version 1" in page(hub).text


def test_a_change_of_a_published_call_shows_its_mail_before_it_is_made(
    call: Call, staff: FlaskClient, page: Open
) -> None:
    draft = make.draft(call)
    dates = settings(call, "/dates")
    later = clock.in_paris(call.closes_at or clock.now()).date() + timedelta(days=7)
    shown = confirmed(staff, dates, page(dates, by=staff).form(dates) | {"closes_on": later.strftime("%d/%m/%Y")})
    assert draft.person.name in shown
    assert "Ce qui change dans l’appel" in shown
    assert fresh(call).closes_at == clock.end_of_day(later)
    assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 1
    assert "Clôture" in page(settings(call, "/versions"), by=staff).text
    refused = staff.post(
        dates, data=page(dates, by=staff).form(dates) | {"closes_on": clock.today().strftime("%d/%m/%Y")}
    )
    assert refused.status_code == 422
    assert "jamais avancée" in refused.text


def test_a_template_survives_the_page_that_asks_to_confirm(call: Call, staff: FlaskClient, page: Open) -> None:
    url = settings(call, f"/pieces/{call.pieces[0].id}")
    formats = {"media_types": list(call.pieces[0].media_types)}
    sent = {**page(url, by=staff).form(url), **formats, "template": (io.BytesIO(samples.pdf()), "modele.pdf")}
    asked = staff.post(url, data=sent, content_type="multipart/form-data")
    assert asked.status_code == 422
    again = read_page(asked)
    assert staff.post(url, data={**again.form(url), **formats, "confirmed": "1"}).status_code == 303
    template = fresh(call).pieces[0].template
    assert template is not None
    stranger_call = page(f"/appels/{call.code}").text
    assert "modèle" in stranger_call.lower()
    assert staff.get(f"/fichiers/{template.id}").status_code == 200


def test_a_line_is_moved_and_taken_away_on_screen(call: Call, staff: FlaskClient, page: Open) -> None:
    second, url = call.costs[1].id, settings(call, "/couts")
    up, away = f"{url}/{second}/monter", f"{url}/{second}/retrait"
    confirmed(staff, up, page(url, by=staff).form(up))
    assert fresh(call).costs[0].id == second
    confirmed(staff, away, page(url, by=staff).form(away))
    assert second not in [line.id for line in fresh(call).costs]
    piece = f"{settings(call, '/pieces')}/{call.pieces[0].id}/retrait"
    refused = staff.post(piece, data=page(settings(call, "/pieces"), by=staff).form(piece))
    assert refused.status_code == 422
    assert call.pieces[0].label in refused.text


def test_an_applicant_answers_the_call_s_questions(call: Call, client: FlaskClient, page: Open) -> None:
    file = make.draft(call)
    selection.signed_in(client, file.person)
    url = f"/candidatures/{file.id}/questions"
    assert "Vos réponses" in page(f"/candidatures/{file.id}").text
    wrong = client.post(url, data=page(url).form(url) | {"question_q-number": "beaucoup", "question_q-text": "Gardé"})
    assert wrong.status_code == 422
    assert "Gardé" in wrong.text
    right = {
        "question_q-text": "Oui",
        "question_q-choice": "deux",
        "question_q-number": "12,5",
        "question_q-date": "29/01/26",
    }
    assert client.post(url, data=page(url).form(url) | right).status_code == 303
    db.session.expire_all()
    assert file.answers == {"q-text": "Oui", "q-choice": "deux", "q-number": "12.5", "q-date": "2026-01-29"}
    assert "29 janvier 2026" in page(f"/candidatures/{file.id}/depot").text
    assert [item.section for item in rules.missing(file, clock.today())].count("questions") == 0
    selection.signed_in(client, selection.staff_of(call))
    assert "12,5" in page(f"/candidatures/{file.id}").text


def test_a_call_is_renewed_on_screen(call: Call, staff: FlaskClient, page: Open) -> None:
    cohort = cohorts.cohort(carrier=make.body(call, Part.CARRIER))
    url = f"/appels/{call.code}/reconduction"
    given = {"cohort": str(cohort.id), "code": "nouveau", "title": "Nouveau", "opens_on": "02/03/2027"}
    answer = staff.post(url, data=page(url, by=staff).form(url) | given)
    assert answer.location.endswith("/appels/NOUVEAU/reglages")
    assert "en préparation" in page(answer.location, by=staff).text


def test_the_funder_validates_and_the_carrier_transcribes_only_for_a_funder_outside_r96_r112(
    call: Call, client: FlaskClient, new_client: Callable[[], FlaskClient], page: Open, frozen_clock: Any
) -> None:
    url = f"/appels/{call.code}/financement"
    carrier = selection.signed_in(new_client(), selection.staff_of(call))
    assert carrier.post(url, data={"decided_on": "02/03/2026", "places": "20"}).status_code == 403
    funder = selection.signed_in(client, selection.staff_of(call, Part.FUNDER))
    assert funder.post(url, data=page(url).form(url) | {"places": "18"}).status_code == 303
    assert "18 places financées" in page(url, by=carrier).text
    assert "Les deux nombres diffèrent" in page(url, by=carrier).text
    for played in call.parts:
        played.outside_tool = played.part is Part.FUNDER
    db.session.flush()
    frozen_clock.advance(timedelta(minutes=5))
    transcribed = {**page(url, by=carrier).form(url), "decided_on": "01/03/2026", "places": "20"}
    assert carrier.post(url, data=transcribed).status_code == 422
    proof = {**transcribed, "once": str(uuid.uuid4()), "evidence": (io.BytesIO(samples.pdf()), "courriel.pdf")}
    assert carrier.post(url, data=proof, content_type="multipart/form-data").status_code == 303
    assert db.session.scalar(select(func.count()).select_from(FunderValidation)) == 2
    for shown in (url, f"/appels/{call.code}/selection"):
        assert "transcrit par" in page(shown, by=carrier).text
    reader = selection.signed_in(new_client(), _member(call))
    assert reader.post(url, data={}).status_code == 403


def _member(call: Call) -> Any:
    someone = accounts.person()
    accounts.membership(someone, Function.READER, make.body(call, Part.CARRIER))
    return someone
