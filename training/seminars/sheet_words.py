"""What a sheet says of someone, in words: on its page, in its history, on its paper (R40)."""

from datetime import datetime

from training.common import clock
from training.common.formatting import hours, long_date, short_moment, time_of_day
from training.seminars.enums import CREDITED, Presence
from training.seminars.models import AttendanceEntry
from training.seminars.queries.corrections import Corrected


def sheet_title(seminar: str, starts_at: datetime) -> str:
    """Return what a sheet is called among others: its seminar, and its day."""
    return f"«\u202f{seminar}\u202f», {long_date(starts_at)}"


def status_words(entry: AttendanceEntry) -> str:
    """Return the presence, with its hours when it is in part: never why someone was away (R43)."""
    label = entry.status.label
    return f"{label} ({hours(entry.hours)})" if entry.status is Presence.PARTIAL else label


def how(entry: AttendanceEntry) -> str:
    """Return how a presence came on the sheet, and when if not the very day; one taken over was not signed here (R114)."""
    if entry.sheet.taken_over and entry.reason_digest is None:
        return "d’après le registre tenu avant l’outil"
    at, day = clock.in_paris(entry.recorded_at), clock.in_paris(entry.sheet.half_day.starts_at)
    when = f"à {time_of_day(at)}" if at.date() == day.date() else f"le {short_moment(at)}"
    return f"{entry.method.label} {when}"


def signature_words(entry: AttendanceEntry) -> str:
    """Return what stands in the column of signatures."""
    words = status_words(entry)
    return f"{words}, {how(entry)}" if entry.status in CREDITED else words


def correction_words(found: Corrected) -> str:
    """Return a correction as a paper prints it: what it says, who wrote it, when, why.

    Why someone was away, or dispensed by the school, stays on the screen of those who run the sheet (R43).
    """
    entry = found.entry
    author = f" par {found.author}" if found.author else ""
    verb = "Corrigé" if found.before is not None else "Ajouté·e après le verrouillage"
    told = f"{verb} le {short_moment(entry.recorded_at)}{author}\u00a0: {status_words(entry)}."
    if not found.reason or entry.status in {Presence.DISPENSED, Presence.EXCUSED}:
        return told
    return f"{told} Motif\u00a0: {found.reason.rstrip('.')}."


def change_words(found: Corrected) -> str:
    """Return a correction as the history tells it, after the name of who made it."""
    if found.before is None:
        return f"a ajouté {found.name} à la feuille verrouillée\u00a0: {status_words(found.entry)}"
    return (
        f"a corrigé la feuille verrouillée pour {found.name}\u00a0: «\u202f{status_words(found.before)}\u202f» devient "
        f"«\u202f{status_words(found.entry)}\u202f»"
    )
