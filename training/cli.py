"""The flask commands: each is a thin call."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

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
    from training import seeding  # noqa: PLC0415 - seeding reads every room; other commands need not

    with writing():
        report = seeding.seed()
        db.session.commit()
    click.echo(report)


@click.command("demo")
@with_appcontext
def demo() -> None:
    """Load the demonstration; again changes nothing. Refused in production."""
    from training.seeding import demo as demonstration  # noqa: PLC0415 - as above

    if not settings().development:
        raise click.ClickException("The demonstration does not exist in production.")
    click.echo(demonstration.load_demo())


@click.command("work")
@click.option("--once", is_flag=True, help="Run each sweep once and end.")
def work(once: bool) -> None:  # noqa: FBT001 - a command's flag
    """Send mails, close calls, lapse offers, purge: the worker. Several may run; SIGTERM stops it."""
    from training.worker import runner  # noqa: PLC0415 - the engine is of no use to other commands

    app = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001 - Flask's own way
    if once:
        for outcome in runner.run_once(app):
            click.echo(outcome)
    else:
        runner.run_forever(app)


@click.command("backup")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False))
@with_appcontext
def backup(directory: Path) -> None:
    """Copy the database and the files into DIRECTORY, verified by digest."""
    click.echo(copies.backup(directory))


@click.command("restore")
@click.argument("directory", type=click.Path(path_type=Path, file_okay=False, exists=True))
@with_appcontext
def restore(directory: Path) -> None:
    """Restore what ``backup`` wrote, into an empty database."""
    click.echo(copies.restore(directory))


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


commands: Final[Sequence[click.Command]] = (assets, seed, demo, work, backup, restore, doctor)
