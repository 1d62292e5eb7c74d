"""Versions handed in, talked over, set aside (R54, R57–R59)."""

import uuid
from typing import Final

from training.cohorts.enums import LIVE
from training.common import clock, files, journal
from training.common.declarations import file_use
from training.common.errors import Conflict, Forbidden, ReasonRequired, Refused
from training.common.files import Erasure
from training.common.formatting import plural
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.defences import file_uses, mails
from training.defences.commands import NewVersion, Remark
from training.defences.enums import MemoireAct, VersionKind
from training.defences.models import Memoire, MemoireComment, MemoireVersion
from training.defences.procedure import MEMOIRE
from training.defences.queries.days import defence_day_of
from training.defences.queries.memoires import final_due_of, length_of
from training.defences.rules.memoires import is_closed, locked_sentence
from training.defences.services.memoires import move
from training.portfolio.rules import concerns_in

ACTS: Final = {
    VersionKind.CORRECTED: MemoireAct.DEPOSIT_CORRECTED,
    VersionKind.DRAFT: MemoireAct.DEPOSIT_DRAFT,
    VersionKind.FINAL: MemoireAct.DEPOSIT_FINAL,
}


def deposit(memoire: Memoire, command: NewVersion, *, by: Principal) -> MemoireVersion:
    """Hand a version in; those who follow its author are told.

    Late is no obstacle to a first final version; replacing it is refused once its day has passed (R59). Raises
    ``Refused`` without the pledges, for a number of pages the edition refuses, ``ActUnavailable`` at another stage.
    """
    if memoire.enrolment.status not in LIVE:
        raise Refused("Cette inscription a pris fin : plus rien ne peut y être déposé.")
    act = ACTS[command.kind]
    MEMOIRE.check(memoire, act, by=by)
    _check_pledges(command)
    if command.kind is not VersionKind.DRAFT:
        _check_final(memoire, command)
    version = _keep(memoire, command, by)
    if command.kind is VersionKind.FINAL:
        memoire.confidential_until = command.confidential_until
    move(memoire, act, by=by, version=version.number)
    mails.version_deposited(memoire, version)
    return version


def _check_pledges(command: NewVersion) -> None:
    if not command.no_patient_data:
        raise Refused(
            "Relisez votre document, puis cochez cette case : il ne doit permettre de reconnaître aucun patient.",
            field="no_patient_data",
        )
    if command.kind is not VersionKind.DRAFT and not command.own_work:
        raise Refused("Cochez cette case : le jury lit un travail qui est le vôtre.", field="own_work")


def _check_final(memoire: Memoire, command: NewVersion) -> None:
    pages = command.file.pages
    if pages is None:
        raise Refused("Déposez la version finale au format PDF : c’est elle que lira le jury.", field="file")
    if command.annex_pages >= pages:
        raise Refused(
            f"Ce document compte {plural(pages, 'page')} : il ne peut pas être fait d’annexes seules.",
            field="annex_pages",
        )
    due = final_due_of(memoire, defence_day_of(memoire.id))
    replaces = any(each.kind is VersionKind.FINAL for each in memoire.versions)
    if command.kind is VersionKind.FINAL and replaces and due is not None and is_closed(due, clock.today()):
        raise Refused(locked_sentence(due))
    length = length_of(memoire)
    fault = length.fault(pages - command.annex_pages)
    if fault is not None and length.blocking:
        raise Refused(f"{fault} Elle ne peut pas être déposée ainsi.", field="file")


def _keep(memoire: Memoire, command: NewVersion, by: Principal) -> MemoireVersion:
    number = max((each.number for each in memoire.versions), default=0) + 1
    version = MemoireVersion(
        id=uuid.uuid4(),
        memoire_id=memoire.id,
        number=number,
        kind=command.kind,
        sha256=command.file.sha256,
        pages=command.file.pages,
        annex_pages=command.annex_pages if command.kind is not VersionKind.DRAFT else 0,
        text=command.text,
        concerns=[concern.value for concern in concerns_in(command.text)],
        message=command.message,
        no_patient_data=True,
        own_work=command.own_work and command.kind is not VersionKind.DRAFT,
        deposited_by=by.person_id,
        comments=[],
    )
    version.file = files.keep(command.file, use=file_use(file_uses.VERSION), subject=version, by=by)
    db.session.add(version)
    db.session.flush()
    db.session.expire(memoire, ["versions"])
    return version


def comment(version: MemoireVersion, command: Remark, *, by: Principal) -> MemoireComment:
    """Say something of a version, to its author or in answer to her readers; the others are told (R57)."""
    author = policy.allows(by, Permission.DEFENCES_MEMOIRE_WRITE, version)
    if not author and not policy.allows(by, Permission.DEFENCES_MEMOIRE_FOLLOW, version):
        raise Forbidden
    if not command.words.strip() and command.annotated is None:
        raise Refused("Écrivez vos remarques, ou joignez le document annoté.", field="words")
    said = MemoireComment(version=version, author_id=by.person_id, words=command.words)
    db.session.add(said)
    db.session.flush()
    if command.annotated is not None:
        said.annotated = files.keep(command.annotated, use=file_use(file_uses.ANNOTATED), subject=said, by=by)
        db.session.flush()
    db.session.expire(version, ["comments"])
    mails.commented(version.memoire, version, said, by_author=author)
    return said


def hide(version: MemoireVersion, reason: str, *, by: Principal) -> None:
    """Set a version aside because a patient may be known by it: hidden at once, its author told why (R54)."""
    _may_hide(version, by, reason)
    if version.is_hidden:
        raise Conflict("Cette version est déjà mise à l’écart.")
    if version.locked_at is not None:
        raise Conflict("Cette version a reçu le bon à soutenir : retirez-le d’abord.")
    version.hidden_at, version.hidden_reason = clock.now(), reason.strip()
    db.session.flush()
    journal.record(version.memoire, "memoire.hidden", by=by, codes={"version": version.number}, text={"reason": reason})
    mails.hidden(version.memoire, version, reason.strip())


def show(version: MemoireVersion, reason: str, *, by: Principal) -> None:
    """Make a version visible again: it held nothing of a patient."""
    _may_hide(version, by, reason)
    if not version.is_hidden:
        raise Conflict("Cette version est déjà visible.")
    if version.file.erased_at is not None:
        raise Conflict("Le fichier de cette version est effacé : elle ne peut plus être montrée.")
    version.hidden_at = version.hidden_reason = None
    db.session.flush()
    journal.record(version.memoire, "memoire.shown", by=by, codes={"version": version.number}, text={"reason": reason})


def erase_hidden(version: MemoireVersion, *, by: Principal) -> None:
    """Erase for good the file of a version set aside; its author does it, or whoever set it aside."""
    allowed = (Permission.DEFENCES_MEMOIRE_WRITE, Permission.DEFENCES_MEMOIRE_FOLLOW)
    if not any(policy.allows(by, permission, version) for permission in allowed):
        raise Forbidden
    if not version.is_hidden:
        raise Conflict("Seule une version mise à l’écart s’efface.")
    files.erase(version.file, Erasure.QUARANTINE)
    version.text = ""
    db.session.flush()
    journal.record(version.memoire, "memoire.file_erased", by=by, codes={"version": version.number})


def _may_hide(version: MemoireVersion, by: Principal, reason: str) -> None:
    if not policy.allows(by, Permission.DEFENCES_MEMOIRE_FOLLOW, version):
        raise Forbidden
    if not reason.strip():
        raise ReasonRequired
