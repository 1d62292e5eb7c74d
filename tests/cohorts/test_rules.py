"""The rules of the cohorts, without a database."""

import uuid
from dataclasses import dataclass
from datetime import date

import pytest

from training.catalogue.enums import ReferentRule
from training.cohorts import rules
from training.cohorts.enums import AssignmentKind, CohortAct, CohortStatus, EnrolmentAct, EnrolmentStatus
from training.cohorts.procedure import COHORT_PROCEDURE, ENROLMENT_PROCEDURE

S, A = EnrolmentStatus, EnrolmentAct
SCHOOL = uuid.uuid4()


@dataclass
class Term:
    since: date
    until: date | None = None
    kind: AssignmentKind = AssignmentKind.REFERENT


@dataclass
class Approval:
    agreed_on: date
    valid_until: date | None = None
    organisation_id: uuid.UUID = SCHOOL


@pytest.mark.parametrize(
    ("status", "acts"),
    [
        (S.ACTIVE, {A.SUSPEND, A.POSTPONE, A.TRANSFER, A.WITHDRAW, A.GRADUATE, A.ATTEST}),
        (S.SUSPENDED, {A.RESUME, A.POSTPONE, A.TRANSFER, A.WITHDRAW, A.GRADUATE, A.ATTEST}),
        (S.POSTPONED, set()),
        (S.TRANSFERRED, set()),
        (S.WITHDRAWN, set()),
        (S.GRADUATED, {A.TAKE_BACK, A.REOPEN}),
        (S.ATTESTATION, {A.GRADUATE_AFTER_ALL, A.REOPEN}),
    ],
)
def test_r33_each_state_of_an_enrolment_offers_its_acts_and_no_other(
    status: EnrolmentStatus, acts: set[EnrolmentAct]
) -> None:
    assert set(ENROLMENT_PROCEDURE.leads_from(status)) == acts


def test_r33_leaving_interrupting_and_correcting_need_a_reason() -> None:
    reasoned = {act for act, step in ENROLMENT_PROCEDURE.steps.items() if step.reason}

    assert reasoned == {
        A.SUSPEND,
        A.POSTPONE,
        A.WITHDRAW,
        A.ATTEST,
        A.TAKE_BACK,
        A.GRADUATE_AFTER_ALL,
        A.REOPEN,
    }


@pytest.mark.parametrize(
    ("status", "acts"),
    [
        (CohortStatus.PREPARING, [CohortAct.START]),
        (CohortStatus.RUNNING, [CohortAct.CLOSE]),
        (CohortStatus.CLOSED, [CohortAct.REOPEN]),
    ],
)
def test_each_state_of_a_cohort_offers_one_act(status: CohortStatus, acts: list[CohortAct]) -> None:
    assert COHORT_PROCEDURE.leads_from(status) == acts


@pytest.mark.parametrize(
    ("day", "runs"),
    [(date(2026, 1, 4), False), (date(2026, 1, 5), True), (date(2026, 1, 9), True), (date(2026, 1, 10), False)],
)
def test_an_assignment_runs_from_its_first_day_to_the_day_before_its_end(day: date, runs: bool) -> None:
    assert rules.in_force(Term(date(2026, 1, 5), date(2026, 1, 10)), day) is runs


@pytest.mark.parametrize(
    ("approval", "approved"),
    [
        (Approval(date(2026, 1, 10)), True),
        (Approval(date(2026, 1, 11)), False),
        (Approval(date(2025, 1, 1), date(2026, 1, 10)), True),
        (Approval(date(2025, 1, 1), date(2026, 1, 9)), False),
        (Approval(date(2025, 1, 1), organisation_id=uuid.uuid4()), False),
    ],
)
def test_r32_an_approval_counts_from_its_date_to_its_last_day_from_a_school_of_the_cohort(
    approval: Approval, approved: bool
) -> None:
    assert rules.is_approved([approval], {SCHOOL}, date(2026, 1, 10)) is approved


@pytest.mark.parametrize(
    ("rule", "status", "terms", "missing"),
    [
        (ReferentRule.REQUIRED, S.ACTIVE, [], True),
        (ReferentRule.REQUIRED, S.ACTIVE, [Term(date(2026, 1, 1))], False),
        (ReferentRule.REQUIRED, S.ACTIVE, [Term(date(2026, 1, 1), kind=AssignmentKind.SUBSTITUTE)], True),
        (ReferentRule.REQUIRED, S.ACTIVE, [Term(date(2025, 1, 1), date(2026, 1, 1))], True),
        (ReferentRule.REQUIRED, S.WITHDRAWN, [], False),
        (ReferentRule.OPTIONAL, S.ACTIVE, [], False),
        (ReferentRule.NONE, S.ACTIVE, [], False),
        (None, S.ACTIVE, [], False),
    ],
)
def test_r119_a_referent_is_missing_only_where_the_edition_asks_for_one(
    rule: ReferentRule | None, status: EnrolmentStatus, terms: list[Term], missing: bool
) -> None:
    assert rules.referent_is_missing(rule, status, terms, date(2026, 1, 10)) is missing


@pytest.mark.parametrize(("wanted", "in_use", "short"), [(5, 3, 0), (3, 3, 0), (2, 3, 1)])
def test_r28_places_fall_short_of_what_is_in_use(wanted: int, in_use: int, short: int) -> None:
    assert rules.places_shortfall(wanted, in_use) == short


@pytest.mark.parametrize(("places", "in_use", "full"), [(None, 99, False), (2, 1, False), (2, 2, True), (0, 0, True)])
def test_r28_a_quota_fills_and_no_quota_never_does(places: int | None, in_use: int, full: bool) -> None:
    assert rules.quota_is_full(places, in_use) is full
