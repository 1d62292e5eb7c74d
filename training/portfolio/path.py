"""What higher rooms add to the page of a learner’s path, which does not know them (présentiel, mémoire, diploma)."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from training.cohorts.models import Enrolment
from training.common.policy import Principal
from training.portfolio.enums import Audience, RequirementState


@dataclass(frozen=True, slots=True)
class Act:
    """The next act of a requirement: what its link says and where it leads."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """Something the course asks: where it stands, the rule in plain words, and the next act if it is this reader’s."""

    label: str
    state: RequirementState
    rule: str
    detail: str = ""
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class Presence:
    """Hours of présentiel: followed, and still possible by what is planned; null = not known yet."""

    done: Decimal | None
    possible: Decimal | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page: ``template`` prints ``content`` under the name ``section``; it bears its own heading.

    One that ``leads`` stands at the head of the page.
    """

    template: str
    content: object
    leads: bool = False


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one room knows of a learner’s path. ``modules`` are words to stand under a module
    (“2 demi-journées sur 4”), ``urgent`` a message to stand at the head of the page (R118).
    """

    requirements: Sequence[Requirement] = ()
    presence: Presence | None = None
    modules: Mapping[uuid.UUID, str] = field(default_factory=dict)
    sections: Sequence[Section] = ()
    urgent: str = ""


@dataclass(frozen=True, slots=True)
class Contributor:
    """A room’s share of the page; ``load`` takes a fixed number of SELECTs and returns null for nothing to say.

    It gives only what ``audience`` may read: her employer is shown no comment, no draft, no reason (R88, R122).
    """

    name: str
    position: int
    load: Callable[[Enrolment, Principal, Audience], Contribution | None]


_contributors: Final[dict[str, Contributor]] = {}


def add(contributor: Contributor) -> None:
    """Add a room’s share to every path; adding it again replaces it."""
    _contributors[contributor.name] = contributor


def contributions(enrolment: Enrolment, principal: Principal, audience: Audience) -> list[Contribution]:
    """Return what the rooms above say of this path, in their order."""
    ordered = sorted(_contributors.values(), key=lambda each: (each.position, each.name))
    told = (each.load(enrolment, principal, audience) for each in ordered)
    return [contribution for contribution in told if contribution is not None]
