"""Addresses of the room."""

from training.diplomas.routes.blueprint import bp

blueprints = (bp,)

__all__ = ["blueprints"]
