"""Upgrade an empty SQLite and an empty PostgreSQL to head, and compare each with the models."""

import sys
from typing import Final

from flask_migrate import upgrade

from tests.support.databases import MIGRATIONS, Databases, EngineName, Run, settings_for
from tests.support.schema import differences
from training import create_app
from training.database import db

ENGINES: Final[tuple[EngineName, ...]] = ("sqlite", "postgresql")


def drift(databases: Databases, engine: EngineName) -> list[str]:
    """Return what differs between the migrated schema and the models on this engine."""
    app = create_app(settings_for(databases.blank(engine, "check"), databases.folder / engine))
    with app.app_context():
        upgrade(str(MIGRATIONS))
    found = differences(app)
    with app.app_context():
        db.engine.dispose()
    databases.drop(engine, "check")
    return found


def main() -> int:
    """Compare on both engines; print what differs."""
    run = Run.begin()
    databases = Databases(run, "check")
    try:
        found = {engine: drift(databases, engine) for engine in ENGINES}
    finally:
        databases.close()
        run.end()
    for engine, lines in found.items():
        print("\n".join(f"{engine}: {line}" for line in lines or ["the migrations give the models"]))
    return any(found.values())


if __name__ == "__main__":
    sys.exit(main())
