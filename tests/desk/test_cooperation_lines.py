"""What the desk says of partnerships: to who facilitates them, to a partner, to nobody else (R81)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.factories import accounts
from tests.factories import cooperation as make
from training.accounts.models import Person
from training.common import clock
from training.cooperation.commands import ActionPlan, Review, Reviewed
from training.cooperation.enums import ActionAct, AssessmentAct
from training.cooperation.models import Action, Partnership
from training.cooperation.services import actions, assessments
from training.desk.queries.cooperation import add_partnerships
from training.desk.rules import Desk


@pytest.fixture
def there(session: Any, frozen_clock: Any) -> Partnership:
    """A partnership of two bodies."""
    return make.partnership()


def lines(someone: Person) -> list[tuple[str, str]]:
    """What her desk says, and where it leads, without the keys of rows."""
    desk = Desk()
    add_partnerships(desk, accounts.principal(someone))
    return [(line.sentence, line.href.rsplit("/", 1)[1]) for line in desk.lines]


def action(there: Partnership, days: int, **values: Any) -> Action:
    """An action of the first body, due in some days."""
    plan = {"title": "Un annuaire", "lead_id": there.bodies[0].id, "due_on": clock.today() + timedelta(days), **values}
    return actions.plan(there, ActionPlan(**plan), by=make.leader(there))


def test_an_open_assessment_is_answered_by_partners_and_ended_by_who_facilitates(there: Partnership) -> None:
    partner, leads = make.member(there), make.facilitator_of(there)
    held = make.assessment(there)
    assert lines(partner) == lines(leads) == []

    assessments.advance(held, AssessmentAct.OPEN, by=make.leader(there))
    assert lines(partner) == [("Répondre à l’auto-évaluation ouverte", "repondre")]
    assert lines(leads) == [("Terminer l’auto-évaluation en cours", str(held.id))]

    assessments.advance(held, AssessmentAct.SETTLE, by=make.leader(there))
    assert lines(partner) == []
    assert len(lines(leads)) == 1


def test_a_body_gives_news_of_the_actions_it_leads_as_they_come(there: Partnership, frozen_clock: Any) -> None:
    first, other = (make.member(there, of=body) for body in there.bodies[:2])
    led = action(there, 15)
    assert lines(first) == []

    frozen_clock.advance(timedelta(days=1))
    assert lines(first) == [("Donner des nouvelles de l’action «\u202fUn annuaire\u202f»", "actions")]
    action(there, 3)
    assert [sentence.replace("\u00a0", " ") for sentence, _ in lines(first)] == ["Donner des nouvelles de 2 actions"]
    assert lines(other) == []
    actions.advance(led, ActionAct.FINISH, by=make.leader(there))
    assert len(lines(first)) == 1


def test_the_review_comes_after_a_quarter_and_goes_once_held(there: Partnership, frozen_clock: Any) -> None:
    leads = make.facilitator_of(there)
    led = action(there, 300)
    frozen_clock.advance(timedelta(days=89))
    assert lines(leads) == []
    frozen_clock.advance(timedelta(days=4))
    assert lines(leads) == [("Tenir la revue des actions", "revue")]

    held = Review(clock.today(), (Reviewed(led.id, "Rien de neuf", None),))
    actions.review(there, held, {led.id: led}, by=make.leader(there))
    assert lines(leads) == []


def test_a_new_assessment_is_asked_a_year_later_unless_one_is_prepared(there: Partnership, frozen_clock: Any) -> None:
    leads = make.facilitator_of(there)
    make.finalised(there, held_on=clock.today())
    frozen_clock.advance(timedelta(days=364))
    assert lines(leads) == []
    frozen_clock.advance(timedelta(days=2))
    assert lines(leads) == [("Préparer une nouvelle auto-évaluation", "auto-evaluation")]

    make.assessment(there)
    assert lines(leads) == []


def test_the_desk_says_nothing_of_others(there: Partnership, selects: Any) -> None:
    assessments.advance(make.assessment(there), AssessmentAct.OPEN, by=make.leader(there))
    action(there, 2)
    assert lines(accounts.manager()) == []
    desk, partner = Desk(), accounts.principal(make.member(there))
    with selects() as asked:
        add_partnerships(desk, partner)
    assert (len(desk.lines), asked.count) == (1, 1)
