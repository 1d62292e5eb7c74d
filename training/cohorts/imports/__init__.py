"""What is brought into a cohort from spreadsheets by this room: its learners and its trainers (R114)."""

from training.cohorts.imports.learners import LEARNERS
from training.cohorts.imports.trainers import TRAINERS

IMPORTS = (LEARNERS, TRAINERS)

__all__ = ["IMPORTS", "LEARNERS", "TRAINERS"]
