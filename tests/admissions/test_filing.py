"""What an applicant does with her file: started, filled, submitted, taken back, corrected, withdrawn."""

import uuid
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import admissions as make
from training.accounts.enums import StructureKind
from training.admissions.commands import (
    AskCorrection,
    ChooseStructure,
    Declare,
    DepositPiece,
    DescribeSituation,
    ReviewPiece,
)
from training.admissions.enums import ApplicationStatus, CallStatus, PieceStatus, Situation
from training.admissions.models import Application, ApplicationVersion
from training.admissions.queries import applicant as own
from training.admissions.services import closing, filing, processing, publishing
from training.cohorts import services as cohorts
from training.common import clock, files, journal
from training.common.declarations import registry
from training.common.errors import ActUnavailable, Conflict, Forbidden, Refused
from training.common.files import StagedFile
from training.common.filetypes import FileRefused, Refusal
from training.common.mail import OutgoingMail
from training.database import db

pytestmark = pytest.mark.usefixtures("session", "frozen_clock")
both_engines = pytest.mark.both_engines
S = ApplicationStatus


def messages() -> list[str]:
    rows = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.message))
    return [row.message.removeprefix("admissions/") for row in rows if row.message.startswith("admissions/")]


def reloaded(application: Application) -> Application:
    db.session.expire_all()
    return db.session.get_one(Application, application.id)


# Starting: R11, R13, R14


@both_engines
def test_starting_twice_gives_the_file_already_there() -> None:
    call, person = make.call(), accounts.person()
    first = filing.start(call, by=accounts.principal(person))
    assert filing.start(call, by=accounts.principal(person)) is first
    assert filing.start(call, by=accounts.principal(accounts.person())) is not first


def test_a_file_withdrawn_lets_another_be_started() -> None:
    draft = make.draft()
    filing.withdraw(draft, by=make.owner(draft))
    assert filing.start(draft.call, by=make.owner(draft)) is not draft


def test_a_closed_call_starts_nothing_but_for_who_has_a_late_right() -> None:
    call = make.call(closes_in=-1)
    with pytest.raises(Refused, match="date limite"):
        make.draft(call)
    older = make.call()
    latecomer = make.draft(older)
    older.closes_at = clock.now() - timedelta(days=1)
    make.late_right(latecomer, 2)
    db.session.flush()
    assert filing.start(older, by=make.owner(latecomer)) is latecomer


# Filling: R5, R6, R7, R10, R12


def test_the_variant_follows_from_the_structure() -> None:
    draft = make.draft()
    for kind, code in ((StructureKind.MSP, "MSP"), (StructureKind.CPTS, "CPTS")):
        chosen = ChooseStructure(accounts.structure(kind=kind).id, "Coordinatrice")
        filing.choose_structure(draft, chosen, by=make.owner(draft))
        assert draft.variant is not None
        assert draft.variant.code == code


@pytest.mark.parametrize(
    ("values", "words"), [({"kind": StructureKind.HOSPITAL}, "s’adresse"), ({"departement_code": "69"}, "région")]
)
def test_a_structure_the_call_does_not_take_is_refused_under_its_field(values: dict[str, Any], words: str) -> None:
    accounts.departement("69", "Rhône", region_code="ARA")
    draft = make.draft(make.call(regions=["BFC"]))
    chosen = ChooseStructure(accounts.structure(**values).id, "Coordinatrice")
    with pytest.raises(Refused, match=words) as refused:
        filing.choose_structure(draft, chosen, by=make.owner(draft))
    assert refused.value.field == "structure"


def test_a_structure_nobody_knows_is_refused() -> None:
    draft = make.draft()
    with pytest.raises(Refused):
        filing.choose_structure(draft, ChooseStructure(uuid.uuid4(), ""), by=make.owner(draft))


def test_a_call_without_derogation_refuses_who_is_being_recruited() -> None:
    draft = make.draft()
    command = DescribeSituation(Situation.BEING_RECRUITED, date(2026, 5, 1), "Recrutement en cours")
    with pytest.raises(Refused) as refused:
        filing.describe_situation(draft, command, by=make.owner(draft))
    assert refused.value.field == "situation"


def test_only_the_declarations_asked_are_kept() -> None:
    draft = make.draft()
    filing.declare(draft, Declare(("poste", "autre")), by=make.owner(draft))
    assert draft.declared == ["poste"]


# Pieces: R18, R20


def staged(application: Application, code: str = "cv") -> DepositPiece:
    asked = next(piece for piece in application.call.pieces if piece.code == code)
    return DepositPiece(
        asked.id, StagedFile(uuid.uuid4(), "application_piece", "cv.pdf", "application/pdf", 1000, "0" * 64, 1)
    )


@both_engines
def test_a_replaced_piece_keeps_its_versions() -> None:
    draft = make.draft()
    first = filing.deposit_piece(draft, staged(draft), by=make.owner(draft))
    second = filing.deposit_piece(draft, staged(draft), by=make.owner(draft))
    assert (first.version, second.version) == (1, 2)
    assert first.removed_at is None


def test_a_piece_of_another_call_is_refused() -> None:
    draft, other = make.draft(), make.draft()
    with pytest.raises(Refused):
        filing.deposit_piece(draft, staged(other), by=make.owner(draft))


def test_too_many_files_are_refused_in_words() -> None:
    draft = make.draft()
    for version in range(1, 41):
        make.deposit(draft, version=version)
    with pytest.raises(FileRefused) as refused:
        filing.deposit_piece(draft, staged(draft), by=make.owner(draft))
    assert refused.value.reason is Refusal.TOO_MANY


def test_a_piece_never_submitted_is_erased_with_all_its_versions() -> None:
    draft = make.draft()
    first, second = make.deposit(draft), make.deposit(draft, version=2)
    filing.remove_piece(draft, second, by=make.owner(draft))
    assert first.file.erased_at is not None
    assert second.file.erased_for is files.Erasure.REQUEST
    with pytest.raises(Conflict, match="déjà"):
        filing.remove_piece(draft, second, by=make.owner(draft))


def test_a_piece_once_submitted_is_only_set_aside() -> None:
    file = make.submitted()
    filing.take_back(file, by=make.owner(file))
    piece = file.pieces[0]
    filing.remove_piece(file, piece, by=make.owner(file))
    assert piece.removed_at is not None
    assert piece.file.erased_at is None


# Submitting


@both_engines
def test_a_submission_is_numbered_frozen_and_answered_by_a_receipt() -> None:
    file = make.submitted()
    assert (file.status, file.number, file.submitted_at) == (S.SUBMITTED, 1, clock.now())
    version = db.session.scalars(select(ApplicationVersion)).one()
    assert version.content["number"] == file.reference
    assert [piece["code"] for piece in version.content["pieces"]] == ["cv", "lettre"]
    assert all(len(piece["sha256"]) == 64 for piece in version.content["pieces"])
    assert messages() == ["submission_receipt"]


@both_engines
def test_numbers_follow_one_another_in_each_call() -> None:
    call = make.call()
    assert [make.submitted(call).number for _ in range(3)] == [1, 2, 3]
    assert make.submitted().number == 1


def test_a_file_that_lacks_something_is_not_submitted_and_says_what() -> None:
    draft = make.draft()
    with pytest.raises(Refused, match="Votre structure de rattachement, Votre situation, Vos engagements, CV"):
        filing.submit(draft, by=make.owner(draft))
    assert draft.number is None


def test_the_last_second_of_the_closing_day_still_submits(frozen_clock: Any) -> None:
    file = make.complete()
    assert file.call.closes_at is not None
    frozen_clock.at(file.call.closes_at)
    filing.submit(file, by=make.owner(file))
    assert file.status is S.SUBMITTED


def test_one_instant_later_the_submission_is_refused_and_nothing_is_lost(frozen_clock: Any) -> None:
    file = make.complete()
    assert file.call.closes_at is not None
    frozen_clock.at(file.call.closes_at + timedelta(microseconds=1))
    with pytest.raises(Refused, match="Votre saisie est conservée"):
        filing.submit(file, by=make.owner(file))
    assert (file.status, file.post_title) == (S.DRAFT, "Coordinatrice")


def test_a_late_right_lets_its_holder_submit(frozen_clock: Any) -> None:
    file = make.complete()
    make.late_right(file, 40)
    frozen_clock.advance(timedelta(days=39))
    filing.submit(file, by=make.owner(file))
    assert file.status is S.SUBMITTED


def test_nobody_else_submits_her_file() -> None:
    file = make.complete()
    with pytest.raises(Forbidden):
        filing.submit(file, by=make.manager(file.call))


def test_a_submitted_file_no_longer_changes() -> None:
    file = make.submitted()
    with pytest.raises(Conflict, match="déposée"):
        filing.declare(file, Declare(()), by=make.owner(file))


def test_the_refusal_to_change_a_file_tells_no_secret_decision() -> None:  # R105
    file = make.shortlisted()
    with pytest.raises(Conflict, match="en examen"):
        filing.declare(file, Declare(()), by=make.owner(file))


# Taking back and closing: R108


@both_engines
def test_a_file_taken_back_and_sent_again_gives_a_second_receipt_and_keeps_the_first() -> None:
    file = make.submitted()
    filing.take_back(file, by=make.owner(file))
    make.deposit(file, "cv", version=2)
    db.session.expire(file, ["pieces", "versions"])
    filing.submit(file, by=make.owner(file))
    kept = db.session.scalars(select(ApplicationVersion).order_by(ApplicationVersion.number)).all()
    assert [version.number for version in kept] == [1, 2]
    assert kept[0].content["pieces"][0]["sha256"] != kept[1].content["pieces"][0]["sha256"]
    assert file.number == 1
    assert messages() == ["submission_receipt", "submission_receipt", "taken_back"]


@both_engines
def test_a_file_left_taken_back_returns_to_its_last_submission_at_the_closing(frozen_clock: Any) -> None:
    file = make.submitted()
    filing.take_back(file, by=make.owner(file))
    other = ChooseStructure(accounts.structure(kind=StructureKind.CPTS).id, "Directrice")
    filing.choose_structure(file, other, by=make.owner(file))
    make.deposit(file, "cv", version=2)
    db.session.commit()
    assert file.call.closes_at is not None
    frozen_clock.at(file.call.closes_at + timedelta(seconds=1))
    assert closing.close_calls() == 1
    file = reloaded(file)
    assert (file.status, file.post_title) == (S.SUBMITTED, "Coordinatrice")
    assert file.variant is not None
    assert file.variant.code == "MSP"
    assert {(piece.version, piece.removed_at is None) for piece in file.pieces if piece.requirement.code == "cv"} == {
        (1, True),
        (2, False),
    }
    assert "restored" in messages()
    assert closing.close_calls() == 0


def test_a_draft_never_sent_is_closed_and_one_with_a_late_right_is_not(frozen_clock: Any) -> None:
    call = make.call()
    unsent, late = make.draft(call), make.draft(call)
    make.late_right(late, 40)
    db.session.commit()
    frozen_clock.advance(timedelta(days=30))
    assert closing.close_calls() == 1
    assert reloaded(unsent).status is S.NOT_SUBMITTED
    assert reloaded(late).status is S.DRAFT


def test_taking_back_ends_with_the_closing_and_with_the_admissibility(frozen_clock: Any) -> None:
    file = make.submitted()
    frozen_clock.advance(timedelta(days=30))
    with pytest.raises(Refused):
        filing.take_back(file, by=make.owner(file))
    with pytest.raises(ActUnavailable):
        filing.take_back(make.under_review(make.call(opened=0)), by=make.owner(file))


@pytest.mark.parametrize(("days", "sent"), [(11, 1), (10, 0), (18, 1), (23, 1), (24, 1)])
def test_drafts_are_reminded_fourteen_seven_and_two_days_before(frozen_clock: Any, days: int, sent: int) -> None:  # R16
    make.draft()
    db.session.commit()
    frozen_clock.advance(timedelta(days=days, hours=14))
    assert closing.remind_drafts() == sent
    assert closing.remind_drafts() == 0


# Corrections asked


def test_corrections_are_sent_once_the_piece_is_replaced_even_after_the_closing(frozen_clock: Any) -> None:
    file = make.submitted()
    staff = make.manager(file.call)
    piece = next(piece for piece in file.pieces if piece.requirement.code == "cv")
    processing.review_piece(file, ReviewPiece(piece.id, PieceStatus.TO_REPLACE, "Page 2 illisible."), by=staff)
    processing.ask_correction(file, AskCorrection("Merci de revoir le CV.", date(2026, 4, 30)), by=staff)
    with pytest.raises(Refused, match="à remplacer"):
        filing.correct(file, by=make.owner(file))
    frozen_clock.advance(timedelta(days=30))
    make.deposit(file, "cv", version=2)
    db.session.expire(file, ["pieces", "versions"])
    filing.correct(file, by=make.owner(file))
    assert (file.status, file.correction_message, file.correction_due_on) == (S.SUBMITTED, None, None)
    assert messages().count("submission_receipt") == 2


def test_a_file_to_correct_taken_back_and_sent_again_asks_nothing_any_more() -> None:
    file = make.submitted()
    processing.ask_correction(file, AskCorrection("Précisez.", date(2026, 3, 10)), by=make.manager(file.call))
    filing.take_back(file, by=make.owner(file))
    filing.submit(file, by=make.owner(file))
    assert file.correction_message is None


# Withdrawing


@both_engines
def test_withdrawing_gives_the_seat_back() -> None:
    file = make.confirmed(make.call(make.cohort(places=1)))
    assert cohorts.seats_left(file.call.cohort) == 0
    filing.withdraw(file, by=make.owner(file), reason="Je déménage.")
    assert file.status is S.WITHDRAWN
    assert cohorts.seats_left(file.call.cohort) == 1
    assert "withdrawn" in messages()


def test_withdrawing_is_final() -> None:
    file = make.submitted()
    filing.withdraw(file, by=make.owner(file))
    with pytest.raises(ActUnavailable):
        filing.withdraw(file, by=make.owner(file))


# What she is told


def test_the_reason_of_a_decision_is_read_from_the_history() -> None:  # R30
    file = make.refused(reason="Trop de candidatures.")
    assert own.decision_reasons([file, make.submitted()]) == {file.id: "Trop de candidatures."}
    assert own.decision_reasons([make.submitted()]) == {}
    publishing.publish_results(file.call, by=make.manager(file.call))
    mail = db.session.scalars(select(OutgoingMail).where(OutgoingMail.message == "admissions/result_refused")).one()
    assert "Trop de candidatures." in mail.text
    assert "12 mois" in mail.text


def test_every_event_of_a_file_has_its_sentence() -> None:
    file = make.confirmed()
    assert journal.timeline(file, sentences=registry.sentences)


def test_a_call_in_preparation_starts_nothing() -> None:
    with pytest.raises(Refused):
        make.draft(make.call(status=CallStatus.DRAFT))
