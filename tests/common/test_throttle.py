from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, scoped_session

from training.common import clock, throttle
from training.common.throttle import Limit, TooManyTries, TryCount

LIMIT = Limit("trial", 3, timedelta(minutes=15))
pytestmark = pytest.mark.both_engines


def test_past_the_limit_one_waits(session: scoped_session[Session]) -> None:
    for _ in range(3):
        throttle.count(LIMIT, "192.0.2.1")
    assert throttle.is_reached(LIMIT, "192.0.2.1")
    with pytest.raises(TooManyTries, match="15 minutes"):
        throttle.count(LIMIT, "192.0.2.1")


def test_each_one_has_her_own_count(session: scoped_session[Session]) -> None:
    for _ in range(3):
        throttle.count(LIMIT, "a@example.org")
    throttle.count(LIMIT, "b@example.org")
    assert not throttle.is_reached(LIMIT, "b@example.org")


def test_the_next_window_begins_anew(session: scoped_session[Session]) -> None:
    for _ in range(3):
        throttle.count(LIMIT, "192.0.2.1")
    with clock.freeze(clock.now() + timedelta(minutes=16)):
        throttle.count(LIMIT, "192.0.2.1")


def test_addresses_are_not_kept_in_clear(session: scoped_session[Session]) -> None:
    throttle.count(LIMIT, "someone@example.org")
    assert "someone" not in session.scalars(select(TryCount.key)).one()


def test_past_windows_are_purged(session: scoped_session[Session]) -> None:
    throttle.count(LIMIT, "a")
    with clock.freeze(clock.now() + timedelta(days=3)):
        assert throttle.purge() == 1
