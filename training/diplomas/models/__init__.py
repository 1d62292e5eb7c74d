"""Tables of the diplomas."""

from training.diplomas.models.decisions import DiplomaBoard, DiplomaDecision, PrintedName, RegisterEntry
from training.diplomas.models.waivers import DiplomaWaiver

__all__ = ["DiplomaBoard", "DiplomaDecision", "DiplomaWaiver", "PrintedName", "RegisterEntry"]
