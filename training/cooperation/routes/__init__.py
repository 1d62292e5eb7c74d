"""Addresses of cooperation."""

from training.cooperation.routes import bodies, partnerships, people, reference
from training.cooperation.routes.blueprint import bp

blueprints = (bp,)

__all__ = ["blueprints", "bodies", "partnerships", "people", "reference"]
