"""The flask commands: each is a thin call."""

from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click
from flask import current_app
from flask.cli import with_appcontext

from training.common import assets as static_assets
from training.common import backup as copies
from training.common import doctor as integrity
from training.database import db, writing
from training.extensions import settings


@click.command("assets")
def assets() -> None:
    """Fill the ignored folder of static files, with hashed names and compressed copies."""
    static_assets.build()


@click.command("seed")
@with_appcontext
def seed() -> None:
    """Load the reference data; again changes nothing."""
    from training import seeding

    with writing():
        report = seeding.seed()
        db.session.commit()
    click.echo(report)


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Load the demonstration; again changes nothing. Refused in production."""
    from training.seeding import demo as demonstration

    try:
        click.echo(demonstration.load_demo())
    except demonstration.DemoRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal


@click.command("administrator")
@click.argument("email")
@click.argument("first_name", metavar="FIRST")
@click.argument("last_name", metavar="LAST")
@with_appcontext
def administrator(email: str, first_name: str, last_name: str) -> None:
    """Make EMAIL an administrator; again changes nothing."""
    from training.accounts.commands import Identity
    from training.accounts.services.administration import make_administrator
    from training.common.errors import Refused
    from training.common.policy import WORKER

    identity = Identity(first_name.strip(), last_name.strip(), None)
    with writing():
        try:
            person = make_administrator(email.strip(), identity, by=WORKER)
        except Refused as refusal:
            raise click.ClickException(refusal.message) from refusal
        db.session.commit()
        told = f"{person.name} <{person.email}>"
    click.echo(
        f"{told} is an administrator. She signs in by a magic link, asked for at {settings().public_url}/connexion"
    )


@click.command("work")
@click.option("--once", is_flag=True, help="Run each sweep once and end.")
def work(once: bool) -> None:
    """Send mails, close calls, lapse offers, purge: the worker. Several may run; SIGTERM stops it."""
    from training.worker import runner

    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way
    if once:
        outcomes = runner.run_once(app)
        for outcome in outcomes:
            click.echo(f"{outcome.name}: {outcome.failure or outcome.done}")
        if any(outcome.failure for outcome in outcomes):
            raise SystemExit(1)
    else:
        runner.run_forever(app)


@click.command("backup")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@with_appcontext
def backup(directory: Path) -> None:
    """Copy the database and the files into DIRECTORY, verified by digest."""
    _told(copies.backup, directory)


@click.command("restore")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False, exists=True))
@with_appcontext
def restore(directory: Path) -> None:
    """Restore what ``backup`` wrote, into an empty database."""
    _told(copies.restore, directory)


def _told(act: Callable[[Path], dict[str, Any]], directory: Path) -> None:
    """Run a copy and print what it holds; tell a fault in one line."""
    try:
        manifest = act(directory)
    except copies.BackupFault as fault:
        raise click.ClickException(str(fault)) from fault
    for name, value in manifest.items():
        click.echo(f"{name}: {len(value) if isinstance(value, dict | list) else value}")


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check files, journal, keys and migrations; exits 1 when anything is wrong."""
    found = integrity.diagnose()
    for line in found:
        click.echo(line)
    if found:
        raise SystemExit(1)
    click.echo("Everything is in order.")


@click.command("db", context_settings={"ignore_unknown_options": True}, add_help_option=False)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
@with_appcontext
def migrations(words: Sequence[str]) -> None:
    """Run a command of Flask-Migrate, which is imported only here: upgrade, current, history."""
    current_app.extensions["migrate"].db  # noqa: B018 - asking for anything installs the library
    group: click.Group = import_module("flask_migrate.cli").db
    group.main(args=list(words), prog_name="flask db", standalone_mode=False)  # the caller may have more to run


commands: Final[Sequence[click.Command]] = (
    migrations,
    assets,
    seed,
    demo,
    administrator,
    work,
    backup,
    restore,
    doctor,
)
