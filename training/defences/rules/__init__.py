"""Rules of the room, by subject: who, mémoires. Pure."""

from training.defences.rules.people import PERMISSIONS

__all__ = ["PERMISSIONS"]
