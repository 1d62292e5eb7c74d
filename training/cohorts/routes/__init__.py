"""Addresses of the cohorts."""

from training.cohorts.routes import (
    choosing,
    cohorts,
    directory,
    following,
    launch,
    learners,
    meetings,
    messages,
    moving,
    opening,
    registration,
    trainers,
    transfers,
)
from training.cohorts.routes.blueprint import bp

blueprints = (bp, meetings.bp, launch.guests, transfers.bp)

__all__ = [
    "blueprints",
    "choosing",
    "cohorts",
    "directory",
    "following",
    "launch",
    "learners",
    "meetings",
    "messages",
    "moving",
    "opening",
    "registration",
    "trainers",
    "transfers",
]
