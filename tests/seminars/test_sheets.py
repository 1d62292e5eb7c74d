"""Sheets opened, signed, locked, corrected; and what nobody can do to a locked one (R39–R45, R115, R116)."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select, text, update
from sqlalchemy.exc import DBAPIError

from tests.factories import accounts
from tests.factories import attendance as make
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as seminar_rows
from training.accounts.enums import Part
from training.catalogue.models import Module
from training.cohorts import services as cohort_services
from training.cohorts.commands import EnrolmentChange
from training.cohorts.enums import EnrolmentAct
from training.cohorts.models import Cohort
from training.common import clock, doctor
from training.common.errors import ActUnavailable, Forbidden, ReasonRequired, Refused
from training.common.journal import Event
from training.common.policy import WORKER
from training.seminars import queries, services
from training.seminars.commands import (
    Announcement,
    Correction,
    Dispensation,
    GuestSignature,
    HalfDayPlan,
    MakeUpPlan,
    Marking,
    Signature,
)
from training.seminars.enums import AbsenceKind, Presence, SeminarAct, SeminarKind, SheetStatus, SigningMethod
from training.seminars.models import AttendanceEntry, AttendanceSheet
from training.seminars.rules.attendance import in_force
from training.seminars.rules.presence import Standing

both = pytest.mark.both_engines


def said(sheet: AttendanceSheet) -> dict[str, Presence]:
    return {
        entry.enrolment.person.name if entry.enrolment else entry.guest.name: entry.status
        for entry in in_force(queries.entries_of(sheet))
    }


def test_r40_a_sheet_opens_an_hour_before_and_never_for_what_is_cancelled(cohort: Cohort) -> None:
    half_day, by = seminar_rows.half_day(cohort), make.trainer_of(cohort)
    with clock.freeze(half_day.starts_at - timedelta(minutes=61)), pytest.raises(Refused, match="une heure avant"):
        services.open_sheet(half_day, by=by)
    services.cancel_half_day(half_day, by=WORKER, reason="Neige")
    with clock.freeze(half_day.starts_at), pytest.raises(Refused, match="n’a pas lieu"):
        services.open_sheet(half_day, by=by)


@both
def test_r39_a_signature_is_written_once_however_often_it_is_sent(cohort: Cohort, session: Any) -> None:
    sheet = make.opened(seminar_rows.half_day(cohort))
    learner = cohort_rows.learner(cohort)
    first = make.signed(sheet, learner, once="a-key", device="d" * 64)
    again = make.signed(sheet, learner, once="a-key", device="d" * 64)
    other_form = make.signed(sheet, learner, once="another-key")
    assert first.id == again.id == other_form.id
    assert len(session.scalars(select(AttendanceEntry)).all()) == 1
    assert (first.status, first.method, sheet.version) == (Presence.PRESENT, SigningMethod.OWN_PHONE, 2)


def test_r40_nobody_signs_before_the_opening_nor_long_after_nor_once_locked(cohort: Cohort) -> None:
    half_day, learner = seminar_rows.half_day(cohort), cohort_rows.learner(cohort)
    closed = services.sheet_for(half_day)
    with pytest.raises(Refused, match="n’est pas ouvert"):
        make.signed(closed, learner)
    sheet = make.opened(half_day)
    by = accounts.principal(learner.person)
    with clock.freeze(half_day.ends_at + timedelta(minutes=31)), pytest.raises(Refused, match="plus d’une demi-heure"):
        services.sign(sheet, learner, Signature(SigningMethod.OWN_PHONE), by=by)
    make.locked(half_day, sheet=sheet)
    with pytest.raises(Refused, match="verrouillée"):
        services.sign(sheet, cohort_rows.learner(cohort), Signature(SigningMethod.OWN_PHONE), by=by)


@both
def test_r40_r45_the_lock_writes_whoever_did_not_sign_and_seals(cohort: Cohort, session: Any) -> None:
    half_day, by = seminar_rows.half_day(cohort), make.trainer_of(cohort)
    names = ("signe", "absente", "annonce", "dispensee")
    here = {name: cohort_rows.learner(cohort, person=accounts.person(first_name=name, last_name="X")) for name in names}
    late = cohort_rows.learner(cohort, entered_on=seminar_rows.DAY + timedelta(days=1))
    with clock.freeze(half_day.starts_at - timedelta(days=2)):
        told = Announcement((half_day.id,), AbsenceKind.FAMILY)
        services.announce(here["annonce"], told, by=accounts.principal(here["annonce"].person))
        school = accounts.principal(accounts.manager(cohort_rows.part_of(cohort, Part.SCHOOL)))
        services.waive(here["dispensee"], half_day.id, Dispensation(clock.today(), "Acquis reconnus"), by=school)
    sheet = make.opened(half_day, by)
    make.signed(sheet, here["signe"])
    with (
        clock.freeze(half_day.ends_at - timedelta(minutes=31)),
        pytest.raises(Refused, match="se contresigne à la fin"),
    ):
        services.lock(sheet, by=by)
    make.locked(half_day, by=by, sheet=sheet)
    session.expire_all()
    assert said(sheet) == {
        "signe X": Presence.PRESENT,
        "absente X": Presence.ABSENT,
        "annonce X": Presence.EXCUSED,
        "dispensee X": Presence.DISPENSED,
    }
    assert late.person.name not in said(sheet)
    assert (sheet.status, sheet.locked_name, len(sheet.content_hash or "")) == (SheetStatus.LOCKED, by.name, 64)
    event = session.scalars(select(Event).where(Event.kind == "sheet.lock")).one()
    assert event.codes["hash"] == sheet.content_hash
    assert not doctor.diagnose()


def test_r36_a_slot_of_one_variant_expects_only_that_variant(cohort: Cohort) -> None:
    half_day = seminar_rows.half_day(cohort, variants=(cohort_rows.variant(cohort, "CPTS").id,))
    cohort_rows.learner(cohort, code="MSP")
    cpts = cohort_rows.learner(cohort, code="CPTS")
    assert list(said(make.locked(half_day))) == [cpts.person.name]


def test_a_learner_on_leave_is_not_written_away(cohort: Cohort) -> None:
    half_day, learner = seminar_rows.half_day(cohort), cohort_rows.learner(cohort)
    change = EnrolmentChange(on=cohort_rows.ENTERED, reason="Congé")
    cohort_services.change_enrolment(
        learner, EnrolmentAct.SUSPEND, change, by=accounts.principal(cohort_rows.carrier_of(cohort))
    )
    assert said(make.locked(half_day)) == {}


@both
def test_r40_after_the_lock_a_correction_is_a_new_entry_with_its_reason(cohort: Cohort, session: Any) -> None:
    half_day, learner, by = seminar_rows.half_day(cohort), cohort_rows.learner(cohort), make.trainer_of(cohort)
    sheet = make.locked(half_day, by=by)
    seal = sheet.content_hash
    with pytest.raises(ReasonRequired):
        services.correct(sheet, learner, Correction(make.THERE, "  "), by=by)
    with pytest.raises(ActUnavailable):
        services.mark(sheet, learner, make.THERE, by=by)
    half = Marking(Presence.PARTIAL, hours=Decimal("1.50"))
    services.correct(sheet, learner, Correction(half, "Arrivée après la pause, oubliée"), by=by)
    services.correct(sheet, learner, Correction(make.THERE, "Elle était là dès 9 h"), by=by)
    late = cohort_rows.learner(cohort)
    services.correct(sheet, late, Correction(make.THERE, "Inscrite le matin même"), by=by)
    entries = queries.entries_of(sheet)
    assert next(entry.status for entry in entries if entry.enrolment_id == learner.id) is Presence.ABSENT
    assert len(entries) == 4
    assert set(said(sheet).values()) == {Presence.PRESENT}
    assert sheet.content_hash == seal
    assert not doctor.diagnose()


@pytest.mark.parametrize(
    ("marking", "message"),
    [
        (Marking(Presence.PARTIAL), "heures"),
        (Marking(Presence.PARTIAL, hours=Decimal(0)), "heures"),
        (Marking(Presence.PARTIAL, hours=Decimal("3.01")), "heures"),
        (Marking(Presence.EXCUSED), "nature"),
        (Marking(Presence.DISPENSED), "école"),
    ],
)
def test_r43_r115_a_marking_that_cannot_be_is_refused(cohort: Cohort, marking: Marking, message: str) -> None:
    sheet, learner = make.opened(seminar_rows.half_day(cohort)), cohort_rows.learner(cohort)
    with pytest.raises(Refused, match=message):
        services.mark(sheet, learner, marking, by=make.trainer_of(cohort))


def test_r41_staff_lock_only_a_sheet_whose_signed_paper_is_attached(cohort: Cohort, session: Any) -> None:
    half_day, staff = seminar_rows.half_day(cohort), accounts.principal(cohort_rows.carrier_of(cohort))
    sheet = make.opened(half_day, staff)
    with clock.freeze(half_day.ends_at), pytest.raises(Refused, match="joignez d’abord la feuille"):
        services.lock(sheet, by=staff)
    stranger = accounts.principal(accounts.manager())
    with clock.freeze(half_day.ends_at), pytest.raises(Forbidden):
        services.lock(sheet, by=stranger)


def test_r97_a_trainer_who_learns_in_the_cohort_runs_none_of_its_sheets(cohort: Cohort) -> None:
    trainer = cohort_rows.animator(cohort)
    cohort_rows.learner(cohort, person=trainer)
    half_day = seminar_rows.half_day(cohort)
    session_cohort = half_day.cohort
    assert session_cohort.enrolments
    with clock.freeze(half_day.starts_at), pytest.raises(Forbidden):
        services.open_sheet(half_day, by=accounts.principal(trainer))


def test_r34_guests_of_the_launch_sign_once_by_name_and_count_no_hour(cohort: Cohort, session: Any) -> None:
    learner = cohort_rows.learner(cohort)
    launch = seminar_rows.seminar(cohort, seminar_rows.half_day_plan(guests_allowed=True), kind=SeminarKind.LAUNCH)
    sheet = make.opened(launch.half_days[0])
    with clock.freeze(sheet.half_day.starts_at):
        for once in ("1", "2"):
            guest = GuestSignature("Ève Nuñez", "MSP des Lilas", Signature(SigningMethod.OWN_PHONE, once=once))
            services.sign_as_guest(sheet, guest, by=WORKER)
    make.locked(sheet.half_day, {learner: make.THERE}, sheet=sheet)
    assert said(sheet) == {"Ève Nuñez": Presence.PRESENT, learner.person.name: Presence.PRESENT}
    found = queries.presence_of(learner)
    assert (found.credited, found.rate, found.done_hours) == (Decimal("0.00"), None, Decimal(0))
    plain = make.opened(seminar_rows.half_day(cohort, seminar_rows.DAY + timedelta(1)))
    with pytest.raises(Refused, match="ouverte aux équipes"):
        services.sign_as_guest(plain, GuestSignature("A", "B", Signature(SigningMethod.OWN_PHONE)), by=WORKER)


def test_one_phone_for_two_people_is_accepted_and_shown(cohort: Cohort) -> None:
    half_day = seminar_rows.half_day(cohort)
    one, two, three = (cohort_rows.learner(cohort) for _ in range(3))
    sheet = make.opened(half_day)
    make.signed(sheet, one, device="a" * 64)
    make.signed(sheet, two, device="a" * 64)
    make.signed(sheet, three, device="b" * 64)
    page = queries.sheet_page(queries.view_of(half_day, sheet))
    assert page.signed == 3
    assert set(page.shared) == {one.person.name, two.person.name}


# --- moved, cancelled -------------------------------------------------------------------------------------------------


def test_a_half_day_that_is_signed_no_longer_moves_but_may_change_rooms(cohort: Cohort) -> None:
    half_day, learner = seminar_rows.half_day(cohort), cohort_rows.learner(cohort)
    sheet = make.opened(half_day)
    plan = HalfDayPlan(starts_at=half_day.starts_at, ends_at=half_day.ends_at, place="Beaune")
    later = HalfDayPlan(starts_at=half_day.starts_at + timedelta(hours=1), ends_at=half_day.ends_at, place="Beaune")
    services.move_half_day(half_day, later, by=WORKER)  # opened, unsigned: it still moves
    services.move_half_day(half_day, plan, by=WORKER)
    make.signed(sheet, learner)
    services.move_half_day(half_day, HalfDayPlan(plan.starts_at, plan.ends_at, place="Beaune", room="B2"), by=WORKER)
    assert half_day.room == "B2"
    with pytest.raises(Refused, match="déjà signée"):
        services.move_half_day(half_day, later, by=WORKER)
    with pytest.raises(Refused, match="déjà signée"):
        services.cancel_half_day(half_day, by=WORKER, reason="Neige")
    with pytest.raises(Refused, match="déjà signée"):
        services.advance(half_day.seminar, SeminarAct.CANCEL, by=WORKER, reason="Neige")


def test_hours_follow_the_sheet_even_if_the_half_day_is_moved_behind_it(cohort: Cohort, session: Any) -> None:
    half_day, learner = seminar_rows.half_day(cohort), cohort_rows.learner(cohort)
    make.locked(half_day, {learner: make.THERE})
    half_day.ends_at += timedelta(hours=2)
    session.flush()
    assert queries.presence_of(learner).done_hours == 3
    assert not doctor.diagnose()


# --- made up ----------------------------------------------------------------------------------------------------------


def test_r116_a_missed_half_day_is_made_up_in_another_cohort(cohort: Cohort, session: Any) -> None:
    module = session.scalars(select(Module).where(Module.edition_id == cohort.edition_id, Module.code == "PF")).one()
    missed = seminar_rows.half_day(cohort, modules=(module.id,))
    learner = cohort_rows.learner(cohort)
    make.locked(missed)
    elsewhere = cohort_rows.cohort(edition=cohort.edition)
    other = seminar_rows.half_day(elsewhere, seminar_rows.DAY + timedelta(days=30), modules=(module.id,))
    staff = accounts.principal(cohort_rows.carrier_of(cohort))
    with clock.freeze(missed.ends_at + timedelta(days=1)):
        offered = queries.make_up_choices(learner, missed.id)
        assert [choice.half_day_id for choice in offered] == [other.id]
        services.arrange_make_up(learner, missed.id, MakeUpPlan(other.id), by=staff)
        with pytest.raises(Refused, match="plus proposée"):
            services.arrange_make_up(learner, missed.id, MakeUpPlan(missed.id), by=staff)
    sheet = make.opened(other)
    assert queries.signers_among(other, learner.person_id) == [learner]
    make.signed(sheet, learner)
    make.locked(other, sheet=sheet)
    found = queries.presence_of(learner)
    assert [line.standing for line in found.lines] == [Standing.MADE_UP]
    assert (found.credited, found.is_to_regularise) == (Decimal("96.00"), False)


# --- nobody alters a locked sheet -------------------------------------------------------------------------------------

ATTEMPTS: dict[str, Callable[[AttendanceSheet, AttendanceEntry], Any]] = {
    "change an entry": lambda _s, e: update(AttendanceEntry).where(AttendanceEntry.id == e.id).values(status="present"),
    "delete an entry": lambda _s, e: delete(AttendanceEntry).where(AttendanceEntry.id == e.id),
    "reopen the sheet": lambda s, _e: (
        update(AttendanceSheet)
        .where(AttendanceSheet.id == s.id)
        .values(status="open", locked_at=None, content_hash=None)
    ),
    "change its seal": lambda s, _e: (
        update(AttendanceSheet).where(AttendanceSheet.id == s.id).values(content_hash="0" * 64)
    ),
    "delete the sheet": lambda s, _e: delete(AttendanceSheet).where(AttendanceSheet.id == s.id),
    "add without a reason": lambda s, e: text(
        "INSERT INTO attendance_entry (id, sheet_id, enrolment_id, status, method, recorded_at, digest, corrects_id) "
        "SELECT '00000000000000000000000000000009', sheet_id, enrolment_id, 'present', 'recorded', recorded_at, digest, id "
        "FROM attendance_entry"
    ),
}


@both
def test_r40_the_database_itself_refuses_to_alter_a_locked_sheet(cohort: Cohort, session: Any) -> None:
    cohort_rows.learner(cohort)
    sheet = make.locked(seminar_rows.half_day(cohort))
    (entry,) = queries.entries_of(sheet)
    session.commit()
    for statement in ATTEMPTS.values():
        with pytest.raises(DBAPIError, match="attendance"):
            session.execute(statement(sheet, entry))
        session.rollback()
    assert not doctor.diagnose()


@both
def test_r40_an_entry_of_an_open_sheet_is_not_changed_either(cohort: Cohort, session: Any) -> None:
    sheet = make.opened(seminar_rows.half_day(cohort))
    entry = make.signed(sheet, cohort_rows.learner(cohort))
    session.commit()
    for attempt in ("change an entry", "delete an entry"):
        with pytest.raises(DBAPIError, match="never changed"):
            session.execute(ATTEMPTS[attempt](sheet, entry))
        session.rollback()


TRIGGERS = {
    "sqlite": ("DROP TRIGGER attendance_entry_no_update", "DROP TRIGGER attendance_sheet_no_update"),
    "postgresql": (
        "ALTER TABLE attendance_entry DISABLE TRIGGER ALL",
        "ALTER TABLE attendance_sheet DISABLE TRIGGER ALL",
    ),
}


ALTERATIONS = {
    "UPDATE attendance_entry SET status = 'present'": "was altered",
    "UPDATE attendance_entry SET digest = 'x'": "was altered",
    "UPDATE attendance_sheet SET locked_name = 'Quelqu’un'": "does not match its seal",
    "UPDATE attendance_sheet SET content_hash = 'x'": "not the one the journal keeps",
}


@both
def test_r40_doctor_finds_what_was_altered_behind_the_database(cohort: Cohort, session: Any, engine_name: str) -> None:
    cohort_rows.learner(cohort)
    make.locked(seminar_rows.half_day(cohort))
    session.commit()
    for alteration, told in ALTERATIONS.items():
        for statement in (*TRIGGERS[engine_name], alteration):
            session.execute(text(statement))
        found = doctor.diagnose()
        assert any(told in fault for fault in found), found
        assert any("not defended" in fault for fault in found), found
        session.rollback()
    assert not doctor.diagnose()
