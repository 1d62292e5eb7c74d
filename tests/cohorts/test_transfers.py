"""A learner passes to another cohort: who proposes, who agrees, when nothing moves yet (R33, R116)."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.factories import accounts, transfers
from tests.factories import cohorts as make
from training.accounts.enums import Function, Part
from training.accounts.models import Person
from training.cohorts import privacy, queries, services
from training.cohorts.commands import Agreement, EnrolmentChange, Kept
from training.cohorts.enums import CohortStatus, EnrolmentAct, EnrolmentStatus, LeavingReason
from training.cohorts.models import Cohort, Enrolment, Seat
from training.cohorts.transfer_rules import correspondence, leaves_on
from training.cohorts.transfers import Transfer, TransferAct, TransferLine, TransferStatus
from training.common import clock
from training.common.errors import ActUnavailable, Conflict, Forbidden, ReasonRequired, Refused
from training.common.mail import OutgoingMail
from training.database import db, writing

TODAY = date(2026, 4, 1)


@pytest.fixture
def today(frozen_clock: Any) -> None:
    frozen_clock.at(clock.at_paris(TODAY, 12))


@pytest.fixture
def former(cohort: Cohort) -> Enrolment:
    return make.learner(cohort, person=accounts.person(first_name="Alix", last_name="Morel"))


@pytest.fixture
def target(cohort: Cohort) -> Cohort:
    return transfers.next_cohort(cohort, label="Promo 9", places=2)


def told(session: Any, message: str) -> set[str]:
    rows = session.scalars(select(OutgoingMail).where(OutgoingMail.message == f"cohorts/{message}"))
    return {mail.to_email for mail in rows}


# --- rules -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("enters_on", "leaves"),
    [
        (TODAY, TODAY),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=9)),  # she is there already
        (TODAY + timedelta(days=150), TODAY),  # a report: she leaves now, and enters next autumn
        (date(2025, 1, 1), date(2025, 12, 11)),  # never before she entered
    ],
)
def test_the_day_she_leaves(enters_on: date, leaves: date) -> None:
    assert leaves_on(enters_on, date(2025, 12, 11), TODAY) == leaves


@pytest.mark.parametrize(
    ("former", "new", "expected"),
    [
        (("PF", "Projet de santé"), ("PF", "Autre titre"), True),  # the same code
        (("PF", "Projet de santé"), ("pf", None), True),  # however it is written
        (("PF", "Projet de santé"), ("M2", "Projet de Sante"), True),  # the same title
        (("PF", None), ("M2", None), False),  # no title is no title in common
        (("PF", "Projet de santé"), ("M2", "Parcours"), False),
    ],
)
def test_modules_answer_each_other_by_code_or_title(
    former: tuple[str, str | None], new: tuple[str, str | None], expected: bool
) -> None:
    one, other = (SimpleNamespace(id=key, code=code, title=title) for key, (code, title) in enumerate((former, new)))

    assert correspondence([one], [other]) == {0: 1 if expected else None}


# --- the act ---------------------------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_r116_nothing_moves_before_the_cohort_that_receives_and_its_school_agreed(
    former: Enrolment, target: Cohort, session: Any, today: None
) -> None:
    seat = former.seat
    follower = make.referent(former).person
    animator = make.animator(target)
    transfer = transfers.proposed(former, target)
    assert (former.status, services.seats_left(target)) == (EnrolmentStatus.ACTIVE, 2)

    services.welcome_transfer(transfer, by=transfers.staff(target))
    assert (former.status, former.seat, services.seats_left(target)) == (EnrolmentStatus.ACTIVE, seat, 1)
    assert not told(session, "transfer_done")

    school = transfers.school(target)
    new = services.accept_transfer(transfer, Agreement(transfers.as_proposed(transfer)), by=school)

    assert (former.status, former.leaving, former.left_on, former.seat_id) == (
        EnrolmentStatus.TRANSFERRED,
        LeavingReason.TRANSFER,
        TODAY,
        None,
    )
    assert (new.cohort, new.entered_on, new.status, new.carried_from) == (
        target,
        TODAY,
        EnrolmentStatus.ACTIVE,
        "Promo 8",
    )
    assert (new.seat is not None and new.seat.holder_id, services.seats_left(target)) == (None, 1)
    assert all(term.until is not None for term in former.assignments)
    assert told(session, "transfer_done") == {former.person.email}
    assert {follower.email, animator.email} <= told(session, "transfer_told")
    assert school.email not in told(session, "transfer_told")
    services.lock_cohort(target.id)
    assert (transfer.status, transfer.to_enrolment_id) == (TransferStatus.DONE, new.id)


def test_everyone_concerned_is_told_once_of_a_transfer_done(former: Enrolment, target: Cohort, session: Any) -> None:
    chief = accounts.person()
    accounts.membership(chief, Function.REPRESENTATIVE, structure=former.structure)
    transfers.done(former, target)

    rows = session.scalars(
        select(OutgoingMail).where(OutgoingMail.message.in_(["cohorts/transfer_done", "cohorts/transfer_told"]))
    )
    people = [mail.to_email for mail in rows]
    assert sorted(people) == sorted(set(people))
    assert {chief.email, former.person.email} <= set(people)


def test_whoever_runs_both_cohorts_proposes_and_welcomes_by_one_act(former: Enrolment, cohort: Cohort) -> None:
    target = transfers.next_cohort(cohort, carrier=make.part_of(cohort, Part.CARRIER))

    transfer = transfers.proposed(former, target)

    assert transfer.status is TransferStatus.WELCOMED
    assert services.seats_left(target) == 19


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"enters_on": date(2025, 12, 1)}, "enters_on"),  # before she entered
        ({"enters_on": date(2031, 1, 1)}, "enters_on"),  # after its end
    ],
)
def test_a_day_that_will_not_do_is_refused(
    former: Enrolment, target: Cohort, values: dict[str, Any], field: str
) -> None:
    target.ends_on = date(2027, 6, 30)

    with pytest.raises(Refused) as refusal:
        transfers.proposed(former, target, **values)

    assert refusal.value.field == field


def test_a_cohort_of_another_programme_one_that_is_over_and_her_own_are_refused(
    former: Enrolment, target: Cohort, cohort: Cohort
) -> None:
    target.status = CohortStatus.CLOSED
    for elsewhere in (make.cohort(), target, cohort):
        with pytest.raises(Refused):
            transfers.proposed(former, elsewhere)


def test_a_second_transfer_and_any_other_departure_wait_for_the_first(former: Enrolment, target: Cohort) -> None:
    transfers.proposed(former, target)
    staff = transfers.staff(former.cohort)

    with pytest.raises(Conflict):
        transfers.proposed(former, target)
    with pytest.raises(Refused, match="Promo 9"):
        services.change_enrolment(former, EnrolmentAct.WITHDRAW, EnrolmentChange(TODAY, "Autre."), by=staff)
    services.change_enrolment(former, EnrolmentAct.SUSPEND, EnrolmentChange(TODAY, "Congé."), by=staff)


@pytest.mark.parametrize(
    ("act", "status"),
    [(TransferAct.DECLINE, TransferStatus.DECLINED), (TransferAct.WITHDRAW, TransferStatus.WITHDRAWN)],
)
def test_declined_or_withdrawn_it_leaves_everything_as_it_was(
    former: Enrolment, target: Cohort, session: Any, act: TransferAct, status: TransferStatus
) -> None:
    transfer = transfers.proposed(former, target)
    by = transfers.staff(target if act is TransferAct.DECLINE else former.cohort)

    services.end_transfer(transfer, act, "Promotion complète.", by=by)

    assert (transfer.status, former.status, services.seats_left(target)) == (status, EnrolmentStatus.ACTIVE, 2)
    assert told(session, "transfer_ended")
    assert transfers.proposed(former, target).is_live  # another may be proposed


def test_refused_by_the_school_it_says_why_and_gives_the_seat_back(former: Enrolment, target: Cohort) -> None:
    transfer = transfers.welcomed(former, target)
    school = transfers.school(target)

    with pytest.raises(ReasonRequired):
        services.end_transfer(transfer, TransferAct.REFUSE, " ", by=school)
    services.end_transfer(transfer, TransferAct.REFUSE, "Trop peu en commun.", by=school)

    assert (transfer.status, transfer.answer, services.seats_left(target)) == (
        TransferStatus.REFUSED,
        "Trop peu en commun.",
        2,
    )
    with pytest.raises(ActUnavailable):
        services.accept_transfer(transfer, Agreement(Kept({})), by=school)


def test_a_full_cohort_cannot_welcome(former: Enrolment, target: Cohort) -> None:
    make.learner(target)
    make.learner(target)
    transfer = transfers.proposed(former, target)

    with pytest.raises(services.NoSeatLeft):
        services.welcome_transfer(transfer, by=transfers.staff(target))


def test_each_agreement_is_given_by_whom_it_belongs_to(former: Enrolment, target: Cohort) -> None:
    transfer = transfers.proposed(former, target)
    for by in (transfers.staff(former.cohort), transfers.school(target), transfers.school(former.cohort)):
        with pytest.raises(Forbidden):
            services.welcome_transfer(transfer, by=by)
    services.welcome_transfer(transfer, by=transfers.staff(target))
    for by in (transfers.staff(former.cohort), transfers.staff(target), transfers.school(former.cohort)):
        with pytest.raises(Forbidden):
            services.accept_transfer(transfer, Agreement(Kept({})), by=by)


def test_r33_someone_who_was_postponed_takes_what_she_had_to_a_later_cohort(
    former: Enrolment, target: Cohort, today: None
) -> None:
    left = TODAY - timedelta(days=30)
    services.change_enrolment(
        former,
        EnrolmentAct.POSTPONE,
        EnrolmentChange(left, "Congé.", LeavingReason.PERSONAL),
        by=transfers.staff(former.cohort),
    )

    new = transfers.done(former, target)

    assert (former.status, former.left_on, former.leaving) == (EnrolmentStatus.POSTPONED, left, LeavingReason.PERSONAL)
    assert (new.cohort, new.carried_from) == (target, "Promo 8")
    with pytest.raises(Refused):
        transfers.proposed(former, transfers.next_cohort(target))  # she follows the programme already


def test_what_is_owed_to_a_condition_follows_her(former: Enrolment, target: Cohort) -> None:
    former.held_from, former.postless_since, former.settle_by = date(2026, 5, 1), date(2026, 3, 1), date(2026, 6, 1)

    new = transfers.done(former, target)

    assert (new.held_from, new.postless_since, new.settle_by) == (date(2026, 5, 1), date(2026, 3, 1), date(2026, 6, 1))
    assert former.postless_since is None


def test_the_correspondence_is_corrected_until_it_is_accepted(former: Enrolment, target: Cohort) -> None:
    transfer = transfers.welcomed(former, target)
    own = next(line for line in transfer.lines if line.from_module and line.from_module.code == "PF")
    assert own.to_module is not None
    assert own.to_module.code == "PF"
    staff = transfers.staff(former.cohort)

    foreign = former.cohort.edition.modules[0].id  # of the edition left

    with pytest.raises(Refused):
        services.correct_transfer(transfer, Kept({own.id: foreign}), by=staff)
    services.correct_transfer(transfer, Kept({own.id: None}, loose=False), by=staff)

    assert [line.kept for line in transfer.lines] == [False, False]


@pytest.mark.parametrize(
    "broken",
    [
        {"settled_at": clock.now()},  # settled, and still live
        {"status": TransferStatus.WELCOMED},  # welcomed by nobody
        {"status": TransferStatus.DECLINED, "settled_at": clock.now()},  # without a word
        {"status": TransferStatus.DONE, "settled_at": clock.now(), "welcomed_at": clock.now()},  # to no enrolment
        {"reason": ""},
        {"transcribed": True},
        {},  # a second one
    ],
)
@pytest.mark.both_engines
def test_the_database_refuses_impossible_transfers(
    former: Enrolment, target: Cohort, session: Any, broken: dict[str, Any]
) -> None:
    facts: dict[str, Any] = {
        "enrolment_id": former.id,
        "from_cohort_id": former.cohort_id,
        "to_cohort_id": target.id,
        "variant_id": make.variant(target).id,
        "enters_on": TODAY,
        "reason": "Motif",
    }
    if not broken:
        transfers.proposed(former, target)
    session.add(Transfer(**{**facts, **broken}))

    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.both_engines
def test_the_database_ties_a_departure_by_transfer_to_its_facts(former: Enrolment, session: Any) -> None:
    former.status = EnrolmentStatus.TRANSFERRED  # with a seat and no day

    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.both_engines
def test_a_line_kept_counts_for_a_module(former: Enrolment, target: Cohort, session: Any) -> None:
    transfer = transfers.proposed(former, target)
    module = former.cohort.edition.modules[1]
    session.add(TransferLine(transfer_id=transfer.id, position=9, from_module_id=module.id, kept=True))

    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.both_engines
def test_the_last_seat_is_given_once_to_learners_from_several_cohorts(
    fresh_database: Callable[..., Flask], engine_name: str
) -> None:
    """Eight threads welcome eight learners of eight cohorts in the last seat: one is, the others are told why (R28)."""
    app = fresh_database(engine_name)
    seekers = 8
    with app.app_context():
        first = make.cohort()
        target = transfers.next_cohort(first, places=1)
        ids = []
        for _ in range(seekers):
            left = transfers.next_cohort(first)
            ids.append(transfers.proposed(make.learner(left), target).id)
        welcoming, target_id = make.carrier_of(target).id, target.id
        db.session.commit()
    start, outcomes = threading.Barrier(seekers), []

    def welcome(transfer_id: Any) -> None:
        with app.app_context(), writing():
            start.wait()
            by = accounts.principal(db.session.get_one(Person, welcoming))
            try:
                services.welcome_transfer(queries.find_transfer(by, transfer_id, to_change=True), by=by)
                db.session.commit()
                outcomes.append(True)
            except services.NoSeatLeft:
                db.session.rollback()
                outcomes.append(False)

    threads = [threading.Thread(target=welcome, args=(each,)) for each in ids]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [False] * (seekers - 1) + [True]
    with app.app_context():
        held = db.session.scalars(select(Seat).where(Seat.cohort_id == target_id)).all()
        assert [seat.holder_id is not None for seat in held] == [True]
        live = db.session.scalars(select(Transfer.status).order_by(Transfer.status)).all()
        assert live.count(TransferStatus.WELCOMED) == 1


def test_her_data_tell_her_transfers(former: Enrolment, target: Cohort, session: Any) -> None:
    transfer = transfers.proposed(former, target)

    (row,) = privacy.export_transfers(former.person_id)
    assert (row["de"], row["à"], row["motif"]) == ("Promo 8", "Promo 9", "Déménagement.")
    assert privacy.empty_transfers(former.person_id) == 1
    session.refresh(transfer)
    assert transfer.reason == "(motif effacé)"
