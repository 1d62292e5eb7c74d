"""The words of attendance: sheets, presences, how one signs, why one is away (R39, R40, R43)."""

from enum import StrEnum
from typing import Final


class SheetStatus(StrEnum):
    """Where the attendance sheet of a half-day stands (R40)."""

    LOCKED = "locked"
    OPEN = "open"
    TO_OPEN = "to_open"

    @property
    def label(self) -> str:
        """French name."""
        return {
            SheetStatus.LOCKED: "verrouillée",
            SheetStatus.OPEN: "ouverte",
            SheetStatus.TO_OPEN: "à ouvrir",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            SheetStatus.LOCKED: "done",
            SheetStatus.OPEN: "progress",
            SheetStatus.TO_OPEN: "waiting",
        }[self]


class SheetAct(StrEnum):
    """What moves a sheet from one state to the next."""

    LOCK = "lock"
    OPEN = "open"

    @property
    def label(self) -> str:
        """What the button says."""
        return {SheetAct.LOCK: "Contresigner et verrouiller", SheetAct.OPEN: "Ouvrir l’émargement"}[self]


class TakingOver(StrEnum):
    """How a sheet kept before the tool comes in: locked at once, from a spreadsheet (R114)."""

    TAKE_OVER = "take_over"

    @property
    def label(self) -> str:
        """What the act is called."""
        return {TakingOver.TAKE_OVER: "Reprendre la feuille"}[self]


class Presence(StrEnum):
    """What a sheet says of someone at a half-day (R39, R115)."""

    ABSENT = "absent"
    DISPENSED = "dispensed"
    EXCUSED = "excused"
    PARTIAL = "partial"
    PRESENT = "present"

    @property
    def label(self) -> str:
        """French name."""
        return {
            Presence.ABSENT: "absent·e",
            Presence.DISPENSED: "dispensé·e par l’école",
            Presence.EXCUSED: "absence justifiée",
            Presence.PARTIAL: "présent·e en partie",
            Presence.PRESENT: "présent·e",
        }[self]

    @property
    def tone(self) -> str:
        """Tint of the tag."""
        return {
            Presence.ABSENT: "refused",
            Presence.DISPENSED: "neutral",
            Presence.EXCUSED: "waiting",
            Presence.PARTIAL: "progress",
            Presence.PRESENT: "done",
        }[self]

    @property
    def mark(self) -> str:
        """One or two letters, for a dense table and its key."""
        return {
            Presence.ABSENT: "A",
            Presence.DISPENSED: "D",
            Presence.EXCUSED: "AJ",
            Presence.PARTIAL: "PP",
            Presence.PRESENT: "P",
        }[self]


CREDITED: Final = (Presence.PRESENT, Presence.PARTIAL)
"""She was there, for the whole of it or for some of it."""

SEEN_BY_OTHERS: Final = {
    Presence.ABSENT: "absent·e",
    Presence.DISPENSED: "dispensé·e",
    Presence.EXCUSED: "absent·e",
    Presence.PARTIAL: "présent·e",
    Presence.PRESENT: "présent·e",
}
"""What her structure reads: present or absent, without a reason (R122)."""


class SigningMethod(StrEnum):
    """How an entry came on the sheet."""

    LINK = "link"
    OWN_PHONE = "own_phone"
    PAPER = "paper"
    RECORDED = "recorded"
    TABLET = "tablet"

    @property
    def label(self) -> str:
        """French name."""
        return {
            SigningMethod.LINK: "signé par le lien personnel",
            SigningMethod.OWN_PHONE: "signé sur son appareil",
            SigningMethod.PAPER: "signé sur papier",
            SigningMethod.RECORDED: "noté par l’équipe",
            SigningMethod.TABLET: "signé sur l’appareil de la salle",
        }[self]

    @property
    def is_signature(self) -> bool:
        """Whether the person herself signed."""
        return self is not SigningMethod.RECORDED


class AbsenceKind(StrEnum):
    """Why someone is away: a category, never a certificate (R43)."""

    FAMILY = "family"
    HEALTH = "health"
    OTHER = "other"
    PROFESSIONAL = "professional"
    TRANSPORT = "transport"

    @property
    def label(self) -> str:
        """French name."""
        return {
            AbsenceKind.FAMILY: "raison familiale",
            AbsenceKind.HEALTH: "raison de santé",
            AbsenceKind.OTHER: "autre raison",
            AbsenceKind.PROFESSIONAL: "raison professionnelle",
            AbsenceKind.TRANSPORT: "transport ou météo",
        }[self]


class DocumentKind(StrEnum):
    """A paper prepared for many at once: drawn from the sheets (R42), or convening to seminars (R118)."""

    ATTENDANCE = "attendance"
    BOOK = "book"
    COMPLETION = "completion"
    CONVOCATIONS = "convocations"
    SHEETS = "sheets"

    @property
    def label(self) -> str:
        """French name."""
        return {
            DocumentKind.ATTENDANCE: "attestations d’assiduité",
            DocumentKind.BOOK: "registre des présences",
            DocumentKind.COMPLETION: "certificats de réalisation",
            DocumentKind.CONVOCATIONS: "convocations à venir",
            DocumentKind.SHEETS: "feuilles d’émargement",
        }[self]
