"""The pages of the sheets: who opens them, signing with the code, on the tablet, on paper, by link (R39–R41, R115)."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import attendance as make
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as seminar_rows
from tests.support import samples
from training.accounts.enums import Part
from training.cohorts.models import Cohort
from training.common import clock, links
from training.common.mail import OutgoingMail
from training.extensions import settings
from training.seminars import queries
from training.seminars.enums import Presence, SheetStatus, SigningMethod, StaffRole
from training.seminars.models import AttendanceEntry, AttendanceSheet, EntryMark, HalfDay
from training.seminars.rules import attendance as rules


@pytest.fixture
def half_day(cohort: Cohort) -> Iterator[HalfDay]:
    """A half-day that begins now."""
    made = seminar_rows.half_day(cohort)
    with clock.freeze(made.starts_at):
        yield made


def address(half_day: HalfDay, page: str = "") -> str:
    return f"/seminaires/{half_day.seminar_id}/demi-journees/{half_day.id}/emargement{page}"


def code_of(sheet: AttendanceSheet) -> str:
    return rules.code_of(sheet.tag, rules.slot_of(clock.now()), settings().secret_key)


def token_in(text: str) -> str:
    found = re.search(r"/emargement/presence/([\w.-]+)", text)
    assert found, text
    return found[1]


def words(session: Any) -> list[tuple[Presence, SigningMethod]]:
    session.expire_all()
    return [(each.status, each.method) for each in session.scalars(select(AttendanceEntry))]


RUNNERS = {"carrier", "animator", "referent", "staff"}
READERS = RUNNERS | {"school"}
COHORT = {"funder", "learner"}


@pytest.mark.parametrize(
    ("page_name", "readers"),
    [
        ("", READERS),
        ("/feuille.pdf", READERS),
        ("/projection", RUNNERS),
        ("/tablette", RUNNERS),
        ("/tablette/{learner}", RUNNERS),
        ("/apprenants/{learner}", RUNNERS),
        ("/papier", RUNNERS),
        ("/verrouiller", RUNNERS),
    ],
)
def test_who_opens_which_page_of_a_sheet(cohort: Cohort, new_client: Any, page_name: str, readers: set[str]) -> None:
    teacher = accounts.person()
    half_day = seminar_rows.half_day(cohort, staff=((teacher.id, StaffRole.SPEAKER),))
    learner = cohort_rows.learner(cohort)
    people = {
        "carrier": cohort_rows.carrier_of(cohort),
        "school": accounts.manager(cohort_rows.part_of(cohort, Part.SCHOOL)),
        "funder": accounts.manager(cohort_rows.part_of(cohort, Part.FUNDER)),
        "animator": cohort_rows.animator(cohort),
        "referent": cohort_rows.referent(learner).person,
        "staff": teacher,
        "learner": learner.person,
        "another carrier": accounts.manager(),
        "another learner": cohort_rows.learner(cohort_rows.cohort()).person,
        "administrator": accounts.administrator(),
    }
    make.opened(half_day, accounts.principal(people["animator"]))
    found = {}
    with clock.freeze(half_day.ends_at):
        for kind, person in people.items():
            browser = new_client()
            accounts.sign_in(browser, person)
            found[kind] = browser.get(address(half_day, page_name.format(learner=learner.id))).status_code
    expected = dict.fromkeys(readers, 200) | dict.fromkeys((READERS | COHORT) - readers, 403)
    assert found == {kind: expected.get(kind, 404) for kind in found}


def test_r39_a_trainer_opens_projects_and_locks_and_a_learner_signs(
    cohort: Cohort, half_day: HalfDay, new_client: Any, page: Any, session: Any
) -> None:
    learner = cohort_rows.learner(cohort, person=accounts.person(first_name="Alix", last_name="Morel"))
    trainer, phone = new_client(), new_client()
    accounts.sign_in(trainer, cohort_rows.animator(cohort))
    assert trainer.post(address(half_day, "/ouvrir")).status_code == 303
    shown = page(address(half_day, "/projection"), by=trainer)
    sheet = session.scalars(select(AttendanceSheet)).one()
    assert rules.spaced_code(code_of(sheet)) in shown.text
    assert "Morel" not in shown.text  # what is projected names nobody

    accounts.sign_in(phone, learner.person)
    door = page(f"/emargement/{code_of(sheet)}", by=phone)
    assert "Alix Morel" in door.text
    signing = f"/emargement/presence/{token_in(phone.get(f'/emargement/{code_of(sheet)}').text)}"
    refused = phone.post(signing, data={})
    assert (refused.status_code, "Cochez la case pour signer" in refused.text) == (422, True)
    done = phone.post(signing, data={"present": "y", "strokes": "M10 10L20 20"})
    assert done.status_code == 303
    assert "Votre présence est enregistrée" in phone.get(done.location).text
    assert words(session) == [(Presence.PRESENT, SigningMethod.OWN_PHONE)]
    assert session.scalars(select(EntryMark.strokes)).one() == "M10 10L20 20"

    with clock.freeze(half_day.ends_at):
        assert "sera noté" not in page(address(half_day, "/verrouiller"), by=trainer).text
        assert trainer.post(address(half_day, "/verrouiller")).status_code == 303
        assert "Cette feuille est verrouillée" in page(address(half_day), by=trainer).text


@pytest.mark.parametrize("strokes", ["M1 1<script>", "M1", "x" * 30_000, "M1 1L2 2Z"])
def test_a_drawing_that_is_none_is_dropped(
    cohort: Cohort, half_day: HalfDay, client: Any, session: Any, strokes: str
) -> None:
    learner = cohort_rows.learner(cohort)
    sheet = make.opened(half_day)
    accounts.sign_in(client, learner.person)
    token = token_in(client.get(f"/emargement/{code_of(sheet)}").text)
    assert client.post(f"/emargement/presence/{token}", data={"present": "y", "strokes": strokes}).status_code == 303
    assert session.scalars(select(EntryMark)).all() == []


def test_r115_an_expired_code_opens_nothing_but_a_pass_outlives_it_for_a_while(
    cohort: Cohort, half_day: HalfDay, new_client: Any, session: Any
) -> None:
    learner, sheet = cohort_rows.learner(cohort), make.opened(half_day)
    phone, friend = new_client(), new_client()
    accounts.sign_in(phone, learner.person)
    code = code_of(sheet)
    signing = f"/emargement/presence/{token_in(phone.get(f'/emargement/{code}').text)}"
    with clock.freeze(half_day.starts_at + timedelta(minutes=4)):
        gone = phone.get(f"/emargement/{code}")
        assert (gone.status_code, "Ce code n’est plus le bon" in gone.text) == (404, True)
        accounts.sign_in(friend, learner.person)  # the pass, sent to another device, opens nothing there
        assert friend.get(signing).status_code == 404
        assert friend.post(signing, data={"present": "y"}).status_code == 404
        assert phone.get(signing).status_code == 200
    with clock.freeze(half_day.starts_at + timedelta(minutes=21)):
        late = phone.post(signing, data={"present": "y"})
        assert (late.status_code, "Trop de temps a passé" in late.text) == (404, True)
    assert words(session) == []


def test_r115_a_code_is_not_guessed(cohort: Cohort, half_day: HalfDay, client: Any) -> None:
    make.opened(half_day)
    answers = [
        client.get(f"/emargement/ABCD2345{n:02d}".replace("0", "2").replace("1", "3")).status_code for n in range(31)
    ]
    assert answers == [404] * 30 + [429]
    assert client.get("/emargement/nimporte-quoi").status_code == 429


def test_r39_a_typed_code_leads_to_the_same_page(half_day: HalfDay, client: Any, page: Any) -> None:
    sheet = make.opened(half_day)
    page("/emargement")
    code = code_of(sheet)
    led = client.get(f"/emargement?code={rules.spaced_code(code).lower().replace(' ', '+')}")
    assert led.location == f"/emargement/{code}"
    assert "Me connecter pour signer" in page(led.location).text
    assert client.get("/emargement?code=abc").status_code == 422


def test_someone_who_is_not_on_the_sheet_is_told_so(cohort: Cohort, half_day: HalfDay, client: Any, page: Any) -> None:
    stranger = cohort_rows.learner(cohort_rows.cohort())
    sheet = make.opened(half_day)
    accounts.sign_in(client, stranger.person)
    assert "Vous n’êtes pas sur cette feuille" in page(f"/emargement/{code_of(sheet)}").text


def test_r39_signing_on_the_room_s_device(
    cohort: Cohort, half_day: HalfDay, client: Any, page: Any, session: Any
) -> None:
    one, two = cohort_rows.learner(cohort), cohort_rows.learner(cohort)
    accounts.sign_in(client, cohort_rows.animator(cohort))
    client.post(address(half_day, "/ouvrir"))
    page(address(half_day, "/tablette"))
    page(address(half_day, f"/tablette/{one.id}"))
    for learner in (one, two):
        assert client.post(address(half_day, f"/tablette/{learner.id}"), data={"present": "y"}).status_code == 303
    assert words(session) == [(Presence.PRESENT, SigningMethod.TABLET)] * 2
    assert "appareil a signé" not in page(address(half_day)).text  # the room’s own device is everybody’s


def test_r41_print_scan_and_enter_on_paper(cohort: Cohort, new_client: Any, page: Any, session: Any) -> None:
    half_day = seminar_rows.half_day(cohort)
    one, two = cohort_rows.learner(cohort), cohort_rows.learner(cohort)
    client, reader = new_client(), new_client()
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    with clock.freeze(half_day.starts_at - timedelta(days=2)):
        printed = client.get(address(half_day, "/feuille.pdf"))
        assert printed.data.startswith(b"%PDF-")
        page(address(half_day, "/papier"), by=client)
        page(address(half_day), by=client)
    with clock.freeze(half_day.ends_at + timedelta(days=1)):
        nothing = client.post(address(half_day, "/papier/feuille"), data={})
        assert (nothing.status_code, "Choisissez le fichier" in nothing.text) == (422, True)
        scan = {"scan": (io.BytesIO(samples.pdf(1)), "feuille.pdf")}
        assert client.post(address(half_day, "/papier/feuille"), data=scan).status_code == 303
        entered = {f"presence-{one.id}": "present", f"presence-{two.id}": ""}
        assert client.post(address(half_day, "/papier"), data=entered).status_code == 303
        assert words(session) == [(Presence.PRESENT, SigningMethod.PAPER)]
        assert client.post(address(half_day, "/verrouiller")).status_code == 303
        file = re.search(r"/fichiers/[\w-]+", client.get(address(half_day)).text)
        assert file
        assert client.get(file[0]).status_code == 200
        accounts.sign_in(reader, one.person)
        assert reader.get(file[0]).status_code in {403, 404}
    sheet = session.scalars(select(AttendanceSheet)).one()
    assert sheet.status is SheetStatus.LOCKED
    assert {entry.enrolment_id: entry.status for entry in queries.entries_of(sheet)} == {
        one.id: Presence.PRESENT,
        two.id: Presence.ABSENT,
    }


def test_r40_noting_then_correcting_one_learner(
    cohort: Cohort, half_day: HalfDay, client: Any, page: Any, session: Any
) -> None:
    learner, unnamed = cohort_rows.learner(cohort), None
    accounts.sign_in(client, cohort_rows.animator(cohort))
    client.post(address(half_day, "/ouvrir"))
    one = address(half_day, f"/apprenants/{learner.id}")
    page(one)
    wrong = client.post(one, data={"status": "partial", "hours": "deux", "method": "recorded"})
    assert (wrong.status_code, 'id="hours-error"' in wrong.text) == (422, True)
    assert client.post(one, data={"status": "partial", "hours": "1 h 30", "method": "recorded"}).status_code == 303
    with clock.freeze(half_day.ends_at):
        client.post(address(half_day, "/verrouiller"))
        page(one)
        page(address(half_day, "/ajouter"))
        unnamed = cohort_rows.learner(cohort)
        session.commit()
        bare = client.post(one, data={"status": "present", "method": "recorded"})
        assert (bare.status_code, 'id="reason-error"' in bare.text) == (422, True)
        reason = {"status": "present", "method": "recorded", "reason": "Elle était là"}
        assert client.post(one, data=reason).status_code == 303
        added = client.post(address(half_day, "/ajouter"), data={**reason, "enrolment": str(unnamed.id)})
        assert added.status_code == 303
        assert "Elle était là" in page(address(half_day)).text
    assert [status for status, _ in words(session)].count(Presence.PRESENT) == 2


# --- by link ----------------------------------------------------------------------------------------------------------


def test_r39_a_learner_signs_by_the_link_of_her_seminar(
    cohort: Cohort, half_day: HalfDay, new_client: Any, page: Any, session: Any
) -> None:
    learner = cohort_rows.learner(cohort, person=accounts.person(first_name="Alix", last_name="Morel"))
    staff, phone = new_client(), new_client()
    accounts.sign_in(staff, cohort_rows.carrier_of(cohort))
    sending = f"/seminaires/{half_day.seminar_id}/liens"
    assert "Alix Morel" in page(sending, by=staff).text
    assert staff.post(sending).status_code == 303
    mail = session.scalars(select(OutgoingMail).where(OutgoingMail.message == "seminars/sign_link")).one()
    path = re.search(r"/acces/[\w-]+", mail.text)
    assert path

    sheet = make.opened(half_day)
    page(path[0], by=phone)
    assert phone.post(path[0]).location == "/emargement"
    assert "Bonjour Alix Morel" in page("/emargement", by=phone).text
    token = token_in(phone.get(f"/emargement/{code_of(sheet)}").text)
    done = phone.post(f"/emargement/presence/{token}", data={"present": "y"})
    assert done.status_code == 303
    assert "Voir mes présences" not in page(done.location, by=phone).text  # she has no account here
    assert words(session) == [(Presence.PRESENT, SigningMethod.LINK)]
    entry = session.scalars(select(AttendanceEntry)).one()
    assert (entry.enrolment_id, entry.recorded_by, entry.link_id is None) == (learner.id, None, False)


def test_r115_a_speaker_countersigns_by_link(cohort: Cohort, new_client: Any, page: Any, session: Any) -> None:
    speaker = accounts.person(first_name="Sam", last_name="Petit")
    half_day = seminar_rows.half_day(cohort, staff=((speaker.id, StaffRole.SPEAKER),))
    cohort_rows.learner(cohort)
    staff, phone = new_client(), new_client()
    accounts.sign_in(staff, cohort_rows.carrier_of(cohort))
    with clock.freeze(half_day.ends_at):
        staff.post(address(half_day, "/ouvrir"))
        assert staff.post(address(half_day, f"/intervenants/{speaker.id}/lien")).status_code == 303
        sheet = session.scalars(select(AttendanceSheet)).one()
        assert phone.get(f"/emargement/contresigner/{sheet.id}").status_code in {303, 404}
        mail = session.scalars(select(OutgoingMail).where(OutgoingMail.message == "seminars/countersign_link")).one()
        path = re.search(r"/acces/[\w-]+", mail.text)
        assert path
        led = phone.post(path[0]).location
        page(led, by=phone)
        assert phone.post(led).status_code == 303
        assert "Contresignée par Sam Petit" in page(led, by=phone).text
    session.expire_all()
    assert (sheet.status, sheet.locked_name, sheet.locked_by) == (SheetStatus.LOCKED, "Sam Petit", None)
    links.revoke(rules.COUNTERSIGN, sheet)
    session.commit()
    assert phone.get(led).status_code in {303, 404}


def test_a_team_signs_at_the_launch(cohort: Cohort, client: Any, page: Any, session: Any) -> None:
    half_day = seminar_rows.half_day(cohort, guests_allowed=True)
    sheet = make.opened(half_day)
    with clock.freeze(half_day.starts_at):
        token = token_in(client.get(f"/emargement/{code_of(sheet)}").text)
        signing = f"/emargement/presence/{token}/equipe"
        page(signing)
        given = {"name": "Ève Nuñez", "body": "MSP des Lilas", "present": "y"}
        assert client.post(signing, data={**given, "name": ""}).status_code == 422
        for _ in range(2):
            assert client.post(signing, data=given).status_code == 303
    assert len(words(session)) == 1


# --- watching ---------------------------------------------------------------------------------------------------------


def test_a_watching_screen_is_answered_from_the_version(
    cohort: Cohort, half_day: HalfDay, client: Any, new_client: Any, selects: Any
) -> None:
    learner = cohort_rows.learner(cohort)
    sheet = make.opened(half_day)
    accounts.sign_in(client, cohort_rows.animator(cohort))
    watching = re.search(r'data-watch="([^"]+)"', client.get(address(half_day)).text)
    assert watching
    asked_at = watching[1].replace("&amp;", "&")
    with selects() as asked:
        assert client.get(asked_at).status_code == 204
    assert asked.count == 1
    make.signed(sheet, learner)
    assert client.get(asked_at).status_code == 200


def test_the_address_a_screen_watches_serves_that_screen_alone_for_half_a_day(
    cohort: Cohort, half_day: HalfDay, client: Any, new_client: Any
) -> None:
    make.opened(half_day)
    accounts.sign_in(client, cohort_rows.animator(cohort))
    watching = re.search(r'data-watch="([^"]+)"', client.get(address(half_day)).text)
    assert watching
    asked_at = watching[1].replace("&amp;", "&")
    assert asked_at.startswith("/suivi/emargement/")
    nobody, stranger = new_client(), new_client()
    accounts.sign_in(stranger, accounts.manager())
    assert nobody.get(asked_at).status_code == stranger.get(asked_at).status_code == 404
    assert client.get(asked_at.replace("?", "x?")).status_code == 404
    with clock.freeze(clock.now() + timedelta(hours=13)):
        assert client.get(asked_at).status_code == 404
    client.post("/deconnexion")
    assert client.get(asked_at).status_code == 404


def test_the_page_of_a_sheet_asks_as_much_for_three_as_for_one(
    cohort: Cohort, client: Any, page: Any, selects: Any
) -> None:
    half_day = seminar_rows.half_day(cohort, guests_allowed=True)
    accounts.sign_in(client, cohort_rows.animator(cohort))
    sheet = make.opened(half_day)
    counts = []
    with clock.freeze(half_day.starts_at):
        for rows in (1, 2):
            for _ in range(rows):
                make.signed(sheet, cohort_rows.learner(cohort))
            with selects() as asked:
                page(address(half_day))
            counts.append(asked.count)
    assert counts[0] == counts[1] <= 12
