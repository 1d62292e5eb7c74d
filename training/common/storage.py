"""Where bytes stand: a local folder or an S3 bucket, behind one small interface.

``STORAGE_URL`` chooses: ``file:///folder`` or ``s3://bucket/prefix?endpoint=…&region=…``,
whose credentials obstore reads from the environment. A key is written once and never
changed: what is stored under it is the same for ever, or gone.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final, cast
from urllib.parse import parse_qs, unquote, urlsplit

import obstore
from flask import Flask, current_app
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, ObjectStore, S3Store

from training.config import ConfigurationError

if TYPE_CHECKING:
    from obstore import GetResult  # both exist for type checkers only
    from obstore.store import S3Config

CHUNK: Final = 256 * 1024  # bytes read at a time
DEFAULT_REGION: Final = "us-east-1"  # what stores that have no regions expect


class StorageError(RuntimeError):
    """The store did not do what was asked (unreachable, refused, full); nothing is known to be written."""


class ContentMissing(StorageError):
    """Nothing stands under this key."""


class AlreadyStored(StorageError):
    """Something stands under this key already; it was left as it is."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """What the store tells of one key; ``size`` is in bytes."""

    key: str
    size: int
    modified_at: datetime


class Storage:
    """The store of one process. Every method raises :class:`StorageError` when the store fails."""

    def __init__(self, store: ObjectStore, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder

    def put(self, key: str, content: IO[bytes]) -> None:
        """Write ``content`` from its start under a new key; raise :class:`AlreadyStored` if the key is taken.

        In a local folder the bytes are on the disk when this returns.
        """
        content.seek(0)
        try:
            obstore.put(self._store, key, content, mode="create", use_multipart=False)
            if self._folder is not None:
                _flush_to_disk(self._folder / key)
        except AlreadyExistsError as fault:
            raise AlreadyStored(f"The key {key} is taken.") from fault
        except (BaseError, OSError) as fault:
            raise StorageError(f"The store could not write {key}.") from fault

    def stream(self, key: str) -> Iterator[bytes]:
        """Open a key and return its bytes block by block; :class:`ContentMissing` is raised here, not later."""
        try:
            found = obstore.get(self._store, key)
        except FileNotFoundError as fault:
            raise ContentMissing(f"Nothing is stored under {key}.") from fault
        except (BaseError, OSError) as fault:
            raise StorageError(f"The store could not read {key}.") from fault
        return _blocks(found, key)

    def head(self, key: str) -> StoredObject:
        """Return what the store knows of a key; raise :class:`ContentMissing` if it stores nothing there."""
        try:
            found = obstore.head(self._store, key)
        except FileNotFoundError as fault:
            raise ContentMissing(f"Nothing is stored under {key}.") from fault
        except (BaseError, OSError) as fault:
            raise StorageError(f"The store could not look at {key}.") from fault
        return StoredObject(key, found["size"], found["last_modified"])

    def delete(self, key: str) -> None:
        """Delete a key; a key that stores nothing is no fault."""
        try:
            obstore.delete(self._store, key)
        except FileNotFoundError:
            return
        except (BaseError, OSError) as fault:
            raise StorageError(f"The store could not delete {key}.") from fault

    def list(self) -> Iterator[list[StoredObject]]:
        """Return all that is stored, in batches of at most 500, in no promised order."""
        try:
            for batch in obstore.list(self._store, chunk_size=500):
                yield [StoredObject(found["path"], found["size"], found["last_modified"]) for found in batch]
        except (BaseError, OSError) as fault:
            raise StorageError("The store could not be listed.") from fault

    def check(self) -> None:
        """Raise :class:`StorageError` unless the store answers and, for a folder, can be written (``/sante``)."""
        with suppress(ContentMissing):
            self.head("health/probe")
        if self._folder is not None and not os.access(self._folder, os.W_OK | os.X_OK):
            raise StorageError("The storage folder cannot be written.")


def open_storage(url: str, *, retries: int = 3) -> Storage:
    """Open the store of a ``STORAGE_URL``, making a local folder if need be.

    ``retries`` is how many times an S3 store that fails is asked again. Raises :class:`ConfigurationError` when the address cannot be understood.
    """
    parts = urlsplit(url)
    if parts.scheme == "file" and parts.path:
        folder = Path(unquote(parts.path))
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return Storage(LocalStore(prefix=folder), folder)
    if parts.scheme == "s3" and parts.netloc:
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        return Storage(_open_s3(parts.netloc, parts.path.strip("/"), options, retries))
    raise ConfigurationError("STORAGE_URL must be file:///folder or s3://bucket/prefix?endpoint=…")


def _open_s3(bucket: str, prefix: str, options: dict[str, str], retries: int) -> S3Store:
    unknown = options.keys() - {"endpoint", "region"}
    if unknown:
        raise ConfigurationError(f"STORAGE_URL has unknown options: {', '.join(sorted(unknown))}.")
    config: S3Config = {"region": options.get("region") or DEFAULT_REGION}
    endpoint = options.get("endpoint", "")
    if endpoint:
        config["endpoint"] = endpoint
    return S3Store(
        bucket,
        prefix=prefix or None,
        config=config,
        client_options={"allow_http": endpoint.startswith("http://"), "timeout": "30s"},
        retry_config={"max_retries": retries, "retry_timeout": timedelta(seconds=20)},
    )


def install(app: Flask) -> None:
    """Open the store the settings name, once for this process."""
    app.extensions["storage"] = open_storage(app.extensions["settings"].storage_url)


def storage() -> Storage:
    """Return the store of the running application."""
    return cast("Storage", current_app.extensions["storage"])


def _blocks(found: "GetResult", key: str) -> Iterator[bytes]:
    try:
        for block in found.stream(min_chunk_size=CHUNK):
            yield bytes(block)
    except (BaseError, OSError) as fault:
        raise StorageError(f"The store stopped while reading {key}.") from fault


def _flush_to_disk(path: Path) -> None:
    """Make a new file, and its name in its folder, outlive a power cut: a receipt will vouch for it."""
    for place in (path, path.parent):
        descriptor = os.open(place, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
