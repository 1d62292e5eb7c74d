"""The team's letter, as its signer loads it."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from training.accounts.models import Structure
from training.admissions.letter_purpose import PURPOSE
from training.admissions.models import Application, Call, LetterRequest
from training.admissions.queries.files import WITH_BODY, lock_files
from training.catalogue.models import Edition
from training.common.errors import NotFound
from training.common.loading import load_list
from training.common.policy import Principal
from training.database import db


def letter(principal: Principal, letter_id: uuid.UUID, *, lock: bool = False) -> LetterRequest:
    """Return the request the principal's link is about, or raise ``NotFound``. Three SELECTs.

    ``lock`` takes its file FOR UPDATE, as every act on a file does.
    """
    right = principal.link
    if right is None or right.purpose != PURPOSE or right.subject_id != letter_id:
        raise NotFound
    if lock:
        lock_files(
            select(Application).where(
                Application.id
                == select(LetterRequest.application_id).where(LetterRequest.id == letter_id).scalar_subquery()
            )
        )
    found = db.session.scalars(
        select(LetterRequest)
        .where(LetterRequest.id == letter_id)
        .options(
            joinedload(LetterRequest.requirement),
            joinedload(LetterRequest.application).options(
                joinedload(Application.person),
                joinedload(Application.structure).joinedload(Structure.departement),
                joinedload(Application.call).options(
                    joinedload(Call.cohort), joinedload(Call.edition).joinedload(Edition.programme)
                ),
            ),
        )
        .execution_options(populate_existing=lock)
    ).one_or_none()
    if found is None:
        raise NotFound
    call = found.application.call
    load_list(call, Call.parts, WITH_BODY)
    load_list(call, Call.costs)
    return found
