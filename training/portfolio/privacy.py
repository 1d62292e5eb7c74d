"""What the portfolio holds of a person: her own copy, what anonymising her empties, what its retention erases (R90, R91)."""

import uuid
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import delete, select, update

from training.catalogue.models import TracerType
from training.cohorts.models import Cohort, Enrolment
from training.common import clock, files
from training.common.files import Erasure, StoredFile
from training.database import db, touched
from training.portfolio.models import (
    CommentTemplate,
    HoursEntry,
    PlatformAccount,
    Quarantine,
    Review,
    Tracer,
    TracerFile,
    TracerVersion,
    UploadPart,
)

KEPT: Final = timedelta(days=5 * 365)
"""After the end of the cohort."""

PARTS_KEPT: Final = timedelta(days=1)
EMPTIED: Final = "(commentaire effacé)"


def export_versions(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the versions the person handed in, and what she wrote with them."""
    rows = db.session.execute(
        select(Cohort.label, TracerType.label, TracerVersion.number, TracerVersion.deposited_at, TracerVersion.message)
        .join(Tracer, Tracer.id == TracerVersion.tracer_id)
        .join(TracerType, TracerType.id == Tracer.type_id)
        .join(Enrolment, Enrolment.id == Tracer.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Enrolment.person_id == person_id, TracerVersion.deposited_at.is_not(None))
        .order_by(TracerVersion.deposited_at, TracerVersion.id)
    )
    return [
        {"promotion": cohort, "document": label, "version": number, "déposée le": at, "message": message}
        for cohort, label, number, at, message in rows
    ]


def export_reviews(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the reviews given of the person’s documents, and those she gave, without the learners’ names."""
    rows = db.session.execute(
        select(TracerType.label, Review.decided_at, Review.decision, Review.comment, Review.reviewer_id)
        .join(TracerVersion, TracerVersion.id == Review.version_id)
        .join(Tracer, Tracer.id == TracerVersion.tracer_id)
        .join(TracerType, TracerType.id == Tracer.type_id)
        .join(Enrolment, Enrolment.id == Tracer.enrolment_id)
        .where((Review.reviewer_id == person_id) | ((Enrolment.person_id == person_id) & Review.decision.is_not(None)))
        .order_by(Review.written_at, Review.id)
    )
    return [
        {
            "document": label,
            "rendue le": at,
            "avis": decision.label if decision else "en cours",
            "commentaire": comment,
            "auteur·rice": reviewer == person_id,
        }
        for label, at, decision, comment, reviewer in rows
    ]


def export_quarantines(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return when the person set documents aside."""
    rows = db.session.execute(
        select(Quarantine.at, Quarantine.reason).where(Quarantine.by_id == person_id).order_by(Quarantine.at)
    )
    return [{"mise à l’écart le": at, "motif": reason} for at, reason in rows]


def export_hours(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the hours the person logged or that were imported for her."""
    rows = db.session.execute(
        select(HoursEntry.modality, HoursEntry.done_on, HoursEntry.minutes, HoursEntry.words, HoursEntry.status)
        .join(HoursEntry.enrolment)
        .where(Enrolment.person_id == person_id)
        .order_by(HoursEntry.done_on, HoursEntry.id)
    )
    return [
        {"modalité": modality.label, "le": day, "minutes": minutes, "mots": words, "état": status.label}
        for modality, day, minutes, words, status in rows
    ]


def export_forum(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return nothing: what is noted of a learner goes with her path; who noted it is a proof of the act."""
    del person_id
    return []


def export_templates(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the sentences the person keeps."""
    rows = db.session.execute(
        select(CommentTemplate.title, CommentTemplate.words)
        .where(CommentTemplate.person_id == person_id)
        .order_by(CommentTemplate.title)
    )
    return [{"titre": title, "phrase": words} for title, words in rows]


def _versions_of(person_id: uuid.UUID) -> Any:
    return (
        select(TracerVersion.id)
        .join(Tracer, Tracer.id == TracerVersion.tracer_id)
        .join(Enrolment, Enrolment.id == Tracer.enrolment_id)
        .where(Enrolment.person_id == person_id)
    )


def empty_versions(person_id: uuid.UUID) -> int:
    """Erase the files of the person’s documents, what was read in them and what she wrote; states and dates stay."""
    count = _erase(_versions_of(person_id), Erasure.REQUEST)
    return count + touched(
        update(TracerVersion)
        .where(TracerVersion.id.in_(_versions_of(person_id)), TracerVersion.message != "")
        .values(message="")
    )


def _erase(versions: Any, why: Erasure) -> int:
    """Erase the live files of versions, with their text and their annotated copies; return how many."""
    annotated = select(Review.annotated_id).where(Review.version_id.in_(versions), Review.annotated_id.is_not(None))
    kept = select(TracerFile.file_id).where(TracerFile.version_id.in_(versions))
    found = db.session.scalars(
        select(StoredFile).where(StoredFile.erased_at.is_(None), StoredFile.id.in_(kept) | StoredFile.id.in_(annotated))
    ).all()
    for stored in found:
        files.erase(stored, why)
    db.session.execute(
        update(TracerFile).where(TracerFile.version_id.in_(versions), TracerFile.text != "").values(text="")
    )
    return len(found)


def empty_reviews(person_id: uuid.UUID) -> int:
    """Empty what was written about the person’s documents."""
    return touched(
        update(Review)
        .where(Review.version_id.in_(_versions_of(person_id)), Review.comment != EMPTIED)
        .values(comment=EMPTIED)
    )


def empty_hours(person_id: uuid.UUID) -> int:
    """Empty the words of the person’s hours; their numbers stay, as proof."""
    own = select(Enrolment.id).where(Enrolment.person_id == person_id)
    return touched(update(HoursEntry).where(HoursEntry.enrolment_id.in_(own), HoursEntry.words != "").values(words=""))


def empty_quarantines(person_id: uuid.UUID) -> int:
    """Empty the reasons for which the person’s documents were set aside."""
    return touched(
        update(Quarantine)
        .where(Quarantine.version_id.in_(_versions_of(person_id)), Quarantine.reason != EMPTIED)
        .values(reason=EMPTIED)
    )


def forget_templates(person_id: uuid.UUID) -> int:
    """Delete the sentences the person keeps."""
    return touched(delete(CommentTemplate).where(CommentTemplate.person_id == person_id))


def keep(_person_id: uuid.UUID) -> int:
    """Nothing to empty: the row keeps the key of a person who is anonymised herself."""
    return 0


def purge_files() -> int:
    """Erase the documents of cohorts ended for as long as they are kept (R90); states and digests stay."""
    limit: date = clock.today() - KEPT
    ended = (
        select(TracerVersion.id)
        .join(Tracer, Tracer.id == TracerVersion.tracer_id)
        .join(Enrolment, Enrolment.id == Tracer.enrolment_id)
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .where(Cohort.ends_on.is_not(None), Cohort.ends_on < limit)
    )
    return _erase(ended, Erasure.RETENTION)


def sweep_parts() -> int:
    """Delete the parts of files that never came whole."""
    return touched(delete(UploadPart).where(UploadPart.received_at < clock.now() - PARTS_KEPT))


def export_platform_accounts(person_id: uuid.UUID) -> list[dict[str, Any]]:
    """Return the identifiers by which the school’s platform knows the person."""
    rows = db.session.execute(
        select(PlatformAccount.identifier, PlatformAccount.said_at)
        .where(PlatformAccount.person_id == person_id)
        .order_by(PlatformAccount.said_at, PlatformAccount.id)
    )
    return [{"identifiant": identifier, "noté le": at} for identifier, at in rows]


def forget_platform_accounts(person_id: uuid.UUID) -> int:
    """Forget the identifiers of a person."""
    return touched(delete(PlatformAccount).where(PlatformAccount.person_id == person_id))
