"""What a mémoire must be, when it is due, what stands before its defence (R56–R60). Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from training.catalogue.enums import ModuleType
from training.common.formatting import enumeration, long_date, plural
from training.defences.enums import WITH_SUBJECT, MemoireStatus
from training.portfolio.enums import TracerStatus

CORE: Final = frozenset({ModuleType.COMMON_CORE, ModuleType.CORE})
"""Modules whose tracer documents come before the defence (R60)."""


@dataclass(frozen=True, slots=True)
class Length:
    """How many pages the edition asks, null when unknown; ``blocking`` when a mémoire outside is refused (R58)."""

    least: int | None = None
    most: int | None = None
    blocking: bool = False

    def fault(self, body_pages: int | None) -> str | None:
        """Return what is wrong with a number of pages, annexes apart, in French; null when nothing is."""
        if body_pages is None:
            return None
        told = plural(body_pages, "page")
        if self.least is not None and body_pages < self.least:
            return f"Ce mémoire compte {told} sans ses annexes ; l’édition en attend au moins {self.least}."
        if self.most is not None and body_pages > self.most:
            return f"Ce mémoire compte {told} sans ses annexes ; l’édition en attend {self.most} au plus."
        return None


def final_due_on(defence_on: date | None, days: int | None) -> date | None:
    """Return the last day of the final version, so many days before the defence; null while either is unknown (R59)."""
    return None if defence_on is None or days is None else defence_on - timedelta(days=days)


def is_closed(due_on: date | None, today: date) -> bool:
    """Whether the final version can no longer be replaced."""
    return due_on is not None and today > due_on


@dataclass(frozen=True, slots=True)
class Precondition:
    """Something asked before the defence: what it says, whether it is there, where it is settled."""

    label: str
    is_met: bool
    detail: str = ""
    href: str | None = None


@dataclass(frozen=True, slots=True)
class OwedTracer:
    """A mandatory tracer document of a core module."""

    label: str
    status: TracerStatus
    waived: bool = False

    @property
    def is_settled(self) -> bool:
        """Whether it is accepted, or the school waived it."""
        return self.waived or self.status is TracerStatus.ACCEPTED


def preconditions(
    status: MemoireStatus, *, has_final: bool, length_fault: str | None, tracers: Iterable[OwedTracer], path: str
) -> Sequence[Precondition]:
    """Return what “bon à soutenir” rests on: the subject, the final version, the core tracer documents (R60)."""
    lacking = [tracer.label for tracer in tracers if not tracer.is_settled]
    return (
        Precondition("Le sujet est approuvé", status in WITH_SUBJECT),
        Precondition("La version finale est déposée", has_final, length_fault or ""),
        Precondition(
            "Les documents traceurs du socle sont validés, ou l’école en a dispensé",
            not lacking,
            f"Il manque {enumeration(lacking)}." if lacking else "",
            path,
        ),
    )


def refusal(found: Iterable[Precondition]) -> str | None:
    """Return the sentence that keeps from clearing, or null when nothing does."""
    lacking = [each for each in found if not each.is_met]
    if not lacking:
        return None
    told = " ".join(f"{each.label} : pas encore. {each.detail}".strip() for each in lacking)
    return f"Le bon à soutenir attend encore. {told}"


def locked_sentence(due_on: date) -> str:
    """Return why a final version no longer changes."""
    return f"La version finale était attendue avant le {long_date(due_on)} : elle ne peut plus être remplacée."
