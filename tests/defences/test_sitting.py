"""A jury at work, from pledges to what the learner is told (R62, R65, R66, R126)."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from tests.factories import accounts
from tests.factories import juries as make
from training.accounts.enums import Part
from training.catalogue.enums import Outcome
from training.common import clock, doctor
from training.common.errors import Conflict, Forbidden, Refused
from training.common.mail import OutgoingMail
from training.database import db
from training.defences import integrity
from training.defences.commands import Conclusion, Evaluation, JurorToAdd, MemberSignature, Placement, Replacement
from training.defences.enums import Appreciation, Criterion, MemoireStatus, Stage, VersionKind
from training.defences.models import DefenceSlot, Minutes
from training.defences.queries.days import board_of
from training.defences.rules import juries
from training.defences.services import placing, publishing, sitting
from training.extensions import settings


@pytest.fixture
def ready(session: Any, frozen_clock: Any) -> make.Ready:
    """One defence placed, begun an hour ago."""
    found = make.placed()
    frozen_clock.at(clock.at_paris(date(2026, 3, 12), 10))
    return found


def told() -> list[str]:
    found = db.session.scalars(select(OutgoingMail.message).where(OutgoingMail.message.like("%result%")))
    return list(found)


def status(slot: DefenceSlot) -> MemoireStatus:
    assert slot.memoire is not None
    return slot.memoire.status


def evaluation(**values: Any) -> Evaluation:
    facts = {
        "marks": {Criterion.ORAL: Appreciation.GOOD},
        "words": "Clair.",
        "proposal": Outcome.PASSED,
        "give": True,
        **values,
    }
    return Evaluation(**facts)


def test_evaluations_wait_for_the_pledge_and_stop_with_the_deliberation(ready: make.Ready) -> None:
    seat = ready.slot.sitting[0]
    by = make.member(seat)
    with pytest.raises(Refused, match="engagement"):
        sitting.evaluate(seat, evaluation(), by=by)
    sitting.pledge(seat, by=by)
    sitting.evaluate(seat, evaluation(give=False), by=by)
    assert not juries.shares_evaluations(ready.slot)
    sitting.evaluate(seat, evaluation(), by=by)
    sitting.open_deliberation(ready.slot, by=by)
    assert juries.shares_evaluations(ready.slot)
    with pytest.raises(Refused, match="ne changent plus"):
        sitting.evaluate(seat, evaluation(), by=by)


def test_evaluations_are_shared_once_all_are_given(ready: make.Ready) -> None:
    for seat in ready.slot.sitting:
        assert not juries.shares_evaluations(ready.slot)
        sitting.pledge(seat, by=make.member(seat))
        sitting.evaluate(seat, evaluation(), by=make.member(seat))
    assert juries.shares_evaluations(ready.slot)


def test_no_decision_without_a_quorum(ready: make.Ready) -> None:
    alone = frozenset({make.president(ready.slot).id})
    with pytest.raises(Refused, match="au moins 2 membres"):
        make.conclude(ready.slot, present=alone)
    assert ready.slot.minutes is None


def test_an_unknown_quorum_blocks_nobody_but_somebody_must_be_there(session: Any, frozen_clock: Any) -> None:
    slot = make.placed(quorum=None).slot
    frozen_clock.at(clock.at_paris(date(2026, 3, 12), 10))
    with pytest.raises(Refused, match="au moins 1 membre"):
        make.conclude(slot, present=frozenset())
    make.conclude(slot, present=frozenset({make.president(slot).id}))
    assert slot.minutes is not None


def test_only_outcomes_of_the_edition(session: Any, frozen_clock: Any) -> None:
    slot = make.placed(outcomes=["passed", "deferred"]).slot
    frozen_clock.at(clock.at_paris(date(2026, 3, 12), 10))
    with pytest.raises(Refused, match="pas prévu"):
        make.conclude(slot, Outcome.PASSED_WITH_CORRECTIONS)


@pytest.mark.parametrize(
    ("outcome", "before", "after"),
    [
        (Outcome.PASSED, MemoireStatus.DEFENDED, MemoireStatus.PASSED),
        (Outcome.PASSED_WITH_CORRECTIONS, MemoireStatus.DEFENDED, MemoireStatus.CORRECTIONS_DUE),
        (Outcome.DEFERRED, MemoireStatus.DEFENDED, MemoireStatus.DEFERRED),
        (Outcome.NO_SHOW, MemoireStatus.SCHEDULED, MemoireStatus.NO_SHOW),
    ],
)
def test_the_learner_knows_nothing_before_publication(
    ready: make.Ready, outcome: Outcome, before: MemoireStatus, after: MemoireStatus
) -> None:
    make.conclude(ready.slot, outcome)
    by = make.member(make.president(ready.slot))
    with pytest.raises(Refused, match="n’est pas signé"):
        publishing.publish(ready.slot, by=by)
    assert make.sign(ready.slot)
    assert (status(ready.slot), told()) == (before, [])
    publishing.publish(ready.slot, by=by)
    assert (status(ready.slot), told()) == (after, ["defences/defence_result"])
    assert juries.stage_of(ready.slot) is Stage.PUBLISHED
    with pytest.raises(Conflict):
        publishing.publish(ready.slot, by=by)


def test_a_member_who_does_not_preside_neither_concludes_nor_publishes(ready: make.Ready) -> None:
    make.conclude(ready.slot)
    make.sign(ready.slot)
    other = next(seat for seat in ready.slot.sitting if not seat.presides)
    with pytest.raises(Forbidden):
        publishing.publish(ready.slot, by=make.member(other))


def test_minutes_signed_by_two_of_three_stay_open(ready: make.Ready) -> None:
    make.conclude(ready.slot)
    first, second, third = ready.slot.sitting
    assert not make.sign(ready.slot, first, second)
    assert juries.stage_of(ready.slot) is Stage.SIGNATURES
    assert juries.unsigned(ready.slot) == [third]
    assert make.sign(ready.slot, third)
    assert juries.stage_of(ready.slot) is Stage.TO_PUBLISH


def test_only_those_present_sign(ready: make.Ready) -> None:
    first, second, third = ready.slot.sitting
    president = make.president(ready.slot)
    absent = third if president is not third else second
    present = frozenset(seat.id for seat in (first, second, third) if seat is not absent)
    make.conclude(ready.slot, present=present)
    with pytest.raises(Conflict):
        make.sign(ready.slot, absent)
    assert make.sign(ready.slot)


def test_a_code_is_each_members_own(ready: make.Ready) -> None:
    make.conclude(ready.slot)
    first, second, _third = ready.slot.sitting
    wrong = juries.code_of(second.juror_id, 1, settings().secret_key)
    with pytest.raises(Refused, match="Ce code n’est pas le vôtre"):
        sitting.sign(ready.slot, MemberSignature(first.id, wrong, "Moi", None), by=make.member(first))
    spaced = juries.code_of(first.juror_id, 1, settings().secret_key)
    assert not sitting.sign(
        ready.slot, MemberSignature(first.id, f"{spaced[:3]} {spaced[3:]}", "Moi", None), by=make.member(first)
    )


def test_minutes_written_again_are_signed_anew(ready: make.Ready) -> None:
    make.conclude(ready.slot)
    make.sign(ready.slot, ready.slot.sitting[0], strokes="M1 1L2 2")
    assert ready.slot.minutes is not None
    before = ready.slot.minutes.digest
    present = frozenset(seat.id for seat in ready.slot.sitting)
    by = make.member(make.president(ready.slot))
    sitting.conclude(ready.slot, Conclusion(present, Outcome.DEFERRED, "Autre avis."), by=by)
    assert ready.slot.minutes.digest != before
    assert len(juries.unsigned(ready.slot)) == 3


def test_locked_minutes_refuse_every_act(ready: make.Ready) -> None:
    make.conclude(ready.slot)
    seat = ready.slot.sitting[0]
    make.sign(ready.slot)
    by = make.member(make.president(ready.slot))
    present = frozenset(each.id for each in ready.slot.sitting)
    acts = (
        lambda: sitting.conclude(ready.slot, Conclusion(present, Outcome.DEFERRED, ""), by=by),
        lambda: sitting.evaluate(seat, evaluation(), by=by),
        lambda: sitting.decline(seat, "", by=by),
        lambda: sitting.open_deliberation(ready.slot, by=by),
        lambda: sitting.replace(ready.slot, seat, Replacement("Malade", juror_id=ready.jurors[1].id), by=by),
        lambda: make.sign(ready.slot, seat),
    )
    for act in acts:
        with pytest.raises(Conflict):
            act()
    assert ready.slot.memoire_id is not None
    command = Placement(ready.slot.id, ready.slot.memoire_id, (), None, confirmed=True)
    with pytest.raises(Refused, match="conclue"):
        placing.release(ready.slot, by=make.staff(ready.cohort))
    with pytest.raises(Refused, match="conclue"):
        placing.place_by_hand(ready.cohort, command, by=make.staff(ready.cohort))


ATTEMPTS = (
    "UPDATE defence_minutes SET comments = 'autre'",
    "UPDATE defence_minutes SET locked_at = NULL",
    "UPDATE defence_minutes SET outcome = 'deferred'",
    "DELETE FROM defence_minutes",
    "UPDATE minutes_signature SET name = 'autre'",
    "DELETE FROM minutes_signature",
    (
        "INSERT INTO minutes_signature (id, minutes_id, seat_id, name, signed_at, digest) "
        "SELECT seat_id, minutes_id, slot_id, name, signed_at, s.digest FROM minutes_signature s, defence_minutes"
    ),
)


@pytest.mark.both_engines
def test_the_database_refuses_to_change_what_was_signed(ready: make.Ready) -> None:
    make.conclude(ready.slot)
    make.sign(ready.slot, strokes="M1 1L2 2")
    db.session.commit()
    assert list(integrity.minutes_faults()) == []
    attempts = [*ATTEMPTS, *(["TRUNCATE defence_minutes CASCADE"] if db.engine.dialect.name == "postgresql" else [])]
    for attempt in attempts:
        with pytest.raises(DBAPIError, match="minutes signed by all cannot change"):
            db.session.execute(text(attempt))
        db.session.rollback()


def test_the_doctor_finds_an_alteration(ready: make.Ready) -> None:
    make.conclude(ready.slot)
    make.sign(ready.slot, strokes="M1 1L2 2")
    db.session.commit()
    for trigger in ("defence_minutes_no_update", "minutes_signature_no_update"):
        db.session.execute(text(f"DROP TRIGGER {trigger}"))
    db.session.execute(text("UPDATE defence_minutes SET outcome = 'deferred'"))
    db.session.execute(text("UPDATE minutes_signature SET name = 'Autre'"))
    db.session.execute(text("UPDATE minutes_mark SET strokes = 'M9 9'"))
    db.session.expire_all()
    found = list(integrity.minutes_faults())
    assert any("accept UPDATE on defence_minutes" in fault for fault in found)
    assert any("not those that were signed" in fault for fault in found)
    assert sum("is not of the minutes" in fault for fault in found) == 3
    assert sum("line drawn" in fault for fault in found) == 3
    assert any("not those that were signed" in fault for fault in doctor.diagnose())


def test_a_juror_is_replaced_in_one_act_for_the_day(session: Any, frozen_clock: Any) -> None:
    ready = make.placed(2)
    frozen_clock.at(clock.at_paris(date(2026, 3, 12), 8))
    first = ready.slot
    leaving = first.sitting[0]
    new = JurorToAdd("nouvelle@example.org", "Nora", "Neuve", Part.SCHOOL)
    incoming, secret = sitting.replace(first, leaving, Replacement("Malade", newcomer=new), by=make.staff(ready.cohort))
    assert secret
    assert all(incoming.id in {seat.juror_id for seat in slot.sitting} for slot in ready.slots)
    assert all(leaving.juror_id not in {seat.juror_id for seat in slot.sitting} for slot in ready.slots)
    seat = next(seat for seat in first.sitting if seat.juror_id == incoming.id)
    assert (seat.pledged_at, seat.presides) == (None, leaving.position == 0 and seat.presides)
    assert [
        mail.to_email
        for mail in db.session.scalars(select(OutgoingMail).where(OutgoingMail.message == "defences/jury_released"))
    ]


def test_nobody_replaces_who_may_not_judge(ready: make.Ready) -> None:
    assert ready.slot.memoire is not None
    own = JurorToAdd(
        "collegue@example.org", "C", "D", Part.SCHOOL, structure_id=ready.slot.memoire.enrolment.structure_id
    )
    with pytest.raises(Refused, match="même structure"):
        sitting.replace(
            ready.slot, ready.slot.sitting[0], Replacement("Malade", newcomer=own), by=make.staff(ready.cohort)
        )


def test_a_conflict_declared_leaves_the_seat_to_fill(ready: make.Ready) -> None:
    seat = ready.slot.sitting[0]
    sitting.decline(seat, "Nous avons travaillé ensemble.", by=make.member(seat))
    board = board_of(ready.cohort)
    assert ready.slot.memoire is not None
    assert board.ties.why(seat.juror_id, ready.slot.memoire.enrolment_id) == "a déclaré un lien avec cette personne"
    assert any("chaque organisme" in fault for fault in board.warnings()[ready.slot.id])


def test_corrections_are_accepted_before_their_day(session: Any, frozen_clock: Any) -> None:
    slot = make.placed(with_file=True).slot
    frozen_clock.at(clock.at_paris(date(2026, 3, 12), 10))
    make.conclude(slot, Outcome.PASSED_WITH_CORRECTIONS, corrections_due=date(2026, 4, 12))
    make.sign(slot)
    by = make.member(make.president(slot))
    publishing.publish(slot, by=by)
    with pytest.raises(Refused, match="pas encore déposée"):
        publishing.accept_corrections(slot, by=by)
    assert slot.memoire is not None
    make.hand_in(slot.memoire, VersionKind.CORRECTED)
    frozen_clock.at(clock.at_paris(date(2026, 4, 13), 10))
    with pytest.raises(Refused, match="le jour fixé est passé"):
        publishing.accept_corrections(slot, by=by)
    frozen_clock.at(clock.at_paris(date(2026, 4, 12), 10))
    with pytest.raises(Forbidden):
        publishing.accept_corrections(slot, by=accounts.principal(slot.memoire.enrolment.person))
    publishing.accept_corrections(slot, by=by)
    assert status(slot) is MemoireStatus.PASSED


def test_deferred_then_a_second_defence(ready: make.Ready, frozen_clock: Any) -> None:
    make.conclude(ready.slot, Outcome.DEFERRED)
    make.sign(ready.slot)
    publishing.publish(ready.slot, by=make.member(make.president(ready.slot)))
    assert [each.id for each in board_of(ready.cohort).to_place] == [ready.slot.memoire_id]
    assert make.accept(ready.cohort) == 1
    again = next(slot for slot in board_of(ready.cohort).placed if slot.published_at is None)
    frozen_clock.at(clock.at_paris(date(2026, 3, 12), 14))
    make.conclude(again)
    make.sign(again)
    publishing.publish_all(board_of(ready.cohort).to_publish, by=make.school(ready.cohort))
    assert status(again) is MemoireStatus.PASSED
    assert len(told()) == 2
    assert len(list(db.session.scalars(select(Minutes)))) == 2
