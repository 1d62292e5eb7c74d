"""What a person gives when her seat is confirmed, and what its end takes back (R110, R113)."""

import io
import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import delete, or_, select

from training.catalogue.models import Edition
from training.cohorts.enums import CohortStatus
from training.cohorts.models import Cohort
from training.cohorts.queries import registration as queries
from training.cohorts.registration import (
    CivilField,
    CivilRequirement,
    CivilStatus,
    DirectoryEntry,
    Portrait,
)
from training.common import clock, files, journal
from training.common.declarations import file_use
from training.common.errors import Refused
from training.common.files import Erasure, StoredFile
from training.common.policy import Principal
from training.common.sweeping import one_by_one
from training.database import db

PORTRAIT: Final = "portrait"
YOUNGEST: Final = 16
OLDEST: Final = 100


def ask_civil_fields(edition: Edition, fields: Sequence[CivilField], *, by: Principal) -> None:
    """Say what the school of an edition needs to know of its learners (R110)."""
    if not fields:
        raise Refused("Choisissez au moins une information.", field="fields")
    row = db.session.get(CivilRequirement, edition.id) or CivilRequirement(edition_id=edition.id)
    row.fields = [field.value for field in CivilField if field in fields]
    db.session.add(row)
    db.session.flush()
    journal.record(edition, "edition.civil_fields_asked", by=by, codes={"fields": " ".join(row.fields)})


def give_civil_status(cohort: Cohort, person_id: uuid.UUID, told: Mapping[CivilField, Any]) -> CivilStatus:
    """Keep what a person says of her civil status, the facts asked only; given again, it is corrected (R110).

    Nothing of it is journaled: it is read by those who may, and by nobody in a history.
    """
    born_on = told.get(CivilField.BORN_ON)
    if isinstance(born_on, date):
        years = (clock.today() - born_on).days // 365
        if not YOUNGEST <= years <= OLDEST:
            raise Refused("Vérifiez l’année : cette date de naissance ne semble pas être la vôtre.", field="born_on")
    row = queries.civil_status(cohort.id, person_id) or CivilStatus(cohort_id=cohort.id, person_id=person_id)
    for field, value in told.items():
        setattr(row, field.value, value)
    row.given_at = clock.now()
    db.session.add(row)
    db.session.flush()
    return row


def show_portrait(cohort: Cohort, person_id: uuid.UUID, photo: StoredFile, *, by: Principal) -> Portrait:
    """Show a photo to the cohort, by its person's consent: a copy of its own, with its own readers and its own end (R113)."""
    if by.person_id != person_id:
        raise Refused("La personne seule peut donner cet accord.")
    hide_portrait(cohort.id, person_id)
    use = file_use(PORTRAIT)
    content = io.BytesIO(b"".join(files.read(photo)))
    staged = files.stage(files.check(content, photo.original_name, use), use)
    row = Portrait(cohort_id=cohort.id, person_id=person_id, file=files.keep(staged, use=use, subject=cohort, by=by))
    db.session.add(row)
    db.session.flush()
    return row


def hide_portrait(cohort_id: uuid.UUID, person_id: uuid.UUID) -> None:
    """Stop showing a portrait: its bytes are erased."""
    row = queries.portrait(cohort_id, person_id)
    if row is not None:
        files.erase(row.file, Erasure.REQUEST)
        db.session.delete(row)
        db.session.flush()


def show_address(cohort: Cohort, *, email: bool, phone: bool, by: Principal) -> None:
    """Show one’s address to those of the cohort, or no longer: nothing shown leaves no row (R118)."""
    row = db.session.get(DirectoryEntry, (cohort.id, by.person_id))
    if not (email or phone):
        if row is not None:
            db.session.delete(row)
    else:
        row = row or DirectoryEntry(cohort_id=cohort.id, person_id=by.person_id)
        row.shows_email, row.shows_phone, row.told_at = email, phone, clock.now()
        db.session.add(row)
    db.session.flush()


def forget_directories() -> int:
    """Forget the addresses shown in cohorts that have ended (R118)."""
    ended = select(Cohort.id).where(or_(Cohort.status == CohortStatus.CLOSED, Cohort.ends_on < clock.today()))
    result = db.session.execute(delete(DirectoryEntry).where(DirectoryEntry.cohort_id.in_(ended)))
    return int(getattr(result, "rowcount", 0))


def erase_portraits() -> int:
    """Erase the portraits of cohorts that have ended (R113). One transaction each."""
    ended = (
        select(Portrait.file_id)
        .join(Cohort, Cohort.id == Portrait.cohort_id)
        .where(or_(Cohort.status == CohortStatus.CLOSED, Cohort.ends_on < clock.today()))
        .order_by(Portrait.file_id)
    )
    return one_by_one(db.session.scalars(ended).all(), _erase_one)


def _erase_one(file_id: uuid.UUID) -> bool:
    row = db.session.scalars(select(Portrait).where(Portrait.file_id == file_id)).one_or_none()
    if row is None:
        return False
    files.erase(row.file, Erasure.RETENTION)
    db.session.delete(row)
    db.session.flush()
    return True
