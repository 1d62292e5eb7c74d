"""How registers kept by hand say who was there, and name their half-days. Pure."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final

from training.common import clock
from training.common.formatting import long_date, plain_date, time_of_day, time_range
from training.common.import_cells import plain, words_of
from training.seminars.commands import Marking
from training.seminars.enums import AbsenceKind, Presence, SigningMethod
from training.seminars.models import HalfDay

WORDS: Final = {
    Presence.PRESENT: ("p", "x", "1", "oui", "o", "ok", "present", "presente", "present e", "vrai", "true", "signe", "v"),
    Presence.ABSENT: ("a", "0", "non", "n", "abs", "absent", "absente", "absent e", "faux", "false", "ani", "absent non justifie",
                      "absence non justifiee", "abs nj", "anj"),
    Presence.EXCUSED: ("aj", "e", "exc", "excuse", "excusee", "excuse e", "absent justifie", "absente justifiee", "absence justifiee",
                       "absent e justifie e", "absent excuse", "absente excusee", "abs j", "justifie", "justifiee"),
    Presence.PARTIAL: ("pp", "partiel", "partielle", "present en partie", "presente en partie", "presence partielle", "present partiel",
                       "present e en partie"),
    Presence.DISPENSED: ("d", "dispense", "dispensee", "dispense e", "dispense par l ecole", "dispense e par l ecole"),
}  # fmt: skip
"""The words, as ``plain`` makes them."""

REASONS: Final = {
    AbsenceKind.HEALTH: ("sante", "maladie", "malade", "arret", "raison de sante", "m", "am"),
    AbsenceKind.FAMILY: ("famille", "familiale", "enfant", "raison familiale"),
    AbsenceKind.PROFESSIONAL: (
        "travail",
        "pro",
        "professionnelle",
        "professionnel",
        "service",
        "raison professionnelle",
    ),
    AbsenceKind.TRANSPORT: ("transport", "train", "meteo", "greve", "transport ou meteo"),
    AbsenceKind.OTHER: ("autre", "autre raison"),
}
_BY_WORD: Final = {word: presence for presence, words in WORDS.items() for word in words}
_BY_REASON: Final = {word: kind for kind, words in REASONS.items() for word in words}
HOURS: Final = re.compile(r"(\d{1,2})(?:[.,](\d{1,2})|\s*(?:h|:)\s*(\d{2})?)?(?:\s*(?:h|heures?))?")
MOMENTS: Final = {
    "matin": ("matin", "am", "m", "matinee"),
    "après-midi": ("apres midi", "pm", "apm", "am2", "aprem", "ap m"),
}


def presence(cell: Any) -> Marking | None:
    """Read a presence as people write it; « - » is nothing said. Raises ``ValueError`` for any other word."""
    if isinstance(cell, bool):
        return Marking(Presence.PRESENT if cell else Presence.ABSENT, method=SigningMethod.PAPER)
    written = words_of(str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell))
    if not plain(written):
        return None
    found = _read(written)
    if found is None:
        raise ValueError(f"« {written[:40]} » ne dit ni présent, ni absent : écrivez P, A, AJ, ou PP et les heures.")
    return found


def _read(written: str) -> Marking | None:
    words = plain(written)
    known = _BY_WORD.get(words)
    if known is not None:
        return _said(known)
    if words in _BY_REASON:
        return _said(Presence.EXCUSED, kind=_BY_REASON[words])
    head, _, rest = words.partition(" ")
    if _BY_WORD.get(head) is Presence.EXCUSED and rest in _BY_REASON:
        return _said(Presence.EXCUSED, kind=_BY_REASON[rest])
    for word, kind in _BY_REASON.items():
        for opening in WORDS[Presence.EXCUSED]:
            if words == f"{opening} {word}":
                return _said(Presence.EXCUSED, kind=kind)
    return _partial(written)


def _partial(written: str) -> Marking | None:
    """Read « PP 2 h », « partiel 1h30 », « 2 h »."""
    match = re.search(r"\d", written)
    if match is None:
        return None
    head, tail = plain(written[: match.start()]), written[match.start() :].strip(" ()").casefold()
    hours = HOURS.fullmatch(tail)
    if hours is None or (head and _BY_WORD.get(head) is not Presence.PARTIAL) or (not head and "h" not in tail):
        return None
    part = Decimal(f"0.{hours[2]}") if hours[2] else Decimal(int(hours[3] or 0)) / 60
    return Marking(
        Presence.PARTIAL, hours=(Decimal(hours[1]) + part).quantize(Decimal("0.01")), method=SigningMethod.PAPER
    )


def _said(presence: Presence, *, kind: AbsenceKind | None = None) -> Marking:
    there = presence in {Presence.PRESENT, Presence.PARTIAL}
    return Marking(
        presence,
        absence_kind=(kind or AbsenceKind.OTHER) if presence is Presence.EXCUSED else None,
        method=SigningMethod.PAPER if there else SigningMethod.RECORDED,
    )


def moment_of(cell: Any) -> str:
    """Read whether it is the morning or the afternoon."""
    words = plain(str(cell))
    for moment, known in MOMENTS.items():
        if words in known:
            return moment
    raise ValueError(f"« {words_of(str(cell))[:20]} » n’est ni le matin, ni l’après-midi.")


def told_half_day(half_day: HalfDay) -> str:
    """Return how a half-day is named in a sentence."""
    return f"{long_date(half_day.starts_at)}, {time_range(half_day.starts_at, half_day.ends_at)}"


def headers_of(half_days: Sequence[HalfDay]) -> Iterator[tuple[HalfDay, str, tuple[str, ...]]]:
    """Yield each half-day with the header of its column, and the others it goes by."""
    same_day = Counter(each.starts_on for each in half_days)
    same_moment = Counter((each.starts_on, moment_in(each)) for each in half_days)
    for each in half_days:
        start, moment = clock.in_paris(each.starts_at), moment_in(each)
        days = (f"{start:%d/%m/%Y}", f"{start:%d/%m/%y}", f"{start:%Y-%m-%d}", f"{start:%d/%m}", plain_date(start))
        ends = [f" {start:%H:%M}", f" {start:%Hh%M}", f" {time_of_day(start)}"]
        if same_moment[each.starts_on, moment] == 1:
            ends = [f" {word}" for word in MOMENTS[moment]] + ends
        if same_day[each.starts_on] == 1:
            ends.append("")
        label = f"{days[0]} {moment}" if same_moment[each.starts_on, moment] == 1 else f"{days[0]} {start:%H:%M}"
        yield each, label, tuple(f"{day}{end}" for day in days for end in ends)


def moment_in(half_day: HalfDay) -> str:
    """Return whether a half-day is of the morning or of the afternoon."""
    return "matin" if clock.in_paris(half_day.starts_at).hour < 12 else "après-midi"  # noqa: PLR2004 - noon
