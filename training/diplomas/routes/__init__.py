"""Addresses of the room."""

from training.diplomas.routes import boards, correcting, deciding, learners, lists, names, papers, waivers
from training.diplomas.routes.blueprint import bp

blueprints = (bp,)

__all__ = ["blueprints", "boards", "correcting", "deciding", "learners", "lists", "names", "papers", "waivers"]
