"""The report to the funder: counted by hand on a small cohort, per kind of person, in a fixed number of SELECTs (R112, R122)."""

import io
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import openpyxl
import pypdf
import pytest

from tests.factories import accounts
from tests.factories import attendance as make
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as seminar_rows
from training.accounts.enums import Part
from training.cohorts.models import Cohort
from training.common import clock
from training.quality.rules.report import WHOLE, Applicant, Follower, Report, half_year, lines_of, periods
from training.seminars.commands import Marking
from training.seminars.enums import AbsenceKind, Presence

DAY = date.fromisoformat
FIRST_HALF = half_year(DAY("2026-03-02"))


def test_half_years_follow_each_other_the_latest_first() -> None:
    found = periods(DAY("2025-08-01"), DAY("2026-07-01"))
    assert [each.code for each in found] == ["bilan", "2026-2", "2026-1", "2025-2"]
    assert (found[2].since, found[2].until) == (DAY("2026-01-01"), DAY("2026-06-30"))


def test_a_cohort_without_dates_is_reported_on_its_only_half_year() -> None:
    assert [each.code for each in periods(None, DAY("2026-12-31"))] == ["bilan", "2026-2"]


@pytest.mark.parametrize(
    ("follower", "counts"),
    [
        (Follower("Jura", "MSP", DAY("2026-06-30")), (1, 0, 0)),
        (Follower("Jura", "MSP", DAY("2026-07-01")), None),
        (Follower("Jura", "MSP", DAY("2025-12-11"), DAY("2026-06-30"), has_left=True), (0, 1, 0)),
        (Follower("Jura", "MSP", DAY("2025-12-11"), DAY("2026-07-01"), has_left=True), (1, 0, 0)),
        (Follower("Jura", "MSP", DAY("2025-12-11"), DAY("2025-12-31"), has_left=True), None),
        (Follower("Jura", "MSP", DAY("2025-12-11"), graduated_on=DAY("2026-05-05")), (1, 0, 1)),
    ],
    ids=[
        "enters on the last day",
        "enters after",
        "leaves on the last day",
        "leaves after",
        "left before",
        "graduates",
    ],
)
def test_r122_present_is_read_at_the_end_and_departures_within(follower: Follower, counts: Any) -> None:
    lines = lines_of(FIRST_HALF, (), [follower])
    assert [(line.present, line.left, line.graduated) for line in lines] == ([counts] if counts else [])


def test_r122_files_are_counted_when_they_were_sent_and_when_they_were_admitted() -> None:
    files = [
        Applicant("Jura", "MSP", DAY("2025-10-01"), DAY("2026-01-05")),
        Applicant("Jura", "MSP", DAY("2026-02-01")),
        Applicant(None, None, DAY("2026-02-02")),
    ]
    jura, unknown = lines_of(FIRST_HALF, files, ())
    assert (jura.applied, jura.admitted) == (1, 1)
    assert (unknown.departement, unknown.kind, unknown.applied) == ("à confirmer", "à confirmer", 1)
    total = Report(WHOLE, None, lines_of(WHOLE, files, ())).total
    assert (total.applied, total.admitted) == (3, 1)


def test_no_rate_without_a_locked_sheet() -> None:
    assert Report(WHOLE, 20, []).rate is None
    assert Report(WHOLE, 20, [], attended=9, expected=12).rate == 75


AFTER = clock.at_paris(seminar_rows.DAY + timedelta(days=10))


@pytest.fixture
def followed(cohort: Cohort) -> Iterator[Cohort]:
    """Two learners at two half-days: one always there, one away once; ten days later."""
    one, other = cohort_rows.learner(cohort), cohort_rows.learner(cohort)
    first, second = make.half_days(cohort, 2)
    make.locked(first, {one: make.THERE, other: make.THERE})
    make.locked(second, {one: make.THERE, other: Marking(Presence.EXCUSED, absence_kind=AbsenceKind.HEALTH)})
    with clock.freeze(AFTER):
        yield cohort


def address(cohort: Cohort, query: str = "") -> str:
    return f"/promotions/{cohort.code}/bilan{query}"


def test_the_funder_reads_numbers_and_no_name(followed: Cohort, client: Any, page: Any) -> None:
    accounts.sign_in(client, accounts.manager(cohort_rows.part_of(followed, Part.FUNDER)))
    shown = page(address(followed))
    assert "75 %" in shown.text
    assert not [each.person.last_name for each in followed.enrolments if each.person.last_name in shown.text]


@pytest.mark.parametrize("query", ["?periode=1999-1", "?periode=x"])
def test_a_period_that_is_not_the_cohorts_is_not_found(followed: Cohort, client: Any, query: str) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(followed))
    assert client.get(address(followed, query)).status_code == 404


def test_it_is_not_for_everybody(followed: Cohort, new_client: Any) -> None:
    people = {
        "another carrier": (accounts.manager(), 404),
        "someone": (accounts.person(), 404),
        "learner": (followed.enrolments[0].person, 403),
        "animator": (cohort_rows.animator(followed), 403),
    }
    for who, (person, status) in people.items():
        browser = new_client()
        accounts.sign_in(browser, person)
        assert browser.get(address(followed)).status_code == status, who


def test_the_paper_and_the_spreadsheet_say_the_same(followed: Cohort, client: Any) -> None:
    accounts.sign_in(client, cohort_rows.carrier_of(followed))
    book = openpyxl.load_workbook(io.BytesIO(client.get(address(followed, "?format=xlsx")).data))
    *_, total = list(book.worksheets[0].iter_rows(values_only=True))
    assert (total[0], total[4], total[7]) == ("Ensemble", 2, 9)  # three half-days of three hours
    document: Any = pypdf.PdfReader(io.BytesIO(client.get(address(followed, "?format=pdf")).data))
    assert document.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert document.trailer["/Root"]["/Lang"].startswith("fr")
    text = "".join(page.extract_text() for page in document.pages).replace("\u00a0", " ")
    assert "75 %" in text
    assert "9 h" in text


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
    assert counts[0] == counts[1] <= 20
