"""Addresses of the cohorts."""

from training.cohorts.routes import cohorts, learners, opening, registration, trainers
from training.cohorts.routes.blueprint import bp

blueprints = (bp,)

__all__ = ["blueprints", "cohorts", "learners", "opening", "registration", "trainers"]
