"""Whether locked mémoires are what they were, and whether the database still defends them (asked by ``doctor``)."""

import hashlib
from collections.abc import Iterator

from sqlalchemy import select

from training.common import doctor
from training.common.files import StoredFile
from training.database import db
from training.defences.enums import FINISHED, VersionKind
from training.defences.models import Memoire, MemoireVersion, Minutes, MinutesMark, MinutesSignature
from training.defences.rules.juries import digest_of, signature_digest

DEFENDED = ("memoire_version",)
MINUTES = ("defence_minutes", "minutes_signature")


def faults() -> Iterator[str]:
    """Yield what is wrong: an undefended table, a file that is no longer the one handed in, a clearance without its file."""
    yield from _undefended(DEFENDED)
    changed = db.session.scalars(
        select(MemoireVersion.id)
        .join(StoredFile, StoredFile.id == MemoireVersion.file_id)
        .where(StoredFile.sha256 != MemoireVersion.sha256)
    )
    yield from (f"The file of mémoire version {version} is not the one that was handed in." for version in changed)
    locked = select(MemoireVersion.memoire_id).where(
        MemoireVersion.locked_at.is_not(None), MemoireVersion.kind != VersionKind.DRAFT
    )
    loose = select(Memoire.id).where(
        Memoire.status.in_(FINISHED), Memoire.taken_over.is_(False), Memoire.id.not_in(locked)
    )
    yield from (f"Mémoire {memoire} is cleared without a locked version." for memoire in db.session.scalars(loose))


def minutes_faults() -> Iterator[str]:
    """Yield what is wrong with minutes: undefended, altered since they were signed, a signature that is not of them."""
    yield from _undefended(MINUTES)
    for minutes in db.session.scalars(select(Minutes).order_by(Minutes.id)):
        told = {**minutes.content, "outcome": minutes.outcome.value, "comments": minutes.comments,
                "corrections": minutes.corrections,
                "corrections_due": minutes.corrections_due.isoformat() if minutes.corrections_due else None}  # fmt: skip
        if digest_of(minutes.content) != minutes.digest or told != minutes.content:
            yield f"Minutes {minutes.id} are not those that were signed."
        present = {member["seat"] for member in minutes.content.get("members", ()) if member["present"]}
        signed = {str(signature.seat_id) for signature in minutes.signatures}
        if minutes.locked_at is not None and present != signed:
            yield f"Minutes {minutes.id} are locked without the signature of every member present."
        for each in minutes.signatures:
            if each.digest != signature_digest(
                minutes.digest, each.seat_id, each.name, each.signed_at, each.mark_digest
            ):
                yield f"Signature {each.id} is not of the minutes {minutes.id}."
    for signature, strokes in db.session.execute(
        select(MinutesSignature, MinutesMark.strokes).join(MinutesMark, MinutesMark.signature_id == MinutesSignature.id)
    ):
        if hashlib.sha256(strokes.encode()).hexdigest() != signature.mark_digest:
            yield f"The line drawn for signature {signature.id} is not the one that was signed."


def _undefended(tables: tuple[str, ...]) -> Iterator[str]:
    for table in tables:
        told = doctor.triggers_on(table)
        yield from (f"The database would accept {act} on {table}." for act in ("UPDATE", "DELETE") if act not in told)
