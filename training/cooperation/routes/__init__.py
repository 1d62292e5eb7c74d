"""Addresses of cooperation."""

from training.cooperation.routes import assessments, bodies, partnerships, people, reference, room, seats
from training.cooperation.routes.blueprint import bp

blueprints = (bp,)

__all__ = ["assessments", "blueprints", "bodies", "partnerships", "people", "reference", "room", "seats"]
