"""A cohort’s dashboard: alerts in their order, to each what she may see, in a fixed number of SELECTs (R122)."""

import io
import uuid
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pytest

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import portfolio as portfolio_rows
from training.accounts.enums import Part
from training.catalogue.enums import Modality
from training.cohorts.enums import EnrolmentStatus
from training.cohorts.models import Cohort
from training.portfolio.enums import TracerStatus
from training.quality.rules.dashboard import AlertKind, Dashboard, Hours, Learner, alerts_of

H = Decimal


def learner(name: str = "Alix", **more: Any) -> Learner:
    hours = more.pop("hours", {Modality.IN_PERSON: Hours(96, H(20), H(96))})
    return Learner(
        uuid.uuid4(), name, more.pop("status", EnrolmentStatus.ACTIVE), hours, more.pop("tracers", {}), **more
    )


@pytest.mark.parametrize(
    ("who", "kinds"),
    [
        (learner(), []),
        (learner(held_from=date(2026, 1, 29)), [AlertKind.HELD]),
        (learner(status=EnrolmentStatus.SUSPENDED), [AlertKind.SUSPENDED]),
        (learner(at_risk=True, late=["fiche"]), [AlertKind.RISK, AlertKind.LATE]),
        (learner(hours={Modality.IN_PERSON: Hours(96, H(20), H(80))}), [AlertKind.OUT_OF_REACH]),
        (learner(hours={Modality.IN_PERSON: Hours(None, H(20), H(80))}), []),
        (learner(to_revise=["fiche"]), [AlertKind.TO_REVISE]),
        (learner(status=EnrolmentStatus.WITHDRAWN, at_risk=True), []),
    ],
)
def test_alerts_say_what_needs_someone(who: Learner, kinds: list[AlertKind]) -> None:
    assert [alert.kind for alert in alerts_of([who])] == kinds


def test_the_most_urgent_comes_first_then_by_name() -> None:
    found = alerts_of([learner("Zoé", late=["a"]), learner("Yves", at_risk=True), learner("Alix", late=["b"])])
    assert [(alert.learner.name, alert.kind) for alert in found] == [
        ("Yves", AlertKind.RISK), ("Alix", AlertKind.LATE), ("Zoé", AlertKind.LATE),
    ]  # fmt: skip


@pytest.mark.parametrize(("count", "told"), [(4, None), (5, H("20.0"))])
def test_r122_an_average_is_told_from_five_on(count: int, told: Decimal | None) -> None:
    assert Dashboard([learner() for _ in range(count)], []).average()[0] == told


def test_documents_are_counted_by_module_and_state_of_those_present() -> None:
    module = uuid.uuid4()
    states = [TracerStatus.ACCEPTED, TracerStatus.IN_REVIEW, TracerStatus.QUARANTINED, TracerStatus.EXPECTED]
    gone = learner(status=EnrolmentStatus.WITHDRAWN, tracers={module: states})
    board = Dashboard([learner(tracers={module: states}), gone], [(module, "Projet de santé")])
    assert board.tracers() == [("Projet de santé", [1, 1, 1, 1])]


def address(cohort: Cohort, query: str = "") -> str:
    return f"/promotions/{cohort.code}/progression{query}"


@pytest.fixture
def followed(cohort: Cohort) -> Cohort:
    """Two learners, one with a document to read."""
    pair = portfolio_rows.pair(cohort, first_name="Alix", last_name="Morel")
    portfolio_rows.deposited(pair.enrolment)
    cohort_rows.learner(cohort)
    return cohort


@pytest.mark.parametrize(
    ("who", "status", "named"),
    [
        ("carrier", 200, True), ("school", 200, True), ("animator", 200, True), ("funder", 200, False),
        ("learner", 403, False), ("stranger", 404, False),
    ],
)  # fmt: skip
def test_r122_each_reads_what_she_may(followed: Cohort, client: Any, who: str, status: int, *, named: bool) -> None:
    people = {
        "carrier": cohort_rows.carrier_of(followed),
        "school": accounts.manager(cohort_rows.part_of(followed, Part.SCHOOL)),
        "animator": cohort_rows.animator(followed),
        "funder": accounts.manager(cohort_rows.part_of(followed, Part.FUNDER)),
        "learner": cohort_rows.learner(followed).person,
        "stranger": accounts.manager(),
    }
    accounts.sign_in(client, people[who])
    answer = client.get(address(followed))
    assert answer.status_code == status
    assert ("Morel" in answer.text) is named
    tables = {
        each: client.get(address(followed, f"?format=xlsx&tableau={each}")).status_code
        for each in ("heures", "documents")
    }
    assert tables == {"heures": 200 if named else status if status != 200 else 404, "documents": status}


def test_the_spreadsheet_of_hours_names_each(followed: Cohort, client: Any) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(followed))
    book = openpyxl.load_workbook(io.BytesIO(client.get(address(followed, "?format=xlsx")).data))
    names = [row[0] for row in book.worksheets[0].iter_rows(values_only=True)]
    assert names[0] == "Apprenant·e"
    assert "Alix Morel" in names


def test_it_asks_as_much_of_four_learners_as_of_two(
    followed: Cohort, client: Any, page: Any, session: Any, selects: Any
) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(followed))
    counts = []
    for _ in range(2):
        cohort_rows.learner(followed)
        session.expire_all()
        with selects() as asked:
            page(address(followed))
        counts.append(asked.count)
    assert counts[0] == counts[1] <= 24
