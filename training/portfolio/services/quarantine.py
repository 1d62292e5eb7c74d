"""Setting aside a version that may name patients: hidden at once, its erasure asked for (R54)."""

from training.common import clock, files, journal
from training.common.errors import Conflict, Forbidden, ReasonRequired
from training.common.files import Erasure
from training.common.policy import Permission, Principal, policy
from training.database import db
from training.portfolio import mails
from training.portfolio.enums import TracerAct, TracerStatus
from training.portfolio.models import Quarantine, Tracer, TracerVersion
from training.portfolio.procedure import TRACER


def _version(tracer: Tracer, number: int) -> TracerVersion:
    version = next((each for each in tracer.deposited if each.number == number), None)
    if version is None:
        raise Conflict("Cette version n’existe plus : relisez la page.")
    return version


def _check(tracer: Tracer, by: Principal, reason: str) -> None:
    if not policy.allows(by, Permission.PORTFOLIO_TRACER_SET_ASIDE, tracer):
        raise Forbidden
    if not reason.strip():
        raise ReasonRequired


def set_aside(tracer: Tracer, number: int, *, reason: str, by: Principal) -> Quarantine:
    """Hide a version from everyone and tell its author why.

    The latest one sends the document back to her, unless it is accepted: what was accepted stays so, unread.
    """
    _check(tracer, by, reason)
    version = _version(tracer, number)
    if version.is_hidden:
        raise Conflict("Cette version est déjà mise à l’écart.")
    quarantine = Quarantine(version=version, by_id=by.person_id, reason=reason.strip())
    db.session.add(quarantine)
    db.session.flush()
    is_latest = version is tracer.deposited[0]
    if is_latest and tracer.status is not TracerStatus.ACCEPTED:
        TRACER.advance(tracer, TracerAct.QUARANTINE, by=by, reason=reason, codes={"version": number})
    else:
        journal.record(tracer, "tracer.hidden", by=by, codes={"version": number}, text={"reason": reason})
    mails.version_set_aside(tracer, version, reason.strip())
    return quarantine


def lift(tracer: Tracer, number: int, *, reason: str, by: Principal) -> None:
    """Make a version visible again: it held nothing of a patient. Raises ``Conflict`` once its files are erased."""
    _check(tracer, by, reason)
    version = _version(tracer, number)
    quarantine = _live(version)
    if quarantine.erased_at is not None:
        raise Conflict("Les fichiers de cette version sont effacés : elle ne peut plus être montrée.")
    quarantine.lifted_at = clock.now()
    db.session.flush()
    if version is tracer.deposited[0] and tracer.status is TracerStatus.QUARANTINED:
        TRACER.advance(tracer, TracerAct.LIFT, by=by, reason=reason, codes={"version": number})
    else:
        journal.record(tracer, "tracer.shown", by=by, codes={"version": number}, text={"reason": reason})


def erase_set_aside(tracer: Tracer, number: int, *, by: Principal) -> None:
    """Erase for good the files of a version set aside, and what was read in them: its author may, and who set it aside."""
    if not any(
        policy.allows(by, permission, tracer)
        for permission in (Permission.PORTFOLIO_TRACER_SET_ASIDE, Permission.PORTFOLIO_TRACER_DEPOSIT)
    ):
        raise Forbidden
    version = _version(tracer, number)
    quarantine = _live(version)
    if quarantine.erased_at is not None:
        return
    erase_files(version, Erasure.QUARANTINE)
    quarantine.erased_at = clock.now()
    db.session.flush()
    journal.record(tracer, "tracer.files_erased", by=by, codes={"version": number})


def erase_files(version: TracerVersion, why: Erasure) -> None:
    """Erase the files of a version, what was read in them, and what was annotated on them."""
    for each in version.files:
        files.erase(each.file, why)
        each.text = ""
    for review in version.reviews:
        if review.annotated is not None:
            files.erase(review.annotated, why)
    db.session.flush()


def _live(version: TracerVersion) -> Quarantine:
    found = next((each for each in version.quarantines if each.lifted_at is None), None)
    if found is None:
        raise Conflict("Cette version n’est pas mise à l’écart : relisez la page.")
    return found
