"""What the school decides, the register, the printed name, the closing of a cohort (R70, R71, R110)."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from tests.factories import accounts, cohorts
from tests.factories import diplomas as make
from training.cohorts import services as cohort_services
from training.cohorts.enums import CohortAct, CohortStatus, EnrolmentStatus
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.registration import CivilStatus
from training.common import clock, doctor, journal
from training.common.declarations import registry
from training.common.errors import Forbidden, NotFound, Refused
from training.common.mail import OutgoingMail
from training.common.policy import Principal
from training.database import db, writing
from training.diplomas import integrity, queries, services
from training.diplomas.commands import Decisions, PastDiploma
from training.diplomas.enums import Verdict
from training.diplomas.models import DiplomaBoard, DiplomaDecision, RegisterEntry

DAY = date(2026, 3, 2)
WHY = "La commission a tenu compte de son parcours."


def decide(
    *enrolments: Enrolment, verdict: Verdict = Verdict.GRADUATED, reason: str = "", by: Principal | None = None
) -> Any:
    cohort = enrolments[0].cohort
    command = Decisions(tuple(each.id for each in enrolments), verdict, DAY, reason)
    return services.decide(cohort, command, by=by or make.school_of(cohort))


@pytest.mark.both_engines
def test_a_diploma_enters_the_register_and_locks_the_file(ready: Enrolment) -> None:
    (decision,) = decide(ready)
    assert (ready.status, ready.left_on) == (EnrolmentStatus.GRADUATED, DAY)
    assert decision.was_eligible
    entry = queries.entry_of(ready.id)
    assert entry is not None
    assert (entry.year, entry.number) == (2026, 1)
    assert entry.reference == f"{ready.cohort.edition.code}-2026-001"
    assert entry.printed_name == ready.person.name
    kinds = [event.kind for event in journal.timeline(ready, sentences=registry.sentences)]
    assert {"enrolment.graduate", "enrolment.registered"} <= set(kinds)
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.message == "diplomas/decided_graduated")).one()
    assert mail.to_person_id == ready.person_id
    with pytest.raises(Refused, match="déjà prise"):
        decide(ready)


@pytest.mark.both_engines
def test_numbers_follow_by_edition_and_year(session: Any, frozen_clock: Any) -> None:
    first, second = make.graduating(2)
    (other,) = make.graduating(1)
    decide(first, second)
    decide(other)
    found = db.session.scalars(
        select(RegisterEntry.number).order_by(RegisterEntry.edition_id, RegisterEntry.number)
    ).all()
    assert sorted(number or 0 for number in found) == [1, 1, 2]


@pytest.mark.parametrize("verdict", [Verdict.DEFERRED, Verdict.NOT_GRADUATED])
def test_deferring_and_refusing_ask_for_a_reason(unready: Enrolment, verdict: Verdict) -> None:
    with pytest.raises(Refused, match="motif"):
        decide(unready, verdict=verdict)
    decide(unready, verdict=verdict, reason=WHY)
    expected = EnrolmentStatus.ACTIVE if verdict is Verdict.DEFERRED else EnrolmentStatus.ATTESTATION
    assert unready.status is expected
    assert queries.entry_of(unready.id) is None


def test_whoever_lacks_something_is_given_the_diploma_only_for_a_reason(unready: Enrolment) -> None:
    with pytest.raises(Refused, match=unready.person.name):
        decide(unready)
    (decision,) = decide(unready, reason=WHY)
    assert not decision.was_eligible
    assert unready.status is EnrolmentStatus.GRADUATED


@pytest.mark.both_engines
def test_a_deferral_is_followed_by_another_decision(unready: Enrolment) -> None:
    decide(unready, verdict=Verdict.DEFERRED, reason="Mémoire à reprendre.")
    decide(unready, verdict=Verdict.GRADUATED, reason=WHY)
    assert [each.verdict for each in queries.decisions_about(unready.id)].count(Verdict.DEFERRED) == 1
    current = queries.current_decision(unready.id)
    assert current is not None
    assert current.verdict is Verdict.GRADUATED


@pytest.mark.both_engines
def test_many_at_once_are_all_decided_or_none(session: Any, frozen_clock: Any) -> None:
    first, second, third = make.graduating(3)
    late = cohorts.learner(first.cohort)
    with pytest.raises(Refused, match=late.person.name):
        decide(first, second, third, late)
    assert db.session.scalar(select(func.count()).select_from(DiplomaDecision)) == 0
    assert len(decide(first, second, third)) == 3
    assert [queries.entry_of(each.id).number for each in (first, second, third)] == [1, 2, 3]  # type: ignore[union-attr]  # just made


def test_someone_of_another_cohort_is_not_found(ready: Enrolment) -> None:
    other = cohorts.learner(cohorts.cohort())
    with pytest.raises(NotFound):
        services.decide(ready.cohort, Decisions((other.id,), Verdict.GRADUATED, DAY), by=make.school_of(ready.cohort))


def test_neither_the_carrier_nor_the_learner_decides(ready: Enrolment) -> None:
    with pytest.raises(Forbidden):
        decide(ready, by=make.carrier_of(ready.cohort))
    with pytest.raises(Forbidden):
        decide(ready, by=accounts.principal(ready.person))


def test_outside_the_tool_the_proof_is_asked(session: Any, frozen_clock: Any) -> None:
    (learner,) = make.graduating(1, cohorts.cohort(school_outside=True))
    with pytest.raises(Refused, match="Joignez"):
        decide(learner, by=make.carrier_of(learner.cohort))


def test_a_day_to_come_is_refused(ready: Enrolment) -> None:
    command = Decisions((ready.id,), Verdict.GRADUATED, clock.today() + timedelta(days=1))
    with pytest.raises(Refused, match="à venir"):
        services.decide(ready.cohort, command, by=make.school_of(ready.cohort))


# --- the register ----------------------------------------------------------------------------------------------------


@pytest.mark.both_engines
@pytest.mark.parametrize("attempt", ["UPDATE register_entry SET printed_name = 'X'", "DELETE FROM register_entry"])
def test_the_database_refuses_to_change_the_register(ready: Enrolment, attempt: str) -> None:
    decide(ready)
    db.session.commit()
    with pytest.raises(DBAPIError, match="never changed"):
        db.session.execute(text(attempt))
    db.session.rollback()
    assert list(integrity.faults()) == []


def test_the_doctor_tells_a_diploma_without_its_line(ready: Enrolment) -> None:
    db.session.execute(text("UPDATE enrolment SET status = 'graduated', left_on = '2026-03-02'"))
    assert any("without a line" in fault for fault in integrity.faults())
    assert any("without a line" in fault for fault in doctor.diagnose())


@pytest.mark.both_engines
def test_an_earlier_register_is_brought_in_under_its_own_references(ready: Enrolment) -> None:
    school = make.school_of(ready.cohort)
    command = PastDiploma(date(2024, 7, 4), "PACTE 2024 n° 12", "Camille ROY")
    entry = services.register_past(ready, command, by=school)
    assert (entry.number, entry.year, ready.status) == (None, 2024, EnrolmentStatus.GRADUATED)
    other = cohorts.learner(ready.cohort)
    with pytest.raises(Refused, match="déjà au registre"):
        services.register_past(other, command, by=school)
    with pytest.raises(Forbidden):
        services.register_past(other, PastDiploma(DAY, "PACTE 2024 n° 13", "Y"), by=make.carrier_of(ready.cohort))


@pytest.mark.both_engines
def test_the_register_is_searched_by_name_and_reference_within_ones_scope(ready: Enrolment) -> None:
    decide(ready)
    school = make.school_of(ready.cohort)
    last = ready.person.last_name.upper()
    for words in ("", last, "2026-001", last.split()[-1]):
        assert queries.register_page(school, words=words, year=2026, number=1).total == 1
    assert queries.register_page(school, words="Zzz", year=None, number=1).rows == []
    assert queries.register_page(school, words="%", year=None, number=1).rows == []
    assert queries.register_page(school, words="", year=2025, number=1).total == 0
    stranger = accounts.principal(accounts.manager())
    assert queries.register_page(stranger, words="", year=None, number=1).rows == []


@pytest.mark.both_engines
def test_two_boards_at_once_decide_once_and_number_without_a_gap(app: Flask, session: Any, frozen_clock: Any) -> None:
    learners = make.graduating(2)
    school = make.school_of(learners[0].cohort)
    ids, cohort_id = tuple(each.id for each in learners), learners[0].cohort_id
    db.session.commit()
    start, told = threading.Barrier(2), []

    def act() -> None:
        with app.app_context(), writing():
            start.wait()
            try:
                cohort = db.session.get_one(Cohort, cohort_id)
                services.decide(cohort, Decisions(ids, Verdict.GRADUATED, DAY), by=school)
                db.session.commit()
                told.append("decided")
            except Refused:
                db.session.rollback()
                told.append("refused")

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(told) == ["decided", "refused"]
    db.session.expire_all()
    assert sorted(number or 0 for number in db.session.scalars(select(RegisterEntry.number))) == [1, 2]


# --- the printed name and the board’s day ----------------------------------------------------------------------------


def test_the_name_is_proposed_then_proofread_then_printed(ready: Enrolment) -> None:
    assert queries.printed_name_of(ready).proofread_at is None
    own = accounts.principal(ready.person)
    services.proofread(ready, "  Camille   Roy-Petit ", by=own)
    assert queries.printed_name_of(ready).name == "Camille Roy-Petit"
    with pytest.raises(Refused, match="Écrivez"):
        services.proofread(ready, "  ", by=own)
    decide(ready)
    entry = queries.entry_of(ready.id)
    assert entry is not None
    assert entry.printed_name == "Camille Roy-Petit"


def test_the_civil_status_given_makes_the_name_proposed(ready: Enrolment) -> None:
    db.session.add(
        CivilStatus(
            cohort_id=ready.cohort_id, person_id=ready.person_id, first_names="Camille, Anne", birth_name="Petit"
        )
    )
    db.session.flush()
    assert queries.printed_name_of(ready).name == "Camille Anne Petit"


def test_the_board_is_announced_and_reminded_to_those_who_have_not_read(session: Any, frozen_clock: Any) -> None:
    first, second = make.graduating(2)
    cohort, carrier = first.cohort, make.carrier_of(first.cohort)
    services.proofread(first, "Camille Roy", by=accounts.principal(first.person))
    services.plan_board(cohort, date(2026, 3, 20), by=carrier)
    assert _names_asked() == [second.person_id]
    with pytest.raises(Refused, match="déjà annoncée"):
        services.plan_board(cohort, date(2026, 3, 20), by=carrier)
    with pytest.raises(Refused, match="passée"):
        services.plan_board(cohort, date(2026, 3, 1), by=carrier)
    services.plan_board(cohort, date(2026, 3, 25), by=carrier)
    assert db.session.scalar(select(func.count()).select_from(DiplomaBoard)) == 1
    db.session.commit()
    assert services.remind_names() == 0
    frozen_clock.at(clock.at_paris(date(2026, 3, 19), 9))
    assert services.remind_names() == 1
    assert services.remind_names() == 0
    assert _names_asked() == [second.person_id] * 3


def _names_asked() -> list[Any]:
    message = OutgoingMail.message == "diplomas/name_to_proofread"
    return list(db.session.scalars(select(OutgoingMail.to_person_id).where(message)))


# --- the end of a cohort ---------------------------------------------------------------------------------------------


def test_a_cohort_closes_when_everyone_has_an_outcome(session: Any, frozen_clock: Any) -> None:
    first, second = make.graduating(2)
    cohort, carrier = first.cohort, make.carrier_of(first.cohort)
    cohort_services.move_cohort(cohort, CohortAct.START, by=carrier)
    decide(first)
    with pytest.raises(Refused, match=second.person.name):
        cohort_services.move_cohort(cohort, CohortAct.CLOSE, by=carrier)
    decide(second, verdict=Verdict.NOT_GRADUATED, reason=WHY)
    cohort_services.move_cohort(cohort, CohortAct.CLOSE, by=carrier)
    assert cohort.status is CohortStatus.CLOSED
