"""What is brought into the learners' work from spreadsheets kept before the tool: hours, tracer documents (R114)."""

from training.portfolio.moving_in.hours import HOURS
from training.portfolio.moving_in.tracers import TRACERS

TAKEN_OVER = (HOURS, TRACERS)

__all__ = ["HOURS", "TAKEN_OVER", "TRACERS"]
