"""What the screens and the paper of a sheet say, and to whom: corrections, the room’s screens, the door (R39, R40, R115)."""

import io
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pypdf
import pytest

from tests.factories import accounts
from tests.factories import attendance as make
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as seminar_rows
from tests.seminars.test_sheet_pages import address, code_of
from tests.support.queries import count_selects
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.desk.queries import desk_of
from training.seminars import services
from training.seminars.commands import Correction, Marking
from training.seminars.enums import AbsenceKind, Presence
from training.seminars.models import HalfDay
from training.seminars.queries.corrections import corrections_on


@pytest.fixture
def half_day(cohort: Cohort) -> Iterator[HalfDay]:
    """A half-day that begins now."""
    made = seminar_rows.half_day(cohort)
    with clock.freeze(made.starts_at):
        yield made


@pytest.fixture
def learner(cohort: Cohort) -> Enrolment:
    return cohort_rows.learner(cohort, person=accounts.person(first_name="Alix", last_name="Morel"))


def paper(client: Any, half_day: HalfDay) -> str:
    """The words of the sheet’s PDF, blanks made one."""
    content = client.get(address(half_day, "/feuille.pdf")).data
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)
    return " ".join(text.split())


def test_r40_a_correction_stands_beside_what_was_signed(
    cohort: Cohort, half_day: HalfDay, learner: Enrolment, client: Any, page: Any
) -> None:
    trainer = cohort_rows.animator(cohort)
    by = accounts.principal(trainer)
    sheet = make.opened(half_day, by)
    make.signed(sheet, learner)
    make.locked(half_day, by=by, sheet=sheet)
    seal, content = sheet.content_hash, dict(sheet.content or {})
    with clock.freeze(half_day.ends_at + timedelta(days=1)):
        accounts.sign_in(client, trainer)
        half = Marking(Presence.PARTIAL, hours=Decimal("1.50"))
        services.correct(sheet, learner, Correction(half, "Parti plus tôt"), by=by)
        services.correct(sheet, cohort_rows.learner(cohort), Correction(make.THERE, "Oubliée"), by=by)
        shown = page(address(half_day)).text
        printed = paper(client, half_day)
    assert "au verrouillage : présent·e" in shown
    change = "a corrigé la feuille verrouillée pour Alix Morel : « présent·e » devient « présent·e en partie (1 h 30) »"
    assert change in shown
    assert f"{trainer.name}, " in shown
    assert "signé sur son appareil à 9 h" in printed
    corrected = f"par {trainer.name} : présent·e en partie (1 h 30). Motif : Parti plus tôt."
    assert corrected in printed
    assert f"Ajouté·e après le verrouillage le 24/04/2026 à 12 h 30 par {trainer.name}" in printed
    assert (sheet.content_hash, sheet.content) == (seal, content)


def test_r43_a_paper_does_not_tell_why_someone_was_away(
    cohort: Cohort, half_day: HalfDay, learner: Enrolment, client: Any, page: Any
) -> None:
    trainer = cohort_rows.animator(cohort)
    sheet = make.locked(half_day, by=accounts.principal(trainer))
    away = Marking(Presence.EXCUSED, absence_kind=AbsenceKind.HEALTH)
    services.correct(sheet, learner, Correction(away, "Son mot est arrivé"), by=accounts.principal(trainer))
    accounts.sign_in(client, trainer)
    assert "Son mot est arrivé" in page(address(half_day)).text
    printed = paper(client, half_day)
    assert "absence justifiée" in printed
    assert "Son mot" not in printed


def test_corrections_of_many_sheets_ask_once(cohort: Cohort, learner: Enrolment) -> None:
    by = make.trainer_of(cohort)
    entries = []
    for half_day in make.half_days(cohort, 3):
        sheet = make.locked(half_day, by=by)
        services.correct(sheet, learner, Correction(make.THERE, "Oubliée"), by=by)
        entries += sheet.entries
    with count_selects() as asked:
        found = corrections_on(entries)
    assert asked.count == 1
    assert [each.reason for each in found] == ["Oubliée"] * 3


# --- what a room sees -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", ["/projection", "/tablette", "/tablette/{learner}"])
def test_r39_a_screen_shown_to_the_room_has_neither_menu_nor_account(
    cohort: Cohort, half_day: HalfDay, learner: Enrolment, client: Any, page: Any, *, screen: str
) -> None:
    trainer = cohort_rows.animator(cohort)
    make.opened(half_day, accounts.principal(trainer))
    accounts.sign_in(client, trainer)
    shown = page(address(half_day, screen.format(learner=learner.id))).html
    assert "site-header" not in shown
    assert "Se déconnecter" not in shown
    assert trainer.name not in shown


def test_r40_once_signing_is_over_the_trainer_is_led_to_countersign(
    cohort: Cohort, half_day: HalfDay, learner: Enrolment, client: Any, page: Any
) -> None:
    trainer = cohort_rows.animator(cohort)
    make.opened(half_day, accounts.principal(trainer))
    accounts.sign_in(client, trainer)
    with clock.freeze(half_day.ends_at + timedelta(minutes=31)):
        shown = page(address(half_day)).text
        assert "Contresigner et verrouiller" in shown
        assert "Projeter le code" not in shown
        assert "Signer sur cet appareil" not in shown
        assert client.get(address(half_day, "/projection")).status_code == 303
        for screen in ("/tablette", f"/tablette/{learner.id}"):
            told = page(address(half_day, screen))
            assert "on ne signe plus soi-même" in told.text
            assert 'name="present"' not in told.html


def test_r41_staff_are_led_to_the_paper_of_a_sheet_nobody_opened(
    cohort: Cohort, half_day: HalfDay, learner: Enrolment, client: Any, page: Any
) -> None:
    staff = cohort_rows.carrier_of(cohort)
    with clock.freeze(half_day.ends_at + timedelta(days=2)):
        accounts.sign_in(client, staff)
        (line,) = (line for line in desk_of(accounts.principal(staff)).lines if "Saisir la feuille" in line.sentence)
        assert line.href == address(half_day, "/papier")
        shown = page(address(half_day)).text
        assert "Saisir une feuille signée" in shown
        assert "Ouvrir l’émargement" not in shown
        client.post(address(half_day, "/ouvrir"))
        assert "Contresigner et verrouiller" not in page(address(half_day)).text  # she was not there to see (R41)


def test_the_desk_tells_sheets_apart_by_their_day_in_order_of_time(cohort: Cohort, learner: Enrolment) -> None:
    first, second = seminar_rows.DAY, seminar_rows.DAY + timedelta(days=1)
    plans = [
        seminar_rows.half_day_plan(day, hours=hours)
        for day in (first, second)
        for hours in (seminar_rows.AFTERNOON, seminar_rows.MORNING)
    ]
    seminar_rows.seminar(cohort, *plans)
    with clock.freeze(clock.at_paris(second) + timedelta(days=5)):
        desk = desk_of(accounts.principal(cohort_rows.carrier_of(cohort)))
        late = next(group.lines for group in desk.groups if group.title == "En retard")
    told = [(line.sentence.rpartition(", ")[2], line.about) for line in late if "Saisir" in line.sentence]
    assert [day for day, _hours in told] == ["jeudi 23 avril 2026"] * 2 + ["vendredi 24 avril 2026"] * 2
    assert [about.split(" de ")[1].split("\u00a0")[0] for _day, about in told] == ["9", "14"] * 2


# --- the door -------------------------------------------------------------------------------------------------------


def test_r115_a_code_that_is_no_longer_good_leaves_the_field_to_type_another(
    cohort: Cohort, half_day: HalfDay, learner: Enrolment, client: Any
) -> None:
    sheet = make.opened(half_day)
    code = code_of(sheet)
    accounts.sign_in(client, learner.person)
    found = re.search(r"/emargement/presence/([\w.-]+)", client.get(f"/emargement/{code}").text)
    assert found
    wrong = "ABCDEFGH23"
    with clock.freeze(half_day.starts_at + timedelta(hours=1)):
        asked = [
            client.get(f"/emargement?code={wrong}", follow_redirects=True),
            client.get(f"/emargement/{code}"),
            client.get(found[0]),
            client.post(found[0], data={"present": "y"}),
        ]
    for answer in asked:
        assert answer.status_code == 404
        assert 'name="code"' in answer.text
        assert 'id="code-error"' in answer.text
    assert f'value="{wrong}"' in asked[0].text


def test_r39_a_learner_reads_when_she_signed_and_without_account_is_led_nowhere(
    cohort: Cohort, half_day: HalfDay, learner: Enrolment, new_client: Any, page: Any
) -> None:
    sheet = make.opened(half_day)
    make.signed(sheet, learner)
    known = new_client()
    accounts.sign_in(known, learner.person)
    own = f"/promotions/{cohort.code}/apprenants/{learner.id}/presences"
    assert "signé à 9 h" in page(own, by=known).text
    assert own in page(f"/emargement/{code_of(sheet)}", by=known).html


def test_r44_the_figures_of_a_learner_come_before_her_half_days_the_latest_first(
    cohort: Cohort, learner: Enrolment, client: Any, page: Any
) -> None:
    mornings = make.half_days(cohort, 3)
    make.locked(mornings[0], {learner: make.THERE})
    accounts.sign_in(client, learner.person)
    with clock.freeze(mornings[1].ends_at):
        text = page(f"/promotions/{cohort.code}/apprenants/{learner.id}/presences").text
    places = [text.index(word) for word in ("Acquises", "Attestation", "24 avril", "23 avril", "25 avril")]
    assert places == sorted(places)
