import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session, scoped_session

from training.accounts.models import Region
from training.common.sweeping import one_by_one
from training.database import db

pytestmark = pytest.mark.both_engines


def add(name: str) -> bool:
    db.session.add(Region(code=name[:8], name=name))
    if name == "broken":
        raise ValueError(name)
    return name != "idle"


def test_one_failure_stops_no_other_and_is_told_at_the_end(session: scoped_session[Session]) -> None:
    with pytest.raises(ValueError, match="broken"):
        one_by_one(["first", "broken", "last"], add)
    names = session.scalars(select(Region.name).order_by(Region.name)).all()
    assert list(names) == ["first", "last"]


def test_only_what_acted_is_counted(session: scoped_session[Session]) -> None:
    assert one_by_one(["one", "idle", "two"], add) == 2
    assert session.scalar(select(func.count()).select_from(Region)) == 3
