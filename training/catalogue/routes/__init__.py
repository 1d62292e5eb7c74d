"""Addresses of the catalogue."""

from training.catalogue.routes import acts, modules, public, sections
from training.catalogue.routes.blueprint import bp

blueprints = (bp,)

__all__ = ["acts", "blueprints", "modules", "public", "sections"]
