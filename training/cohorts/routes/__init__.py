"""Addresses of the cohorts."""

from training.cohorts.routes import (
    choosing,
    cohorts,
    following,
    launch,
    learners,
    moving,
    opening,
    registration,
    trainers,
)
from training.cohorts.routes.blueprint import bp

blueprints = (bp, launch.guests)

__all__ = [
    "blueprints",
    "choosing",
    "cohorts",
    "following",
    "launch",
    "learners",
    "moving",
    "opening",
    "registration",
    "trainers",
]
