"""What is known of one learner on the way to her diploma: plain facts, from which the reasons are drawn. Pure."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

from training.cohorts.enums import EnrolmentStatus
from training.diplomas.enums import WaiverScope
from training.diplomas.rules.hours import HoursFacts
from training.diplomas.rules.missing import Missing, WaiverKey
from training.diplomas.rules.modules import ModuleProgress, module_key


@dataclass(frozen=True, slots=True)
class ChoiceFacts:
    """Modules to choose among: how many at least, how many she chose, until when (R104)."""

    id: uuid.UUID
    label: str
    at_least: int
    chosen: int
    until: date | None = None
    is_asked: bool = True


@dataclass(frozen=True, slots=True)
class LearnerFacts:
    """One learner. ``forum`` is null where the edition does not ask for it, ``memoire`` its step (null: not begun).

    ``asks_memoire`` is null while the edition says nothing of a mémoire: shown to be confirmed, blocking nobody.
    """

    enrolment_id: uuid.UUID
    cohort_code: str
    status: EnrolmentStatus = EnrolmentStatus.ACTIVE
    held_from: date | None = None
    modules: Sequence[ModuleProgress] = ()
    choices: Sequence[ChoiceFacts] = ()
    hours: Sequence[HoursFacts] = ()
    forum: bool | None = None
    asks_memoire: bool | None = True
    memoire: str | None = None
    memoire_id: uuid.UUID | None = None
    waived: Collection[WaiverKey] = field(default_factory=frozenset)

    def address(self, part: Missing) -> str:
        """Return where what she lacks is settled."""
        return part.href.format(learner=self.enrolment_id, cohort=self.cohort_code, memoire=self.memoire_id)


def label_of(facts: LearnerFacts, key: WaiverKey) -> str | None:
    """Return what a waiver would dispense from, in words; null for something her course does not hold."""
    named: dict[WaiverKey, str] = {module_key(each): f"Module «\u202f{each.name}\u202f»" for each in facts.modules}
    for module in facts.modules:
        for tracer in module.tracers:
            named[tracer.key] = f"Document «\u202f{tracer.label}\u202f»"
    for group in facts.choices:
        named[WaiverKey(WaiverScope.CHOICE, str(group.id))] = f"Choix «\u202f{group.label}\u202f»"
    for count in facts.hours:
        named[count.key] = f"Heures\u00a0: {count.modality.label.lower()}"
    named[WaiverKey(WaiverScope.FORUM)] = "Participation au forum"
    return named.get(key)
