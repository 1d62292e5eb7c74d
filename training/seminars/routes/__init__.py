"""Addresses of the seminars and of attendance."""

from training.seminars.routes import (
    calendar,
    closing,
    convocations,
    feeds,
    marking,
    papers,
    pattern,
    planning,
    practical,
    presence,
    seminars,
    sheets,
    shifting,
    signing,
    speakers,
    venues,
    year,
)
from training.seminars.routes.blueprint import bp

blueprints = (bp,)

__all__ = [
    "blueprints",
    "calendar",
    "closing",
    "convocations",
    "feeds",
    "marking",
    "papers",
    "pattern",
    "planning",
    "practical",
    "presence",
    "seminars",
    "sheets",
    "shifting",
    "signing",
    "speakers",
    "venues",
    "year",
]
