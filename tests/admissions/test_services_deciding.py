"""Opinions, interviews, the school's decision: who speaks for whom, and with which proof (R24–R27, R96)."""

from datetime import timedelta

import pytest

from tests.factories import accounts, selection
from tests.factories import admissions as make
from training.accounts.enums import Function, Part
from training.admissions import queries, rules
from training.admissions.commands import DecideForSchool, GiveOpinion, PlanInterview, ReportInterview
from training.admissions.enums import (
    ApplicationAct,
    ApplicationStatus,
    InterviewStatus,
    OpinionValue,
    PieceStatus,
    Proposal,
)
from training.admissions.models import Application, Call
from training.admissions.services import committee, deciding, filing, processing
from training.common import clock
from training.common.errors import Conflict, Forbidden, Refused
from training.common.files import StagedFile
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
both_engines = pytest.mark.both_engines
S = ApplicationStatus


def outside(part: Part) -> Call:
    call = make.call()
    next(played for played in call.parts if played.part is part).outside_tool = True
    db.session.flush()
    return call


def transcribe(file: Application, *, evidence: StagedFile | None, part: Part = Part.FUNDER) -> None:
    command = GiveOpinion(
        OpinionValue.RESERVED, "Par courriel.", make.body(file.call, part).id, part, clock.today(), evidence
    )
    deciding.record_opinion(file, command, by=make.manager(file.call))


def transmitted(call: Call) -> Application:
    file = make.shortlisted(call)
    deciding.transmit(file, by=make.manager(call))
    return file


# Opinions


@both_engines
def test_an_opinion_is_one_per_reviewer_and_may_be_changed_r25() -> None:
    file = make.under_review(make.call(opinion_parts=["funder"]))
    by, body = make.manager(file.call, Part.FUNDER), make.body(file.call, Part.FUNDER)
    for value in (OpinionValue.RESERVED, OpinionValue.FAVOURABLE):
        deciding.give_opinion(file, GiveOpinion(value, "", body.id, Part.FUNDER, clock.today()), by=by)
    db.session.expire(file, ["opinions"])
    assert [(o.value, o.reviewer_id) for o in file.opinions] == [(OpinionValue.FAVOURABLE, by.person_id)]
    assert rules.parts_without_opinion(file) == []


def test_a_recusal_is_not_an_opinion_r24() -> None:
    file = make.under_review(make.call(opinion_parts=["funder"]))
    selection.opinion(file, value=None)
    db.session.expire(file, ["opinions"])
    assert [o.recused for o in file.opinions] == [True]
    assert rules.parts_without_opinion(file) == [Part.FUNDER]


def test_a_file_decided_takes_no_more_opinions() -> None:
    with pytest.raises(Conflict, match="retenue"):
        selection.opinion(make.shortlisted())


@both_engines
def test_an_opinion_of_a_body_outside_the_tool_is_transcribed_with_its_proof_r96() -> None:
    file = make.under_review(outside(Part.FUNDER))
    with pytest.raises(Refused) as refusal:
        transcribe(file, evidence=None)
    assert refusal.value.field == "evidence"
    transcribe(file, evidence=selection.proof())
    db.session.expire(file, ["opinions"])
    (opinion,) = file.opinions
    assert opinion.reviewer_id is None
    assert opinion.evidence is not None
    assert opinion.evidence.subject_id == file.id


def test_the_opinion_of_a_body_that_uses_the_tool_is_never_transcribed_r96() -> None:
    file = make.under_review()
    with pytest.raises(Refused, match="utilise l’outil"):
        transcribe(file, evidence=selection.proof())


def test_transcription_looks_at_the_body_and_not_at_the_part_r96() -> None:
    call = outside(Part.FUNDER)
    other = accounts.organisation()
    call.parts.append(type(call.parts[0])(organisation=other, organisation_id=other.id, part=Part.FUNDER))
    db.session.flush()
    transcribe(make.under_review(call), evidence=selection.proof())
    command = GiveOpinion(OpinionValue.RESERVED, "", other.id, Part.FUNDER, clock.today(), selection.proof())
    with pytest.raises(Refused, match="utilise l’outil"):
        deciding.record_opinion(make.under_review(call), command, by=make.manager(call))


def test_nobody_gave_an_opinion_tomorrow() -> None:
    file = make.under_review(outside(Part.FUNDER))
    body = make.body(file.call, Part.FUNDER).id
    command = GiveOpinion(OpinionValue.RESERVED, "", body, Part.FUNDER, clock.today() + timedelta(days=1))
    with pytest.raises(Refused) as refusal:
        deciding.record_opinion(file, command, by=make.manager(file.call))
    assert refusal.value.field == "given_on"


# Interviews


def plan(file: Application, hour: int = 9, who: str = "Dominique Petit") -> None:
    interview = rules.pending_interview(file) or deciding.ask_interview(file, by=make.manager(file.call))
    db.session.expire(file, ["interviews"])
    starts_at = clock.at_paris(clock.today() + timedelta(days=3), hour)
    deciding.plan_interview(interview, PlanInterview(starts_at, 30, None, who), by=make.manager(file.call))


@both_engines
def test_an_interview_is_asked_once_fixed_moved_and_reported_r26() -> None:
    file = make.under_review()
    plan(file)
    with pytest.raises(Conflict, match="déjà"):
        deciding.ask_interview(file, by=make.manager(file.call))
    plan(file, 11)
    interview = file.interviews[0]
    assert interview.sequence == 2
    report = ReportInterview(OpinionValue.FAVOURABLE, "Projet solide.")
    deciding.report_interview(interview, report, by=make.manager(file.call, Part.FUNDER))
    assert interview.status is InterviewStatus.HELD
    assert rules.pending_interview(file) is None


def test_a_pending_interview_keeps_the_file_from_the_school_r26() -> None:
    file = make.under_review()
    plan(file)
    sitting = selection.meeting(file.call)
    selection.propose(sitting, file, Proposal.SHORTLISTED)
    committee.close(sitting, by=make.manager(file.call))
    with pytest.raises(Refused, match="entretien est en attente"):
        deciding.transmit(file, by=make.manager(file.call))
    deciding.waive_interview(file.interviews[0], by=make.manager(file.call), reason="Déjà rencontrée.")
    deciding.transmit(file, by=make.manager(file.call))
    assert file.status is S.TRANSMITTED


def test_an_interviewer_is_not_in_two_places_r26() -> None:
    call = make.call()
    plan(make.under_review(call), 9)
    second = make.under_review(call)
    with pytest.raises(Refused, match="mène déjà") as refusal:
        plan(second, 9, "dominique petit")
    assert refusal.value.field == "hour"
    plan(second, 9, "Claude Martin")
    plan(make.under_review(call), 10)


def test_an_applicant_is_not_in_two_interviews_r26() -> None:
    person = accounts.person()
    plan(make.under_review(make.call(), person=person), 9)
    with pytest.raises(Refused, match="La personne a déjà"):
        plan(make.under_review(make.call(), person=person), 9, "Claude Martin")


def test_a_call_without_interviews_asks_none() -> None:
    with pytest.raises(Conflict, match="ne prévoit pas"):
        plan(make.under_review(make.call(has_interviews=False)))


# The school


@both_engines
def test_the_school_validates_and_the_person_is_not_told_r27_r105() -> None:
    file = make.validated(told=False)
    assert file.status is S.VALIDATED
    assert file.school_decisions[0].transcribed is False
    assert rules.public_status(file) is S.UNDER_REVIEW


def test_the_carrier_decides_for_no_school_that_uses_the_tool_r96() -> None:
    file = transmitted(make.call())
    command = DecideForSchool(clock.today(), "", selection.proof())
    with pytest.raises(Forbidden):
        deciding.decide_for_school(file, command, accepted=True, by=make.manager(file.call))


@both_engines
def test_the_carrier_transcribes_the_school_outside_the_tool_with_its_proof_r96() -> None:
    file = transmitted(outside(Part.SCHOOL))
    by = make.manager(file.call)
    with pytest.raises(Refused) as refusal:
        deciding.decide_for_school(file, DecideForSchool(clock.today(), ""), accepted=True, by=by)
    assert refusal.value.field == "evidence"
    decision = deciding.decide_for_school(
        file, DecideForSchool(clock.today(), "", selection.proof()), accepted=True, by=by
    )
    assert (decision.transcribed, decision.evidence is not None) == (True, True)
    assert file.status is S.VALIDATED


def test_a_refusal_has_a_reason_and_a_decision_no_date_to_come() -> None:
    file = transmitted(make.call())
    by = make.manager(file.call, Part.SCHOOL)
    with pytest.raises(Refused) as reasonless:
        deciding.decide_for_school(file, DecideForSchool(clock.today(), ""), accepted=False, by=by)
    assert reasonless.value.field == "reason"
    tomorrow = DecideForSchool(clock.today() + timedelta(days=1), "")
    with pytest.raises(Refused) as early:
        deciding.decide_for_school(file, tomorrow, accepted=True, by=by)
    assert early.value.field == "decided_on"


@both_engines
def test_a_file_the_school_refuses_leaves_the_reserve_and_comes_back_last_r29() -> None:
    call = make.call()
    first, second, third = selection.waiting(call, 3)
    selection.decided_by_school(first, accepted=False, reason="Hors du champ.")
    assert (first.rank, second.rank, third.rank) == (None, 1, 2)
    school = make.manager(call, Part.SCHOOL)
    processing.reopen(first, ApplicationAct.REOPEN_SCHOOL, by=school, reason="Erreur de dossier.")
    assert (first.status, first.rank) == (S.TRANSMITTED, 3)
    assert [a.rank for a in queries.ranked(call.id)] == [1, 2, 3]


def test_reopening_a_validated_file_keeps_its_rank() -> None:
    call = make.call()
    first, second = selection.waiting(call, 2)
    selection.decided_by_school(first)
    school = make.manager(call, Part.SCHOOL)
    processing.reopen(first, ApplicationAct.REOPEN_SCHOOL, by=school, reason="À revoir.")
    assert (first.rank, second.rank) == (1, 2)


# Late pieces


@both_engines
def test_a_piece_due_later_lets_the_file_in_but_not_through_to_the_school_r107() -> None:
    call = make.call(pieces=("cv", "lettre-equipe"))
    letter = next(piece for piece in call.pieces if piece.code == "lettre-equipe")
    letter.due_on = clock.today() + timedelta(days=10)
    db.session.flush()
    draft = make.complete(make.draft(call))
    late = next(piece for piece in draft.pieces if piece.requirement is letter)
    late.removed_at = clock.now()
    db.session.flush()
    filing.submit(draft, by=make.owner(draft))
    assert rules.awaits_late_piece(draft) == [letter]
    staff = make.manager(call)
    processing.admit(draft, by=staff)
    processing.start_review(draft, by=staff)
    make.force(draft, S.SHORTLISTED)
    with pytest.raises(Refused, match="lettre-equipe"):
        deciding.transmit(draft, by=staff)
    make.deposit(draft, "lettre-equipe", version=2)
    db.session.expire(draft, ["pieces"])
    deciding.transmit(draft, by=staff)
    assert draft.status is S.TRANSMITTED


def test_a_piece_found_wrong_later_bars_the_way_too_r107() -> None:
    file = make.shortlisted()
    file.pieces[0].status, file.pieces[0].reason = PieceStatus.TO_REPLACE, "Illisible."
    db.session.flush()
    with pytest.raises(Refused, match="En attente"):
        deciding.transmit(file, by=make.manager(file.call))


def test_whose_function_it_is_matters_as_much_as_the_body() -> None:
    file = transmitted(make.call())
    reader = make.member(file.call, Part.SCHOOL, Function.READER)
    with pytest.raises(Forbidden):
        deciding.decide_for_school(file, DecideForSchool(clock.today(), ""), accepted=True, by=reader)
