"""Presences counted at once: the same figures as half-day by half-day, whatever happened (R44–R46, R115, R116)."""

import uuid
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random
from typing import Any

import pytest

from tests.factories import accounts, attendance, cohorts
from tests.support.queries import Queries
from training.accounts.enums import Part
from training.catalogue.enums import CreditMode, PartialCredit
from training.common import clock
from training.database import db
from training.seminars import queries, services
from training.seminars.commands import Correction, Dispensation, Marking
from training.seminars.enums import Presence
from training.seminars.models import MakeUp
from training.seminars.queries.tally import Rule
from training.seminars.rules.carried import Carried, carried_over
from training.seminars.rules.presence import LearnerPresence, Said, Standing, Taught, Terms, line_of
from training.seminars.rules.tally import Counted, Known, Plan, Word, tally

MSP, CPTS, CORE, OTHER = (uuid.UUID(int=number) for number in range(1, 5))
TODAY = date(2026, 5, 1)
WORDS = (Presence.PRESENT, Presence.PRESENT, Presence.PARTIAL, Presence.ABSENT, Presence.EXCUSED, Presence.DISPENSED)


class Story:
    """A learner’s half-days, drawn by chance, told both ways."""

    def __init__(self, seed: int) -> None:
        dice = Random(seed)
        self.entered_on = TODAY - timedelta(days=dice.choice((200, 60)))
        self.left_on = dice.choice((None, None, TODAY - timedelta(days=10)))
        self.terms = Terms(
            required=dice.choice((None, 96, 124)),
            mode=dice.choice((None, *CreditMode)),
            partial=dice.choice((None, *PartialCredit)),
        )
        self.half_days: list[Counted] = []
        self.lines: list[Any] = []
        said: list[Word] = []
        made_up: list[Word] = []
        dispensed: list[str] = []
        told: list[tuple[Taught, Said | None, Said | None, bool]] = []
        for number in range(dice.randint(0, 14)):
            counted, taught = self._half_day(dice, number)
            word = self._word(dice) if not counted.is_open and dice.random() < 0.8 else None
            elsewhere = self._word(dice, (Presence.PRESENT, Presence.PARTIAL)) if dice.random() < 0.2 else None
            waived = dice.random() < 0.15
            for found, into in ((word, said), (elsewhere, made_up)):
                if found is not None:
                    into.append(Word(found.presence, [counted.key], found.hours))
            dispensed += [counted.key] if waived else []
            self.half_days.append(counted)
            told.append((taught, word, elsewhere, waived))
        carried = [self._carried(dice, module) for module in (CORE, OTHER, None) if dice.random() < 0.3]
        brought = carried_over([each[0] for each in told], carried, variant_id=MSP)
        for place, (taught, word, elsewhere, waived) in enumerate(told):
            line = line_of(
                taught,
                variant_id=MSP,
                entered_on=self.entered_on,
                left_on=self.left_on,
                said=word,
                made_up=elsewhere,
                dispensed=waived,
                now=clock.at_paris(TODAY),
                carried=brought.get(place),
            )
            self.lines += [line] if line is not None else []
        self.known = Known(said, made_up, dispensed, carried=carried)

    @staticmethod
    def _carried(dice: Random, module: uuid.UUID | None) -> Carried:
        planned = dice.randint(1, 6)
        return Carried(module, dice.randint(1, planned), planned, dice.choice((Fraction(1), Fraction(5, 6))))

    @staticmethod
    def _word(dice: Random, among: Sequence[Presence] = WORDS) -> Said:
        presence = dice.choice(among)
        return Said(presence, dice.choice((Decimal(1), Decimal("2.5"))) if presence is Presence.PARTIAL else None)

    @staticmethod
    def _half_day(dice: Random, number: int) -> tuple[Counted, Taught]:
        start = clock.at_paris(TODAY + timedelta(days=dice.choice((-180, -90, -30, -5, 15))), 9)
        hours = dice.choice((Decimal(3), Decimal(4), Decimal(0)))
        facts: dict[str, Any] = {
            "worth": hours,
            "length": hours,
            "variants": dice.choice((frozenset(), frozenset({MSP}), frozenset({CPTS}))),
            "modules": dice.choice(((), (CORE,), (CORE, OTHER))),
            "counts": dice.random() < 0.9,
            "is_off": dice.random() < 0.1,
        }
        is_open, is_over = dice.random() < 0.3, start < clock.at_paris(TODAY)
        is_open = is_open or not is_over
        counted = Counted(
            str(number), clock.in_paris(start).date(), is_open=is_open, is_ahead=is_open and not is_over, **facts
        )
        end = start + timedelta(hours=3)
        return counted, Taught(uuid.uuid4(), "S", start, end, is_locked=not is_open, **facts)


@pytest.mark.parametrize("hundred", range(4))
def test_both_ways_of_counting_agree(hundred: int) -> None:
    for seed in range(hundred * 100, hundred * 100 + 100):
        _agree(Story(seed))


def _agree(story: Story) -> None:
    slow = LearnerPresence(story.lines, story.terms)
    fast = tally(
        Plan(MSP, story.half_days), story.known, story.terms, entered_on=story.entered_on, left_on=story.left_on
    )
    assert (fast.credited, fast.possible) == (slow.credited, slow.possible)
    for module in (CORE, OTHER):
        lines = [
            line
            for line in story.lines
            if module in line.half_day.modules and line.half_day.counts and line.standing is not Standing.OFF
        ]
        found = fast.modules.get(module)
        if found is None:
            assert not lines
            continue
        assert found.total == len(lines)
        assert found.satisfied == sum(line.is_satisfied for line in lines)
        assert found.ahead == sum(line.standing is Standing.AHEAD for line in lines)
        assert found.unlocked == sum(line.standing is Standing.UNLOCKED for line in lines)
        assert found.missed >= 0


@pytest.mark.both_engines
def test_rows_give_the_same_figures_in_two_selects(
    session: Any, frozen_clock: Any, selects: Callable[[], AbstractContextManager[Queries]]
) -> None:
    frozen_clock.at(clock.at_paris(TODAY, 12))
    cohort, elsewhere = cohorts.cohort(), cohorts.cohort()
    learners = [cohorts.learner(cohort) for _ in range(3)]
    first, second, third = learners
    days = attendance.half_days(cohort, 5)
    (other,) = attendance.half_days(elsewhere, 1)
    partly = Marking(Presence.PARTIAL, hours=Decimal("1.5"))
    attendance.locked(days[0], {first: attendance.THERE, second: partly, third: attendance.AWAY})
    attendance.locked(days[1], {first: attendance.THERE, second: attendance.AWAY, third: attendance.THERE})
    sheet = attendance.locked(days[2], dict.fromkeys(learners, attendance.AWAY))
    services.correct(
        sheet,
        third,
        Correction(Marking(Presence.PRESENT), "Erreur de saisie."),
        by=attendance.trainer_of(cohort),
    )
    db.session.add(MakeUp(enrolment_id=second.id, missed_id=days[1].id, invited_id=other.id))
    db.session.flush()
    attendance.locked(other, {second: attendance.THERE})
    school = accounts.principal(accounts.manager(cohorts.part_of(cohort, Part.SCHOOL)))
    services.waive(first, days[2].id, Dispensation(TODAY, "Concours."), by=school)
    slow = queries.presence_of_cohort(cohort).by_enrolment()
    terms = {each.id: Rule(slow[each.id].terms, visio_counts=False) for each in learners}
    with selects() as asked:
        fast = queries.tallies_of(learners, terms)
    assert asked.count == 2
    for each in learners:
        assert (fast[each.id].credited, fast[each.id].possible) == (slow[each.id].credited, slow[each.id].possible)
    assert fast[first.id].credited != fast[second.id].credited
