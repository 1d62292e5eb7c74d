"""Choosing among modules: until a day, within places, with or without approval; what follows it (R104)."""

import threading
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.factories import accounts, choices, seminars
from tests.factories import cohorts as make
from tests.support.letters import check_letter
from training.cohorts import choice_rules
from training.cohorts.choice_rules import Choice, Option
from training.cohorts.choosing import ModuleChoice
from training.cohorts.commands import ModulesToChoose
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.queries.choosing import board_of, chosen_by
from training.cohorts.services import choosing
from training.common import clock
from training.common.errors import Refused
from training.common.mail import OutgoingMail
from training.common.policy import Principal
from training.database import db, writing
from training.portfolio.queries import course_of
from training.seminars import queries as seminar_queries
from training.seminars.queries.scope import half_days_of, scope_of
from training.seminars.rules.presence import Standing, Terms

A, B = uuid.UUID(int=1), uuid.UUID(int=2)


def rule(*, least: int = 1, most: int = 1, places: int | None = None, taken: int = 0, chosen: Any = ()) -> Choice:
    options = [Option(A, "Option A", places, taken), Option(B, "Option B")]
    return Choice(B, "Une option", least, most, date(2026, 3, 2), False, options, dict.fromkeys(chosen, True))


@pytest.mark.parametrize(
    ("least", "most", "wanted", "fault"),
    [
        (1, 1, [A], None),
        (1, 1, [], "Choisissez un module."),
        (1, 1, [A, B], "Choisissez un module."),
        (0, 1, [], None),
        (1, 2, [A, B], None),
        (0, 1, [A, B], "Choisissez de 0 à un module."),
        (1, 1, [uuid.UUID(int=9)], "Choisissez parmi les modules proposés."),
    ],
)
def test_how_many_modules_may_be_chosen(least: int, most: int, wanted: list[uuid.UUID], fault: str | None) -> None:
    assert choice_rules.number_fault(rule(least=least, most=most), wanted) == fault


@pytest.mark.parametrize(
    ("places", "taken", "chosen", "full"),
    [(None, 9, (), []), (2, 1, (), []), (2, 2, (), ["Option A"]), (2, 2, (A,), []), (1, 3, (), ["Option A"])],
)
def test_what_is_full_is_refused_but_to_whoever_has_it(
    places: int | None, taken: int, chosen: Any, full: list[str]
) -> None:
    assert choice_rules.full_options(rule(places=places, taken=taken, chosen=chosen), [A]) == full


def test_a_choice_stays_open_to_the_end_of_its_last_day() -> None:
    assert [rule().is_open(date(2026, 3, day)) for day in (1, 2, 3)] == [True, True, False]


@pytest.fixture
def cohort(session: Any, frozen_clock: Any) -> Cohort:
    return choices.cohort()


def staff(of: Cohort) -> Principal:
    return accounts.principal(make.carrier_of(of))


def own(enrolment: Enrolment) -> Principal:
    return accounts.principal(enrolment.person)


def letters(message: str) -> list[OutgoingMail]:
    return list(db.session.scalars(select(OutgoingMail).where(OutgoingMail.message == f"cohorts/{message}")))


def test_calendar_roster_presence_and_documents_follow_the_choice(cohort: Cohort) -> None:
    enrolment = make.learner(cohort)
    days = [date(2026, 4, 23), date(2026, 4, 24)]
    for code, day in zip(("COM", "ALT"), days, strict=True):
        seminars.seminar(cohort, seminars.half_day_plan(day, modules=(choices.module(cohort, code).id,)), title=code)

    def shown() -> list[str]:
        db.session.expire_all()
        return [half_day.seminar.title for half_day in half_days_of(scope_of(enrolment.person_id))]

    assert shown() == []
    version = cohort.calendar_version
    choices.choose(enrolment, "COM", by=own(enrolment))
    assert shown() == ["COM"]
    assert cohort.calendar_version > version, "subscribed calendars are built again"
    lines = seminar_queries.presence_of(enrolment).lines
    assert [(line.half_day.title, line.standing) for line in lines] == [("COM", Standing.AHEAD)]
    tally = seminar_queries.tallies_of([enrolment], {enrolment.id: seminar_queries.Rule(Terms(), visio_counts=False)})
    counted = {module_id: each.total for module_id, each in tally[enrolment.id].modules.items()}
    assert counted == {choices.module(cohort, "COM").id: 1, choices.module(cohort, "ALT").id: 0}
    assert "COM" in {module.code for module in course_of(enrolment).modules}
    choices.choose(enrolment, "ALT", by=own(enrolment))
    assert shown() == ["ALT"]
    rosters = {
        half_day.seminar.title: [each.name for each in seminar_queries.view_of(half_day, None).roster]
        for half_day in half_days_of(scope_of(enrolment.person_id))
    }
    assert rosters == {"ALT": [enrolment.person.name]}


def test_options_may_be_taught_at_the_same_time(cohort: Cohort) -> None:
    for code in ("COM", "ALT"):
        seminars.seminar(cohort, seminars.half_day_plan(modules=(choices.module(cohort, code).id,)), title=code)
    with pytest.raises(Refused):
        seminars.seminar(cohort, seminars.half_day_plan(modules=(choices.module(cohort, "COM").id,)), title="twice")


def test_the_learner_changes_until_the_day_then_staff_choose_saying_why(cohort: Cohort, frozen_clock: Any) -> None:
    enrolment = make.learner(cohort)
    choices.settled(cohort, until=clock.today(), by=staff(cohort))
    choices.choose(enrolment, "COM", by=own(enrolment))
    choices.choose(enrolment, "ALT", by=own(enrolment))
    frozen_clock.advance(timedelta(days=1))
    with pytest.raises(Refused, match="date du choix est passée"):
        choices.choose(enrolment, "COM", by=own(enrolment))
    with pytest.raises(Refused, match="Dites pourquoi"):
        choices.choose(enrolment, "COM", by=staff(cohort))
    choices.choose(enrolment, "COM", by=staff(cohort), reason="Elle me l’a demandé au téléphone.")
    assert chosen_by([enrolment.id]) == {enrolment.id: frozenset({choices.module(cohort, "COM").id})}
    (mail,) = letters("choice_told")
    assert "au téléphone" in mail.text


def test_a_choice_to_approve_counts_once_agreed_and_frees_its_place_when_given_back(cohort: Cohort) -> None:
    first, second = make.learner(cohort), make.learner(cohort)
    choices.settled(cohort, approved=True, places={"COM": 1}, by=staff(cohort))
    choices.choose(first, "COM", by=own(first))
    assert chosen_by([first.id]) == {}
    with pytest.raises(Refused, match="plus de place"):
        choices.choose(second, "COM", by=own(second))
    choosing.decline(first, choices.group(cohort).id, "Ce module suppose le premier.", by=staff(cohort))
    choices.choose(second, "COM", by=own(second))
    choosing.agree(second, choices.group(cohort).id, by=staff(cohort))
    assert set(chosen_by([first.id, second.id])) == {second.id}
    with pytest.raises(Refused, match="n’attend plus"):
        choosing.agree(second, choices.group(cohort).id, by=staff(cohort))
    for message in ("choice_told", "choice_declined"):
        (mail,) = letters(message)
        check_letter(mail)


def test_fewer_places_than_are_held_are_refused(cohort: Cohort) -> None:
    enrolment = make.learner(cohort)
    choices.choose(enrolment, "COM", by=own(enrolment))
    with pytest.raises(Refused, match="gardez au moins"):
        choices.settled(cohort, places={"COM": 0}, by=staff(cohort))


@pytest.mark.both_engines
def test_the_last_place_is_taken_once(app: Flask) -> None:
    with app.app_context():
        cohort = choices.cohort()
        choices.settled(cohort, places={"COM": 2}, by=staff(cohort))
        enrolments = [make.learner(cohort).id for _ in range(5)]
        group_id, module_id = choices.group(cohort).id, choices.module(cohort, "COM").id
        db.session.commit()
    start, outcomes = threading.Barrier(len(enrolments)), []

    def seek(enrolment_id: uuid.UUID) -> None:
        with app.app_context(), writing():
            start.wait()
            try:
                enrolment = db.session.get_one(Enrolment, enrolment_id)
                choosing.choose(enrolment, group_id, ModulesToChoose((module_id,)), by=own(enrolment))
                db.session.commit()
                outcomes.append(True)
            except Refused:
                db.session.rollback()
                outcomes.append(False)

    threads = [threading.Thread(target=seek, args=(each,)) for each in enrolments]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [False, False, False, True, True]
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(ModuleChoice)) == 2


# --- pages ---


def test_a_learner_chooses_from_her_desk_and_the_board_shows_it(
    cohort: Cohort, client: Any, page: Callable[..., Any], new_client: Callable[[], Any]
) -> None:
    enrolment = make.learner(cohort)
    accounts.sign_in(client, enrolment.person)
    address = f"/promotions/{cohort.code}/apprenants/{enrolment.id}/choix"
    assert address in page("/").links().values()
    choose = f"{address}/{choices.group(cohort).id}"
    assert choose in page(address).links().values()
    assert client.post(choose, data={}).status_code == 422
    answer = client.post(choose, data={"modules": str(choices.module(cohort, "ALT").id)})
    assert (answer.status_code, answer.location) == (303, address)
    assert "choisi" in page(address).text
    other = new_client()
    accounts.sign_in(other, make.carrier_of(cohort))
    assert "Tout le monde a choisi" in page(f"/promotions/{cohort.code}/choix", by=other).text
    assert client.get(f"/promotions/{cohort.code}/choix").status_code == 403


def test_staff_settle_agree_and_give_back(cohort: Cohort, client: Any, page: Callable[..., Any]) -> None:
    enrolment = make.learner(cohort)
    accounts.sign_in(client, make.carrier_of(cohort))
    group_id, option = choices.group(cohort).id, choices.module(cohort, "COM")
    terms = f"/promotions/{cohort.code}/choix/{group_id}"
    assert "Places dans chaque module" in page(terms).text
    wrong = client.post(terms, data={"until": "31/12/2026", "approved": "y", f"places-{option.id}": "deux"})
    assert wrong.status_code == 422
    assert 'value="deux"' in wrong.text
    right = client.post(terms, data={"until": "31/12/2026", "approved": "y", f"places-{option.id}": "2"})
    assert right.status_code == 303
    choices.choose(enrolment, "COM", by=own(enrolment))
    db.session.commit()
    assert "Répondre à un choix de module" in page("/").text or "Répondre à 1" in page("/").text
    address = f"/promotions/{cohort.code}/apprenants/{enrolment.id}/choix/{group_id}"
    assert "attend un accord" in page(address).text
    assert client.post(f"{address}/refus", data={"reason": ""}).status_code == 422
    assert client.post(f"{address}/accord").status_code == 303
    assert board_of(cohort).to_agree == []


def test_the_board_costs_the_same_few_queries_with_one_learner_and_with_three(
    cohort: Cohort, client: Any, selects: Callable[..., Any]
) -> None:
    accounts.sign_in(client, make.carrier_of(cohort))
    counts: list[int] = []
    for _ in (1, 2):
        for _ in range(len(counts) + 1):
            make.learner(cohort)
        db.session.commit()
        client.get(f"/promotions/{cohort.code}/choix")
        with selects() as asked:
            client.get(f"/promotions/{cohort.code}/choix")
        counts.append(asked.count)
    assert counts[0] == counts[1] <= 12
