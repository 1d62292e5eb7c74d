"""Addresses of cooperation."""

from training.cooperation.routes import (
    actions,
    assessments,
    bodies,
    evolution,
    feeds,
    library,
    partnerships,
    people,
    proposals,
    reference,
    room,
    seats,
    sharing,
    tools,
)
from training.cooperation.routes.blueprint import bp

blueprints = (bp,)

__all__ = [
    "actions",
    "assessments",
    "blueprints",
    "bodies",
    "evolution",
    "feeds",
    "library",
    "partnerships",
    "people",
    "proposals",
    "reference",
    "room",
    "seats",
    "sharing",
    "tools",
]
