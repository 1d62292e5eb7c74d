"""A cohort seen as a whole: where its learners stand, what needs someone, who left and why (R33, R44–R50, R122). Pure."""

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from training.catalogue.enums import MODALITIES, Modality
from training.cohorts.enums import GONE, EnrolmentStatus
from training.common.formatting import enumeration, hours, plain_date, plural
from training.portfolio.enums import AWAITING_REVIEW, TracerStatus

FLOOR: Final = 5
"""Learners below which an average is not told to whoever may not read names."""


class AlertKind(StrEnum):
    """What needs someone, the most urgent first."""

    HELD = "held"
    SUSPENDED = "suspended"
    RISK = "risk"
    OUT_OF_REACH = "out_of_reach"
    LATE = "late"
    TO_REVISE = "to_revise"

    @property
    def label(self) -> str:
        """What it says of a learner."""
        return {
            AlertKind.HELD: "admission sous condition, preuve attendue",
            AlertKind.SUSPENDED: "formation interrompue",
            AlertKind.RISK: "risque d’abandon signalé",
            AlertKind.OUT_OF_REACH: "heures de présentiel à rattraper",
            AlertKind.LATE: "documents en retard",
            AlertKind.TO_REVISE: "documents à reprendre",
        }[self]

    @property
    def rank(self) -> int:
        """How urgent it is, the smallest first."""
        return list(AlertKind).index(self)


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of one modality of one learner; ``required`` null = à confirmer."""

    required: int | None
    counted: Decimal
    possible: Decimal | None = None

    @property
    def out_of_reach(self) -> Decimal:
        """What coming to all that is planned would still leave, null counted as nothing."""
        if self.required is None or self.possible is None:
            return Decimal(0)
        return max(Decimal(0), Decimal(self.required) - self.possible)


@dataclass(frozen=True, slots=True)
class Learner:
    """A learner as the dashboard counts her; ``tracers`` are the states of what is asked, ``late`` the labels overdue."""

    enrolment_id: uuid.UUID
    name: str
    status: EnrolmentStatus
    hours: Mapping[Modality, Hours]
    tracers: Mapping[uuid.UUID, Sequence[TracerStatus]]
    late: Sequence[str] = ()
    to_revise: Sequence[str] = ()
    memoire: str | None = None
    held_from: date | None = None
    at_risk: bool = False
    reason: str | None = None
    left_on: date | None = None

    @property
    def is_gone(self) -> bool:
        """Whether she has left."""
        return self.status in GONE


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that needs someone, about one learner."""

    learner: Learner
    kind: AlertKind
    detail: str = ""

    @property
    def told(self) -> str:
        """What it says in a line: how many documents rather than which."""
        if self.kind is AlertKind.LATE:
            return plural(len(self.learner.late), "document en retard", "documents en retard")
        if self.kind is AlertKind.TO_REVISE:
            return plural(len(self.learner.to_revise), "document à reprendre", "documents à reprendre")
        return f"{self.kind.label} ({self.detail})" if self.detail else self.kind.label


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A cohort as a whole. ``modules`` are the names of what is taught, in order."""

    learners: Sequence[Learner]
    modules: Sequence[tuple[uuid.UUID, str]]
    alerts: Sequence[Alert] = field(default_factory=tuple)

    @property
    def present(self) -> list[Learner]:
        """Those who have not left."""
        return [learner for learner in self.learners if not learner.is_gone]

    @property
    def gone(self) -> list[Learner]:
        """Those who left."""
        return [learner for learner in self.learners if learner.is_gone]

    @property
    def states(self) -> list[tuple[EnrolmentStatus, int]]:
        """How many learners stand in each state, in the order of a course."""
        counts = Counter(learner.status for learner in self.learners)
        return [(status, counts[status]) for status in EnrolmentStatus if counts[status]]

    @property
    def memoires(self) -> list[tuple[str, int]]:
        """How many mémoires stand at each step, those not begun first."""
        counts = Counter(learner.memoire or "sujet à proposer" for learner in self.present)
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))

    def hours(self, learner: Learner) -> list[Decimal]:
        """Return the hours of a learner, by modality, in their order."""
        return [learner.hours[each].counted if each in learner.hours else Decimal(0) for each in MODALITIES]

    def average(self) -> list[Decimal | None]:
        """Return the average of the hours of those present, by modality; null below :data:`FLOOR` learners."""
        present = self.present
        if len(present) < FLOOR:
            return [None for _ in MODALITIES]
        sums = [sum((self.hours(learner)[rank] for learner in present), Decimal(0)) for rank in range(len(MODALITIES))]
        return [(total / len(present)).quantize(Decimal("0.1")) for total in sums]

    def required(self) -> list[str]:
        """Return what is asked in each modality: one number, or the least and the most when variants differ."""
        told = []
        for modality in MODALITIES:
            asked = {learner.hours[modality].required for learner in self.present if modality in learner.hours}
            known = sorted(value for value in asked if value is not None)
            told.append("à confirmer" if not known else " ou ".join(dict.fromkeys(str(value) for value in known)))
        return told

    def tracers(self) -> list[tuple[str, list[int]]]:
        """Return, for each module that asks for documents, how many are validated, wait to be read, come back, are owed."""
        rows = []
        for module_id, name in self.modules:
            counts = Counter(side(status) for learner in self.present for status in learner.tracers.get(module_id, ()))
            if counts:
                rows.append((name, [counts[each] for each in SIDES]))
        return rows

    def alert_counts(self) -> list[tuple[str, int]]:
        """Return how many learners each kind of alert is about, the most urgent first."""
        counts = Counter(alert.kind for alert in self.alerts)
        return [(kind.label, counts[kind]) for kind in AlertKind if counts[kind]]

    def by_learner(self) -> list[tuple[Learner, list[Alert]]]:
        """Return each learner something needs someone about, the most pressing first, with all that does."""
        found: dict[uuid.UUID, tuple[Learner, list[Alert]]] = {}
        for alert in self.alerts:
            found.setdefault(alert.learner.enrolment_id, (alert.learner, []))[1].append(alert)
        return list(found.values())

    def reasons(self) -> dict[str, int]:
        """Return how many departures each kind of reason explains."""
        return dict(Counter(learner.reason or "non précisée" for learner in self.gone))


SIDES: Final = ("validés", "à relire", "à reprendre", "à produire")


def side(status: TracerStatus) -> str:
    """Return under which heading a document’s state is counted."""
    if status is TracerStatus.ACCEPTED:
        return SIDES[0]
    if status in AWAITING_REVIEW:
        return SIDES[1]
    return SIDES[2] if status in {TracerStatus.TO_REVISE, TracerStatus.QUARANTINED} else SIDES[3]


def alerts_of(learners: Iterable[Learner]) -> list[Alert]:
    """Return what needs someone, the most urgent first, then by name."""
    found = [alert for learner in learners if not learner.is_gone for alert in _alerts(learner)]
    return sorted(found, key=lambda alert: (alert.kind.rank, alert.learner.name))


def _alerts(learner: Learner) -> Iterator[Alert]:
    if learner.held_from is not None:
        yield Alert(learner, AlertKind.HELD, f"depuis le {plain_date(learner.held_from)}")
    if learner.status is EnrolmentStatus.SUSPENDED:
        yield Alert(learner, AlertKind.SUSPENDED)
    if learner.at_risk:
        yield Alert(learner, AlertKind.RISK)
    in_person = learner.hours.get(Modality.IN_PERSON)
    if in_person is not None and in_person.out_of_reach > 0:
        yield Alert(learner, AlertKind.OUT_OF_REACH, hours(in_person.out_of_reach))
    if learner.late:
        yield Alert(learner, AlertKind.LATE, enumeration(learner.late))
    if learner.to_revise:
        yield Alert(learner, AlertKind.TO_REVISE, enumeration(learner.to_revise))
