"""The engine of procedures: a table of steps, and the only writer of a status.

A room writes its procedure as a table: for each act, the states it leaves from, the
state it reaches, the permission it asks, whether it needs a reason and what may bar it. Screens ask the
table which acts to show; :meth:`Procedure.advance` checks again, writes and journals.
"""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar, cast

from training.common import journal
from training.common.errors import ActUnavailable, Forbidden, ReasonRequired, Refused, label_of
from training.common.journal import Event
from training.common.policy import Permission, Policy, Principal
from training.common.policy import policy as house_policy
from training.database import db

S = TypeVar("S", bound=StrEnum)
A = TypeVar("A", bound=StrEnum)


class HasStatus(journal.Subject, Protocol):
    """A row with a status."""

    status: Any


@dataclass(frozen=True)
class Step(Generic[S]):
    """One act of a procedure: ``label`` is the verb on its button, ``sentence`` follows the actor's name in timelines."""

    from_: frozenset[S]
    to: S
    permission: Permission
    label: str
    sentence: str
    reason: bool = False
    bar: Callable[[Any], str | None] | None = None

    def barred(self, subject: object) -> str | None:
        """Return why the act is closed on this subject although its state allows it, in French, or null."""
        return self.bar(subject) if self.bar else None


def _told(subject: Any, _by: Principal) -> str:
    return label_of(subject.status)


@dataclass(frozen=True)
class Procedure(Generic[S, A]):
    """A complete table of steps over states ``S`` and acts ``A``; ``name`` prefixes the events' kinds.

    ``told`` is how a state is named to a person whose act came too late: some are not to know it yet.
    """

    name: str
    steps: Mapping[A, Step[S]]
    told: Callable[[Any, Principal], str] = _told

    def kind(self, act: A) -> str:
        """Return the kind of event an act writes."""
        return f"{self.name}.{act.value}"

    @property
    def sentences(self) -> dict[str, str]:
        """The timeline's sentence for each kind of event."""
        return {self.kind(act): step.sentence for act, step in self.steps.items()}

    def leads_from(self, state: S) -> list[A]:
        """Return the acts that leave from ``state``, in the table's order."""
        return [act for act, step in self.steps.items() if state in step.from_]

    def available(self, subject: HasStatus, principal: Principal, *, policy: Policy = house_policy) -> list[A]:
        """Return the acts open to this principal on this subject now, in the table's order."""
        return [
            act
            for act in self.leads_from(subject.status)
            if policy.allows(principal, self.steps[act].permission, subject) and self.steps[act].barred(subject) is None
        ]

    def barred(self, subject: HasStatus, principal: Principal, *, policy: Policy = house_policy) -> list[tuple[A, str]]:
        """Return the acts this principal could take from this state but for a reason, with that reason."""
        return [
            (act, why)
            for act in self.leads_from(subject.status)
            if policy.allows(principal, self.steps[act].permission, subject)
            and (why := self.steps[act].barred(subject))
        ]

    def check(self, subject: HasStatus, act: A, *, by: Principal, reason: str | None = None) -> Step[S]:
        """Return the step if ``by`` may take it now.

        Raises ``ActUnavailable`` (409, with the present state), ``Forbidden``, ``Refused`` with the
        reason that bars it, or ``ReasonRequired``.
        """
        step = self.steps[act]
        if subject.status not in step.from_:
            raise ActUnavailable(step.label, self.told(subject, by))
        if not house_policy.allows(by, step.permission, subject) and not by.is_worker:
            raise Forbidden
        why = step.barred(subject)
        if why:
            raise Refused(why)
        if step.reason and not (reason or "").strip():
            raise ReasonRequired
        return step

    def advance(
        self,
        subject: HasStatus,
        act: A,
        *,
        by: Principal,
        reason: str | None = None,
        codes: Mapping[str, Any] | None = None,
        on_behalf_of: uuid.UUID | None = None,
    ) -> Event:
        """Take the step: check, write the status, journal it. The only writer of a status."""
        step = self.check(subject, act, by=by, reason=reason)
        before = cast("S", subject.status)
        subject.status = step.to
        db.session.flush()
        return journal.record(
            subject,
            self.kind(act),
            by=by,
            codes={"from": before.value, "to": step.to.value, **(codes or {})},
            text={"reason": reason},
            on_behalf_of=on_behalf_of,
        )
