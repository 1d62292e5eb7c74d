"""Addresses of the portfolio."""

from training.portfolio.routes import collecting, deposits, hours, learners, paths, platform, reviews, tracers
from training.portfolio.routes.blueprint import bp

blueprints = (bp,)

__all__ = ["blueprints", "collecting", "deposits", "hours", "learners", "paths", "platform", "reviews", "tracers"]
