"""What time does: calls close on drafts, files taken back are restored, drafts are reminded (R14, R16, R108)."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from tests.factories import accounts
from tests.factories import admissions as make
from training.admissions.commands import ChooseStructure
from training.admissions.enums import ApplicationStatus
from training.admissions.models import Application
from training.admissions.services import closing, filing
from training.common import clock
from training.common.mail import OutgoingMail
from training.database import db

pytestmark = pytest.mark.usefixtures("session")
both_engines = pytest.mark.both_engines
S = ApplicationStatus


def messages(message: str) -> int:
    rows = db.session.scalars(select(OutgoingMail).where(OutgoingMail.message == f"admissions/{message}"))
    return len(rows.all())


def swept() -> int:
    db.session.commit()
    done = closing.close_calls()
    db.session.expire_all()
    return done


def reread(file: Application) -> Application:
    return db.session.get_one(Application, file.id)


@both_engines
def test_a_file_taken_back_is_restored_as_it_was_sent_r108(frozen_clock: Any) -> None:
    file = make.submitted()
    sent_at, structure_id, pieces = file.submitted_at, file.structure_id, {p.id for p in file.pieces}
    frozen_clock.advance(timedelta(days=2))
    filing.take_back(file, by=make.owner(file))
    elsewhere = ChooseStructure(accounts.structure().id, "Directrice")
    filing.choose_structure(file, elsewhere, by=make.owner(file))
    filing.remove_piece(file, file.pieces[0], by=make.owner(file))
    assert swept() == 0, "the call is still open"
    frozen_clock.advance(timedelta(days=make.OPEN_FOR))
    assert swept() == 1
    kept = reread(file)
    assert (kept.status, kept.structure_id, kept.post_title) == (S.SUBMITTED, structure_id, "Coordinatrice")
    assert kept.submitted_at == sent_at
    assert {p.id for p in kept.pieces if p.removed_at is None} == pieces
    assert messages("restored") == 1
    assert swept() == 0


@both_engines
def test_a_draft_never_sent_is_closed_and_told_once(frozen_clock: Any) -> None:
    file = make.draft()
    frozen_clock.advance(timedelta(days=make.OPEN_FOR + 1))
    assert [swept(), swept()] == [1, 0]
    assert (reread(file).status, messages("not_submitted")) == (S.NOT_SUBMITTED, 1)


def test_the_closing_second_itself_is_open_r13(frozen_clock: Any) -> None:
    file = make.draft()
    closes_at = file.call.closes_at
    assert closes_at is not None
    frozen_clock.at(closes_at)
    assert swept() == 0
    frozen_clock.at(closes_at + timedelta(seconds=1))
    assert swept() == 1


def test_a_late_right_keeps_the_draft_until_its_own_end_r14(frozen_clock: Any) -> None:
    file = make.draft()
    frozen_clock.advance(timedelta(days=make.OPEN_FOR + 1))
    make.late_right(file, 3)
    assert swept() == 0
    frozen_clock.advance(timedelta(days=4))
    assert swept() == 1


@both_engines
def test_a_draft_is_reminded_14_7_and_2_days_before_once_each_r16(frozen_clock: Any) -> None:
    make.draft()
    make.submitted()
    db.session.commit()
    sent = []
    for _day in range(make.OPEN_FOR + 2):
        sent += [closing.remind_drafts(), closing.remind_drafts()]
        frozen_clock.advance(timedelta(days=1))
    assert sum(sent) == messages("closing_soon") == 3


def test_a_draft_begun_late_gets_only_the_reminders_to_come_r16(frozen_clock: Any) -> None:
    call = make.call(closes_in=5)
    make.draft(call)
    db.session.commit()
    assert closing.remind_drafts() == 1
    frozen_clock.advance(timedelta(days=4))
    assert closing.remind_drafts() == 1
    assert clock.today().isoformat() == "2026-03-06"
