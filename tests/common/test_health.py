"""``/sante`` tells the truth to whoever watches: 200 when all is well, 503 and which part otherwise."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import text

from training.common import clock, health
from training.common.mail import MailUrgency, OutgoingMail
from training.config import ROOT, Settings
from training.database import db


def waiting_since(minutes: int) -> None:
    db.session.add(
        OutgoingMail(
            message="trial/offer",
            urgency=MailUrgency.PROMPT,
            to_email="a@example.org",
            subject="x",
            text="x",
            html="x",
            created_at=clock.now(),
            send_after=clock.now() - timedelta(minutes=minutes),
        )
    )


@pytest.mark.both_engines
def test_all_is_well(session: object, client: Any, selects: Any) -> None:
    with selects() as asked:
        answer = client.get("/sante")
    assert answer.status_code == 200
    assert answer.json == {
        "ok": True,
        "database": {"ok": True},
        "storage": {"ok": True},
        "outbox": {"ok": True, "oldest_seconds": 0},
        "migrations": {"ok": True, "revision": health.head(), "head": health.head()},
    }
    assert asked.count <= 12


@pytest.mark.both_engines
def test_a_mail_that_waits_too_long_says_that_nobody_sends(session: object, client: Any, frozen_clock: object) -> None:
    waiting_since(10)
    assert client.get("/sante").status_code == 200
    waiting_since(20)
    answer = client.get("/sante")
    assert answer.status_code == 503
    assert answer.json["outbox"] == {"ok": False, "oldest_seconds": 1200}
    assert answer.json["database"] == {"ok": True}


@pytest.mark.both_engines
def test_a_database_behind_the_code_is_not_well(session: object, client: Any) -> None:
    db.session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = client.get("/sante")
    assert answer.status_code == 503
    assert answer.json["migrations"]["ok"] is False


@pytest.mark.both_engines
def test_a_broken_part_does_not_hide_the_others(session: object, client: Any) -> None:
    db.session.execute(text("DROP TABLE outgoing_mail"))
    answer = client.get("/sante")
    assert answer.status_code == 503
    assert answer.json["outbox"] == {"ok": False}
    assert answer.json["migrations"]["ok"] is True


def test_a_store_out_of_reach_is_told(app: Flask, client: Any, configure: Callable[..., Settings]) -> None:
    folder = Path(urlsplit(app.extensions["settings"].storage_url).path)
    shutil.rmtree(folder)
    try:
        answer = client.get("/sante")
    finally:
        folder.mkdir()
    assert answer.status_code == 503
    assert answer.json["storage"] == {"ok": False}
    assert answer.json["database"] == {"ok": True}


def test_the_head_read_from_the_names_of_the_files_is_the_one_alembic_finds() -> None:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == health.head()
