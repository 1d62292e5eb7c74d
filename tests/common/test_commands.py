"""``flask db``: Flask-Migrate answers although the application starts without it."""

import pytest
from flask import Flask
from flask.cli import ScriptInfo

from training.common import health

pytestmark = pytest.mark.both_engines


def test_what_prepares_a_run_goes_on_after_the_migrations(app: Flask) -> None:
    house = ScriptInfo(create_app=lambda: app)
    went_on = [app.cli.main(["db", "upgrade"], prog_name="flask", standalone_mode=False, obj=house) for _ in range(2)]
    assert went_on == [None, None]


def test_the_commands_of_migrations_answer(app: Flask) -> None:
    for words in (["db", "current", "--verbose"], ["db", "upgrade"]):
        outcome = app.test_cli_runner().invoke(args=words)
        assert outcome.exit_code == 0, outcome.output
    with app.app_context():
        assert health.revision() == health.head()


def test_a_word_it_does_not_know_is_told(app: Flask) -> None:
    outcome = app.test_cli_runner().invoke(args=["db", "downgrad"])
    assert outcome.exit_code != 0
    assert "No such command" in outcome.output
