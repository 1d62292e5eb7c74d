"""The rows of the room: mémoires, their versions, what is said of them."""

from training.defences.models.memoires import Memoire, MemoireComment, MemoireVersion, Milestone

__all__ = ["Memoire", "MemoireComment", "MemoireVersion", "Milestone"]
