"""The rows of the room: mémoires with their versions; days, juries and minutes."""

from training.defences.models.days import DefenceDay, DefenceRoom, DefenceSlot
from training.defences.models.juries import Juror, JurorAnswer, JurorConflict, JuryEvaluation, JurySeat
from training.defences.models.memoires import Memoire, MemoireComment, MemoireVersion, Milestone
from training.defences.models.minutes import Minutes, MinutesMark, MinutesSignature

__all__ = [
    "DefenceDay",
    "DefenceRoom",
    "DefenceSlot",
    "Juror",
    "JurorAnswer",
    "JurorConflict",
    "JuryEvaluation",
    "JurySeat",
    "Memoire",
    "MemoireComment",
    "MemoireVersion",
    "Milestone",
    "Minutes",
    "MinutesMark",
    "MinutesSignature",
]
