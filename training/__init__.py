"""PACTE and MOSAIC, from the call for applications to the diploma."""

import os

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from training import rooms
from training.accounts import security
from training.cli import commands
from training.common import assets, error_pages, formatting, front, headers, logging, mail, storage, unstorable
from training.common.routing import LazyRule
from training.config import ROOT, Settings, read_settings
from training.database import db
from training.extensions import Migrations, babel, csrf
from training.worker import bell

MAXIMUM_REQUEST = 60 * 1024 * 1024
MAXIMUM_FIELDS = 2 * 1024 * 1024


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application: settings, ground floor, rooms, front, commands."""
    settings = settings or read_settings(os.environ)
    app = Flask(__name__, template_folder=str(ROOT / "templates"), static_folder=None)
    app.url_rule_class = LazyRule
    configure(app, settings)
    if settings.proxies:
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]  # Flask's own way
            app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies
        )
    logging.configure()
    logging.install(app)
    headers.install(app)
    db.init_app(app)
    app.extensions["migrate"] = Migrations(app)
    babel.init_app(app, default_locale="fr", default_timezone="Europe/Paris")
    csrf.init_app(app)
    unstorable.install(app)
    storage.install(app)
    mail.configure(settings)
    rooms.declare()
    rooms.install(app)
    security.install(app)
    formatting.install(app)
    assets.install(app)
    front.install(app)
    error_pages.install(app, security.sign_in_first)
    bell.install(app)
    for command in commands:
        app.cli.add_command(command)
    return app


def configure(app: Flask, settings: Settings) -> None:
    """Hand the settings to Flask and its extensions."""
    app.extensions["settings"] = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SECRET_KEY_FALLBACKS=list(settings.secret_key_fallbacks),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings),
        MAX_CONTENT_LENGTH=MAXIMUM_REQUEST,
        MAX_FORM_MEMORY_SIZE=MAXIMUM_FIELDS,
        SESSION_COOKIE_SECURE=settings.secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="__Host-session" if settings.secure else "session",
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,  # it asks for a Referer, which our own Referrer-Policy withholds
        TESTING=settings.testing,
    )


def engine_options(settings: Settings) -> dict[str, object]:
    """Return the pool's options."""
    private: dict[str, object] = {"hide_parameters": True}  # a failing statement must log no address and no secret
    if settings.database_url.startswith("sqlite"):
        return private
    return {**private, "pool_size": 8, "max_overflow": 8}
