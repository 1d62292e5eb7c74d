"""What the desk says of documents to read and hours to settle: to who follows, to nobody else (R52, R119)."""

from typing import Any

import pytest

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.factories import portfolio as make
from tests.factories.portfolio import Pair
from training.accounts.enums import Part
from training.accounts.models import Person
from training.catalogue.enums import Modality
from training.desk.queries.portfolio import add_reading
from training.desk.rules import Desk
from training.portfolio.enums import EntryAct
from training.portfolio.services import hours


@pytest.fixture
def pair(session: Any, frozen_clock: Any) -> Pair:
    """A learner named Alix Morel, and her referent."""
    return make.pair(first_name="Alix", last_name="Morel")


class There:
    """She trains."""

    def __init__(self, *, trained: bool) -> None:
        self.trained = trained


def lines(someone: Person, *, trained: bool) -> list[tuple[str, str]]:
    """What her desk says, and where it leads."""
    desk = Desk()
    add_reading(desk, accounts.principal(someone), There(trained=trained))  # type: ignore[arg-type]  # all that is asked of it
    return [(line.sentence, line.href) for line in desk.lines]


def test_a_referent_is_told_what_waits_to_be_read_until_she_has_read_it(pair: Pair) -> None:
    assert lines(pair.reader, trained=True) == []
    tracer = make.deposited(pair.enrolment)
    assert lines(pair.reader, trained=True) == [("Relire un document traceur", "/documents-traceurs")]
    make.decided(tracer, pair.reader)
    assert lines(pair.reader, trained=True) == []


def test_hours_wait_for_who_settles_them(pair: Pair) -> None:
    school = accounts.manager(cohort_rows.part_of(pair.cohort, Part.SCHOOL))
    team = make.log(pair.enrolment)
    told = [("Valider des heures", "/heures-a-valider")]
    assert lines(pair.reader, trained=True) == told
    assert lines(school, trained=False) == []  # team work is the trainer's to settle
    hours.settle([team], EntryAct.CONFIRM, reason="", by=accounts.principal(pair.reader))
    assert lines(pair.reader, trained=True) == []
    make.log(pair.enrolment, Modality.E_LEARNING)
    assert lines(school, trained=False) == told


def test_nobody_else_is_told(pair: Pair) -> None:
    make.deposited(pair.enrolment)
    make.log(pair.enrolment)
    stranger = cohort_rows.trainer(cohort_rows.cohort())
    assert lines(stranger, trained=True) == []
    assert lines(pair.learner, trained=False) == []
