from dataclasses import dataclass, field
from enum import StrEnum
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session, scoped_session

from tests.support.subjects import Thing
from training.common import journal
from training.common.errors import ActUnavailable, Forbidden, ReasonRequired, Refused
from training.common.policy import NOBODY, WORKER, Permission, Policy, Predicate
from training.common.procedure import Procedure, Step


class State(StrEnum):
    SHUT = "shut"
    OPEN = "open"

    @property
    def label(self) -> str:
        return {"shut": "fermée", "open": "ouverte"}[self.value]


class Act(StrEnum):
    OPEN = "open"
    SHUT = "shut"


@dataclass
class Door(Thing):
    status: Any = State.SHUT
    jammed: bool = False
    id: Any = field(default_factory=lambda: Thing().id)
    __tablename__ = "door"


PROCEDURE = Procedure[State, Act](
    "door",
    {
        Act.OPEN: Step(
            frozenset({State.SHUT}),
            State.OPEN,
            Permission.PUBLIC_READ,
            "Ouvrir",
            "a ouvert la porte",
            bar=lambda door: "La porte est coincée." if door.jammed else None,
        ),
        Act.SHUT: Step(
            frozenset({State.OPEN}), State.SHUT, Permission.OUTBOX_WATCH, "Fermer", "a fermé la porte", reason=True
        ),
    },
)


def test_buttons_ask_the_table() -> None:
    policy = Policy()
    policy.grant({Permission.PUBLIC_READ: Predicate("all", lambda _p, _s: True)})
    assert PROCEDURE.available(Door(), NOBODY, policy=policy) == [Act.OPEN]
    assert PROCEDURE.available(Door(jammed=True), NOBODY, policy=policy) == []
    assert PROCEDURE.barred(Door(jammed=True), NOBODY, policy=policy) == [(Act.OPEN, "La porte est coincée.")]
    assert PROCEDURE.available(Door(status=State.OPEN), NOBODY, policy=policy) == []


def test_an_act_writes_the_status_and_the_journal(session: scoped_session[Session]) -> None:
    door = Door()
    event = PROCEDURE.advance(door, Act.OPEN, by=NOBODY)
    assert door.status is State.OPEN
    assert event.kind == "door.open"
    assert event.codes == {"from": "shut", "to": "open"}
    assert journal.timeline(door, sentences=PROCEDURE.sentences)[0].sentence == "a ouvert la porte"


def test_an_act_from_another_state_answers_with_the_present_one(session: scoped_session[Session]) -> None:
    with pytest.raises(ActUnavailable, match="fermée"):
        PROCEDURE.advance(Door(), Act.SHUT, by=WORKER, reason="Courant d’air")


def test_an_act_without_the_permission_is_forbidden(session: scoped_session[Session]) -> None:
    with pytest.raises(Forbidden):
        PROCEDURE.advance(Door(status=State.OPEN), Act.SHUT, by=NOBODY, reason="Courant d’air")


def test_a_barred_act_says_why(session: scoped_session[Session]) -> None:
    with pytest.raises(Refused, match="coincée"):
        PROCEDURE.advance(Door(jammed=True), Act.OPEN, by=NOBODY)


@pytest.mark.parametrize("reason", [None, "", "   "])
def test_a_reason_is_required_where_the_table_says(session: scoped_session[Session], reason: str | None) -> None:
    door = Door(status=State.OPEN)
    with pytest.raises(ReasonRequired):
        PROCEDURE.advance(door, Act.SHUT, by=WORKER, reason=reason)
    assert door.status is State.OPEN


def test_a_step_knows_only_its_own_bar() -> None:
    assert PROCEDURE.steps[Act.SHUT].barred(SimpleNamespace(jammed=True)) is None
