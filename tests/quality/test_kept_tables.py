"""The tables one keeps: the register in full, the averages, the rates of return; each taken away leaves a trace (R123)."""

import io
from typing import Any

import openpyxl
import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import quality as make
from training.cohorts.models import Cohort
from training.common.access import AccessNote
from training.common.listing import PER_PAGE
from training.database import db
from training.quality.evidence import pieces_of
from training.quality.queries.audit import audit_of
from training.seminars.models import ConvocationTerms


def rows_of(data: bytes) -> list[tuple[Any, ...]]:
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    return list(sheet.iter_rows(values_only=True))


def noted() -> list[str]:
    return list(db.session.scalars(select(AccessNote.kind).order_by(AccessNote.at)))


@pytest.fixture
def staff(cohort: Cohort, client: Any) -> Any:
    """The browser of a manager of the carrier."""
    accounts.sign_in(client, cohort_rows.carrier_of(cohort))
    return client


def test_the_register_is_kept_whole_on_its_page_and_in_the_file_of_evidence(cohort: Cohort, staff: Any) -> None:
    author = cohort_rows.learner(cohort).person
    for number in range(PER_PAGE + 3):
        make.complaint(cohort, author, words=f"=HYPERLINK({number})")
        make.improvement(cohort, title=f"Action {number}")
    db.session.commit()
    at = f"/promotions/{cohort.code}/qualite?format=xlsx"
    filed = rows_of(staff.get(at).data)
    assert len(filed) == PER_PAGE + 4
    assert filed[1][2] == author.name
    assert filed[1][7] == "=HYPERLINK(0)"
    assert len(rows_of(staff.get(f"{at}&tableau=ameliorations").data)) == PER_PAGE + 4
    assert noted()[-2:] == ["cohort.register_xlsx", "cohort.improvements_xlsx"]
    pieces = dict(pieces_of(cohort))
    for name in ("31-registre/registre.xlsx", "32-ameliorations/ameliorations.xlsx"):
        assert len(rows_of(pieces[name]() or b"")) == PER_PAGE + 4


def test_no_cell_of_the_register_is_a_formula(cohort: Cohort, staff: Any) -> None:
    make.complaint(cohort, cohort_rows.learner(cohort).person, words="=1+1")
    db.session.commit()
    data = staff.get(f"/promotions/{cohort.code}/qualite?format=xlsx").data
    cells = [cell for row in openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].iter_rows() for cell in row]
    assert [cell.data_type for cell in cells if cell.value == "=1+1"] == ["s"] or all(
        cell.data_type != "f" for cell in cells
    )


@pytest.mark.parametrize("which", ["positionnement", "enquetes"])
def test_averages_and_rates_are_kept_by_whoever_reads_them(
    cohort: Cohort, staff: Any, new_client: Any, which: str
) -> None:
    enrolment = cohort_rows.learner(cohort)
    make.rated(enrolment, 2)
    db.session.commit()
    address = f"/promotions/{cohort.code}/{which}?format=xlsx"
    assert rows_of(staff.get(address).data)
    assert noted()[-1] == {"positionnement": "cohort.positioning_xlsx", "enquetes": "cohort.surveys_xlsx"}[which]
    learner = new_client()
    accounts.sign_in(learner, enrolment.person)
    assert learner.get(address).status_code == 403


def test_the_disability_referent_is_evidence(cohort: Cohort) -> None:
    def indicator() -> Any:
        return next(each for each in audit_of(cohort) if each.number == "26")

    assert [each.words for each in indicator().lacks] == ["Le référent handicap n’est pas nommé"]
    db.session.add(ConvocationTerms(cohort_id=cohort.id, referent_name="Ada Roux"))
    db.session.flush()
    assert indicator().state == "held"
