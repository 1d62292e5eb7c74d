"""Addresses of the seminars."""

from training.seminars.routes import calendar, feeds, planning, seminars
from training.seminars.routes.blueprint import bp

blueprints = (bp,)

__all__ = ["blueprints", "calendar", "feeds", "planning", "seminars"]
