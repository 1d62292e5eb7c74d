"""Rows of the evidence."""

from training.quality.models.handbook import Handbook, ReadReceipt
from training.quality.models.positioning import Positioning, Rating
from training.quality.models.registers import Complaint, Improvement
from training.quality.models.teaching import TeachingTie

__all__ = ["Complaint", "Handbook", "Improvement", "Positioning", "Rating", "ReadReceipt", "TeachingTie"]
