"""Typed settings, read from the environment once, at start.

Nothing else in the house reads ``os.environ``. ``APP_ENV=development`` brings
defaults that live in ``instance/``; any other value is production, which starts
only when every value it needs is given and safe.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

ROOT: Final = Path(__file__).resolve().parent.parent

MINIMUM_SECRET_LENGTH: Final = 32


class ConfigurationError(RuntimeError):
    """The environment cannot run the application; the message lists every fault."""


class SecondFactor(StrEnum):
    """Whether staff, school and administrators must hold a second factor (R100)."""

    OFFERED = "offered"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment decides.

    ``database_url``, ``storage_url``, ``mail_url`` and ``work_url`` are URLs;
    ``public_url`` has no trailing slash and begins every address sent by mail. ``proxies``: how many
    proxies stand in front and may tell the client's address; one in production, unless
    TRUSTED_PROXIES says otherwise.
    """

    database_url: str
    storage_url: str
    mail_url: str
    work_url: str
    secret_key: str = field(repr=False)
    public_url: str
    secret_key_fallbacks: tuple[str, ...] = field(default=(), repr=False)
    second_factor: SecondFactor = SecondFactor.REQUIRED
    port: int = 5000
    proxies: int = 0
    development: bool = False
    testing: bool = False

    @property
    def secure(self) -> bool:
        """Cookies travel over TLS only when the public address does."""
        return self.public_url.startswith("https://")


def normalise_database_url(url: str) -> str:
    """Return ``url`` with the driver this house uses for PostgreSQL (psycopg 3)."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def read_settings(environment: Mapping[str, str], *, instance: Path = ROOT / "instance") -> Settings:
    """Read the settings; raise :class:`ConfigurationError` naming every fault at once."""
    development = environment.get("APP_ENV") == "development"
    values = _Reader(environment, _development_defaults(environment, instance) if development else {})
    settings = Settings(
        database_url=normalise_database_url(values.required("DATABASE_URL")),
        storage_url=values.required("STORAGE_URL", schemes=("file", "s3")),
        mail_url=values.required("MAIL_URL", schemes=("file", "smtp", "smtps")),
        work_url=values.required("WORK_URL", schemes=("sqlite", "postgresql", "postgres", "redis")),
        secret_key=values.secret("SECRET_KEY"),
        secret_key_fallbacks=tuple(key for key in environment.get("SECRET_KEY_FALLBACKS", "").split(",") if key),
        public_url=values.required("PUBLIC_URL", schemes=("http", "https")).rstrip("/"),
        second_factor=values.second_factor(development=development),
        port=values.number("PORT", default=5000, most=65535),
        proxies=values.number("TRUSTED_PROXIES", default=0 if development else 1, most=5, least=0),
        development=development,
    )
    if not development and not settings.secure and settings.public_url:
        values.faults.append("PUBLIC_URL must begin with https:// in production.")
    if values.faults:
        raise ConfigurationError("The application cannot start:\n- " + "\n- ".join(values.faults))
    return settings


def _development_defaults(environment: Mapping[str, str], instance: Path) -> dict[str, str]:
    secret = instance / "secret_key"
    return {
        "DATABASE_URL": f"sqlite:///{instance / 'training.sqlite3'}",
        "STORAGE_URL": (instance / "files").as_uri(),
        "MAIL_URL": (instance / "mails").as_uri(),
        "WORK_URL": f"sqlite:///{instance / 'work.sqlite3'}",
        "SECRET_KEY": secret.read_text().strip() if secret.exists() else "",
        "PUBLIC_URL": f"http://127.0.0.1:{environment.get('PORT', '5000')}",
    }


class _Reader:
    """Reads values and gathers what is wrong instead of stopping at the first fault."""

    def __init__(self, environment: Mapping[str, str], defaults: Mapping[str, str]) -> None:
        self.environment = environment
        self.defaults = defaults
        self.faults: list[str] = []

    def required(self, name: str, *, schemes: tuple[str, ...] = ()) -> str:
        value = self.environment.get(name) or self.defaults.get(name, "")
        if not value:
            self.faults.append(f"{name} is missing.")
        elif schemes and urlsplit(value).scheme.partition("+")[0] not in schemes:
            self.faults.append(f"{name} must begin with one of: {', '.join(schemes)}.")
        return value

    def secret(self, name: str) -> str:
        value = self.required(name)
        if value and len(value) < MINIMUM_SECRET_LENGTH:
            self.faults.append(f"{name} must have at least {MINIMUM_SECRET_LENGTH} characters.")
        return value

    def second_factor(self, *, development: bool) -> SecondFactor:
        value = self.environment.get("SECOND_FACTOR") or SecondFactor.REQUIRED
        if value not in set(SecondFactor):
            self.faults.append("SECOND_FACTOR must be required or offered.")
            return SecondFactor.REQUIRED
        if value != SecondFactor.REQUIRED and not development:
            self.faults.append("SECOND_FACTOR must be required in production.")
        return SecondFactor(value)

    def number(self, name: str, *, default: int, most: int, least: int = 1) -> int:
        value = self.environment.get(name) or str(default)
        if not value.isdigit() or not least <= int(value) <= most:
            self.faults.append(f"{name} must be a number from {least} to {most}.")
            return default
        return int(value)
