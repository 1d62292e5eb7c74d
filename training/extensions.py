"""Instances of the extensions, and what the running application keeps beside them."""

from importlib import import_module
from typing import Any, Final, cast

from flask import Flask, current_app
from flask_babel import Babel
from flask_wtf import CSRFProtect

from training.config import ROOT, Settings
from training.database import db

babel: Final = Babel()
csrf: Final = CSRFProtect()


def settings() -> Settings:
    """Return the settings of the running application."""
    return cast("Settings", current_app.extensions["settings"])


class Migrations:
    """Flask-Migrate's place in the application: the library comes with the first command that migrates."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, name: str) -> Any:
        """Install the library, which takes this place, and ask it."""
        library = import_module("flask_migrate")
        library.Migrate().init_app(
            self._app, db, directory=str(ROOT / "migrations"), render_as_batch=True, compare_type=True
        )
        return getattr(self._app.extensions["migrate"], name)
