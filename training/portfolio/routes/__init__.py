"""Addresses of the portfolio."""

from training.portfolio.routes import deposits, hours, paths, reviews, tracers
from training.portfolio.routes.blueprint import bp

blueprints = (bp,)

__all__ = ["blueprints", "deposits", "hours", "paths", "reviews", "tracers"]
