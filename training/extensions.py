"""Instances of the extensions, and what the running application keeps beside them."""

from typing import Final, cast

from flask import current_app
from flask_babel import Babel
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from training.config import Settings

babel: Final = Babel()
csrf: Final = CSRFProtect()
migrate: Final = Migrate()


def settings() -> Settings:
    """Return the settings of the running application."""
    return cast("Settings", current_app.extensions["settings"])
