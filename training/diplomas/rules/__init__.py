"""Rules of the diplomas: what a learner lacks, who can settle it, what the school may decide. Pure."""

from training.diplomas.rules.access import PERMISSIONS, settles_as
from training.diplomas.rules.facts import (
    NO_HALF_DAY,
    ChoiceFacts,
    HoursFacts,
    LearnerFacts,
    ModuleProgress,
    TracerFacts,
    WaiverKey,
    label_of,
    module_key,
)
from training.diplomas.rules.names import proposed_name
from training.diplomas.rules.reasons import Eligibility, Missing, Reason, Waived, judge

__all__ = [
    "NO_HALF_DAY",
    "PERMISSIONS",
    "ChoiceFacts",
    "Eligibility",
    "HoursFacts",
    "LearnerFacts",
    "Missing",
    "ModuleProgress",
    "Reason",
    "TracerFacts",
    "Waived",
    "WaiverKey",
    "judge",
    "label_of",
    "module_key",
    "proposed_name",
    "settles_as",
]
