"""The words of what is handed around a seminar (R118)."""

from enum import StrEnum


class MaterialKind(StrEnum):
    """What a document of a seminar is."""

    AGENDA = "agenda"
    OTHER = "other"
    PREPARATION = "preparation"
    SLIDES = "slides"

    @property
    def label(self) -> str:
        """French name."""
        return {
            MaterialKind.AGENDA: "ordre du jour",
            MaterialKind.OTHER: "autre document",
            MaterialKind.PREPARATION: "travail à préparer",
            MaterialKind.SLIDES: "diaporama",
        }[self]
