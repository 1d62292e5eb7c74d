"""Pieces, corrections, admissibility, reopenings and late rights, by the carrier's staff (R14, R20)."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import admissions as make
from training.accounts.enums import Function, Part
from training.admissions import rules
from training.admissions.commands import AskCorrection, GrantExtension, ReviewPiece
from training.admissions.enums import ApplicationAct, ApplicationStatus, PieceStatus
from training.admissions.models import Application
from training.admissions.services import deciding, filing, processing
from training.common import clock
from training.common.errors import Conflict, Forbidden, Refused
from training.common.mail import OutgoingMail
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
both_engines = pytest.mark.both_engines
S = ApplicationStatus


def told(message: str) -> int:
    rows = db.session.scalars(select(OutgoingMail).where(OutgoingMail.message == f"admissions/{message}"))
    return len(rows.all())


def review(file: Application, status: PieceStatus, reason: str = "", piece: int = 0) -> None:
    command = ReviewPiece(file.pieces[piece].id, status, reason)
    processing.review_piece(file, command, by=make.manager(file.call))


@both_engines
def test_a_piece_to_replace_has_a_reason_the_applicant_reads_r20() -> None:
    file = make.submitted()
    with pytest.raises(Refused) as refusal:
        review(file, PieceStatus.TO_REPLACE)
    assert refusal.value.field == "reason"
    review(file, PieceStatus.TO_REPLACE, "Illisible.")
    asked = AskCorrection("Voyez la pièce signalée.", clock.today() + timedelta(days=5))
    processing.ask_correction(file, asked, by=make.manager(file.call))
    assert (file.status, told("correction_asked")) == (S.TO_CORRECT, 1)
    assert [item.piece_code for item in rules.missing(file, clock.today())] == [file.pieces[0].requirement.code]


def test_a_piece_replaced_meanwhile_is_not_judged_by_its_old_version_r20() -> None:
    file = make.submitted()
    old = file.pieces[0]
    make.deposit(file, old.requirement.code, version=2)
    with pytest.raises(Conflict, match="plus récente"):
        processing.review_piece(file, ReviewPiece(old.id, PieceStatus.CONFORM, ""), by=make.manager(file.call))


def test_a_draft_s_pieces_are_not_judged() -> None:
    file = make.submitted()
    filing.take_back(file, by=make.owner(file))
    with pytest.raises(Conflict, match="brouillon"):
        review(file, PieceStatus.CONFORM)


def test_a_correction_is_due_on_a_day_to_come() -> None:
    file = make.submitted()
    yesterday = AskCorrection("À revoir.", clock.today() - timedelta(days=1))
    with pytest.raises(Refused) as refusal:
        processing.ask_correction(file, yesterday, by=make.manager(file.call))
    assert refusal.value.field == "due_on"


@both_engines
def test_a_file_in_correction_may_be_admitted_without_waiting() -> None:
    file = make.submitted()
    asked = AskCorrection("Un détail.", clock.today() + timedelta(days=5))
    processing.ask_correction(file, asked, by=make.manager(file.call))
    processing.admit(file, by=make.manager(file.call))
    assert (file.status, file.correction_message, file.correction_due_on) == (S.ADMISSIBLE, None, None)


def test_inadmissible_is_told_at_once_and_reopened_with_a_reason() -> None:
    file = make.submitted()
    with pytest.raises(Refused):
        processing.dismiss(file, by=make.manager(file.call), reason=" ")
    processing.dismiss(file, by=make.manager(file.call), reason="Structure hors champ.")
    assert (rules.public_status(file), told("inadmissible")) == (S.INADMISSIBLE, 1)
    act = ApplicationAct.REOPEN_ADMISSIBILITY
    processing.reopen(file, act, by=make.manager(file.call), reason="Erreur de notre part.")
    assert (file.status, told("reopened")) == (S.SUBMITTED, 1)


def test_reopening_what_the_applicant_was_not_told_tells_her_nothing() -> None:
    file = make.refused()
    processing.reopen(file, ApplicationAct.REOPEN_REVIEW, by=make.manager(file.call), reason="Vote à refaire.")
    assert (file.status, told("reopened")) == (S.UNDER_REVIEW, 0)


def test_reopening_a_preselection_tells_her() -> None:
    file = make.under_review(make.call(has_preselection=True))
    deciding.preselect(file, by=make.manager(file.call))
    processing.reopen(file, ApplicationAct.REOPEN_REVIEW, by=make.manager(file.call), reason="Erreur de dossier.")
    assert (rules.public_status(file), told("reopened")) == (S.UNDER_REVIEW, 1)


@pytest.mark.parametrize("function", [Function.READER, Function.COMMITTEE_MEMBER])
def test_who_only_reads_the_carrier_s_files_processes_none(function: Function) -> None:
    file = make.submitted()
    with pytest.raises(Forbidden):
        processing.admit(file, by=make.member(file.call, Part.CARRIER, function))


def test_nobody_processes_her_own_file_r97() -> None:
    file = make.submitted()
    accounts.membership(file.person, Function.MANAGER, make.body(file.call, Part.CARRIER))
    with pytest.raises(Forbidden):
        processing.admit(file, by=accounts.principal(file.person))


@both_engines
def test_a_late_right_lets_one_person_send_after_the_closing_r14() -> None:
    late = make.complete()
    call = late.call
    other = make.complete(make.draft(call))
    staff, granted = make.manager(call), clock.today() + timedelta(days=3)
    call.closes_at = clock.now() - timedelta(days=1)
    extension = processing.grant_extension(late, GrantExtension(granted, "Hospitalisation."), by=staff)
    assert (extension.until, told("extension_granted")) == (clock.end_of_day(granted), 1)
    filing.submit(late, by=make.owner(late))
    with pytest.raises(Refused, match="date limite"):
        filing.submit(other, by=make.owner(other))


def test_a_late_right_runs_past_the_closing_and_today_r14() -> None:
    file = make.draft()
    with pytest.raises(Refused, match="postérieure"):
        processing.grant_extension(file, GrantExtension(clock.today(), "Motif."), by=make.manager(file.call))
    file.call.closes_at = clock.now() - timedelta(days=9)
    past = GrantExtension(clock.today() - timedelta(days=1), "Motif.")
    with pytest.raises(Refused, match="à venir"):
        processing.grant_extension(file, past, by=make.manager(file.call))


def test_a_second_late_right_replaces_the_first() -> None:
    file = make.draft()
    file.call.closes_at = clock.now() - timedelta(days=1)
    for days in (3, 6):
        until = clock.today() + timedelta(days=days)
        processing.grant_extension(file, GrantExtension(until, "Motif."), by=make.manager(file.call))
    assert file.extension is not None
    assert file.extension.until == clock.end_of_day(clock.today() + timedelta(days=6))
