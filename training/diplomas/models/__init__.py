"""Tables of the diplomas."""

from training.diplomas.models.batches import DiplomaArchive, DiplomaBatch
from training.diplomas.models.decisions import DiplomaBoard, DiplomaDecision, PrintedName, RegisterEntry
from training.diplomas.models.waivers import DiplomaWaiver

__all__ = [
    "DiplomaArchive",
    "DiplomaBatch",
    "DiplomaBoard",
    "DiplomaDecision",
    "DiplomaWaiver",
    "PrintedName",
    "RegisterEntry",
]
