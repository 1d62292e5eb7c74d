"""One act, one transaction: the commit at the edge.

``@commits`` stands outermost on every view that acts. It opens a writing transaction
before the guard reads, commits when the view has answered a redirect or a success, and
rolls back otherwise. A violated constraint comes back as a message under its field: the
view is run again, in a fresh transaction, with that message waiting for its form.
"""

import contextlib
import functools
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast, overload

from flask import g, redirect, request
from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.exc import IntegrityError
from werkzeug.wrappers import Response

from training.common import file_tokens, once
from training.common import files as file_store
from training.common.declarations import FileUse, registry
from training.common.errors import Conflict
from training.common.guard import current_principal
from training.common.policy import Principal
from training.database import Base, db, writing

REFUSED: Final = 400
MOVED: Final = range(300, 400)


@dataclass(frozen=True, slots=True)
class UploadLimit:
    """What one file field accepts: its declared use, narrowed by the subject's own rules.

    ``max_bytes`` and ``media_types`` replace the use's when given. A field of ``several`` files gives what came of each
    by :func:`received_all`; ``given`` are uploads that the request itself does not carry (parts joined, pictures
    bound). ``inspect`` looks into a checked file before the transaction opens; what it returns comes with the file.
    """

    use: FileUse
    max_bytes: int | None = None
    media_types: frozenset[str] | None = None
    several: bool = False
    given: Sequence[file_store.Upload] = ()
    inspect: Callable[[file_store.CheckedFile], Any] | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """What came of one file: its name as sent, the staged bytes or the refusal, and what looking into it found."""

    name: str
    outcome: "file_store.StagedFile | file_store.FileRefused"
    found: Any = None


View = Callable[..., Any]
Limits = Callable[[Any], Mapping[str, UploadLimit]]


@overload
def commits(view: View) -> View: ...


@overload
def commits(*, files: Limits) -> Callable[[View], View]: ...


def commits(view: View | None = None, *, files: Limits | None = None) -> View | Callable[[View], View]:
    """Give the view one transaction, committed when it succeeds.

    ``files(subject)`` names the file fields of the request and their limits. The guard then first
    runs in a short read that ends, so that a stranger's upload is never read; the bytes are
    received, checked and stored; and the guard runs again in the writing transaction. The form
    finds what came of each file with :func:`received`.
    """
    if view is not None:
        return _committing(view, files)
    return lambda decorated: _committing(decorated, files)


def _committing(view: View, files: Limits | None) -> View:
    @functools.wraps(view)
    def committing(**values: Any) -> Any:
        if files is not None:
            _receive_files(view, values, files)
        return _act(view, values, retry=True)

    committing.__commits__ = True  # type: ignore[attr-defined]  # the stamp
    return committing


def _receive_files(
    view: Callable[..., Any], values: dict[str, Any], limits_of: Callable[[Any], Mapping[str, UploadLimit]]
) -> None:
    limits = limits_of(view.__check__(values))  # type: ignore[attr-defined]  # stamped by @requires
    principal = current_principal()
    db.session.rollback()
    g.pop("principal", None)
    g.received, g.received_all, g.found = {}, {}, {}
    for field, limit in limits.items():
        if limit.several or limit.given:
            sent = [upload for upload in request.files.getlist(field) if upload.filename]
            g.received_all[field] = [_take(upload, limit) for upload in (*limit.given, *sent)]
            for each in limit.given:
                each.stream.close()
            continue
        taken = _take_one(field, limit, principal)
        if taken is not None:
            g.received[field], g.found[field] = taken.outcome, taken.found


def _take_one(field: str, limit: UploadLimit, principal: Principal) -> Received | None:
    """Take the one file of a field, or the one accepted before that the form carries; null when there is none."""
    upload, kept = request.files.get(field), request.form.get(kept_name(field))
    if upload is not None and upload.filename:
        return _take(upload, limit)
    if not kept:
        return None
    try:
        staged = file_tokens.unseal(kept, limit.use, by=principal)
        if limit.inspect is None:
            return Received(staged.original_name, staged)
        with contextlib.closing(file_store.reopen(staged)) as content:
            return Received(staged.original_name, staged, limit.inspect(file_store.as_checked(staged, content)))
    except file_store.FileRefused as refusal:
        return Received("", refusal)


def _take(upload: file_store.Upload, limit: UploadLimit) -> Received:
    """Check, look into and stage one upload; its refusal is an answer, so that the others are taken all the same."""
    name = upload.filename or ""
    try:
        checked = file_store.check(
            upload.stream, name, limit.use, max_bytes=limit.max_bytes, media_types=limit.media_types
        )
        found = limit.inspect(checked) if limit.inspect else None
        return Received(name, file_store.stage(checked, limit.use), found)
    except file_store.FileRefused as refusal:
        return Received(name, refusal)


def received_all(field: str) -> Sequence[Received]:
    """Return what came of each file sent in ``field``, in the order they were sent."""
    return cast("Sequence[Received]", g.get("received_all", {}).get(field, ()))


def kept_name(field: str) -> str:
    """Return the name of the hidden field that carries an accepted file across a form shown again."""
    return f"{field}_kept"


def received(field: str) -> "file_store.StagedFile | file_store.FileRefused | None":
    """Return what came of the file sent in ``field``: stored bytes, a refusal, or nothing sent."""
    return cast("file_store.StagedFile | file_store.FileRefused | None", g.get("received", {}).get(field))


def found(field: str) -> Any:
    """Return what ``inspect`` found in the one file of ``field``; null when nothing was received."""
    return g.get("found", {}).get(field)


def _act(view: Callable[..., Any], values: dict[str, Any], *, retry: bool) -> Any:
    db.session.rollback()  # whatever was read before the transaction opened ends here
    with writing():
        earlier = _already_answered()
        if earlier is not None:
            return earlier
        try:
            return _finish(view(**values))
        except IntegrityError as fault:
            db.session.rollback()
            if not retry:
                raise Conflict(CONFLICT_MESSAGE) from fault
            earlier = _already_answered()
            if earlier is not None:
                return earlier
            g.constraint_messages = [message_for(fault)]
        except Conflict:
            db.session.rollback()
            earlier = _already_answered()  # the same form, sent twice at once, may just have acted
            if earlier is None:
                raise
            return earlier
        except BaseException:
            db.session.rollback()
            raise
    g.pop("principal", None)
    return _act(view, values, retry=False)


CONFLICT_MESSAGE: Final = (
    "Quelqu’un a modifié ces informations en même temps que vous. Rien n’a été enregistré de votre côté : "
    "relisez la page, puis recommencez."
)


def _once_key() -> str:
    """Return the form's key, bound to the person and to the address: nobody is led by another's."""
    key = request.form.get("once")
    if not key:
        return ""
    bound = f"{current_principal().person_id}:{request.path}:{key}"
    return hashlib.sha256(bound.encode()).hexdigest()[: once.MAXIMUM_KEY]


def _already_answered() -> Response | None:
    """Return the way this very form was already led, or null if it has not acted."""
    key = _once_key()
    location = once.answered(key) if key else None
    return redirect(location, 303) if location else None


def _finish(answer: Any) -> Any:
    """Commit a success, undo a refusal; return the answer."""
    status = answer[1] if isinstance(answer, tuple) and isinstance(answer[1], int) else 200
    location = ""
    if isinstance(answer, Response):
        status, location = answer.status_code, answer.headers.get("Location", "")
    if status >= REFUSED:
        db.session.rollback()
        return _already_answered() or answer
    if location and _once_key() and status in MOVED:
        once.remember(_once_key(), location)
    db.session.commit()
    return answer


def message_for(fault: IntegrityError) -> tuple[str, str]:
    """Return (form field, French message) for a violated constraint.

    A foreign key or an undeclared constraint raises ``Conflict`` (409): the person's page is
    out of date, or the house has a fault; either way nothing was written.
    """
    name = constraint_name(fault)
    if name is None or name not in registry.constraints:
        raise Conflict(CONFLICT_MESSAGE) from fault
    return registry.constraints[name]


def constraint_name(fault: IntegrityError) -> str | None:
    """Return the name of the violated constraint.

    PostgreSQL tells it; SQLite tells ``table.column, table.column`` for a unique one and the name for
    a CHECK, so the columns are looked up in the metadata.
    """
    diagnostic = getattr(fault.orig, "diag", None)
    if diagnostic is not None:
        return str(diagnostic.constraint_name) if diagnostic.constraint_name else None
    words = str(fault.orig)
    if words.startswith("CHECK constraint failed: "):
        return words.partition(": ")[2]
    if words.startswith("UNIQUE constraint failed: index "):
        return words.partition("index ")[2].strip("'\"")
    if words.startswith("UNIQUE constraint failed: "):
        return _unique_named(words.partition(": ")[2])
    return None


def _unique_named(columns: str) -> str | None:
    pairs = [pair.strip().split(".") for pair in columns.split(",")]
    table = Base.metadata.tables.get(pairs[0][0])
    if table is None:
        return None
    wanted = {column for _table, column in pairs}
    candidates: list[UniqueConstraint | Index] = [c for c in table.constraints if isinstance(c, UniqueConstraint)]
    candidates += [index for index in table.indexes if index.unique]
    for candidate in candidates:
        if {column.name for column in candidate.columns} == wanted and candidate.name:
            return str(candidate.name)
    primary = {column.name for column in table.primary_key.columns}
    return str(table.primary_key.name) if primary == wanted and table.primary_key.name else None
