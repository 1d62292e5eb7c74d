"""Reading a version: a comment, perhaps the file annotated, one decision (R52)."""

from typing import Final

from training.common import clock, files
from training.common.declarations import file_use
from training.common.errors import Conflict, Refused
from training.common.policy import Principal
from training.database import db
from training.portfolio import file_uses, mails
from training.portfolio.commands import ReviewToWrite, Template
from training.portfolio.enums import Decision, EntryAct, EntryStatus, TracerAct, TracerStatus
from training.portfolio.models import CommentTemplate, Review, Tracer, TracerVersion
from training.portfolio.procedure import TRACER
from training.portfolio.services import hours

ACTS: Final = {Decision.ACCEPTED: TracerAct.ACCEPT, Decision.TO_REVISE: TracerAct.RETURN}


def take(tracer: Tracer, *, by: Principal) -> None:
    """Say that one is reading the latest version, so that a co-referent does not begin too."""
    TRACER.advance(tracer, TracerAct.TAKE, by=by)


def review(tracer: Tracer, command: ReviewToWrite, *, by: Principal) -> Review:
    """Write what a reader says of a version, and decide of it when the command does.

    Without a decision, the words wait for her alone. Raises ``Refused`` (nothing typed is lost) when a newer version has
    come or when nothing says what to revise, ``Conflict`` when someone else has decided.
    """
    version = _read(tracer, command.number)
    act = ACTS[command.decision] if command.decision else None
    if act is not None:
        TRACER.check(tracer, act, by=by)
    elif tracer.status is TracerStatus.DEPOSITED:
        take(tracer, by=by)
    written = _own_review(version, by)
    written.comment, written.written_at = command.comment, clock.now()
    if command.annotated is not None:
        _attach(written, command, by)
    if command.decision is Decision.TO_REVISE and not (written.comment.strip() or written.annotated_id):
        raise Refused("Dites ce qu’il faut reprendre, ou joignez le document annoté.", field="comment")
    db.session.flush()
    if command.decision is not None and act is not None:
        _decide(tracer, version, written, command.decision, act, by=by)
    return written


def _read(tracer: Tracer, number: int) -> TracerVersion:
    """Return the version the reader has before her eyes, if it is still the one to decide of."""
    latest = tracer.deposited[0] if tracer.deposited else None
    if latest is None:
        raise Conflict("Aucune version n’est déposée : relisez la page.")
    if latest.number != number:
        raise Refused(
            f"La version {latest.number} vient d’être déposée : relisez-la avant de conclure. "
            "Votre commentaire est gardé ci-dessous."
        )
    decided = next((each for each in latest.reviews if each.decision is not None), None)
    if decided is not None:
        raise Conflict(
            f"{decided.reviewer.name} a déjà rendu cette version : elle est {decided.decision.label if decided.decision else ''}. "
            "Relisez la page."
        )
    return latest


def _own_review(version: TracerVersion, by: Principal) -> Review:
    found = next((each for each in version.reviews if each.reviewer_id == by.person_id), None)
    if found is None:
        found = Review(version=version, reviewer_id=by.person_id)
        db.session.add(found)
        db.session.flush()
    return found


def _attach(written: Review, command: ReviewToWrite, by: Principal) -> None:
    if command.annotated is None:
        return
    earlier = written.annotated
    kept = files.keep(command.annotated, use=file_use(file_uses.ANNOTATED), subject=written, by=by)
    written.annotated = kept
    db.session.flush()
    if earlier is not None:
        files.erase(earlier, files.Erasure.REQUEST)


def _decide(
    tracer: Tracer, version: TracerVersion, written: Review, decision: Decision, act: TracerAct, *, by: Principal
) -> None:
    """Seal the version first when it is accepted: after the step the database lets nothing of it change (R52)."""
    written.decision, written.decided_at = decision, clock.now()
    if decision is Decision.ACCEPTED:
        version.accepted_at = clock.now()
    db.session.flush()
    TRACER.advance(tracer, act, by=by, codes={"version": version.number})
    if decision is Decision.ACCEPTED:
        _confirm_team_work(tracer, by=by)
    mails.version_decided(tracer, version, written)


def _confirm_team_work(tracer: Tracer, *, by: Principal) -> None:
    """Confirm the team work given with the document: it is validated once, with it (R119)."""
    for entry in hours.entries_of_tracer(tracer):
        if entry.status is EntryStatus.DECLARED:
            hours.settle([entry], EntryAct.CONFIRM, reason="", by=by)


def keep_template(command: Template, *, by: Principal) -> CommentTemplate:
    """Keep a sentence to write it again; one title per trainer, the database sees to it."""
    template = CommentTemplate(person_id=by.person_id, title=command.title, words=command.words)
    db.session.add(template)
    db.session.flush()
    return template


def remove_template(template: CommentTemplate, *, by: Principal) -> None:
    """Forget a sentence of one’s own."""
    if template.person_id != by.person_id:
        raise Conflict("Cette phrase est celle d’une autre personne.")
    db.session.delete(template)
    db.session.flush()
