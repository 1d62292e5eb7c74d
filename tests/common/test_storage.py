"""The store: the same behaviour in a local folder and in an S3 bucket, over a real socket."""

import io
import os
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from moto.server import ThreadedMotoServer

from training.common.storage import AlreadyStored, ContentMissing, Storage, StorageError, open_storage
from training.config import ConfigurationError


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """The STORAGE_URL of a fresh bucket in an S3 server of this process."""
    server = ThreadedMotoServer("127.0.0.1", _free_port(), verbose=False)
    names = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(names)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        urllib.request.urlopen(urllib.request.Request(f"{endpoint}/dossiers", method="PUT"))  # noqa: S310 - our own server
        yield f"s3://dossiers/prod/files?endpoint={endpoint}"
    finally:
        server.stop()
        for name, value in before.items():
            os.environ.pop(name) if value is None else os.environ.update({name: value})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    """A store of each kind."""
    if request.param == "folder":
        return open_storage((tmp_path / "des fichiers é").as_uri())
    return open_storage(request.getfixturevalue("bucket"))


def test_what_is_put_comes_back_and_goes(store: Storage) -> None:
    content = os.urandom(700_000)
    store.put("ab/one", io.BytesIO(content))
    assert b"".join(store.stream("ab/one")) == content
    assert store.head("ab/one").size == 700_000
    assert [found.key for batch in store.list() for found in batch] == ["ab/one"]
    store.check()
    store.delete("ab/one")
    assert [found for batch in store.list() for found in batch] == []


def test_a_key_is_written_once(store: Storage) -> None:
    store.put("ab/two", io.BytesIO(b"first"))
    with pytest.raises(AlreadyStored):
        store.put("ab/two", io.BytesIO(b"second"))
    assert b"".join(store.stream("ab/two")) == b"first"
    store.delete("ab/two")


def test_what_is_missing_is_said_at_once_and_deleting_it_is_no_fault(store: Storage) -> None:
    with pytest.raises(ContentMissing):
        store.stream("ab/none")
    with pytest.raises(ContentMissing):
        store.head("ab/none")
    store.delete("ab/none")


def test_no_key_leaves_the_folder(tmp_path: Path) -> None:
    store = open_storage((tmp_path / "files").as_uri())
    with pytest.raises((StorageError, ValueError)):
        store.put("../outside", io.BytesIO(b"x"))
    assert not (tmp_path / "outside").exists()


def test_a_local_folder_is_closed_to_other_accounts(tmp_path: Path) -> None:
    open_storage((tmp_path / "files").as_uri())
    assert (tmp_path / "files").stat().st_mode & 0o077 == 0


def test_a_store_that_does_not_answer_is_a_storage_error() -> None:
    store = open_storage("s3://dossiers/x?endpoint=http://127.0.0.1:9", retries=0)
    with pytest.raises(StorageError):
        store.check()


@pytest.mark.parametrize("url", ["ftp://x/y", "s3://", "file:", "s3://dossiers?endpiont=http://typo"])
def test_an_address_that_cannot_be_understood_stops_the_start(url: str) -> None:
    with pytest.raises(ConfigurationError):
        open_storage(url)
