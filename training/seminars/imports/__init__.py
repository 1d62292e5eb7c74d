"""What is brought into a cohort's calendar from spreadsheets: its half-days, then who was there (R114)."""

from training.seminars.imports.half_days import HALF_DAYS
from training.seminars.imports.presences import GRID, LIST

IMPORTS = (HALF_DAYS, LIST, GRID)

__all__ = ["GRID", "HALF_DAYS", "IMPORTS", "LIST"]
