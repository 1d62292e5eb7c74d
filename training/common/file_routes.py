"""``/fichiers``: the one way out for stored bytes (R93).

The right to read a file depends on the file: the view's own permission only asks that
someone stands behind the request, and the loader judges the permission its use declares
on the subject the file belongs to. Whoever fails either sees 404.
"""

import unicodedata
import uuid
from typing import Final
from urllib.parse import quote

from flask import Blueprint, Response, request

from training.common import access, files, filetypes
from training.common.declarations import file_use
from training.common.errors import NotFound
from training.common.files import StoredFile
from training.common.guard import current_principal, requires
from training.common.policy import Permission, Principal, policy
from training.database import db

bp: Final = Blueprint("files", __name__, url_prefix="/fichiers")

DOWNLOADED: Final = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
IMAGE_SHOWN: Final = "default-src 'none'; sandbox; base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
# A browser's own PDF reader does not start in a sandbox, and is itself an object with its own style.
PDF_SHOWN: Final = (
    "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)


def load_file(principal: Principal, file_id: uuid.UUID) -> StoredFile:
    """Return a file this principal may read; ``NotFound`` for any other, erased, or unknown one."""
    stored = db.session.get(StoredFile, file_id)
    if stored is None:
        raise NotFound
    use = file_use(stored.use)
    subject = use.load(principal, stored.subject_id)
    if not policy.allows(principal, use.permission, subject):
        raise NotFound
    return stored


def load_shown_file(principal: Principal, file_id: uuid.UUID) -> StoredFile:
    """Return a file this principal may read and a browser may show; ``NotFound`` for anything else."""
    stored = load_file(principal, file_id)
    if not stored.can_be_shown_in_place:
        raise NotFound("Ce fichier ne peut pas être affiché ici. Téléchargez-le pour l’ouvrir sur votre appareil.")
    return stored


@bp.get("/<uuid:file_id>")
@requires(Permission.FILE_READ, load_file)
def download(stored: StoredFile) -> Response:
    """Send the file as an attachment, and note who read it."""
    return _send(stored, "attachment", DOWNLOADED)


@bp.get("/<uuid:file_id>/apercu")
@requires(Permission.FILE_READ, load_shown_file)
def preview(stored: StoredFile) -> Response:
    """Show a PDF or a re-encoded image in place, and note who read it."""
    shown = PDF_SHOWN if stored.media_type == filetypes.PDF.media_type else IMAGE_SHOWN
    return _send(stored, "inline", shown)


def _send(stored: StoredFile, disposition: str, policy_header: str) -> Response:
    # What the answer needs is read before the note, whose transaction ends this one's.
    size, media_type, name = stored.size, stored.media_type, stored.original_name
    blocks = files.read(stored)
    if request.method == "GET":
        access.note(current_principal(), "file.read", stored)
    response = Response(blocks, mimetype=media_type)
    response.content_length = size
    response.headers["Content-Disposition"] = content_disposition(disposition, name)
    response.headers["Content-Security-Policy"] = policy_header
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def content_disposition(disposition: str, name: str) -> str:
    """Return the header that names a file: without accents for old readers, its true name beside (RFC 6266)."""
    decomposed = unicodedata.normalize("NFKD", name)
    plain = "".join(
        letter if " " <= letter <= "~" else "_" for letter in decomposed if not unicodedata.combining(letter)
    )
    return f"{disposition}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
