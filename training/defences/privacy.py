"""What the room holds of a person: her own copy, what anonymising her empties, what its retention erases (R90, R91)."""

import uuid
from datetime import date
from typing import Any

from sqlalchemy import select, update

from training.cohorts.models import Cohort, Enrolment
from training.common import clock, files
from training.common.files import Erasure, StoredFile
from training.database import db, touched
from training.defences.models import Memoire, MemoireComment, MemoireVersion
from training.portfolio.privacy import EMPTIED, KEPT


def export_memoires(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the versions the person handed in, with her subject."""
    rows = db.session.execute(
        select(Cohort.label, Memoire.subject, Memoire.status, MemoireVersion.number, MemoireVersion.kind,
               MemoireVersion.deposited_at, MemoireVersion.message)
        .select_from(Memoire)
        .join(Enrolment, Enrolment.id == Memoire.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .outerjoin(MemoireVersion, MemoireVersion.memoire_id == Memoire.id)
        .where(Enrolment.person_id == person_id)
        .order_by(Memoire.id, MemoireVersion.number)
    )  # fmt: skip
    return [
        {
            "promotion": cohort,
            "sujet": subject,
            "état": status.label,
            "version": number,
            "nature": kind.label if kind else None,
            "déposée le": at,
            "message": message,
        }
        for cohort, subject, status, number, kind, at, message in rows
    ]


def export_comments(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return what was said of the person’s mémoire, and what she said of others’, without their authors’ names."""
    rows = db.session.execute(
        select(MemoireComment.written_at, MemoireComment.words, MemoireComment.author_id)
        .join(MemoireVersion, MemoireVersion.id == MemoireComment.version_id)
        .join(Memoire, Memoire.id == MemoireVersion.memoire_id)
        .join(Enrolment, Enrolment.id == Memoire.enrolment_id)
        .where((MemoireComment.author_id == person_id) | (Enrolment.person_id == person_id))
        .order_by(MemoireComment.written_at, MemoireComment.id)
    )
    return [{"le": at, "remarques": words, "auteur·rice": author == person_id} for at, words, author in rows]


def _versions_of(person_id: uuid.UUID) -> Any:
    return (
        select(MemoireVersion.id)
        .join(Memoire, Memoire.id == MemoireVersion.memoire_id)
        .join(Enrolment, Enrolment.id == Memoire.enrolment_id)
        .where(Enrolment.person_id == person_id)
    )


def empty_memoires(person_id: uuid.UUID) -> int:
    """Erase the files of the person’s mémoire, what was read in them and what she wrote; its states stay."""
    versions = _versions_of(person_id)
    own = select(Enrolment.id).where(Enrolment.person_id == person_id)
    count = _erase(versions, Erasure.REQUEST)
    count += touched(
        update(MemoireVersion).where(MemoireVersion.id.in_(versions), MemoireVersion.message != "").values(message="")
    )
    return count + touched(
        update(Memoire)
        .where(Memoire.enrolment_id.in_(own), Memoire.subject != EMPTIED)
        .values(subject=EMPTIED, keywords="", approach="", author_agreed_at=None)
    )


def _erase(versions: Any, why: Erasure) -> int:
    annotated = select(MemoireComment.annotated_id).where(
        MemoireComment.version_id.in_(versions), MemoireComment.annotated_id.is_not(None)
    )
    kept = select(MemoireVersion.file_id).where(MemoireVersion.id.in_(versions))
    found = db.session.scalars(
        select(StoredFile).where(StoredFile.erased_at.is_(None), StoredFile.id.in_(kept) | StoredFile.id.in_(annotated))
    ).all()
    for stored in found:
        files.erase(stored, why)
    db.session.execute(
        update(MemoireVersion).where(MemoireVersion.id.in_(versions), MemoireVersion.text != "").values(text="")
    )
    return len(found)


def empty_comments(person_id: uuid.UUID) -> int:
    """Empty what was said of the person’s mémoire."""
    return touched(
        update(MemoireComment)
        .where(MemoireComment.version_id.in_(_versions_of(person_id)), MemoireComment.words != EMPTIED)
        .values(words=EMPTIED)
    )


def purge_files() -> int:
    """Erase the mémoires of cohorts ended for as long as they are kept, but those shared in the library (R90, R127)."""
    limit: date = clock.today() - KEPT
    ended = (
        select(MemoireVersion.id)
        .join(Memoire, Memoire.id == MemoireVersion.memoire_id)
        .join(Enrolment, Enrolment.id == Memoire.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(
            Cohort.ends_on.is_not(None),
            Cohort.ends_on < limit,
            Memoire.author_agreed_at.is_(None) | Memoire.structure_agreed_at.is_(None),
        )
    )
    return _erase(ended, Erasure.RETENTION)
