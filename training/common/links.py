"""Personal links: everything that works by mail or without an account.

One table for invitations, magic links, engagement letters, convocations… A link has a
purpose, a subject, a bearer, an expiry, a number of uses; its 256-bit secret is stored
only as a digest. Opening a link shows a page whose button POSTs: only the POST consumes,
since mail filters open links (R100).
"""

import hashlib
import secrets
import uuid
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import String, delete, func, select, update
from sqlalchemy.orm import Mapped, mapped_column

from training.common import clock
from training.common.declarations import registry
from training.common.errors import NotFound, Refused
from training.common.journal import Subject
from training.database import PERSON, Base, WithId, db

SECRET_BYTES: Final = 32
KEPT_FOR: Final = timedelta(days=365)
DAY: Final = timedelta(days=1)
A_DAY: Final = 40
"""Links one person sends by mail in a day, of one purpose: nobody writes to the whole country through us."""
TOO_MANY: Final = (
    "Vous avez déjà envoyé beaucoup de liens aujourd’hui. Reprenez demain, ou écrivez à l’organisme qui vous suit."
)


class LinkSpent(Refused):
    """The link is expired, revoked or used up; its page offers a new one."""


class AccessLink(WithId, Base):
    """A personal link. ``uses_left`` null means: as often as wanted until it expires."""

    __tablename__ = "access_link"
    purpose: Mapped[str] = mapped_column(String(40), index=True)
    subject_kind: Mapped[str] = mapped_column(String(60))
    subject_id: Mapped[uuid.UUID] = mapped_column(index=True)
    bearer_id: Mapped[uuid.UUID | None] = mapped_column(index=True, info=PERSON)
    bearer_email: Mapped[str | None] = mapped_column(String(254), info=PERSON)
    secret_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[uuid.UUID | None] = mapped_column(info=PERSON)
    expires_at: Mapped[datetime]
    uses_left: Mapped[int | None]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    next_address: Mapped[str | None] = mapped_column(String(500))

    @property
    def is_live(self) -> bool:
        """Whether the button still works."""
        return (
            self.revoked_at is None
            and clock.now() <= self.expires_at
            and (self.uses_left is None or self.uses_left > 0)
        )


def digest(secret: str) -> str:
    """Return what is stored of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def issue(
    purpose: str,
    subject: Subject,
    *,
    bearer_id: uuid.UUID | None = None,
    bearer_email: str | None = None,
    created_by: uuid.UUID | None = None,
    next_address: str | None = None,
    replace: bool = True,
) -> str:
    """Create a link and return its secret, which is never stored: only the mail carries it.

    ``replace`` revokes the bearer's earlier links of the same purpose on the same subject.
    """
    declared = registry.link_purpose(purpose)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    if replace:
        revoke(purpose, subject, bearer_id=bearer_id, bearer_email=bearer_email)
    db.session.add(
        AccessLink(
            purpose=purpose,
            subject_kind=subject.__tablename__,
            subject_id=subject.id,
            bearer_id=bearer_id,
            bearer_email=bearer_email,
            secret_hash=digest(secret),
            created_at=clock.now(),
            created_by=created_by,
            expires_at=clock.now() + declared.lifetime,
            uses_left=declared.uses,
            next_address=next_address,
        )
    )
    db.session.flush()
    return secret


def refuse_many(purpose: str, *, by: uuid.UUID | None, most: int = A_DAY, field: str | None = None) -> None:
    """Raise ``Refused`` when a person has already sent ``most`` links of this purpose within a day. One SELECT."""
    if sent_today(purpose, by=by) >= most:
        raise Refused(TOO_MANY, field=field)


def sent_today(purpose: str, *, by: uuid.UUID | None) -> int:
    """Return how many links of this purpose a person sent within a day. One SELECT."""
    query = select(func.count()).where(
        AccessLink.purpose == purpose, AccessLink.created_by == by, AccessLink.created_at > clock.now() - DAY
    )
    return db.session.scalar(query) or 0


def revoke(
    purpose: str, subject: Subject, *, bearer_id: uuid.UUID | None = None, bearer_email: str | None = None
) -> int:
    """End the live links of this purpose on this subject, of one bearer if given; return how many."""
    query = update(AccessLink).where(
        AccessLink.purpose == purpose,
        AccessLink.subject_kind == subject.__tablename__,
        AccessLink.subject_id == subject.id,
        AccessLink.revoked_at.is_(None),
    )
    if bearer_id is not None:
        query = query.where(AccessLink.bearer_id == bearer_id)
    if bearer_email is not None:
        query = query.where(AccessLink.bearer_email == bearer_email)
    return int(getattr(db.session.execute(query.values(revoked_at=clock.now())), "rowcount", 0))


def find(secret: str) -> AccessLink:
    """Return the link of this secret, live or not; ``NotFound`` if there never was one."""
    link = db.session.scalar(select(AccessLink).where(AccessLink.secret_hash == digest(secret)))
    if link is None:
        raise NotFound("Ce lien n’existe pas. Vérifiez qu’il a été copié en entier depuis le message reçu.")
    return link


def consume(secret: str) -> tuple[AccessLink, str]:
    """Use the link once and do what its purpose does; return it and the address to go to.

    The row is taken FOR UPDATE, so that a one-time link pressed twice at the same instant
    acts once. Raises ``LinkSpent`` when it no longer works.
    """
    link = db.session.scalar(select(AccessLink).where(AccessLink.secret_hash == digest(secret)).with_for_update())
    if link is None:
        raise NotFound
    if not link.is_live:
        raise LinkSpent("Ce lien a expiré ou a déjà servi.")
    if link.uses_left is not None:
        link.uses_left -= 1
    link.used_at = clock.now()
    db.session.flush()
    return link, registry.link_purpose(link.purpose).consume(link)


def purge() -> int:
    """Delete the links that ended more than a year ago; return how many went."""
    result = db.session.execute(delete(AccessLink).where(AccessLink.expires_at < clock.now() - KEPT_FOR))
    return int(getattr(result, "rowcount", 0))
