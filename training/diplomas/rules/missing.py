"""What lacks: in words, who can settle it, where. Pure.

Learners of a region lack the same few things, so nothing here names one of them: an address has places (``{learner}``,
``{cohort}``, ``{memoire}``) that :meth:`LearnerFacts.address` fills for the one who is shown.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from training.common import formatting
from training.diplomas.enums import SETTLERS, ReasonKind, Settler, WaiverScope

plural: Final = functools.lru_cache(maxsize=1024)(formatting.plural)
hours_words: Final = functools.lru_cache(maxsize=1024)(formatting.hours)

ENROLMENT: Final = "/promotions/{cohort}/apprenants/{learner}"
PRESENCES: Final = "/promotions/{cohort}/apprenants/{learner}/presences"
PATH: Final = "/parcours/{learner}"
HOURS: Final = "/parcours/{learner}/heures"
TRACER: Final = "/parcours/{learner}/documents-traceurs/"
OWN_MEMOIRE: Final = "/parcours/{learner}/memoire"
MEMOIRE: Final = "/memoires/{memoire}"


@dataclass(frozen=True, slots=True)
class WaiverKey:
    """What a waiver dispenses from: a module, a document, a modality of hours… ``target`` is its uuid or its slug."""

    scope: WaiverScope
    target: str = ""


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that lacks: in plain words, who can settle it, and where. ``waiver``: what would dispense from it."""

    words: str
    settler: Settler
    act: str
    href: str
    waiver: WaiverKey | None = None


@dataclass(frozen=True)
class Reason:
    """A reason not to propose her, and what lacks; ``waiver``: what would dispense from the whole of it."""

    kind: ReasonKind
    sentence: str
    parts: Sequence[Missing]
    waiver: WaiverKey | None = None

    @functools.cached_property
    def concerned(self) -> frozenset[Settler]:
        """Who can settle it."""
        return frozenset(part.settler for part in self.parts)

    @property
    def settlers(self) -> list[Settler]:
        """Who can settle it, in the order one reads them."""
        return in_order(self.concerned)


@functools.cache
def in_words(settlers: frozenset[Settler]) -> str:
    """Return those who can settle something, as a sentence lists them."""
    return formatting.enumeration(settler.label for settler in in_order(settlers))


@functools.cache
def in_order(settlers: frozenset[Settler]) -> list[Settler]:
    """Return those who can settle something in the order one reads them."""
    return [settler for settler in SETTLERS if settler in settlers]
