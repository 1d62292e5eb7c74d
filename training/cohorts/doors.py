"""The doors on a cohort’s page: what one goes and does elsewhere, each declared by the room that owns the address."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from training.cohorts.models import Cohort
from training.common.policy import Permission, Principal, policy


class DoorGroup(StrEnum):
    """Under which heading a door stands, in the order of a course."""

    PREPARE = "prepare"
    FOLLOW = "follow"
    CONCLUDE = "conclude"
    REPORT = "report"

    @property
    def label(self) -> str:
        """The heading."""
        return {
            DoorGroup.PREPARE: "Organiser",
            DoorGroup.FOLLOW: "Suivre",
            DoorGroup.CONCLUDE: "Soutenances et diplôme",
            DoorGroup.REPORT: "Rendre compte",
        }[self]


@dataclass(frozen=True, slots=True)
class Door:
    """A link of a cohort’s page: ``endpoint`` takes the cohort’s ``code``; it shows to whoever holds ``permission`` on it."""

    group: DoorGroup
    position: int
    label: str
    endpoint: str
    permission: Permission


_doors: Final[dict[str, Door]] = {}


def add(*doors: Door) -> None:
    """Hang doors on the page of every cohort; hanging one again changes nothing."""
    _doors.update({door.endpoint: door for door in doors})


def open_doors(cohort: Cohort, principal: Principal) -> list[tuple[str, Sequence[Door]]]:
    """Return the doors this person may open, by heading; a heading without any is left out. No SELECT of its own."""
    seen = [door for door in _doors.values() if policy.allows(principal, door.permission, cohort)]
    seen.sort(key=lambda door: (door.position, door.endpoint))
    groups = [(group.label, [door for door in seen if door.group is group]) for group in DoorGroup]
    return [(label, doors) for label, doors in groups if doors]
