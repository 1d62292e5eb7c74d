"""Handing in: a draft that gathers files, then the deposit; or another room’s object, or the school’s platform (R51–R54)."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select

from training.catalogue.enums import DepositPlace, Modality
from training.catalogue.models import TracerType, TracerVariant
from training.cohorts.enums import LIVE
from training.cohorts.models import Enrolment
from training.common import clock, files, filetypes, journal
from training.common.declarations import file_use
from training.common.errors import Forbidden, NotFound, Refused
from training.common.files import Erasure, StagedFile
from training.common.policy import Permission, Principal, policy
from training.common.sweeping import one_by_one
from training.database import db
from training.portfolio import file_uses, mails, objects, rules
from training.portfolio.commands import Deposit, HoursToLog, NewFile
from training.portfolio.enums import TracerAct, TracerStatus
from training.portfolio.models import Tracer, TracerFile, TracerVersion, UploadPart
from training.portfolio.procedure import TRACER
from training.portfolio.queries.scope import load_versions
from training.portfolio.services import hours

DRAFTS_KEPT: Final = timedelta(days=30)
"""How long a draft stays that an accepted document makes useless."""

TOO_LATE: Final = "Ce document est validé : il ne change plus, et n’attend pas d’autre version."


def prepare(enrolment: Enrolment, tracer_type: TracerType, *, by: Principal) -> TracerVersion:
    """Return the draft of the next version, begun if need be; nobody but its author sees it.

    Raises ``Refused`` for a document already accepted, handed in elsewhere, or not asked of this learner.
    """
    tracer = _obtain(enrolment, tracer_type, by=by, permission=Permission.PORTFOLIO_TRACER_DEPOSIT)
    if tracer.status is TracerStatus.ACCEPTED:
        raise Refused(TOO_LATE)
    if tracer_type.deposit is not DepositPlace.HERE:
        raise Refused("Ce document se dépose sur la plateforme de l’école, pas ici.")
    if not tracer_type.work.takes_files:
        raise Refused("Aucun fichier n’est attendu ici : proposez une auto-évaluation de coopération.")
    return tracer.draft or _new_version(tracer)


def _obtain(enrolment: Enrolment, tracer_type: TracerType, *, by: Principal, permission: Permission) -> Tracer:
    """Return the learner’s tracer of this type, made when nothing was begun."""
    if not policy.allows(by, permission, enrolment):
        raise Forbidden
    if enrolment.status not in LIVE:
        raise Refused("Cette inscription a pris fin : plus rien ne peut y être déposé.")
    tracer = db.session.scalar(
        select(Tracer)
        .where(Tracer.enrolment_id == enrolment.id, Tracer.type_id == tracer_type.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if tracer is not None:
        load_versions(tracer, refresh=True)
        return tracer
    asked = select(TracerVariant.id).where(
        TracerVariant.tracer_id == tracer_type.id, TracerVariant.variant_id == enrolment.variant_id
    )
    if db.session.scalar(asked) is None:
        raise NotFound
    tracer = Tracer(enrolment=enrolment, type=tracer_type, versions=[])
    db.session.add(tracer)
    db.session.flush()
    return tracer


def _new_version(tracer: Tracer) -> TracerVersion:
    number = max((version.number for version in tracer.versions), default=0) + 1
    version = TracerVersion(tracer=tracer, number=number, files=[], reviews=[], quarantines=[])
    db.session.add(version)
    db.session.flush()
    db.session.expire(tracer, ["versions"])
    return version


def _own_draft(version: TracerVersion, by: Principal) -> None:
    if not policy.allows(by, Permission.PORTFOLIO_TRACER_DEPOSIT, version):
        raise Forbidden
    if version.deposited_at is not None:
        raise Refused("Cette version est déjà déposée : relisez la page.")


def add_files(version: TracerVersion, new: Sequence[NewFile], *, by: Principal) -> None:
    """Add files to a draft, each once by its key, with a warning on what looks like patients’ data (R54, R125).

    Raises ``Refused`` beyond ``MAX_FILES``.
    """
    _own_draft(version, by)
    use = file_use(file_uses.DOCUMENT)
    known = {each.key for each in version.files}
    for file in new:
        if file.key in known:
            continue
        if len(known) >= file_uses.MAX_FILES:
            raise filetypes.too_many(file_uses.MAX_FILES)
        known.add(file.key)
        stored = files.keep(file.staged, use=use, subject=version, by=by)
        db.session.add(
            TracerFile(
                version=version,
                file=stored,
                key=file.key,
                position=max((each.position for each in version.files), default=0) + 1,
                sha256=stored.sha256,
                text=file.text,
                concerns=[concern.value for concern in rules.concerns_in(file.text)],
            )
        )
        db.session.flush()


def remove_file(file: TracerFile, *, by: Principal) -> None:
    """Take a file out of a draft; its bytes are erased."""
    _own_draft(file.version, by)
    _drop(file)


def _drop(file: TracerFile) -> None:
    files.erase(file.file, Erasure.REQUEST)
    version = file.version
    db.session.delete(file)
    db.session.flush()
    db.session.expire(version, ["files"])


def move_file(file: TracerFile, *, up: bool, by: Principal) -> None:
    """Put a file of a draft before its neighbour, or after it; at the end of the list it stays where it is (R125)."""
    _own_draft(file.version, by)
    known = sorted(file.version.files, key=lambda each: each.position)
    rank = known.index(file) + (-1 if up else 1)
    if 0 <= rank < len(known):
        other = known[rank]
        file.position, other.position = other.position, file.position
        db.session.flush()
    db.session.expire(file.version, ["files"])


def bind_photos(version: TracerVersion, bound: StagedFile, *, by: Principal) -> None:
    """Put one PDF in the place of the draft’s photos, at the first one’s rank (R125)."""
    _own_draft(version, by)
    photos = photos_of(version)
    if not photos:
        raise Refused("Il n’y a pas de photo à réunir.")
    position = photos[0].position
    key = f"bound-{bound.id.hex}"
    add_files(version, [NewFile(key, bound)], by=by)
    for photo in photos:
        _drop(photo)
    made = next(each for each in version.files if each.key == key)
    made.position = position
    db.session.flush()
    db.session.expire(version, ["files"])


def photos_of(version: TracerVersion) -> list[TracerFile]:
    """Return the pictures of a version, in their order."""
    return [each for each in version.files if each.file.media_type in filetypes.IMAGES]


def discard_draft(version: TracerVersion, *, by: Principal) -> None:
    """Forget a draft and erase its files."""
    _own_draft(version, by)
    forget_draft(version)


def forget_draft(version: TracerVersion) -> None:
    """Erase a draft’s files and parts, and the draft itself; its number serves again."""
    for file in list(version.files):
        _drop(file)
    db.session.execute(delete(UploadPart).where(UploadPart.version_id == version.id))
    tracer = version.tracer
    db.session.delete(version)
    db.session.flush()
    db.session.expire(tracer, ["versions"])


def sweep_drafts() -> int:
    """Forget the drafts left on documents that were accepted meanwhile: nobody will hand them in any more."""
    left = (
        select(TracerVersion.id)
        .join(TracerVersion.tracer)
        .where(
            Tracer.status == TracerStatus.ACCEPTED,
            TracerVersion.deposited_at.is_(None),
            TracerVersion.created_at < clock.now() - DRAFTS_KEPT,
        )
    )
    return one_by_one(db.session.scalars(left).all(), _forget_left)


def _forget_left(version_id: uuid.UUID) -> bool:
    version = db.session.scalar(select(TracerVersion).where(TracerVersion.id == version_id).with_for_update())
    if version is None or version.deposited_at is not None or version.tracer.status is not TracerStatus.ACCEPTED:
        return False
    forget_draft(version)
    return True


def deposit(tracer: Tracer, command: Deposit, *, by: Principal) -> TracerVersion:
    """Hand the draft in: it becomes a version its readers see, and they are told.

    Late is no obstacle (R53). Raises ``Refused`` without a file or without the pledge (R54), ``ActUnavailable``
    when the document has just been accepted.
    """
    TRACER.check(tracer, TracerAct.DEPOSIT, by=by)
    draft = tracer.draft
    if draft is None or not draft.files:
        raise Refused("Ajoutez au moins un fichier avant de déposer.", field="files")
    if not command.no_patient_data:
        raise Refused(
            "Relisez votre document, puis cochez cette case : il ne doit permettre de reconnaître aucun patient.",
            field="no_patient_data",
        )
    draft.message = command.message
    draft.no_patient_data = True
    _hand_in(tracer, draft, TracerAct.DEPOSIT, by=by)
    if command.team_minutes:
        given = HoursToLog(
            Modality.TEAM,
            tracer.type.module_id,
            clock.today(),
            command.team_minutes,
            words=tracer.type.label[:500],
            type_id=tracer.type_id,
        )
        hours.log(tracer.enrolment, given, by=by)
    mails.version_deposited(tracer, draft)
    return draft


def _hand_in(tracer: Tracer, version: TracerVersion, act: TracerAct, *, by: Principal) -> None:
    """Date the version and the tracer, and take the step, in one flush."""
    with db.session.no_autoflush:
        version.deposited_at = tracer.deposited_at = clock.now()
        version.deposited_by = by.person_id
        version.digest = rules.digest_of(each.sha256 for each in version.files)
        TRACER.advance(tracer, act, by=by, codes={"version": version.number})
    db.session.expire(tracer, ["versions"])


def deposit_object(
    enrolment: Enrolment, type_id: uuid.UUID, kind: str, object_id: uuid.UUID, *, by: Principal
) -> TracerVersion:
    """Hand in a thing of another room as the next version (R86): it is read on its own page, and only its being done counts.

    Raises ``KeyError`` for an undeclared kind, ``Refused`` for a document already accepted, or that takes files alone.
    """
    objects.kind_of(kind)
    tracer_type = db.session.get(TracerType, type_id)
    if tracer_type is None:
        raise NotFound
    if not tracer_type.work.takes_objects or tracer_type.deposit is not DepositPlace.HERE:
        raise Refused("Ce document ne peut pas être remplacé par le travail mené dans un autre espace.")
    tracer = _obtain(enrolment, tracer_type, by=by, permission=Permission.PORTFOLIO_TRACER_DEPOSIT)
    TRACER.check(tracer, TracerAct.DEPOSIT, by=by)
    if tracer.draft is not None:
        forget_draft(tracer.draft)
    version = _new_version_of_object(tracer, kind, object_id)
    _hand_in(tracer, version, TracerAct.DEPOSIT, by=by)
    journal.record(tracer, "tracer.object_deposited", by=by, codes={"kind": kind, "object": str(object_id)})
    mails.version_deposited(tracer, version)
    return version


def _new_version_of_object(tracer: Tracer, kind: str, object_id: uuid.UUID) -> TracerVersion:
    version = _new_version(tracer)
    version.object_kind, version.object_id = kind, object_id
    return version


def mark_elsewhere(enrolment: Enrolment, tracer_type: TracerType, *, by: Principal) -> Tracer:
    """Note, for the reader, that the learner has handed in on the school’s platform (R124): no file is asked.

    Raises ``Refused`` for a document handed in here.
    """
    tracer = _obtain(enrolment, tracer_type, by=by, permission=Permission.PORTFOLIO_TRACER_REVIEW)
    TRACER.check(tracer, TracerAct.MARK, by=by)
    version = _new_version(tracer)
    version.elsewhere = True
    _hand_in(tracer, version, TracerAct.MARK, by=by)
    return tracer
