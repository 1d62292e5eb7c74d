"""Photos leave once the decision is told; what else an ended file holds, a year after its call (R89, R113)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.factories import admissions as make
from training.admissions.enums import ApplicationStatus
from training.admissions.file_uses import PHOTO
from training.admissions.models import Application
from training.admissions.services import closing
from training.common.files import StoredFile
from training.database import db

pytestmark = [pytest.mark.usefixtures("session", "frozen_clock"), pytest.mark.both_engines]
S = ApplicationStatus


def with_photo(application: Application) -> StoredFile:
    """Make the file's first piece a photo."""
    kept = application.pieces[0].file
    kept.use = PHOTO
    db.session.commit()
    return kept


@pytest.mark.parametrize(
    ("status", "published"), [(S.NOT_SELECTED, S.NOT_SELECTED), (S.INADMISSIBLE, None), (S.WITHDRAWN, None)]
)
def test_the_photo_of_someone_told_no_is_erased(status: ApplicationStatus, published: ApplicationStatus | None) -> None:
    application = make.submitted()
    photo = with_photo(application)
    make.force(application, status, published)
    db.session.commit()
    assert closing.erase_photos() == 1
    assert db.session.get_one(StoredFile, photo.id).erased_at is not None
    assert closing.erase_photos() == 0


@pytest.mark.parametrize("status", [S.NOT_SELECTED, S.UNDER_REVIEW, S.VALIDATED, S.LAPSED])
def test_a_photo_stays_while_nothing_is_told_or_the_file_may_come_back(status: ApplicationStatus) -> None:
    application = make.submitted()
    photo = with_photo(application)
    make.force(application, status)
    db.session.commit()
    assert closing.erase_photos() == 0
    assert db.session.get_one(StoredFile, photo.id).erased_at is None


def test_an_ended_file_is_emptied_a_year_after_its_call(frozen_clock: Any) -> None:
    application = make.submitted()
    make.force(application, S.NOT_SELECTED, S.NOT_SELECTED)
    application.post_title = "Coordination"
    db.session.commit()
    files = [piece.file.id for piece in application.pieces]
    closes_at = application.call.closes_at
    assert closes_at is not None
    frozen_clock.at(closes_at + timedelta(days=364))
    assert closing.purge_ended() == 0
    frozen_clock.at(closes_at + timedelta(days=366))
    assert closing.purge_ended() == 1
    assert all(db.session.get_one(StoredFile, file).erased_at for file in files)
    assert db.session.get_one(Application, application.id).post_title == ""
    assert closing.purge_ended() == 0


def test_the_file_of_someone_enrolled_or_under_way_is_kept(frozen_clock: Any) -> None:
    application = make.submitted()
    make.force(application, S.VALIDATED)
    db.session.commit()
    frozen_clock.at(frozen_clock.advance(timedelta(days=800)))
    assert closing.purge_ended() == 0
