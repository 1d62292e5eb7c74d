"""What whoever represents a structure reads of its people in training: hours and steps, nothing they wrote (R122)."""

from collections.abc import Sequence
from dataclasses import dataclass

from training.accounts.enums import Function
from training.catalogue.enums import MODALITIES
from training.cohorts.enums import LIVE
from training.cohorts.models import Enrolment
from training.common.errors import NotFound
from training.common.policy import Principal
from training.defences.enums import MemoireStatus
from training.diplomas.queries import progress_of
from training.diplomas.queries.progress import Progress
from training.quality.rules.dashboard import Hours


@dataclass(frozen=True, slots=True)
class OfStructure:
    """Someone of the structure in training."""

    progress: Progress
    hours: Sequence[Hours]

    @property
    def is_live(self) -> bool:
        """Whether her course goes on."""
        return self.progress.status in LIVE

    @property
    def memoire(self) -> str | None:
        """Where her mémoire stands; null before its subject."""
        step = self.progress.facts.memoire
        return MemoireStatus(step).label if step else None


def people_of_structures(principal: Principal) -> list[OfStructure]:
    """Return those of the structures this person represents, whose course goes on first. Ten SELECTs at most.

    Raises ``NotFound`` for whoever represents none.
    """
    structures = {c.structure_id for c in principal.capacities if c.function == Function.REPRESENTATIVE} - {None}
    if not structures:
        raise NotFound
    found = []
    for each in progress_of(Enrolment.structure_id.in_(structures)):
        counted = {line.modality: Hours(line.required, line.shown, line.possible) for line in each.facts.hours}
        found.append(OfStructure(each, [counted[modality] for modality in MODALITIES if modality in counted]))
    return sorted(found, key=lambda each: not each.is_live)
