"""Addresses of the room."""

from training.defences.routes import days, defences, jurors, memoires, placing, sharing, signing, versions
from training.defences.routes.blueprint import bp

blueprints = (bp,)

__all__ = ["blueprints", "days", "defences", "jurors", "memoires", "placing", "sharing", "signing", "versions"]
