"""Seminars planned, moved, cancelled, restored, on real rows and both engines."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.factories import accounts, choices
from tests.factories import cohorts as cohort_rows
from tests.factories import seminars as make
from training.accounts.enums import Part
from training.catalogue.enums import Modality
from training.cohorts.models import Cohort
from training.common import clock, journal
from training.common.declarations import registry
from training.common.errors import ActUnavailable, Forbidden, ReasonRequired, Refused
from training.common.policy import WORKER
from training.database import db
from training.seminars import queries, services
from training.seminars.commands import SeminarPlan, SeminarWords
from training.seminars.enums import ClashKind, Mode, SeminarAct, SeminarKind, SeminarStatus, StaffRole
from training.seminars.models import HalfDay, HalfDayStaff, Seminar

pytestmark = pytest.mark.both_engines


def one_of(cohort: Cohort) -> Seminar:
    return db.session.scalars(select(Seminar).where(Seminar.cohort_id == cohort.id)).one()


def kinds(subject: Any) -> list[str]:
    return [entry.kind for entry in journal.timeline(subject, sentences=registry.sentences)]


def test_planning_is_journaled_and_bumps_the_calendar(session: Any) -> None:
    cohort = cohort_rows.cohort()
    before = cohort.calendar_version

    seminar = make.seminar(cohort, make.half_day_plan(), make.half_day_plan(hours=make.AFTERNOON))

    assert [half_day.starts_on for half_day in seminar.half_days] == [make.DAY, make.DAY]
    assert (seminar.status, cohort.calendar_version) == (SeminarStatus.PLANNED, before + 1)
    assert kinds(seminar) == ["seminar.planned"]


def test_r35_two_half_days_of_a_cohort_do_not_overlap(session: Any) -> None:
    cohort = cohort_rows.cohort()
    make.half_day(cohort)

    with pytest.raises(services.Overlap, match="Séminaire 1") as refusal:
        make.half_day(cohort, hours=(time(11), time(13)))

    assert refusal.value.field == "starts"


def test_r35_half_days_for_different_variants_may_be_simultaneous(session: Any) -> None:
    cohort = cohort_rows.cohort()
    msp, cpts = (cohort_rows.variant(cohort, code).id for code in ("MSP", "CPTS"))

    make.half_day(cohort, variants=(msp,))

    assert make.half_day(cohort, variants=(cpts,)).starts_on == make.DAY
    with pytest.raises(services.Overlap):
        make.half_day(cohort, variants=(msp, cpts))


def test_r35_another_cohort_and_a_cancelled_half_day_leave_the_time_free(session: Any) -> None:
    cohort = cohort_rows.cohort()
    cancelled = make.half_day(cohort)
    make.half_day(cohort_rows.cohort())
    services.cancel_half_day(cancelled, by=WORKER, reason="Salle fermée")

    make.half_day(cohort)

    with pytest.raises(services.Overlap):
        services.restore_half_day(cancelled, by=WORKER)


def test_r35_restoring_a_seminar_checks_that_its_time_is_still_free(session: Any) -> None:
    cohort = cohort_rows.cohort()
    seminar = make.seminar(cohort)
    services.advance(seminar, SeminarAct.CANCEL, by=WORKER, reason="Grève")
    make.half_day(cohort)

    with pytest.raises(services.Overlap):
        services.advance(seminar, SeminarAct.RESTORE, by=WORKER)


def test_r35_whoever_is_expected_twice_at_once_is_told_never_refused(session: Any, frozen_clock: Any) -> None:
    frozen_clock.at(clock.at_paris(make.DAY - timedelta(30)))
    edition = cohort_rows.published_edition()
    one, other = cohort_rows.cohort(edition=edition), cohort_rows.cohort()
    learner = cohort_rows.learner(one)
    cohort_rows.learner(other, person=learner.person)
    trainer = cohort_rows.animator(one)
    cohort_rows.approve(trainer, other)
    make.seminar(other, make.half_day_plan(staff=((trainer.id, StaffRole.TRAINER),)), title="Ailleurs")
    cohort_rows.learner(one)  # expected here only

    carrier = accounts.principal(cohort_rows.carrier_of(one))

    clashes = queries.clashes_of(make.seminar(one), carrier)

    assert {(clash.kind, clash.who) for clash in clashes} == {
        (ClashKind.LEARNER, (learner.person.name,)),
        (ClashKind.TRAINER, (trainer.name,)),
    }
    assert {(clash.seminar, clash.cohort) for clash in clashes} == {(None, None)}  # another body's keeps its title
    assert queries.clashes_of(make.seminar(one, make.half_day_plan(make.DAY + timedelta(1))), carrier) == []
    assert {clash.seminar for clash in queries.clashes_of(one_of(other), accounts.principal(trainer))} == {
        "Séminaire 1"
    }


@pytest.mark.parametrize(
    "act",
    [
        lambda h: services.move_half_day(h, make.half_day_plan(make.DAY + timedelta(7)), by=WORKER),
        lambda h: services.cancel_half_day(h, by=WORKER, reason="Salle fermée"),
        lambda h: services.rename_seminar(h.seminar, SeminarWords(SeminarKind.REGROUPING, "Rencontre"), by=WORKER),
        lambda h: services.advance(h.seminar, SeminarAct.CONFIRM, by=WORKER),
        lambda h: services.advance(h.seminar, SeminarAct.POSTPONE, by=WORKER, reason="Grève"),
    ],
)
def test_r37_each_change_grows_the_sequence_and_the_calendar_version(
    session: Any, frozen_clock: Any, act: Callable[[HalfDay], None]
) -> None:
    half_day = make.half_day(cohort_rows.cohort())
    uid, cohort = half_day.uid, half_day.cohort
    before = (half_day.sequence + half_day.seminar.sequence, cohort.calendar_version)
    frozen_clock.advance(timedelta(hours=1))

    act(half_day)

    assert half_day.uid == uid
    assert (half_day.sequence + half_day.seminar.sequence, cohort.calendar_version) == (before[0] + 1, before[1] + 1)
    assert max(half_day.changed_at, half_day.seminar.changed_at) == clock.now()
    assert cohort.calendar_changed_at == clock.now()


def test_a_half_day_cancelled_apart_stays_so_when_its_seminar_is_restored(session: Any) -> None:
    seminar = make.seminar(cohort_rows.cohort(), make.half_day_plan(), make.half_day_plan(hours=make.AFTERNOON))
    services.cancel_half_day(seminar.half_days[0], by=WORKER, reason="Salle fermée")

    services.advance(seminar, SeminarAct.POSTPONE, by=WORKER, reason="Grève")
    assert [half_day.is_off for half_day in seminar.half_days] == [True, True]
    services.advance(seminar, SeminarAct.RESTORE, by=WORKER)

    assert [half_day.is_off for half_day in seminar.half_days] == [True, False]


def test_what_was_held_no_longer_moves(session: Any) -> None:
    half_day = make.half_day(cohort_rows.cohort())
    for act in (SeminarAct.CONFIRM, SeminarAct.HOLD):
        services.advance(half_day.seminar, act, by=WORKER)

    with pytest.raises(ActUnavailable):
        services.move_half_day(half_day, make.half_day_plan(), by=WORKER)
    with pytest.raises(ActUnavailable):
        services.add_half_day(half_day.seminar, make.half_day_plan(hours=make.AFTERNOON), by=WORKER)


def test_cancelling_needs_a_reason_and_happens_once(session: Any) -> None:
    half_day = make.half_day(cohort_rows.cohort())

    with pytest.raises(ReasonRequired):
        services.cancel_half_day(half_day, by=WORKER, reason="  ")
    services.cancel_half_day(half_day, by=WORKER, reason="Salle fermée")

    with pytest.raises(ActUnavailable):
        services.cancel_half_day(half_day, by=WORKER, reason="Encore")


def test_only_the_carrier_takes_a_step(session: Any) -> None:
    seminar = make.seminar(cohort_rows.cohort())
    school = accounts.manager(cohort_rows.part_of(seminar.cohort, Part.SCHOOL))

    with pytest.raises(Forbidden):
        services.advance(seminar, SeminarAct.CONFIRM, by=accounts.principal(school))


@pytest.mark.parametrize("hours", [(time(12, 30), time(9, 30)), (time(9, 30), time(9, 30)), (time(6), time(20))])
def test_a_half_day_lasts_from_a_moment_to_twelve_hours(session: Any, hours: tuple[time, time]) -> None:
    with pytest.raises(Refused) as refusal:
        make.half_day(cohort_rows.cohort(), hours=hours)

    assert refusal.value.field == "ends"


def test_modules_and_variants_are_those_of_the_edition(session: Any) -> None:
    cohort, foreign = cohort_rows.cohort(), cohort_rows.cohort()

    with pytest.raises(Refused, match="édition"):
        make.half_day(cohort, modules=(foreign.edition.modules[0].id,))


def test_changing_the_staff_keeps_who_stays_and_drops_who_leaves(session: Any) -> None:
    stays, leaves, comes = (accounts.person() for _ in range(3))
    role = StaffRole.TRAINER
    half_day = make.half_day(cohort_rows.cohort(), staff=((stays.id, role), (leaves.id, role)))
    kept = next(member.id for member in half_day.staff if member.person_id == stays.id)

    services.move_half_day(
        half_day, make.half_day_plan(staff=((stays.id, StaffRole.SPEAKER), (comes.id, role))), by=WORKER
    )

    assert {member.person_id: member.role for member in half_day.staff} == {
        stays.id: StaffRole.SPEAKER,
        comes.id: role,
    }
    assert kept in {member.id for member in half_day.staff}


def test_r38_planned_hours_stand_beside_those_asked(session: Any) -> None:
    cohort = cohort_rows.cohort()
    cpts = cohort_rows.variant(cohort, "CPTS")
    make.seminar(cohort, make.half_day_plan(), make.half_day_plan(hours=make.AFTERNOON, variants=(cpts.id,)))
    make.seminar(cohort, make.half_day_plan(date(2025, 12, 11)), kind=SeminarKind.LAUNCH, title="Lancement")
    make.half_day(cohort, make.DAY + timedelta(1), mode=Mode.REMOTE)
    manager = accounts.principal(accounts.manager(cohort_rows.part_of(cohort, Part.CARRIER)))

    gaps = {
        gap.variant: (float(gap.planned.low), gap.required) for gap in queries.cohort_schedule(cohort, manager).gaps
    }

    required = {
        v.label: next(h.hours for h in v.hours if h.modality is Modality.IN_PERSON) for v in cohort.edition.variants
    }
    assert gaps == {"Variante MSP": (3, required["Variante MSP"]), "Variante CPTS": (6, required["Variante CPTS"])}


def test_r104_one_track_counts_for_whoever_follows_it_and_never_both(session: Any) -> None:
    cohort = choices.cohort()
    for rank, code in enumerate(("PF", "COM", "COM", "ALT")):
        make.half_day(cohort, make.DAY + timedelta(rank), modules=(choices.module(cohort, code).id,))
    manager = accounts.principal(cohort_rows.carrier_of(cohort))

    gap, _other = queries.cohort_schedule(cohort, manager).gaps
    modules = (choices.module(cohort, "ALT").id,)
    plan = SeminarPlan(
        SeminarKind.SEMINAR, "S5", (make.half_day_plan(), make.half_day_plan(hours=make.AFTERNOON, modules=modules))
    )
    after, _other = services.hours_after(cohort, [plan])

    assert str(gap.planned) == "de 6\xa0h à 9\xa0h"
    assert {track.variant: track.planned.low for track in gap.tracks} == {"Module COM": 9, "Module ALT": 6}
    assert {track.variant: track.planned.low for track in after.tracks} == {"Module COM": 12, "Module ALT": 12}


@pytest.mark.parametrize(
    "broken", [{"ends_at": datetime.fromisoformat("2026-04-23T09:00:00+02:00")}, {"credited_hours": -1}]
)
def test_the_database_refuses_impossible_half_days(session: Any, broken: dict[str, Any]) -> None:
    half_day = make.half_day(cohort_rows.cohort())
    for name, value in broken.items():
        setattr(half_day, name, value)

    with pytest.raises(IntegrityError):
        session.flush()


def test_nobody_is_twice_at_a_half_day(session: Any) -> None:
    someone = accounts.person()
    half_day = make.half_day(cohort_rows.cohort(), staff=((someone.id, StaffRole.TRAINER),))

    session.add(HalfDayStaff(half_day_id=half_day.id, person_id=someone.id, role=StaffRole.SPEAKER))

    with pytest.raises(IntegrityError):
        session.flush()


def test_the_next_half_day_takes_place_and_is_ahead(session: Any, frozen_clock: Any) -> None:
    cohort = cohort_rows.cohort()
    learner = cohort_rows.learner(cohort)
    make.half_day(cohort, date(2026, 1, 29))
    services.cancel_half_day(make.half_day(cohort, date(2026, 3, 5)), by=WORKER, reason="Grève")
    ahead = make.half_day(cohort, date(2026, 4, 23))

    assert queries.next_half_day_of(learner.person_id) is ahead
