"""Changing a call: freely while it is prepared, safely once it is published, each time as a version (R1)."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from training.admissions import mails, rules
from training.admissions.enums import DECIDED_AGAINST, ApplicationStatus, CallStatus
from training.admissions.events import CallEvent
from training.admissions.models import Application, Call, CallVersion, Opinion
from training.admissions.rules import Audience, Moment, Revision
from training.common import clock, journal
from training.common.errors import Conflict, Refused
from training.common.policy import Principal
from training.database import db

OVER = "La campagne est close : l’appel ne change plus."
NOT_CONCERNED = DECIDED_AGAINST | {ApplicationStatus.ENROLLED}
"""States, as the applicant knows them, in which a change of the call no longer concerns her."""


@dataclass(frozen=True, slots=True)
class Told:
    """Someone a change is told to, and the sentences that concern her."""

    application: Application
    sentences: list[str]


class Unconfirmed(Exception):
    """A change of a published call waits for whoever asks it to confirm what it will do."""

    def __init__(self, revision: Revision, told: Sequence[Told]) -> None:
        super().__init__("The change of a published call waits to be confirmed.")
        self.revision = revision
        self.told = told


def change(call: Call, write: Callable[[], Any], *, confirmed: bool, section: str, by: Principal) -> None:
    """Change a call by ``write``; of a published one, keep the new version and tell those it concerns.

    Raises ``Conflict`` on a finalised call, ``Refused`` for what may no longer change, :class:`Unconfirmed` for a
    change of a published call that was not confirmed; what ``write`` did is then undone.
    """
    if call.status is CallStatus.FINALISED:
        raise Conflict(OVER)
    before = rules.call_content(call)
    with db.session.begin_nested():  # what is refused is undone at once: the page shown again tells the call as it is
        write()
        db.session.flush()
        after = rules.call_content(call)
        if before == after:
            return
        if call.status is CallStatus.DRAFT:
            journal.record(call, CallEvent.SETTINGS_CHANGED, by=by, codes={"section": section})
        else:
            _publish_change(call, rules.revision(before, after, _moment(call)), after, confirmed=confirmed, by=by)


def _publish_change(call: Call, revision: Revision, after: Any, *, confirmed: bool, by: Principal) -> None:
    if revision.refusals:
        raise Refused("L’appel est publié. " + " ".join(revision.refusals))
    told = concerned(call, revision)
    if not confirmed:
        raise Unconfirmed(revision, told)
    call.version += 1
    keep_version(call, after, [each.sentence for each in revision.changes], told=len(told), by=by)
    journal.record(call, CallEvent.REVISED, by=by, codes={"version": call.version, "told": len(told)})
    prompt = "closes_at" in revision.names
    for each in told:
        mails.call_changed(each.application, each.sentences, prompt=prompt)


def keep_version(call: Call, content: Any, changes: list[str], *, told: int, by: Principal) -> CallVersion:
    """Keep what the call asks from now on, under its present number."""
    version = CallVersion(
        id=uuid.uuid4(), call=call, number=call.version, by_id=by.person_id, content=content, changes=changes, told=told
    )
    db.session.add(version)
    db.session.flush()
    return version


def concerned(call: Call, revision: Revision) -> list[Told]:
    """Return whose running file the revision concerns, with what it changes for her, by number.

    What counts is the state she knows: a decision not yet published must not be told by silence (R105).
    """
    if revision.audience is Audience.NOBODY:
        return []
    files = db.session.scalars(
        select(Application)
        .where(Application.call_id == call.id)
        .options(joinedload(Application.person))
        .order_by(Application.number, Application.created_at, Application.id)
    )
    found = []
    for application in files:
        if rules.public_status(application) in NOT_CONCERNED:
            continue
        sentences = revision.told_to(Audience.IN_HAND if rules.is_editable(application) else Audience.RUNNING)
        if sentences:
            found.append(Told(application, sentences))
    return found


def _moment(call: Call) -> Moment:
    """Return what has already happened to the call."""
    given = db.session.scalar(
        select(Opinion.id)
        .join(Application, Application.id == Opinion.application_id)
        .where(Application.call_id == call.id)
        .limit(1)
    )
    return Moment(clock.now(), opinions_given=given is not None)
