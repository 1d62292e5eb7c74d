"""A module of a learner’s course: how it stands, and what it lacks to be validated (R44, R55). Pure."""

import functools
import uuid
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from training.catalogue.enums import ModuleType
from training.diplomas.enums import ReasonKind, Settler, WaiverScope
from training.diplomas.rules.missing import HOURS, PRESENCES, TRACER, Missing, Reason, WaiverKey, hours_words, plural
from training.portfolio.enums import AWAITING_REVIEW, TracerStatus
from training.seminars.rules.tally import ModuleTally

DEFAULT_THRESHOLD: Final = 100
NO_HALF_DAY: Final = ModuleTally()


@dataclass(frozen=True, slots=True)
class TracerFacts:
    """A mandatory tracer document and where it stands."""

    type_id: uuid.UUID
    label: str
    status: TracerStatus = TracerStatus.EXPECTED

    @property
    def key(self) -> WaiverKey:
        """What dispenses from it."""
        return WaiverKey(WaiverScope.TRACER, str(self.type_id))


@dataclass(frozen=True)
class ModuleProgress:
    """A module as it stands; learners for whom it stands alike share it, and what it lacks is then said once.

    ``is_asked``: the diploma asks for it (R2, R68). ``asked_rate``: per cent of its half-days that must be satisfied
    (R44). ``minutes_asked`` is null while nobody says how long its e-learning lasts: it is then not tracked (R55).
    """

    id: uuid.UUID
    name: str
    type: ModuleType
    is_asked: bool
    group_id: uuid.UUID | None = None
    half_days: ModuleTally = NO_HALF_DAY
    tracers: Sequence[TracerFacts] = ()
    minutes_asked: int | None = None
    minutes_confirmed: int = 0
    minutes_waiting: int = 0
    asked_rate: int = DEFAULT_THRESHOLD

    @property
    def is_begun(self) -> bool:
        """Whether anything at all can say that it is validated: half-days planned, documents, e-learning."""
        return bool(self.half_days.total or self.tracers or self.minutes_asked)

    @functools.cached_property
    def lacks(self) -> Sequence[Missing]:
        """What it lacks: half-days, documents, e-learning."""
        return [*_half_days(self), *_tracers(self), *_e_learning(self)]

    @functools.cached_property
    def reason(self) -> Reason | None:
        """Why it bars the diploma; null when nothing lacks."""
        return self.reason_of(self.lacks)

    def reason_of(self, parts: Sequence[Missing]) -> Reason | None:
        """Return why it bars the diploma, of what lacks only ``parts`` being asked."""
        sentence = f"Le module «\u202f{self.name}\u202f» n’est pas validé"
        return Reason(ReasonKind.MODULE, sentence, parts, module_key(self)) if parts else None

    def unwaived(self, waived: Collection[WaiverKey]) -> Sequence[Missing]:
        """Return what it lacks once the school has dispensed from ``waived``."""
        if module_key(self) in waived:
            return ()
        return [part for part in self.lacks if part.waiver is None or part.waiver not in waived]


def module_key(module: Any) -> WaiverKey:
    """Return what dispenses from a module."""
    return WaiverKey(WaiverScope.MODULE, str(module.id))


def _half_days(module: ModuleProgress) -> Iterator[Missing]:
    count, rate = module.half_days, module.asked_rate
    if count.satisfied * 100 >= rate * count.total:
        return
    if count.missed and (count.total - count.missed) * 100 < rate * count.total:
        words = plural(count.missed, "demi-journée manquée", "demi-journées manquées")
        yield Missing(
            f"{words}, à rattraper ailleurs ou à faire dispenser par l’école.",
            Settler.CARRIER,
            "Prévoir un rattrapage",
            PRESENCES,
        )
    if count.unlocked:
        words = plural(count.unlocked, "feuille d’émargement", "feuilles d’émargement")
        yield Missing(f"{words} à contresigner.", Settler.TRAINER, "Voir les présences", PRESENCES)
    if count.ahead:
        words = plural(count.ahead, "demi-journée à venir", "demi-journées à venir")
        yield Missing(f"{words}.", Settler.LEARNER, "Voir les présences", PRESENCES)


_AWAITED: Final = {
    TracerStatus.EXPECTED: "à déposer",
    TracerStatus.QUARANTINED: "mis à l’écart, à remplacer",
    TracerStatus.TO_REVISE: "à reprendre",
}


def _tracers(module: ModuleProgress) -> Iterator[Missing]:
    for tracer in module.tracers:
        href = f"{TRACER}{tracer.type_id}"
        if tracer.status in AWAITING_REVIEW:
            words = f"«\u202f{tracer.label}\u202f» à relire."
            yield Missing(words, Settler.TRAINER, "Relire le document", href, tracer.key)
        elif tracer.status is not TracerStatus.ACCEPTED:
            words = f"«\u202f{tracer.label}\u202f» {_AWAITED[tracer.status]}."
            yield Missing(words, Settler.LEARNER, "Ouvrir le document", href, tracer.key)


def _e_learning(module: ModuleProgress) -> Iterator[Missing]:
    asked = module.minutes_asked
    if asked is None or module.minutes_confirmed >= asked:
        return
    lacking = hours_words((asked - module.minutes_confirmed) / 60)
    if module.minutes_confirmed + module.minutes_waiting >= asked:
        yield Missing(f"E-learning\u00a0: {lacking} à valider.", Settler.TRAINER, "Valider des heures", HOURS)
    else:
        yield Missing(f"E-learning\u00a0: il manque {lacking}.", Settler.LEARNER, "Noter des heures", HOURS)
