"""Start the application with its demo: prepare once, then server and worker together.

Both end on Ctrl-C, on SIGTERM, or as soon as one of them ends. What people entered stays: every step
before the start is idempotent.
"""

import hashlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

ROOT: Final = Path(__file__).resolve().parent.parent
INSTANCE: Final = ROOT / "instance"
BIN: Final = Path(sys.executable).parent
WATCHED: Final = ("training", "templates", "seeds", "migrations", "requirements.txt")
PREPARATION: Final = """
from app import app
for words in (["assets"], ["db", "upgrade"], ["seed"], ["demo"]):
    app.cli.main(words, prog_name="flask", standalone_mode=False)
"""
ACCOUNTS: Final = {
    "admin@example.org": "administration",
    "gestion.bfc@example.org": "fédération, Bourgogne-Franche-Comté",
    "gestion.ara@example.org": "fédération, Auvergne-Rhône-Alpes",
    "guichet.occ@example.org": "Guichet CPTS, Occitanie",
    "ars.bfc@example.org": "ARS Bourgogne-Franche-Comté",
    "ars.ara@example.org": "ARS Auvergne-Rhône-Alpes",
    "ehesp@example.org": "EHESP",
    "relais.bfc@example.org": "formatrice relais, Bourgogne-Franche-Comté",
    "relais.ara@example.org": "formateur relais, Auvergne-Rhône-Alpes",
    "apprenant.bfc@example.org": "apprenante, Promo 8",
    "apprenant.ara@example.org": "apprenant, Auvergne-Rhône-Alpes",
    "candidat@example.org": "candidate",
    "jury.ara@example.org": "jury, Auvergne-Rhône-Alpes",
    "cooperation.occ@example.org": "animation de la coopération, Occitanie",
    "copil.bfc@example.org": "comité de pilotage, Bourgogne-Franche-Comté",
    "presidence.bfc@example.org": "présidence d’une structure",
    "facs.occ@example.org": "FACS Occitanie",
    "inuc.occ@example.org": "partenaire, lecture seule",
}
PASSWORD: Final = "demonstration"  # noqa: S105 - public, and refused in production
GRACE: Final = 10.0
STARTS_WITHIN: Final = 60.0


def write_secret(instance: Path) -> None:
    """Write a random secret that only its owner reads, unless there is one."""
    instance.mkdir(exist_ok=True)
    path = instance / "secret_key"
    if path.exists() and path.stat().st_size:
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_urlsafe(48))


LEAN: Final = {"MALLOC_ARENA_MAX": "1"}
"""One pool of memory for the threads of a process: Python lets one of them run at a time anyway; some 10 MiB less each."""


def environment(port: str) -> dict[str, str]:
    """Return the settings of a development run; what the caller has set wins."""
    return {
        "APP_ENV": "development",
        "SECOND_FACTOR": "offered",
        **LEAN,
        **os.environ,
        "PORT": port,
        "PYTHONUNBUFFERED": "1",
        "FLASK_SKIP_DOTENV": "1",
    }


def prepare(variables: Mapping[str, str], instance: Path) -> None:
    """Fill the static folder, migrate the database, load the reference data and the demo.

    Nothing is done when nothing has changed since the last time today: the demo's dates follow the day.
    """
    stamp = instance / "prepared"
    wanted = sources_digest(variables)
    database = instance / "training.sqlite3"
    there = "DATABASE_URL" in variables or database.exists()
    if there and stamp.exists() and stamp.read_text() == wanted:
        return
    stamp.unlink(missing_ok=True)
    if subprocess.run([sys.executable, "-c", PREPARATION], cwd=ROOT, env=variables, check=False).returncode:
        sys.exit("The preparation failed: nothing was started.")
    stamp.write_text(wanted)


def sources_digest(variables: Mapping[str, str]) -> str:
    """Return what the preparation depends on: our sources, the settings, the day."""
    digest = hashlib.sha256(time.strftime("%Y-%m-%d").encode())
    for name in ("DATABASE_URL", "STORAGE_URL", "PUBLIC_URL"):
        digest.update(f"{name}={variables.get(name, '')}\n".encode())
    for name in WATCHED:
        top = ROOT / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and "__pycache__" not in path.parts:
                status = path.stat()
                digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def flask(*words: str) -> list[str]:
    """Return a command line of the application."""
    return [str(BIN / "flask"), "--app", "app", *words]


def server(port: str, application: str = "app:app") -> list[str]:
    """Return the command line of the web server: two processes of four threads, the application loaded once."""
    return [
        *(str(BIN / "gunicorn"), application, "--bind", f"127.0.0.1:{port}", "--workers", "2", "--threads", "4"),
        *("--preload", "--graceful-timeout", "5", "--log-level", "warning"),
    ]


class Stop(Exception):
    """Someone asked to stop."""


def _asked(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise Stop


def supervise(commands: Sequence[Sequence[str]], variables: Mapping[str, str], ready: str) -> int:
    """Run the commands side by side until one ends or someone asks; return the exit code."""
    for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(name, _asked)
    running: list[subprocess.Popen[bytes]] = []
    code = 0
    try:
        running += [subprocess.Popen(c, cwd=ROOT, env=variables, start_new_session=True) for c in commands]
        _announce(running, variables["PORT"], ready)
        while all(process.poll() is None for process in running):
            time.sleep(0.2)
        ended = next(process for process in running if process.poll() is not None)
        print(f"{Path(str(ended.args[0])).name} ended: stopping the rest.", file=sys.stderr)  # type: ignore[index]  # ours are lists
        code = ended.returncode or 1
    except Stop:
        print("\nStopping…", file=sys.stderr)
    finally:
        for name in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(name, signal.SIG_IGN)
        end(running)
    return code


def _announce(running: Sequence[subprocess.Popen[bytes]], port: str, ready: str) -> None:
    """Print the words of welcome once the server answers."""
    until = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < until and all(process.poll() is None for process in running):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", int(port))) == 0:
                print(ready, flush=True)
                return
        time.sleep(0.05)


def end(running: Sequence[subprocess.Popen[bytes]]) -> None:
    """Ask each process to end, and kill the group of one that does not in time."""
    for process in running:
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + GRACE
    for process in running:
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def welcome(port: str) -> str:
    """Return what is printed when all is ready."""
    lines = [f"  {email:<28}{part}" for email, part in ACCOUNTS.items()]
    head = f"\nTesselle : http://127.0.0.1:{port}\n\nComptes de démonstration, mot de passe « {PASSWORD} » :"
    return "\n".join([head, *lines, "\nCtrl-C pour arrêter.\n"])


def main() -> int:
    """Prepare, then run server and worker."""
    port = os.environ.get("PORT") or "5000"
    if not port.isdigit():
        return _refuse(f"PORT must be a number: {port}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError:
            return _refuse(f"Port {port} is taken: stop what uses it, or run: make run PORT={int(port) + 1}")
    write_secret(INSTANCE)
    variables = environment(port)
    prepare(variables, INSTANCE)
    return supervise([server(port), flask("work")], variables, welcome(port))


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
