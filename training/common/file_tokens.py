"""A received file carried across a form shown again, so that one refused field loses no other.

The form prints :func:`seal`'s token in a hidden field beside the file field; when it comes
back without a new file, :func:`unseal` gives the staged file again. The token is signed,
bound to one use and one bearer, and dies before the bytes are swept.
"""

import uuid
from datetime import datetime, timedelta
from typing import Final

from itsdangerous import BadData, URLSafeSerializer

from training.common import clock
from training.common.declarations import FileUse
from training.common.files import StagedFile, key_of
from training.common.filetypes import FileRefused, Refusal
from training.common.policy import Principal
from training.common.storage import ContentMissing, storage
from training.extensions import settings

LIVES: Final = timedelta(hours=12)  # shorter than files.ORPHAN_AFTER, after which the bytes go


def seal(staged: StagedFile, *, by: Principal) -> str:
    """Return a token that only ``by`` can hand back, for ``LIVES``."""
    return _signer(staged.use).dumps(
        {
            "id": staged.id.hex,
            "name": staged.original_name,
            "type": staged.media_type,
            "size": staged.size,
            "sha256": staged.sha256,
            "pages": staged.pages,
            "bearer": _bearer(by),
            "until": (clock.now() + LIVES).isoformat(),
        }
    )


def unseal(token: str, use: FileUse, *, by: Principal) -> StagedFile:
    """Return the staged file of a token.

    Raises :class:`FileRefused` (``Refusal.LOST``) when the token is altered, expired, another's,
    or when its bytes are gone.
    """
    try:
        told = _signer(use.code).loads(token)
    except BadData as fault:
        raise _lost() from fault
    if told["bearer"] != _bearer(by) or datetime.fromisoformat(told["until"]) < clock.now():
        raise _lost()
    staged = StagedFile(
        id=uuid.UUID(told["id"]),
        use=use.code,
        original_name=told["name"],
        media_type=told["type"],
        size=told["size"],
        sha256=told["sha256"],
        pages=told["pages"],
    )
    try:
        storage().head(key_of(staged.id))
    except ContentMissing as fault:
        raise _lost() from fault
    return staged


def _bearer(by: Principal) -> str:
    return str(by.person_id or (by.link.link_id if by.link else ""))


def _signer(use: str) -> URLSafeSerializer:
    current = settings()
    return URLSafeSerializer([*current.secret_key_fallbacks, current.secret_key], salt=f"staged-file {use}")


def _lost() -> FileRefused:
    return FileRefused(
        Refusal.LOST, "Ce fichier n’a pas été gardé, car trop de temps a passé. Choisissez-le de nouveau."
    )
