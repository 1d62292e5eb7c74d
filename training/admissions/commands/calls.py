"""What the forms of a call ask of its services."""

import uuid
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class NewCall:
    """A call to prepare for a cohort that has none."""

    cohort_id: uuid.UUID
    code: str
    title: str
