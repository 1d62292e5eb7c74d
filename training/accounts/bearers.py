"""Whoever acts by a personal link: this browser remembers the link whose button it pressed, as long as it is live.

The session's signed cookie holds the link's id and nothing else; the row is read again at each request, so that
revoking the link ends what it opened, everywhere, at once (R100).
"""

import uuid
from typing import Final

from flask import session
from sqlalchemy import bindparam, select

from training.accounts.models import Person
from training.common.links import AccessLink
from training.common.policy import LinkRight
from training.database import db

SESSION_KEY: Final = "link"
_LINK: Final = (
    select(AccessLink, Person)
    .outerjoin(Person, Person.id == AccessLink.bearer_id)
    .where(AccessLink.id == bindparam("link"))
)


def remember(link: AccessLink) -> None:
    """Let this browser act as the link's bearer; one link at a time, the last pressed."""
    session[SESSION_KEY] = str(link.id)


def present() -> LinkRight | None:
    """Return what the link of this browser gives, or null: none, or no longer live. One SELECT, none without a link."""
    kept = session.get(SESSION_KEY)
    if not kept:
        return None
    try:
        key = uuid.UUID(kept)
    except ValueError:
        return None
    found = db.session.execute(_LINK, {"link": key}).first()
    if found is None or not found[0].is_live:
        return None
    link, bearer = found
    return LinkRight(
        purpose=link.purpose,
        subject_kind=link.subject_kind,
        subject_id=link.subject_id,
        link_id=link.id,
        bearer_id=link.bearer_id,
        bearer_name=bearer.name if bearer is not None else "",
    )
