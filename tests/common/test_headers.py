import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from training.common import logging


def test_every_answer_carries_the_strict_policy(client: FlaskClient) -> None:
    headers = client.get("/programmes").headers
    for directive in ("default-src 'self'", "object-src 'none'", "frame-ancestors 'none'", "form-action 'self'"):
        assert directive in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"


def test_an_unknown_address_is_a_page_that_says_what_to_do(page: Any) -> None:
    assert "page" in page("/nulle-part", status=404).heading


def test_a_script_that_asks_for_json_gets_json(client: FlaskClient) -> None:
    answer = client.get("/nulle-part", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert "error" in answer.get_json()


def test_the_log_takes_scalars_only(capsys: pytest.CaptureFixture[str]) -> None:
    logging.configure()
    logging.log.info("trial", number=3, person={"name": "Ada"})
    line = json.loads(capsys.readouterr().err)
    assert line["number"] == 3
    assert line["person"] == "<dict>"
    assert "Ada" not in str(line)
