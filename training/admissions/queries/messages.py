"""Who a message to many goes to: the filtered files a person may write to, and the threads she has to answer (R109)."""

import uuid
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from training.accounts.enums import ACTING_FUNCTIONS
from training.accounts.models import Structure
from training.accounts.rules import managed_bodies
from training.admissions.models import Application, Call, CallPart
from training.admissions.queries.files import WITH_BODY, lock_files
from training.admissions.queries.lists import ApplicationFilters, export_rows
from training.admissions.queries.scope import rights_of, visible
from training.catalogue.models import Edition
from training.cohorts.queries.messages import followed_threads
from training.common import threads
from training.common.errors import NotFound
from training.common.loading import load_list
from training.common.mailing import MOST_WRITTEN
from training.common.policy import Permission, Principal, policy
from training.common.threads import Thread
from training.database import db

_OF_A_THREAD: Final = (
    joinedload(Application.person),
    joinedload(Application.structure).joinedload(Structure.departement),
    joinedload(Application.call).options(
        joinedload(Call.cohort), joinedload(Call.edition).joinedload(Edition.programme)
    ),
)


def file_of_thread(principal: Principal, application_id: uuid.UUID, *, lock: bool = False) -> Application:
    """Return a file within the principal's scope with what its thread shows, or raise ``NotFound``. Two SELECTs.

    ``lock`` takes it FOR UPDATE.
    """
    query = select(Application).where(Application.id == application_id, visible(rights_of(principal)))
    if lock:
        lock_files(query)
    found = db.session.scalars(query.options(*_OF_A_THREAD).execution_options(populate_existing=lock)).one_or_none()
    if found is None:
        raise NotFound
    load_list(found.call, Call.parts, WITH_BODY)
    return found


def waiting_threads(principal: Principal) -> Sequence[Thread]:
    """Return the threads a person has to read, and those she or her bodies have to answer, within her scope (R95, R109).

    One SELECT; a second one for a manager narrowed to a region or to départements, who answers for her files only.
    """
    managing = [c for c in principal.capacities if c.organisation_id and c.function in ACTING_FUNCTIONS]
    whole = managed_bodies(principal)
    narrowed = {c.organisation_id for c in managing if c.organisation_id is not None} - whole
    found = threads.waiting_for(principal, whole | narrowed, also=followed_threads(principal))
    files = Application.__tablename__
    asked = {
        thread.subject_id
        for thread in found
        if thread.body_id in narrowed and thread.person_id != principal.person_id and thread.subject_kind == files
    }
    if not asked:
        return found
    hers = visible(Principal(capacities=tuple(managing)))
    within = set(db.session.scalars(select(Application.id).where(Application.id.in_(asked), hers)))
    return [thread for thread in found if thread.subject_id not in asked - within]


def writable(principal: Principal, filters: ApplicationFilters) -> Sequence[Application]:
    """Return the filtered files whose applicant this person may write to, in the order of the list. Four SELECTs."""
    ids = [row.id for row in export_rows(principal, filters)][: MOST_WRITTEN + 1]
    query = (
        select(Application)
        .where(Application.id.in_(ids))
        .options(
            joinedload(Application.person),
            joinedload(Application.structure),
            joinedload(Application.call).selectinload(Call.parts).joinedload(CallPart.organisation),
        )
    )
    found = {each.id: each for each in db.session.scalars(query)}
    files = [found[file_id] for file_id in ids]
    return [file for file in files if policy.allows(principal, Permission.ADMISSIONS_MESSAGE_SEND, file)]
