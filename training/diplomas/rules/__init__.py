"""Rules of the diplomas: what a learner lacks, who can settle it, what the school may decide. Pure."""

from training.diplomas.rules.access import PERMISSIONS, settles_as
from training.diplomas.rules.facts import ChoiceFacts, LearnerFacts, label_of
from training.diplomas.rules.hours import HoursFacts
from training.diplomas.rules.missing import Missing, Reason, WaiverKey
from training.diplomas.rules.modules import DEFAULT_THRESHOLD, NO_HALF_DAY, ModuleProgress, TracerFacts, module_key
from training.diplomas.rules.names import proposed_name
from training.diplomas.rules.reasons import Eligibility, Waived, judge

__all__ = [
    "DEFAULT_THRESHOLD",
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
