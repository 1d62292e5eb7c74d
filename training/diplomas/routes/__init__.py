"""Addresses of the room."""

from training.diplomas.routes import boards, deciding, learners, lists, names, papers, waivers
from training.diplomas.routes.blueprint import bp

blueprints = (bp,)

__all__ = ["blueprints", "boards", "deciding", "learners", "lists", "names", "papers", "waivers"]
