"""What follows a learner to another cohort: half-days, hours, documents, mémoire, up to the diploma (R33, R45, R46, R116)."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.factories import accounts, attendance, defences, diplomas, juries, portfolio, transfers
from tests.factories import choices as choice_rows
from tests.factories import cohorts as make
from training.accounts.enums import Part
from training.catalogue.enums import Modality
from training.cohorts import carrying, services
from training.cohorts.choosing import ModuleChoice
from training.cohorts.commands import EnrolmentChange, Kept
from training.cohorts.enums import EnrolmentAct, EnrolmentStatus, LeavingReason
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.errors import Refused
from training.database import db
from training.defences.enums import MemoireStatus
from training.defences.models import Memoire
from training.diplomas import queries
from training.diplomas.enums import WaiverScope, WaiverStatus
from training.diplomas.models import DiplomaWaiver
from training.portfolio.enums import Decision, EntryStatus, TracerStatus
from training.portfolio.integrity import faults
from training.portfolio.models import HoursEntry, Tracer
from training.portfolio.services import reviews
from training.quality.queries import bpf
from training.seminars.models import AttendanceSheet, CarriedPresence
from training.seminars.queries import presence_of
from training.seminars.queries.sheets import roster_of
from training.seminars.rules.presence import Standing

TODAY = transfers.ENTERS


@pytest.fixture(autouse=True)
def _today(frozen_clock: Any) -> None:
    frozen_clock.at(clock.at_paris(TODAY, 12))


@pytest.fixture
def cohort(session: Any) -> Cohort:
    return make.cohort(label="Promo 8")


@pytest.fixture
def target(cohort: Cohort) -> Cohort:
    return transfers.next_cohort(cohort, label="Promo 9")


@pytest.fixture
def pair(cohort: Cohort) -> portfolio.Pair:
    return portfolio.pair(cohort, first_name="Alix", last_name="Morel")


def mornings(of: Cohort, count: int, first: date) -> list[Any]:
    return attendance.half_days(of, count, first=first, modules=(portfolio.module(of).id,))


def follow(enrolment: Enrolment, there: int, away: int = 0) -> list[AttendanceSheet]:
    """So many locked half-days of the core module, followed, then missed."""
    days = mornings(enrolment.cohort, there + away, date(2026, 2, 3))
    words = [attendance.THERE] * there + [attendance.AWAY] * away
    return [attendance.locked(day, {enrolment: word}) for day, word in zip(days, words, strict=True)]


# --- présentiel ------------------------------------------------------------------------------------------------------


@pytest.mark.both_engines
def test_half_days_followed_count_there_in_hours_and_both_ways_of_counting_agree(
    pair: portfolio.Pair, target: Cohort
) -> None:
    follow(pair.enrolment, 3, 1)
    days = mornings(target, 4, date(2026, 2, 10)) + mornings(target, 4, date(2026, 6, 2))

    new = transfers.done(pair.enrolment, target)

    found = presence_of(new)
    assert [line.standing for line in found.lines] == [Standing.CARRIED] * 6 + [Standing.AHEAD] * 2
    assert (found.credited, found.rate) == (Decimal(72), None)  # 6 of 8 of the 96 hours; nothing held since she entered
    (hours,) = [h for h in queries.progress_of_learner(new.id).facts.hours if h.modality is Modality.IN_PERSON]
    assert (hours.counted, hours.possible) == (found.credited, found.possible)
    assert len(days) == 8


def test_half_days_planned_after_the_transfer_are_carried_too(pair: portfolio.Pair, target: Cohort) -> None:
    """A report to a cohort whose calendar is not made yet loses nothing."""
    follow(pair.enrolment, 2)
    new = transfers.done(pair.enrolment, target, enters_on=date(2026, 9, 1))
    assert presence_of(new).lines == []

    mornings(target, 2, date(2026, 10, 6))

    assert [line.standing for line in presence_of(new).lines] == [Standing.CARRIED] * 2


def test_what_was_locked_stays_as_it_was_and_is_still_read_there(pair: portfolio.Pair, target: Cohort) -> None:
    sheets = follow(pair.enrolment, 2)
    before = [(sheet.content_hash, sheet.version) for sheet in sheets]
    mornings(target, 2, date(2026, 6, 2))

    transfers.done(pair.enrolment, target)

    db.session.expire_all()
    assert [(sheet.content_hash, sheet.version) for sheet in sheets] == before
    assert [line.standing for line in presence_of(pair.enrolment).lines] == [Standing.ATTENDED] * 2
    assert presence_of(pair.enrolment).done_hours == 6


def test_a_sheet_does_not_wait_for_whoever_followed_its_half_day_elsewhere(
    pair: portfolio.Pair, target: Cohort, frozen_clock: Any
) -> None:
    follow(pair.enrolment, 1)
    carried, other = (
        mornings(target, 1, date(2026, 6, 2))[0],
        attendance.half_days(target, 1, first=date(2026, 6, 3))[0],
    )
    new = transfers.done(pair.enrolment, target)

    assert [each.is_dispensed for each in roster_of(carried)] == [True]
    assert [each.is_dispensed for each in roster_of(other)] == [False]
    frozen_clock.at(clock.at_paris(date(2026, 6, 4), 12))
    attendance.locked(carried)
    assert not presence_of(new).is_to_regularise


def test_a_module_not_kept_is_not_carried(pair: portfolio.Pair, target: Cohort) -> None:
    follow(pair.enrolment, 2)
    diplomas.confirm_hours(pair.enrolment, Modality.TEAM)
    mornings(target, 2, date(2026, 6, 2))

    new = transfers.done(pair.enrolment, target, Kept({}, loose=False))

    assert {line.standing for line in presence_of(new).lines} == {Standing.AHEAD}
    assert not db.session.scalars(select(HoursEntry).where(HoursEntry.enrolment_id == new.id)).all()


@pytest.mark.parametrize("opened", [True, False])
def test_a_sheet_still_open_is_locked_first(pair: portfolio.Pair, target: Cohort, opened: bool) -> None:
    """Her presence there would be lost: the transfer says which sheet it waits for (R40)."""
    day = TODAY if opened else TODAY - timedelta(days=1)
    (half_day,) = mornings(pair.cohort, 1, day)
    sheet = None
    if opened:
        sheet = attendance.opened(half_day)
        attendance.signed(sheet, pair.enrolment)

    with pytest.raises(Refused, match="n’est pas verrouillée"):
        transfers.done(pair.enrolment, target)

    attendance.locked(half_day, {} if opened else {pair.enrolment: attendance.THERE}, sheet=sheet)
    db.session.expire_all()
    assert carrying.bars(pair.enrolment, TODAY) == []


@pytest.mark.both_engines
@pytest.mark.parametrize("broken", [{"followed": 0}, {"followed": 3}, {"credited": Decimal("2.5")}])
def test_the_database_refuses_more_than_the_whole(pair: portfolio.Pair, broken: dict[str, Any]) -> None:
    facts = {"followed": 2, "planned": 2, "credited": Decimal(2)}
    module = portfolio.module(pair.cohort)
    db.session.add(CarriedPresence(enrolment_id=pair.enrolment.id, module_id=module.id, **{**facts, **broken}))

    with pytest.raises(IntegrityError):
        db.session.flush()


# --- hours and documents ---------------------------------------------------------------------------------------------


def test_hours_follow_in_their_state_and_count_once_in_the_figures_of_the_year(
    pair: portfolio.Pair, target: Cohort
) -> None:
    diplomas.confirm_hours(pair.enrolment, Modality.TEAM, 4)
    portfolio.log(pair.enrolment, minutes=90)

    new = transfers.done(pair.enrolment, target)

    rows = db.session.scalars(
        select(HoursEntry).where(HoursEntry.enrolment_id == new.id).order_by(HoursEntry.minutes)
    ).all()
    assert [(row.minutes, row.status, row.carried) for row in rows] == [
        (90, EntryStatus.DECLARED, True),
        (240, EntryStatus.CONFIRMED, True),
    ]
    assert {row.module_id for row in rows} == {portfolio.module(target).id}
    assert rows[0].provenance == "reprises de la Promo 8"
    year = (date(2026, 1, 1), date(2026, 12, 31))
    assert bpf._confirmed_hours([pair.cohort.id, target.id], *year) == {pair.enrolment.id: Decimal(4)}


@pytest.mark.both_engines
def test_a_document_validated_counts_there_by_a_version_that_points_to_it(
    pair: portfolio.Pair, target: Cohort, client: Any, session: Any
) -> None:
    tracer = portfolio.deposited(pair.enrolment)
    portfolio.decided(tracer, pair.reader)
    file_id = tracer.deposited[0].files[0].file_id

    new = transfers.done(pair.enrolment, target)

    carried = db.session.scalars(select(Tracer).where(Tracer.enrolment_id == new.id)).one()
    assert (carried.status, carried.type) == (TracerStatus.ACCEPTED, portfolio.tracer_type(target))
    assert (carried.versions[0].carried_id, carried.versions[0].files) == (tracer.deposited[0].id, [])
    assert tracer.status is TracerStatus.ACCEPTED
    assert list(faults()) == []
    newcomer = make.animator(target)
    stranger = make.animator(transfers.next_cohort(target))
    session.commit()
    for person, status in ((newcomer, 200), (new.person, 200), (stranger, 404)):
        accounts.sign_in(client, person)
        assert client.get(f"/fichiers/{file_id}").status_code == status
        assert client.get(f"/documents-traceurs/{carried.id}").status_code == status
    carried.versions[0].carried_id = None
    with pytest.raises(DBAPIError):
        db.session.flush()


def test_the_doctor_finds_a_document_said_to_be_carried_that_was_never_validated(
    pair: portfolio.Pair, target: Cohort
) -> None:
    tracer = portfolio.deposited(pair.enrolment)
    new = transfers.done(pair.enrolment, target)
    carried = db.session.scalars(select(Tracer).where(Tracer.enrolment_id == new.id)).one()
    with db.session.no_autoflush:
        carried.status, carried.versions[0].accepted_at = TracerStatus.ACCEPTED, clock.now()
    db.session.flush()

    assert [fault for fault in faults() if "carried" in fault] == [
        f"Version {carried.versions[0].id} was carried as accepted, and what it stands for is not."
    ]
    assert tracer.status is TracerStatus.DEPOSITED


def test_a_document_being_read_waits_for_the_next_reader(pair: portfolio.Pair, target: Cohort) -> None:
    tracer = portfolio.deposited(pair.enrolment)
    reviews.take(tracer, by=accounts.principal(pair.reader))

    new = transfers.done(pair.enrolment, target)

    carried = db.session.scalars(select(Tracer).where(Tracer.enrolment_id == new.id)).one()
    before = carried.status
    reader = make.referent(new).person
    portfolio.decided(carried, reader, Decision.TO_REVISE, "À compléter.")
    assert (before, carried.status) == (TracerStatus.DEPOSITED, TracerStatus.TO_REVISE)


# --- choices, mémoire, waivers ---------------------------------------------------------------------------------------


def test_r104_what_she_chose_is_chosen_there(target: Cohort, pair: portfolio.Pair) -> None:
    staff = transfers.staff(pair.cohort)
    choice_rows.choose(pair.enrolment, "COM", by=staff, reason="Vu ensemble.")

    new = transfers.done(pair.enrolment, target)

    (row,) = db.session.scalars(select(ModuleChoice).where(ModuleChoice.enrolment_id == new.id))
    assert (row.module_id, row.agreed_at is not None) == (portfolio.module(target, "COM").id, True)


def test_the_memoire_goes_with_its_author_whole(pair: portfolio.Pair, target: Cohort) -> None:
    memoire = defences.approved(pair)
    version = defences.draft(memoire, pair.learner)

    new = transfers.done(pair.enrolment, target)

    db.session.expire_all()
    assert (memoire.enrolment_id, memoire.carried, memoire.status) == (new.id, True, MemoireStatus.DRAFTING)
    assert memoire.versions == [version]
    assert db.session.scalars(select(Memoire).where(Memoire.enrolment_id == pair.enrolment.id)).all() == []


@pytest.mark.usefixtures("session")
def test_a_defence_placed_is_released_first_and_a_result_keeps_her_where_she_defended(frozen_clock: Any) -> None:
    frozen_clock.at(clock.at_paris(juries.HELD_ON - timedelta(days=40), 12))
    slot = juries.placed().slot
    assert slot.memoire is not None
    enrolment = slot.memoire.enrolment

    (placed,) = carrying.bars(enrolment, clock.today())
    slot.memoire.status, slot.published_at = MemoireStatus.PASSED, clock.now()
    db.session.flush()
    (published,) = carrying.bars(enrolment, clock.today())

    assert ("retirez-la d’abord" in placed.words, placed.for_good) == (True, False)
    assert published.for_good
    with pytest.raises(Refused, match="se termine dans cette promotion"):
        transfers.proposed(enrolment, transfers.next_cohort(enrolment.cohort), enters_on=clock.today())


def test_r69_the_school_s_waivers_follow_what_they_are_about(pair: portfolio.Pair, target: Cohort) -> None:
    for scope, thing in ((WaiverScope.MODULE, str(portfolio.module(pair.cohort).id)), (WaiverScope.FORUM, "")):
        db.session.add(
            DiplomaWaiver(
                enrolment=pair.enrolment,
                scope=scope,
                target=thing,
                label="Dispense",
                reason="Acquis antérieurs.",
                status=WaiverStatus.GRANTED,
                decided_on=TODAY,
                settled_at=clock.now(),
            )
        )
    db.session.flush()

    new = transfers.done(pair.enrolment, target)

    rows = db.session.scalars(select(DiplomaWaiver).where(DiplomaWaiver.enrolment_id == new.id)).all()
    assert {(row.scope, row.target) for row in rows} == {
        (WaiverScope.MODULE, str(portfolio.module(target).id)),
        (WaiverScope.FORUM, ""),
    }


def test_r67_her_eligibility_takes_what_she_acquired(pair: portfolio.Pair, target: Cohort) -> None:
    follow(pair.enrolment, 2)
    portfolio.decided(portfolio.deposited(pair.enrolment), pair.reader)
    for modality in (Modality.E_LEARNING, Modality.TEAM):
        diplomas.confirm_hours(pair.enrolment, modality)
    mornings(target, 2, date(2026, 6, 2))
    before = {reason.kind for reason in queries.progress_of_learner(pair.enrolment.id).eligibility.reasons}

    new = transfers.done(pair.enrolment, target)

    after = queries.progress_of_learner(new.id)
    assert {reason.kind for reason in after.eligibility.reasons} == before
    assert after.modules_done == 1
    left = queries.progress_of_learner(pair.enrolment.id)
    assert left.eligibility.reasons[0].sentence.startswith("La personne n’est plus en formation")


# --- what she reads --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("act", [EnrolmentAct.WITHDRAW, EnrolmentAct.POSTPONE])
def test_r33_whoever_left_still_reads_her_path_and_what_she_keeps(
    pair: portfolio.Pair, page: Any, client: Any, session: Any, act: EnrolmentAct
) -> None:
    follow(pair.enrolment, 2)
    portfolio.decided(portfolio.deposited(pair.enrolment), pair.reader)
    change = EnrolmentChange(TODAY, "Autre projet.", LeavingReason.PERSONAL)
    services.change_enrolment(pair.enrolment, act, change, by=transfers.staff(pair.cohort))
    session.commit()
    path = f"/parcours/{pair.enrolment.id}"

    accounts.sign_in(client, pair.learner)
    assert client.get("/parcours").headers["Location"] == path
    text = page(path).text
    assert "Ce qui reste acquis" in text
    assert "2 sur 2 demi-journées" in text
    assert "1 document validé" in text
    assert "Noter des heures" not in text
    school = accounts.manager(make.part_of(pair.cohort, Part.SCHOOL))
    for reader in (make.carrier_of(pair.cohort), school):
        accounts.sign_in(client, reader)
        assert "Ce qui reste acquis" in page(path).text


def test_both_paths_say_what_went_from_one_to_the_other(
    pair: portfolio.Pair, target: Cohort, page: Any, client: Any, session: Any
) -> None:
    follow(pair.enrolment, 1)
    new = transfers.done(pair.enrolment, target)
    session.commit()
    accounts.sign_in(client, pair.learner)

    assert client.get("/parcours").headers["Location"] == f"/parcours/{new.id}"
    there = page(f"/parcours/{new.id}")
    assert "Repris de la Promo 8" in there.text
    assert f"/parcours/{pair.enrolment.id}" in there.links().values()
    before = page(f"/parcours/{pair.enrolment.id}")
    assert "transféré·e" in before.text
    assert f"/parcours/{new.id}" in before.links().values()
    assert pair.enrolment.status is EnrolmentStatus.TRANSFERRED
