"""The committee's sittings: quorum, proposals, ranks, and the closing that moves the files (R24, R29, R105, R106)."""

import pytest
from sqlalchemy import func, select

from tests.factories import admissions as make
from tests.factories import selection
from training.accounts.enums import Part
from training.admissions import queries, rules
from training.admissions.commands import GiveOpinion, NoteAttendance, OpenMeeting
from training.admissions.enums import ApplicationAct, ApplicationStatus, MeetingStatus, OpinionValue, Proposal
from training.admissions.models import CommitteeProposal
from training.admissions.services import committee, deciding, filing, processing
from training.common import clock
from training.common.errors import Conflict, Refused
from training.common.mail import OutgoingMail
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
both_engines = pytest.mark.both_engines
S = ApplicationStatus


def mails() -> int:
    return db.session.scalar(select(func.count()).select_from(OutgoingMail)) or 0


@both_engines
def test_closing_moves_every_proposed_file_and_tells_nobody_r105() -> None:
    call = make.call()
    kept, reserve, refused, untouched = (make.under_review(call) for _ in range(4))
    sitting = selection.meeting(call, Part.CARRIER)
    selection.propose(sitting, kept, Proposal.SHORTLISTED)
    selection.propose(sitting, reserve, Proposal.WAITING)
    selection.propose(sitting, refused, Proposal.NOT_SELECTED, "Projet encore flou.")
    before = mails()
    committee.close(sitting, by=make.manager(call))
    assert [a.status for a in (kept, reserve, refused, untouched)] == [
        S.SHORTLISTED, S.WAITING, S.NOT_SELECTED, S.UNDER_REVIEW,
    ]  # fmt: skip
    assert (reserve.rank, kept.rank) == (1, None)
    assert mails() == before
    assert {rules.public_status(a) for a in (kept, reserve, refused)} == {S.UNDER_REVIEW}
    assert sitting.status is MeetingStatus.CLOSED


@both_engines
def test_a_proposal_is_kept_changed_and_taken_back() -> None:
    call = make.call()
    file = make.under_review(call)
    sitting = selection.meeting(call)
    selection.propose(sitting, file, Proposal.WAITING)
    selection.propose(sitting, file, Proposal.SHORTLISTED)
    db.session.expire_all()
    stored = db.session.scalars(select(CommitteeProposal)).one()
    assert (stored.proposal, stored.rank) == (Proposal.SHORTLISTED, None)
    selection.propose(sitting, file, None)
    assert db.session.scalar(select(func.count()).select_from(CommitteeProposal)) == 0


def test_not_selecting_asks_for_words_the_person_will_read_r30() -> None:
    call = make.call()
    file = make.under_review(call)
    with pytest.raises(Refused, match="motif") as refusal:
        selection.propose(selection.meeting(call), file, Proposal.NOT_SELECTED)
    assert refusal.value.field == "reason"


@both_engines
def test_ranks_follow_the_order_of_the_sitting_and_the_next_one_continues_r29() -> None:
    call = make.call()
    first, second, third = (make.under_review(call) for _ in range(3))
    sitting = selection.meeting(call)
    for file in (first, second):
        selection.propose(sitting, file, Proposal.WAITING)
    by = make.manager(call)
    one, two = (next(p for p in sitting.proposals if p.application is file) for file in (first, second))
    committee.move(sitting, one, up=True, by=by)
    assert (one.rank, two.rank) == (1, 2)
    committee.move(sitting, two, up=True, by=by)
    committee.move(sitting, two, up=False, by=by)
    committee.move(sitting, one, up=False, by=by)
    committee.close(sitting, by=make.manager(call))
    later = selection.meeting(call)
    selection.propose(later, third, Proposal.WAITING)
    committee.close(later, by=make.manager(call))
    assert [a.id for a in queries.ranked(call.id)] == [second.id, first.id, third.id]
    assert [a.rank for a in queries.ranked(call.id)] == [1, 2, 3]


def test_the_first_of_the_reserve_does_not_move_up() -> None:
    call = make.call()
    file = make.under_review(call)
    sitting = selection.meeting(call)
    selection.propose(sitting, file, Proposal.WAITING)
    committee.move(sitting, sitting.proposals[0], up=True, by=make.manager(sitting.call))
    assert sitting.proposals[0].rank == 1


def test_quorum_is_by_bodies_present_r24_r106() -> None:
    call = make.call(opinion_parts=["carrier", "funder"])
    sitting = selection.meeting(call, Part.CARRIER)
    assert committee.parts_absent(sitting) == ["financeur"]
    with pytest.raises(Refused, match="quorum"):
        committee.close(sitting, by=make.manager(call))
    other = selection.meeting(make.call(opinion_parts=["carrier", "funder"]), Part.CARRIER, Part.FUNDER)
    assert committee.parts_absent(other) == []


def test_noting_presence_again_replaces_what_was_noted() -> None:
    call = make.call(opinion_parts=["carrier", "funder"])
    sitting = selection.meeting(call, Part.CARRIER, Part.FUNDER)
    command = NoteAttendance(((make.body(call, Part.FUNDER).id, "Autre"),))
    committee.note_attendance(sitting, command, by=make.manager(call))
    db.session.expire(sitting)
    assert [(b.organisation_id, b.represented_by) for b in sitting.bodies] == [
        (make.body(call, Part.FUNDER).id, "Autre")
    ]


def test_a_file_is_decided_only_with_the_opinions_the_call_waits_for_r24() -> None:
    call = make.call(opinion_parts=["carrier", "funder"])
    file = make.under_review(call)
    sitting = selection.meeting(call, Part.CARRIER, Part.FUNDER)
    with pytest.raises(Refused, match="financeur"):
        selection.propose(sitting, file, Proposal.SHORTLISTED)
    for part in (Part.CARRIER, Part.FUNDER):
        recorded = GiveOpinion(OpinionValue.FAVOURABLE, "", make.body(call, part).id, part, clock.today())
        deciding.record_opinion(file, recorded, by=make.manager(call), meeting=sitting)
    db.session.expire(file, ["opinions"])
    selection.propose(sitting, file, Proposal.SHORTLISTED)
    assert len(sitting.proposals) == 1


def test_a_body_that_is_not_there_gives_no_opinion_in_session_r106() -> None:
    call = make.call(opinion_parts=["funder"])
    file = make.under_review(call)
    sitting = selection.meeting(call, Part.CARRIER)
    absent = make.body(call, Part.FUNDER).id
    command = GiveOpinion(OpinionValue.FAVOURABLE, "", absent, Part.FUNDER, clock.today())
    with pytest.raises(Refused, match="présence"):
        deciding.record_opinion(file, command, by=make.manager(call), meeting=sitting)


def test_a_call_with_written_opinions_records_none_in_session_r106() -> None:
    call = make.call(opinions_in_session=False)
    file = make.under_review(call)
    sitting = selection.meeting(call, Part.FUNDER)
    body = make.body(call, Part.FUNDER).id
    command = GiveOpinion(OpinionValue.FAVOURABLE, "", body, Part.FUNDER, clock.today())
    with pytest.raises(Refused, match="par écrit"):
        deciding.record_opinion(file, command, by=make.manager(call), meeting=sitting)


def test_one_sitting_at_a_time() -> None:
    call = make.call()
    selection.meeting(call)
    with pytest.raises(Refused, match="déjà ouverte"):
        committee.open_meeting(call, OpenMeeting(clock.today(), ""), by=make.manager(call))


def test_a_closed_sitting_changes_no_more() -> None:
    call = make.call()
    file = make.under_review(call)
    sitting = selection.meeting(call)
    committee.close(sitting, by=make.manager(call))
    with pytest.raises(Conflict):
        selection.propose(sitting, file, Proposal.SHORTLISTED)
    with pytest.raises(Conflict):
        committee.close(sitting, by=make.manager(call))


@both_engines
def test_a_file_withdrawn_meanwhile_does_not_stop_the_closing() -> None:
    call = make.call()
    gone, kept = make.under_review(call), make.under_review(call)
    sitting = selection.meeting(call)
    for file in (gone, kept):
        selection.propose(sitting, file, Proposal.WAITING)
    filing.withdraw(gone, by=make.owner(gone))
    committee.close(sitting, by=make.manager(call))
    assert (gone.status, gone.rank) == (S.WITHDRAWN, None)
    assert (kept.status, kept.rank) == (S.WAITING, 1)


def test_a_file_that_moved_otherwise_stops_the_closing() -> None:
    call = make.call()
    file = make.under_review(call)
    sitting = selection.meeting(call)
    selection.propose(sitting, file, Proposal.SHORTLISTED)
    make.force(file, S.SUBMITTED)
    with pytest.raises(Conflict, match="déposée"):
        committee.close(sitting, by=make.manager(call))


@both_engines
def test_reopening_a_file_of_the_reserve_closes_the_gap_r29() -> None:
    call = make.call()
    first, second, third = selection.waiting(call, 3)
    processing.reopen(second, ApplicationAct.REOPEN_REVIEW, by=make.manager(call), reason="Pièce nouvelle.")
    assert (first.rank, second.rank, third.rank) == (1, None, 2)
    assert second.status is S.UNDER_REVIEW


def test_a_committee_may_decide_while_an_interview_waits_but_not_send_the_file_r26() -> None:
    call = make.call()
    file = make.under_review(call)
    interview = deciding.ask_interview(file, by=make.manager(call))
    sitting = selection.meeting(call)
    selection.propose(sitting, file, Proposal.SHORTLISTED)
    committee.close(sitting, by=make.manager(call))
    with pytest.raises(Refused, match="entretien"):
        deciding.transmit(file, by=make.manager(call))
    deciding.waive_interview(interview, by=make.manager(call), reason="Sans objet.")
    deciding.transmit(file, by=make.manager(call))
    assert file.status is S.TRANSMITTED
