"""“Mes apprenant·es”: what a trainer sees of those she follows, the most urgent first (R119)."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.factories import accounts, attendance
from tests.factories import cohorts as cohort_rows
from tests.factories import portfolio as make
from tests.factories.portfolio import Pair
from tests.support.queries import count_selects
from training.cohorts import services
from training.cohorts.commands import Postless
from training.common import clock
from training.common.policy import WORKER
from training.portfolio.followed import Alert, Urgency
from training.portfolio.queries.learners import learners_of
from training.portfolio.rules.followed import in_order, quiet_days, rank

TODAY = date(2026, 3, 2)
ADDRESS = "/mes-apprenants"


@pytest.mark.parametrize(
    ("entered", "last", "days"),
    [
        (TODAY - timedelta(days=44), None, None),
        (TODAY - timedelta(days=45), None, 45),
        (TODAY - timedelta(days=200), TODAY - timedelta(days=3), None),
        (TODAY - timedelta(days=200), TODAY - timedelta(days=60), 60),
        (TODAY - timedelta(days=10), TODAY - timedelta(days=90), None),
    ],
)
def test_silence_counts_from_entry_or_from_what_was_last_handed_in(
    entered: date, last: date | None, days: int | None
) -> None:
    assert quiet_days(entered, last, TODAY) == days


def test_the_most_urgent_comes_first_then_the_most_of_it() -> None:
    risk, late, much = (
        Alert(Urgency.RISK, "risque", "/"),
        Alert(Urgency.LATE, "un", "/"),
        Alert(Urgency.LATE, "trois", "/", 3),
    )
    assert in_order([late, much, risk]) == [risk, much, late]
    assert sorted([[], [late], [risk, late], [much]], key=rank) == [[risk, late], [much], [late], []]


def test_a_trainer_reads_progress_and_what_to_look_at(pair: Pair, client: Any, page: Any) -> None:
    cohort = pair.cohort
    (half_day,) = attendance.half_days(cohort, 1, first=date(2026, 2, 2))
    attendance.locked(half_day, {pair.enrolment: attendance.AWAY})
    make.log(pair.enrolment, minutes=90)
    quiet = cohort_rows.learner(cohort, person=accounts.person(first_name="Zoé", last_name="Abel"))
    cohort_rows.referent(quiet, pair.reader)
    services.raise_risk(quiet, "Ne répond plus", by=accounts.principal(pair.reader))
    accounts.sign_in(client, pair.reader)

    shown = page(ADDRESS)
    for words in (
        "Risque d’abandon : Ne répond plus",
        "1 demi-journée à régulariser",
        "0 sur 1 demi-journée",
        "sujet à proposer",
        "1 h 30 à valider",
    ):
        assert words in shown.text, words
    assert shown.text.index("Zoé Abel") < shown.text.index("Alix Morel")
    assert f"/parcours/{quiet.id}" in shown.links().values()


def test_only_those_she_follows_now_or_whose_cohort_she_animates(pair: Pair, session: Any) -> None:
    other = cohort_rows.learner(pair.cohort)
    gone = cohort_rows.learner(pair.cohort)
    past = cohort_rows.referent(gone, pair.reader)
    services.end_assignment(past, on=clock.today(), by=WORKER)
    animator = accounts.principal(cohort_rows.animator(pair.cohort))

    assert [card.enrolment for card in learners_of(accounts.principal(pair.reader))] == [pair.enrolment]
    everyone = learners_of(animator)
    assert {card.enrolment.id for card in everyone} == {pair.enrolment.id, other.id, gone.id}
    assert not any(card.follows for card in everyone)
    assert learners_of(accounts.principal(accounts.person())) == []
    assert learners_of(accounts.principal(pair.learner)) == []


def test_without_a_post_is_urgent(pair: Pair, session: Any) -> None:
    services.declare_postless(pair.enrolment, Postless(TODAY, TODAY + timedelta(days=30)), by=WORKER)
    (card,) = learners_of(accounts.principal(pair.reader))
    assert [alert.words for alert in card.alerts if alert.urgency is Urgency.RISK] == [
        "sans poste, à régler avant le 1er avril 2026"
    ]


def test_filters_stand_in_the_address_and_count(pair: Pair, client: Any, page: Any) -> None:
    other = cohort_rows.cohort(edition=pair.cohort.edition, label="Promo 9")
    cohort_rows.approve(pair.reader, other)
    second = cohort_rows.learner(other, person=accounts.person(first_name="Nour", last_name="Petit"))
    cohort_rows.referent(second, pair.reader)
    accounts.sign_in(client, pair.reader)

    assert "Nour Petit" not in page(f"{ADDRESS}?promotion={pair.cohort.code}").text
    assert "Nour Petit" in page(f"{ADDRESS}?promotion=INCONNUE").text
    assert f"{ADDRESS}?promotion={other.code}" in page(ADDRESS).links().values()
    page(f"{ADDRESS}?voir=alertes&page=9")


def test_nobody_followed_is_said_plainly(session: Any, client: Any, page: Any) -> None:
    accounts.sign_in(client, accounts.person())
    assert "Vous ne suivez personne" in page(ADDRESS).text


@pytest.mark.both_engines
def test_the_page_costs_the_same_for_one_learner_and_for_four_in_two_cohorts(pair: Pair, client: Any) -> None:
    accounts.sign_in(client, pair.reader)
    client.get(ADDRESS)
    with count_selects() as one:
        assert client.get(ADDRESS).status_code == 200
    other = cohort_rows.cohort(edition=pair.cohort.edition)
    cohort_rows.approve(pair.reader, other)
    for cohort in (pair.cohort, other, other):
        enrolment = cohort_rows.learner(cohort)
        cohort_rows.referent(enrolment, pair.reader)
        make.log(enrolment)
    attendance.half_days(other, 2)
    with count_selects() as four:
        assert client.get(ADDRESS).status_code == 200
    assert one.count == four.count <= 20
