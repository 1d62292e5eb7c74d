from pathlib import Path

import pytest

from training.config import ConfigurationError, SecondFactor, normalise_database_url, read_settings

PRODUCTION = {
    "DATABASE_URL": "postgresql://app@db/training",
    "STORAGE_URL": "s3://bucket/files",
    "MAIL_URL": "smtp://relay:25",
    "WORK_URL": "postgresql://app@db/training",
    "SECRET_KEY": "k" * 32,
    "PUBLIC_URL": "https://formation.example.org/",
}


def test_production_starts_with_every_value_given() -> None:
    settings = read_settings(PRODUCTION)
    assert not settings.development
    assert settings.second_factor is SecondFactor.REQUIRED
    assert settings.public_url == "https://formation.example.org"
    assert settings.secure


@pytest.mark.parametrize("name", sorted(PRODUCTION))
def test_production_refuses_to_start_without_a_value(name: str) -> None:
    with pytest.raises(ConfigurationError, match=f"{name} is missing"):
        read_settings({key: value for key, value in PRODUCTION.items() if key != name})


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        read_settings({"SECRET_KEY": "short", "PORT": "no", "SECOND_FACTOR": "offered"})
    text = str(refusal.value)
    for word in (
        "DATABASE_URL",
        "STORAGE_URL",
        "MAIL_URL",
        "WORK_URL",
        "SECRET_KEY",
        "PUBLIC_URL",
        "PORT",
        "SECOND_FACTOR",
    ):
        assert word in text


def test_second_factor_is_required_in_production_and_may_be_offered_in_development(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="SECOND_FACTOR must be required"):
        read_settings(PRODUCTION | {"SECOND_FACTOR": "offered"})
    (tmp_path / "secret_key").write_text("s" * 40)
    settings = read_settings({"APP_ENV": "development", "SECOND_FACTOR": "offered"}, instance=tmp_path)
    assert settings.second_factor is SecondFactor.OFFERED
    assert settings.database_url.startswith("sqlite:///")


def test_anything_but_development_is_production(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text("s" * 40)
    with pytest.raises(ConfigurationError):
        read_settings({"APP_ENV": "staging"}, instance=tmp_path)


def test_plain_http_is_refused_in_production() -> None:
    with pytest.raises(ConfigurationError, match="https"):
        read_settings(PRODUCTION | {"PUBLIC_URL": "http://formation.example.org"})


def test_secrets_are_not_in_the_settings_words() -> None:
    assert "k" * 32 not in repr(read_settings(PRODUCTION))


@pytest.mark.parametrize("url", ["postgres://a/b", "postgresql://a/b"])
def test_postgresql_is_reached_by_the_house_driver(url: str) -> None:
    assert normalise_database_url(url) == "postgresql+psycopg://a/b"
