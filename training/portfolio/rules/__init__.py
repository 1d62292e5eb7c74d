"""Rules of the portfolio, by subject: who, tracer documents, hours, what looks like a patient’s data. Pure."""

from training.portfolio.rules.hours import (
    FULL,
    ModalityCount,
    count_modality,
    counted_minutes,
    hours_of_minutes,
    minutes_typed,
)
from training.portfolio.rules.patients import concerns_in
from training.portfolio.rules.people import (
    PERMISSIONS,
    audience_of,
    employer,
    reviewer,
    the_learner,
)
from training.portfolio.rules.tracers import (
    Expected,
    ExpectedTracer,
    ModuleFacts,
    TracerFacts,
    differences,
    digest_of,
    due_on,
    expected_modules,
    expected_tracers,
    is_late,
    undecided_groups,
)

__all__ = [
    "FULL",
    "PERMISSIONS",
    "Expected",
    "ExpectedTracer",
    "ModalityCount",
    "ModuleFacts",
    "TracerFacts",
    "audience_of",
    "concerns_in",
    "count_modality",
    "counted_minutes",
    "differences",
    "digest_of",
    "due_on",
    "employer",
    "expected_modules",
    "expected_tracers",
    "hours_of_minutes",
    "is_late",
    "minutes_typed",
    "reviewer",
    "the_learner",
    "undecided_groups",
]
