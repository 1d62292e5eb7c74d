"""Addresses of the room."""

from training.defences.routes import memoires, sharing, versions
from training.defences.routes.blueprint import bp

blueprints = (bp,)

__all__ = ["blueprints", "memoires", "sharing", "versions"]
