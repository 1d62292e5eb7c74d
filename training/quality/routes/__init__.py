"""Addresses of the room."""

from training.quality.routes import dashboards, handbooks, positioning, registers, reports, teaching
from training.quality.routes.blueprint import bp

blueprints = (bp,)

__all__ = ["blueprints", "dashboards", "handbooks", "positioning", "registers", "reports", "teaching"]
