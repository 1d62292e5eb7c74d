"""What time does to files: calls that close, offers that lapse, drafts reminded (R14, R16, R29, R108)."""

import functools
import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, String, and_, cast, exists, or_, select

from training.admissions import mails, queries
from training.admissions.enums import (
    DECIDED_AGAINST,
    SECRET_UNTIL_PUBLICATION,
    ApplicationAct,
    ApplicationStatus,
    CallStatus,
    Contract,
    Situation,
)
from training.admissions.file_uses import PHOTO
from training.admissions.models import Application, ApplicationVersion, Call, DraftReminder, Extension, Piece
from training.admissions.procedure import APPLICATION
from training.admissions.services import filing, reserve
from training.common import clock, files, threads
from training.common.files import Erasure, StoredFile
from training.common.policy import WORKER
from training.common.sweeping import one_by_one
from training.database import db

TOLD_AT_ONCE: Final = (
    DECIDED_AGAINST - SECRET_UNTIL_PUBLICATION - {ApplicationStatus.LAPSED, ApplicationStatus.DECLINED}
)
"""Ends that the applicant knows without a publication; an offer declined or lapsed may still be reinstated."""

KEPT_FOR: Final = timedelta(days=365)
"""How long a file that ended without a seat is kept after its call closed (R89)."""

REMINDER_DAYS: Final = (14, 7, 2)
"""Days before the closing at which a draft is reminded, once each (R16)."""


def close_calls() -> int:
    """End the drafts of closed calls: a file taken back is restored, one never sent is closed (R108).

    One transaction per file; a holder of an extension keeps her draft until it ends.
    """
    return one_by_one(_unsent(), _close_one)


def lapse_offers() -> int:
    """Lapse the offers nobody answered in time and offer their seats to the next (R29). One transaction each."""
    return one_by_one(reserve.lapsed_offers(), _lapse_one)


def remind_drafts() -> int:
    """Remind the drafts of calls that close in 14, 7 and 2 days, once each (R16)."""
    return sum(one_by_one(_to_remind(days), functools.partial(_remind_one, days=days)) for days in REMINDER_DAYS)


def erase_photos() -> int:
    """Erase the photos of those who were told they are not admitted, or who withdrew (R89, R113). One transaction each."""
    ended = (
        select(Application.id)
        .join(Application.pieces)
        .join(Piece.file)
        .where(
            or_(
                Application.status.in_(TOLD_AT_ONCE),
                and_(
                    Application.status.in_(DECIDED_AGAINST),
                    Application.published_status == cast(Application.status, String),
                ),
            ),
            StoredFile.use == PHOTO,
            StoredFile.erased_at.is_(None),
        )
        .distinct()
    )
    return one_by_one(db.session.scalars(ended).all(), _erase_photo)


def _erase_photo(file_id: uuid.UUID) -> bool:
    application = queries.file_for_worker(file_id, seats=False)
    if application is None or application.status not in DECIDED_AGAINST:
        return False
    for piece in application.pieces:
        if piece.file.use == PHOTO:
            files.erase(piece.file, Erasure.RETENTION)
    return True


def purge_ended() -> int:
    """Empty the files that ended without a seat, a year after their call closed (R89). One transaction each.

    Pieces are erased and what the person wrote is forgotten; the row stays, for the figures and the journal.
    """
    ended = (
        select(Application.id)
        .join(Application.call)
        .where(
            Application.status.in_(DECIDED_AGAINST),
            Call.closes_at < clock.now() - KEPT_FOR,
            or_(
                Application.post_title != "",
                Application.derogation_reason != "",
                Application.employer != "",
                Application.practices.any(),
                Application.pieces.any(Piece.file.has(StoredFile.erased_at.is_(None))),
            ),
        )
        .order_by(Application.id)
    )
    return one_by_one(db.session.scalars(ended).all(), _purge_one)


def _purge_one(file_id: uuid.UUID) -> bool:
    application = queries.file_for_worker(file_id, seats=False)
    if application is None or application.status not in DECIDED_AGAINST:
        return False
    for piece in application.pieces:
        files.erase(piece.file, Erasure.RETENTION)
    application.post_title = application.derogation_reason = application.employer = ""
    application.answers = {}
    application.practices.clear()
    threads.erase(application)
    db.session.flush()
    return True


def restore_content(application: Application, version: ApplicationVersion) -> None:
    """Give the file back what its last submission said (R108)."""
    content: dict[str, Any] = version.content
    kept = {piece["piece_id"] for piece in content["pieces"]}
    kept |= {str(asked.piece_id) for asked in application.letters}  # signed since by her structure (R107)
    application.structure_id = uuid.UUID(content["structure_id"])
    application.variant_id = uuid.UUID(content["variant_id"])
    application.post_title = content["post_title"]
    application.share, application.employer = content.get("share"), content.get("employer", "")
    filing.write_practices(application, [(name, share) for name, share in content.get("practices", ())])
    application.situation = Situation(content["situation"])
    application.post_on = clock.date_from_iso(content["post_on"])
    application.derogation_reason = content["derogation_reason"]
    application.declared = list(content["declared"])
    for name, value in content.get("profile", {}).items():
        if application.profile is not None:
            setattr(application.profile, name, Contract(value) if name == "contract" and value else value)
    for piece in application.pieces:
        piece.removed_at = None if str(piece.id) in kept else piece.removed_at or clock.now()
    application.submitted_at = version.submitted_at
    db.session.flush()


def _close_one(file_id: uuid.UUID) -> bool:
    application = queries.file_for_worker(file_id, seats=False)
    if application is None or application.status is not ApplicationStatus.DRAFT:
        return False
    if application.versions:
        restore_content(application, application.versions[0])
        APPLICATION.advance(application, ApplicationAct.RESTORE, by=WORKER)
        mails.restored(application)
    else:
        APPLICATION.advance(application, ApplicationAct.CLOSE_UNSENT, by=WORKER)
        mails.not_submitted(application)
    return True


def _lapse_one(file_id: uuid.UUID) -> bool:
    application = queries.file_for_worker(file_id, seats=True)
    live = application.live_offer if application else None
    if application is None or live is None or live.expires_at >= clock.now():
        return False
    if application.status is not ApplicationStatus.OFFERED:
        return False
    reserve.lapse(application)
    return True


def _remind_one(file_id: uuid.UUID, days: int) -> bool:
    application = queries.file_for_worker(file_id, seats=False)
    if application is None or application.status is not ApplicationStatus.DRAFT:
        return False
    db.session.add(DraftReminder(application_id=application.id, days=days, at=clock.now()))
    db.session.flush()
    mails.closing_soon(application, days)
    return True


def _unsent() -> Sequence[uuid.UUID]:
    return db.session.scalars(
        select(Application.id)
        .join(Application.call)
        .where(
            Application.status == ApplicationStatus.DRAFT,
            Call.status == CallStatus.PUBLISHED,
            Call.closes_at < clock.now(),
            ~_extended(),
        )
        .order_by(Application.created_at, Application.id)
    ).all()


def _to_remind(days: int) -> Sequence[uuid.UUID]:
    """Return the drafts in their reminder's day: from ``days`` before the closing until the next reminder."""
    now = clock.now()
    following = max((other for other in REMINDER_DAYS if other < days), default=0)
    return db.session.scalars(
        select(Application.id)
        .join(Application.call)
        .where(
            Application.status == ApplicationStatus.DRAFT,
            Call.status == CallStatus.PUBLISHED,
            Call.closes_at <= now + timedelta(days=days),
            Call.closes_at > now + timedelta(days=following),
            ~exists().where(DraftReminder.application_id == Application.id, DraftReminder.days == days),
        )
        .order_by(Application.created_at, Application.id)
    ).all()


def _extended() -> ColumnElement[bool]:
    return exists().where(
        and_(
            Extension.call_id == Application.call_id,
            Extension.person_id == Application.person_id,
            Extension.until >= clock.now(),
        )
    )
