"""What a mémoire must be, when it is due, what stands before its defence (R56–R60)."""

from datetime import date

import pytest

from training.defences.enums import MemoireAct, MemoireStatus
from training.defences.procedure import MEMOIRE
from training.defences.rules.memoires import Length, OwedTracer, final_due_on, is_closed, preconditions, refusal
from training.portfolio.enums import TracerStatus

S = MemoireStatus
A = MemoireAct
DAY = date.fromisoformat


@pytest.mark.parametrize(
    ("pages", "told"),
    [(9, "au moins 10"), (10, None), (20, None), (21, "20 au plus"), (None, None)],
)
def test_r58_length_counts_pages_without_annexes(pages: int | None, told: str | None) -> None:
    fault = Length(10, 20).fault(pages)
    assert (fault is None) if told is None else (fault is not None and told in fault)


def test_r58_an_unknown_length_never_speaks() -> None:
    assert Length().fault(1) is None
    assert Length().fault(400) is None


@pytest.mark.parametrize(
    ("defence", "days", "due"),
    [
        (DAY("2027-01-20"), 21, DAY("2026-12-30")),
        (DAY("2027-01-20"), 0, DAY("2027-01-20")),
        (None, 21, None),
        (DAY("2027-01-20"), None, None),
    ],
)
def test_r59_the_final_version_is_due_before_the_defence(
    defence: date | None, days: int | None, due: date | None
) -> None:
    assert final_due_on(defence, days) == due


def test_r59_its_last_day_is_still_open() -> None:
    assert not is_closed(DAY("2026-12-30"), DAY("2026-12-30"))
    assert is_closed(DAY("2026-12-30"), DAY("2026-12-31"))
    assert not is_closed(None, DAY("2026-12-31"))


DONE = OwedTracer("fiche de poste", TracerStatus.ACCEPTED)
OWED = OwedTracer("feuille de route", TracerStatus.DEPOSITED)
WAIVED = OwedTracer("protocole", TracerStatus.EXPECTED, waived=True)


@pytest.mark.parametrize(
    ("status", "has_final", "tracers", "lacking"),
    [
        (S.FINAL_DEPOSITED, True, [DONE, WAIVED], 0),
        (S.FINAL_DEPOSITED, True, [], 0),
        (S.FINAL_DEPOSITED, True, [DONE, OWED], 1),
        (S.SUBJECT_APPROVED, False, [DONE], 1),
        (S.SUBJECT_PROPOSED, False, [OWED], 3),
    ],
    ids=["all there", "nothing owed", "a tracer lacks", "no final", "everything lacks"],
)
def test_r60_clearance_rests_on_subject_final_and_core_tracers(
    status: S, has_final: bool, tracers: list[OwedTracer], lacking: int
) -> None:
    found = preconditions(status, has_final=has_final, length_fault=None, tracers=tracers, path="/parcours/x")
    assert sum(not each.is_met for each in found) == lacking
    assert (refusal(found) is None) is (lacking == 0)
    if OWED in tracers:
        assert "feuille de route" in (refusal(found) or "")


REACHED = {
    S.SUBJECT_PROPOSED: {A.APPROVE, A.RETURN_SUBJECT},
    S.SUBJECT_RETURNED: {A.PROPOSE_AGAIN},
    S.SUBJECT_APPROVED: {A.CHANGE_SUBJECT, A.DEPOSIT_DRAFT, A.DEPOSIT_FINAL},
    S.DRAFTING: {A.CHANGE_SUBJECT, A.DEPOSIT_DRAFT, A.DEPOSIT_FINAL},
    S.FINAL_DEPOSITED: {A.DEPOSIT_FINAL, A.RETURN_FINAL, A.CLEAR},
    S.CLEARED: {A.TAKE_BACK, A.SCHEDULE},
    S.SCHEDULED: {A.UNSCHEDULE, A.HOLD, A.MISS},
    S.DEFENDED: {A.MISS, A.ADMIT, A.ASK_CORRECTIONS, A.DEFER},
    S.CORRECTIONS_DUE: {A.DEPOSIT_CORRECTED, A.ADMIT, A.DEFER},
    S.PASSED: set(),
    S.DEFERRED: {A.DEPOSIT_FINAL, A.SCHEDULE},
    S.NO_SHOW: {A.DEPOSIT_FINAL, A.SCHEDULE},
}


@pytest.mark.parametrize("status", list(S))
def test_each_state_leads_where_the_procedure_says(status: S) -> None:
    assert set(MEMOIRE.leads_from(status)) == REACHED[status]
