"""Addresses of the room."""

from training.quality.routes import (
    audit,
    bpf,
    dashboards,
    handbooks,
    positioning,
    questionnaires,
    registers,
    reports,
    structures,
    surveys,
    teaching,
)
from training.quality.routes.blueprint import bp

blueprints = (bp,)

__all__ = [
    "audit",
    "blueprints",
    "bpf",
    "dashboards",
    "handbooks",
    "positioning",
    "questionnaires",
    "registers",
    "reports",
    "structures",
    "surveys",
    "teaching",
]
