"""The day of the launch: teams counted, meals, guests invited by a personal link, told when the day moves (R117)."""

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import icalendar
import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.conftest import FrozenClock
from tests.factories import accounts
from tests.factories import cohorts as make
from tests.factories import seminars as plan
from tests.support.queries import Queries
from training.accounts.enums import Part
from training.accounts.models import Person
from training.cohorts.commands import GuestAnswer, TeamToBring
from training.cohorts.launch import occasion_of
from training.cohorts.models import Cohort
from training.cohorts.queries import launch as queries
from training.cohorts.registration import LaunchGuest, LaunchTeam
from training.cohorts.services import launch
from training.common import clock
from training.common.articles import of
from training.common.errors import Refused
from training.common.mail import OutgoingMail
from training.database import db
from training.seminars.enums import SeminarKind

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
ANNE, BENO = ("Anne Roy", "anne@example.org"), ("Benoît Petit", None)


@pytest.fixture
def cohort() -> Cohort:
    made = make.cohort(
        launch_on=clock.today() + timedelta(days=60), first_seminar_on=clock.today() + timedelta(days=90)
    )
    make.part_of(made, Part.CARRIER).email = "pacte@example.org"
    db.session.flush()
    return made


@pytest.fixture
def learner(cohort: Cohort) -> Person:
    return make.learner(cohort).person


def bring(cohort: Cohort, learner: Person, *guests: tuple[str, str | None], **values: Any) -> None:
    launch.bring_team(cohort, learner.id, TeamToBring(values.pop("headcount", 3), guests=guests, **values))
    db.session.commit()


def sent() -> list[OutgoingMail]:
    """The mails of the launch, oldest first."""
    rows = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.created_at, OutgoingMail.id))
    return [row for row in rows if row.message.startswith("cohorts/launch")]


def the(message: str) -> OutgoingMail:
    """The one mail of a message."""
    (mail,) = (mail for mail in sent() if mail.message == f"cohorts/{message}")
    return mail


def event_in(mail: OutgoingMail) -> Any:
    """(METHOD, the event) of a mail's calendar part."""
    assert mail.calendar is not None
    calendar = icalendar.Calendar.from_ical(mail.calendar)
    return str(calendar["METHOD"]), next(iter(calendar.walk("VEVENT")))


def one_guest() -> LaunchGuest:
    db.session.expire_all()
    return db.session.scalars(select(LaunchGuest).order_by(LaunchGuest.position)).first() or pytest.fail("no guest")


def link_in(mail: OutgoingMail) -> str:
    found = re.search(r"/acces/[\w-]+", mail.text)
    assert found is not None
    return found.group()


def test_whoever_has_an_address_is_invited_once_with_a_calendar_event(cohort: Cohort, learner: Person) -> None:
    bring(cohort, learner, ANNE, BENO)
    assert launch.invite_guests() == 1
    assert launch.invite_guests() == 0
    (mail,) = sent()
    method, event = event_in(mail)
    assert (mail.message, mail.to_email, method) == ("cohorts/launch_invitation", "anne@example.org", "REQUEST")
    assert (event.decoded("DTSTART"), int(event["SEQUENCE"])) == (cohort.launch_on, 0)
    assert learner.name in mail.text
    assert link_in(mail)


def test_when_the_day_moves_the_same_event_is_updated_and_the_question_asked_again(
    cohort: Cohort, learner: Person
) -> None:
    bring(cohort, learner, ANNE)
    launch.invite_guests()
    launch.answer(one_guest(), GuestAnswer(comes=True, eats=True))
    cohort = db.session.get_one(Cohort, cohort.id)
    cohort.launch_on = clock.today() + timedelta(days=75)
    db.session.commit()
    assert launch.invite_guests() == 1
    (_first, former), (method, event) = (event_in(the(name)) for name in ("launch_invitation", "launch_moved"))
    assert (method, event["UID"], int(event["SEQUENCE"])) == ("REQUEST", former["UID"], 1)
    assert event.decoded("DTSTART") == clock.today() + timedelta(days=75)
    assert one_guest().comes is None


def test_a_seminar_planned_gives_its_hours_and_place_and_keeps_the_answer_of_the_same_day(
    cohort: Cohort, learner: Person
) -> None:
    assert cohort.launch_on is not None
    bring(cohort, learner, ANNE)
    launch.invite_guests()
    launch.answer(one_guest(), GuestAnswer(comes=True))
    half_day = plan.half_day(db.session.get_one(Cohort, cohort.id), cohort.launch_on, place="Salle des fêtes")
    half_day.seminar.kind = SeminarKind.LAUNCH
    db.session.commit()
    occasion = occasion_of(db.session.get_one(Cohort, cohort.id))
    assert occasion is not None
    assert (occasion.start, occasion.place) == (half_day.starts_at, "Salle des fêtes")
    assert launch.invite_guests() == 1
    _method, event = event_in(the("launch_moved"))
    assert event.decoded("DTSTART") == half_day.starts_at
    assert str(event["LOCATION"]) == "Salle des fêtes"
    assert one_guest().comes is True


@pytest.mark.parametrize("how", ["removed", "unplanned"])
def test_whoever_is_no_longer_invited_is_told_and_her_calendar_too(cohort: Cohort, learner: Person, how: str) -> None:
    bring(cohort, learner, ANNE)
    launch.invite_guests()
    if how == "removed":
        bring(cohort, learner)
    else:
        db.session.get_one(Cohort, cohort.id).launch_on = None
        db.session.commit()
    assert launch.invite_guests() == 1
    assert launch.invite_guests() == 0
    method, event = event_in(the("launch_cancelled"))
    assert (method, int(event["SEQUENCE"])) == ("CANCEL", 1)
    assert bool(db.session.scalars(select(LaunchGuest)).all()) is (how == "unplanned")


def test_whoever_was_never_told_goes_without_a_word(cohort: Cohort, learner: Person) -> None:
    bring(cohort, learner, ANNE, BENO)
    bring(cohort, learner)
    assert launch.invite_guests() == 2
    assert sent() == []
    assert db.session.scalars(select(LaunchGuest)).all() == []


def test_whoever_is_still_named_keeps_her_answer(cohort: Cohort, learner: Person) -> None:
    bring(cohort, learner, ANNE)
    launch.invite_guests()
    launch.answer(one_guest(), GuestAnswer(comes=True, eats=True, diet="végétarien"))
    bring(cohort, learner, BENO, ("Anne Roy-Martin", "ANNE@example.org"))
    rows = queries.guests_of(cohort.id, learner.id)
    assert [(row.name, row.comes, row.diet) for row in rows] == [
        ("Benoît Petit", None, ""),
        ("Anne Roy-Martin", True, "végétarien"),
    ]
    assert launch.invite_guests() == 0


def test_nobody_is_invited_to_a_launch_that_is_over(cohort: Cohort, learner: Person, frozen_clock: FrozenClock) -> None:
    bring(cohort, learner, ANNE)
    frozen_clock.advance(timedelta(days=61))
    assert launch.invite_guests() == 0
    with pytest.raises(Refused, match="passé"):
        launch.answer(one_guest(), GuestAnswer(comes=True))


@pytest.mark.parametrize(
    ("team", "answers", "counted"),
    [
        (None, [], (0, 1)),
        (TeamToBring(3), [], (3, 4)),
        (TeamToBring(3, meals=2), [], (3, 2)),
        (TeamToBring(3, guests=(ANNE,)), [GuestAnswer(comes=False)], (2, 3)),
        (TeamToBring(3, guests=(ANNE,)), [GuestAnswer(comes=True, eats=False)], (3, 3)),
        (TeamToBring(3, meals=4, guests=(ANNE,)), [GuestAnswer(comes=False)], (2, 3)),
        (TeamToBring(0, meals=0), [], (0, 0)),
    ],
)
def test_meals_are_counted_by_what_each_says(
    cohort: Cohort, learner: Person, team: TeamToBring | None, answers: list[GuestAnswer], counted: tuple[int, int]
) -> None:
    if team is not None:
        launch.bring_team(cohort, learner.id, team)
    for guest, answer in zip(queries.guests_of(cohort.id, learner.id), answers, strict=False):
        launch.answer(guest, answer)
    expected = queries.launch_list(cohort)
    assert (expected.learners, expected.guests, expected.meals) == (1, *counted)


@pytest.mark.both_engines
def test_more_meals_than_people_is_refused_by_the_service_and_by_the_database(engine_name: str) -> None:
    cohort = make.cohort()
    someone = make.learner(cohort).person
    with pytest.raises(Refused, match="plus de repas"):
        launch.bring_team(cohort, someone.id, TeamToBring(2, meals=4))
    db.session.add(LaunchTeam(cohort_id=cohort.id, person_id=someone.id, headcount=2, meals=4))
    with pytest.raises(IntegrityError):
        db.session.flush()


def test_what_people_eat_is_forgotten_a_month_after(cohort: Cohort, learner: Person, frozen_clock: FrozenClock) -> None:
    bring(cohort, learner, ANNE, diets="une allergie")
    launch.answer(one_guest(), GuestAnswer(comes=True, eats=True, diet="végétarien"))
    frozen_clock.advance(timedelta(days=90))
    assert launch.forget_diets() == 0
    frozen_clock.advance(timedelta(days=1))
    assert launch.forget_diets() == 2


# --- pages -----------------------------------------------------------------------------------------------------------


def test_a_guest_answers_by_her_link_without_an_account(
    client: FlaskClient,
    new_client: Callable[[], FlaskClient],
    page: Callable[..., Any],
    cohort: Cohort,
    learner: Person,
) -> None:
    bring(cohort, learner, ANNE)
    launch.invite_guests()
    link = link_in(sent()[-1])
    guest_id = one_guest().id
    assert client.get(f"/lancement/{guest_id}").status_code in {303, 404}, "the link alone opens it"
    assert client.post(link).location == f"/lancement/{guest_id}"
    assert learner.name in page(f"/lancement/{guest_id}").text
    refused = client.post(f"/lancement/{guest_id}", data={"diet": "végétarien"})
    assert (refused.status_code, "végétarien" in refused.text) == (422, True)
    data = {"comes": "yes", "eats": "y", "diet": "végétarien"}
    assert client.post(f"/lancement/{guest_id}", data=data).status_code == 303
    assert "vous venez" in page(f"/lancement/{guest_id}").text
    guest = one_guest()
    assert (guest.comes, guest.eats, guest.diet) == (True, True, "végétarien")
    bring(cohort, learner)
    launch.invite_guests()
    assert client.get(f"/lancement/{guest_id}").status_code in {303, 403, 404}
    assert new_client().post(link).status_code == 410


@pytest.mark.parametrize(
    ("who", "status"), [("carrier", 200), ("trainer", 200), ("school", 403), ("funder", 403), ("learner", 403), ("other", 404)]
)  # fmt: skip
def test_who_reads_the_list_of_the_launch(client: FlaskClient, cohort: Cohort, who: str, status: int) -> None:
    people: dict[str, Callable[[], Person]] = {
        "carrier": lambda: make.carrier_of(cohort),
        "trainer": lambda: make.animator(cohort),
        "school": lambda: accounts.manager(make.part_of(cohort, Part.SCHOOL)),
        "funder": lambda: accounts.manager(make.part_of(cohort, Part.FUNDER)),
        "learner": lambda: make.learner(cohort).person,
        "other": accounts.manager,
    }
    accounts.sign_in(client, people[who]())
    assert client.get(f"/promotions/{cohort.code}/lancement").status_code == status


def test_staff_read_the_counts_and_take_the_list_to_sign(
    client: FlaskClient,
    page: Callable[..., Any],
    cohort: Cohort,
    learner: Person,
    selects: Callable[[], AbstractContextManager[Queries]],
) -> None:
    bring(cohort, learner, ANNE, BENO, diets="sans arachides")
    accounts.sign_in(client, make.carrier_of(cohort))
    address = f"/promotions/{cohort.code}/lancement"
    shown = page(address).text
    assert "sans arachides" in shown
    assert "Anne Roy n’a pas répondu" in shown
    book = load_workbook(io.BytesIO(client.get(f"{address}?format=xlsx").data)).active
    assert book is not None
    names = [row[0].value for row in book.iter_rows(min_row=2)]
    assert names == [learner.name, "Anne Roy", "Benoît Petit", "(à préciser)"]
    counts = []
    for _each in range(2):
        with selects() as asked:
            client.get(address)
        counts.append(asked.count)
        for number in range(3):
            bring(cohort, make.learner(cohort).person, (f"Invité {number}", f"i{number}@example.org"))
    assert counts[0] == counts[1]


def test_the_names_expected_are_on_the_paper_to_sign(cohort: Cohort, learner: Person) -> None:
    bring(cohort, learner, ANNE, BENO)
    launch.answer(queries.guests_of(cohort.id, learner.id)[1], GuestAnswer(comes=False))
    assert queries.expected_names(cohort.id) == [("Anne Roy", f"équipe {of(learner.name)}")]
    assert date.fromisoformat("2026-03-02") == clock.today()


def test_a_team_is_not_a_mailing_list(
    cohort: Cohort, learner: Person, frozen_clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(launch, "MOST_INVITED", 2)
    for names in ("ab", "cd"):
        bring(cohort, learner, *((name, f"{name}@example.org") for name in names))
        launch.invite_guests()
    assert sorted({mail.to_email for mail in sent()}) == ["a@example.org", "b@example.org"]
    frozen_clock.advance(timedelta(days=1, seconds=1))
    launch.invite_guests()
    assert "c@example.org" in {mail.to_email for mail in sent()}
