"""What a line says and where it stands, without a database."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from training.common import clock
from training.desk.rules import Coming, Desk, Line, names

TODAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.freeze(clock.at_paris(TODAY, 10)):
        yield


def line(sentence: str = "Vérifier", **more: object) -> Line:
    """Return a line."""
    return Line(sentence, "Promo 9", "Voir", "/x", "gestion", **more)  # type: ignore[arg-type]  # the test's own shorthand


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (-2, "en retard de 2\u00a0jours"),
        (-1, "en retard de 1\u00a0jour"),
        (0, "clôture aujourd’hui"),
        (3, "clôture dans 3\u00a0jours"),
    ],
)
def test_a_day_is_told_in_words(days: int, words: str) -> None:
    assert line(due=TODAY + timedelta(days=days), prefix="clôture").when == words


def test_what_waits_says_since_when() -> None:
    assert line(since=TODAY - timedelta(days=6)).when == "attend depuis 6\u00a0jours"
    assert line(since=TODAY).when == "arrivé aujourd’hui"
    assert line().when == ""


def test_lines_stand_in_order_of_urgency() -> None:
    late, tomorrow = line("late", due=TODAY - timedelta(days=1)), line("tomorrow", due=TODAY + timedelta(days=1))
    waiting, far = line("waiting", since=TODAY, weight=2), line("far", due=TODAY + timedelta(days=30), weight=4)
    groups = Desk(lines=[far, waiting, tomorrow, late]).groups
    assert [(group.title, [each.sentence for each in group.lines]) for group in groups] == [
        ("En retard", ["late"]),
        ("Dans les sept jours", ["tomorrow"]),
        ("Ensuite", ["waiting", "far"]),
    ]


def test_a_desk_of_one_urgency_has_no_title() -> None:
    assert [group.title for group in Desk(lines=[line()]).groups] == [""]


@pytest.mark.parametrize(
    ("people", "total", "told"),
    [
        (["Léa"], 1, "Léa"),
        (["Léa", "Paul", "Zoé"], 3, "Léa, Paul et Zoé"),
        (["Léa", "Paul", "Zoé"], 4, "Léa, Paul, Zoé et 1\u00a0autre"),
        (["Léa", "Paul", "Zoé"], 15, "Léa, Paul, Zoé et 12\u00a0autres"),
    ],
)
def test_a_line_names_three_people_and_counts_the_others(people: list[str], total: int, told: str) -> None:
    assert names(people, total) == told


def test_dates_come_in_order_each_once() -> None:
    soon, later = Coming(TODAY, "Clôture"), Coming(TODAY + timedelta(days=9), "Comité")
    assert Desk(dates=[later, soon, later]).coming == [soon, later]


def test_what_is_said_before_a_day_reads_with_it() -> None:
    """« jusqu’à dans 9 jours » is not French: the day comes as « dans 9 jours », « demain », « hier »."""
    queries = Path(__file__).resolve().parents[2] / "training" / "desk"
    prefixes = {said for path in queries.rglob("*.py") for said in re.findall(r'prefix="([^"]+)"', path.read_text())}
    assert prefixes
    assert not [said for said in prefixes if said.split()[-1] in {"à", "de", "le", "avant", "jusqu’à", "depuis", "dès"}]
