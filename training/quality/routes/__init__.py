"""Addresses of the room."""

from training.quality.routes import reports
from training.quality.routes.blueprint import bp

blueprints = (bp,)

__all__ = ["blueprints", "reports"]
