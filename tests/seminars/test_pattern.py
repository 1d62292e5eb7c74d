"""Seminars made from a pattern: which days it gives, and the page where they are adjusted then created (R34)."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from training.accounts.enums import Part
from training.cohorts.models import Cohort
from training.common.holidays import is_working
from training.seminars.enums import Interval, SeminarKind
from training.seminars.models import HalfDay, Seminar
from training.seminars.rules.pattern import Pattern, bar, dealt, months_later, propose, same_weekday


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (
            Pattern(5, 2, date(2026, 1, 29), 3, Interval.MONTHS),
            [(2026, 1, 29), (2026, 4, 30), (2026, 7, 30), (2026, 10, 29), (2027, 1, 28)],
        ),
        (
            Pattern(7, 2, date(2026, 3, 5), 6, Interval.WEEKS),
            [(2026, 3, 5), (2026, 4, 16), (2026, 5, 28), (2026, 7, 9), (2026, 8, 20), (2026, 10, 1), (2026, 11, 12)],
        ),
        (Pattern(1, 1, date(2026, 1, 31), 1, Interval.WEEKS), [(2026, 2, 2)]),
    ],
)
def test_a_pattern_gives_its_days(pattern: Pattern, expected: list[tuple[int, int, int]]) -> None:
    moved = {date(2026, 4, 30): date(2026, 5, 4)}  # 30 April and 1 May would be its two days

    assert [each.day for each in propose(pattern)] == [moved.get(date(*day), date(*day)) for day in expected]


def test_a_seminar_put_off_says_why() -> None:
    ascension, week_end = propose(Pattern(2, 2, date(2026, 5, 14), 9, Interval.WEEKS))

    assert (ascension.wanted, ascension.day, ascension.because) == (date(2026, 5, 14), date(2026, 5, 18), "Ascension")
    assert week_end.is_moved is False
    assert bar(date(2026, 1, 30), 2) == "week-end"


@pytest.mark.parametrize("days", [1, 2, 3, 5])
@pytest.mark.parametrize("unit", list(Interval))
@pytest.mark.parametrize("first", [date(2026, 1, 1), date(2026, 4, 3), date(2026, 12, 24)])
def test_every_day_proposed_is_worked(days: int, unit: Interval, first: date) -> None:
    for each in propose(Pattern(12, days, first, 1, unit)):
        assert all(is_working(date.fromordinal(each.day.toordinal() + offset)) for offset in range(days))
        assert each.day >= each.wanted


def test_a_pattern_in_months_keeps_the_day_of_the_week() -> None:
    assert months_later(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert same_weekday(date(2026, 2, 28), 3) == date(2026, 2, 26)
    assert same_weekday(date(2026, 3, 2), 3) == date(2026, 3, 5)


@pytest.mark.parametrize(
    ("items", "hands", "expected"),
    [("", 2, ["", ""]), ("abcd", 2, ["ab", "cd"]), ("abcde", 3, ["ab", "cd", "e"]), ("ab", 4, ["a", "a", "b", "b"])],
)
def test_modules_are_dealt_in_order(items: str, hands: int, expected: list[str]) -> None:
    assert ["".join(hand) for hand in dealt(list(items), hands)] == expected


# --- the page --------------------------------------------------------------------------------------------------------


TYPED = {
    "kind": "seminar",
    "title": "Séminaire",
    "number": "1",
    "count": "3",
    "days": "2",
    "every": "3",
    "unit": "months",
    "first_day": "29/01/2026",
    "morning_from": "9 h 30",
    "morning_to": "12 h 30",
    "afternoon_from": "14 h",
    "afternoon_to": "17 h",
    "mode": "in_person",
    "place": "Beaune",
}


@pytest.fixture
def address(cohort: Cohort, client: Any) -> str:
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    return f"/promotions/{cohort.code}/seminaires/modele"


def rows(**changes: str) -> dict[str, str]:
    typed = {
        f"s{rank}-{name}": value
        for rank, (title, day) in enumerate(
            (("Séminaire 1", "29/01/2026"), ("Séminaire 2", "04/05/2026"), ("Séminaire 3", "30/07/2026"))
        )
        for name, value in (("title", title), ("day", day))
    }
    return TYPED | typed | {name.replace("_", "-", 1): value for name, value in changes.items()}


def planned() -> list[tuple[str, date, int]]:
    from training.database import db

    found = db.session.scalars(select(Seminar).join(HalfDay).order_by(HalfDay.starts_at)).unique().all()
    return [(each.title, each.half_days[0].starts_on, len(each.half_days)) for each in found]


def test_seminars_are_proposed_then_adjusted_then_created_in_one_act(
    cohort: Cohort, client: Any, page: Any, address: str
) -> None:
    page(address)
    modules = [str(module.id) for module in cohort.edition.modules]

    proposed = client.post(address, data={**TYPED, "modules": modules, "step": "propose"})

    assert proposed.status_code == 200
    assert "Le jeudi 30 avril 2026 ne convenait pas (1er mai) : proposé au lundi 4 mai 2026." in proposed.text
    assert re.search(r"36\sh planifiées sur 96\sh", proposed.text)
    assert planned() == []
    checked = client.post(address, data={**rows(s1_day="14/05/2026"), "step": "check"})
    assert "ces jours comptent un jour non travaillé : Ascension" in checked.text

    answer = client.post(
        address, data={**rows(s1_title="Au printemps"), "s0-modules": modules[0], "modules": modules, "step": "create"}
    )

    assert (answer.status_code, answer.location) == (303, f"/promotions/{cohort.code}/annee")
    assert planned() == [
        ("Séminaire 1", date(2026, 1, 29), 4),
        ("Au printemps", date(2026, 5, 4), 4),
        ("Séminaire 3", date(2026, 7, 30), 4),
    ]


def test_the_launch_comes_first_and_the_seminars_so_many_days_after(
    cohort: Cohort, client: Any, address: str, session: Any
) -> None:
    typed = {**TYPED, "first_day": "", "launch_day": "11/12/2025", "after": "49", "count": "1"}
    proposed = client.post(address, data={**typed, "step": "propose"})
    assert "Du jeudi 29 janvier 2026 au vendredi 30 janvier 2026" in proposed.text

    client.post(
        address,
        data={
            **typed,
            "s0-title": "T0",
            "s0-day": "11/12/2025",
            "s1-title": "S1",
            "s1-day": "29/01/2026",
            "step": "create",
        },
    )

    launch, first = session.scalars(select(Seminar).order_by(Seminar.title.desc())).all()
    assert (launch.kind, [half.guests_allowed for half in launch.half_days]) == (SeminarKind.LAUNCH, [True, True])
    assert (first.kind, len(first.half_days)) == (SeminarKind.SEMINAR, 4)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"first_day": ""}, "le jour du lancement et le nombre de jours"),
        ({"count": "40"}, "de 1 à 12"),
        ({"launch_day": "30/01/2026"}, "vient après le lancement"),
        ({"s1-day": "le 14"}, "comme 29/01/2026"),
        ({"s2-title": ""}, "Donnez un titre"),
    ],
)
def test_what_is_wrong_is_said_where_it_is_and_nothing_is_created(
    client: Any, address: str, change: dict[str, str], words: str
) -> None:
    answer = client.post(address, data={**rows(), **change, "step": "create"})

    assert (answer.status_code, words in answer.text) == (422, True)
    assert planned() == []


def test_r35_all_or_none_when_the_cohort_is_already_taken(cohort: Cohort, client: Any, address: str) -> None:
    make.half_day(cohort, date(2026, 7, 31))

    answer = client.post(address, data={**rows(), "step": "create"})

    assert answer.status_code == 422
    assert "La promotion a déjà « Séminaire 1 »" in answer.text
    assert len(planned()) == 1


def test_r35_one_is_shown_what_clashes_then_goes_on_despite_it(
    cohort: Cohort, client: Any, page: Any, address: str
) -> None:
    elsewhere = cohort_rows.cohort()
    cohort_rows.learner(elsewhere, person=cohort_rows.learner(cohort).person)
    make.seminar(elsewhere, make.half_day_plan(date(2026, 7, 30)), title="Secret d’ailleurs")

    warned = client.post(address, data={**rows(), "step": "create"})

    assert warned.status_code == 422
    assert "déjà pris·e" in warned.text
    assert "Secret d’ailleurs" not in warned.text
    seal = warned.text.split('name="despite" value="')[1].split('"')[0]
    assert client.post(address, data={**rows(), "despite": "autre"}).status_code == 422
    assert client.post(address, data={**rows(), "despite": seal}).status_code == 303
    assert len(planned()) == 4


def test_only_the_carrier_plans_from_a_pattern(cohort: Cohort, client: Any) -> None:
    accounts.sign_in(client, accounts.manager(cohort_rows.part_of(cohort, Part.SCHOOL)))
    path = f"/promotions/{cohort.code}/seminaires/modele"

    assert (client.get(path).status_code, client.post(path, data=rows()).status_code) == (403, 403)
