"""How this house writes dates, times, numbers and sizes in French.

Pure functions, also given to templates as filters (:data:`FILTERS`). Instants are
aware and shown on a Paris clock. A space that must not break is U+00A0 (before a
unit, inside a time), U+202F between thousands. None reads « à confirmer ».
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any, Final

from training.common import clock
from training.common.articles import at_start, of, of_the, that, the, to_the

if TYPE_CHECKING:
    from flask import Flask

NBSP: Final = "\u00a0"
NARROW: Final = "\u202f"
UNKNOWN: Final = "à confirmer"

DAYS: Final = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS: Final = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)

Day = date | datetime
Quantity = int | float | Decimal


def _day(value: Day) -> date:
    return clock.in_paris(value).date() if isinstance(value, datetime) else value


def _number_of_day(day: date) -> str:
    return "1er" if day.day == 1 else str(day.day)


def unknown(value: object) -> object:
    """Return the value, or « à confirmer » when nothing is known."""
    return UNKNOWN if value is None or value == "" else value


def plain_date(value: Day | None) -> str:
    """Write ``29 janvier 2026``; the first of a month is ``1er``."""
    if value is None:
        return UNKNOWN
    day = _day(value)
    return f"{_number_of_day(day)} {MONTHS[day.month - 1]} {day.year}"


def long_date(value: Day | None) -> str:
    """Write ``jeudi 29 janvier 2026``."""
    return UNKNOWN if value is None else f"{DAYS[_day(value).weekday()]} {plain_date(value)}"


def short_date(value: Day | None) -> str:
    """Write ``29/01/2026``."""
    return UNKNOWN if value is None else _day(value).strftime("%d/%m/%Y")


def month(value: Day | None) -> str:
    """Write ``janvier 2026``."""
    return UNKNOWN if value is None else f"{MONTHS[_day(value).month - 1]} {_day(value).year}"


def time_of_day(value: datetime | time | None) -> str:
    """Write ``9 h 30``, ``14 h`` for a whole hour; its spaces do not break."""
    if value is None:
        return UNKNOWN
    wall = clock.in_paris(value).time() if isinstance(value, datetime) else value
    minutes = f"{NBSP}{wall.minute:02d}" if wall.minute else ""
    return f"{wall.hour}{NBSP}h{minutes}"


def moment(value: datetime | None) -> str:
    """Write ``jeudi 29 janvier 2026 à 9 h 30``."""
    return UNKNOWN if value is None else f"{long_date(value)} à {time_of_day(value)}"


def short_moment(value: datetime | None) -> str:
    """Write ``29/01/2026 à 9 h 30``, for dense tables."""
    return UNKNOWN if value is None else f"{short_date(value)} à {time_of_day(value)}"


def machine(value: Day | None) -> str:
    """Write the value of a ``datetime`` attribute: an ISO date, or an instant with its offset."""
    if value is None:
        return ""
    return clock.in_paris(value).isoformat(timespec="minutes") if isinstance(value, datetime) else value.isoformat()


def date_range(start: Day | None, end: Day | None) -> str:
    """Write ``du 29 au 30 janvier 2026``, ``le 29 janvier 2026`` when both are one day."""
    if start is None or end is None:
        known = start or end
        return UNKNOWN if known is None else f"le {plain_date(known)}"
    first, last = _day(start), _day(end)
    if first == last:
        return f"le {plain_date(first)}"
    beginning = _number_of_day(first)
    if (first.year, first.month) != (last.year, last.month):
        beginning += f" {MONTHS[first.month - 1]}"
    if first.year != last.year:
        beginning += f" {first.year}"
    return f"du {beginning} au {plain_date(last)}"


def time_range(start: datetime | time | None, end: datetime | time | None) -> str:
    """Write ``de 9 h 30 à 12 h 30``."""
    return UNKNOWN if start is None or end is None else f"de {time_of_day(start)} à {time_of_day(end)}"


_NEAR: Final = {-2: "avant-hier", -1: "hier", 0: "aujourd’hui", 1: "demain", 2: "après-demain"}
_DAYS_IN_WORDS: Final = 60  # beyond, months say more than days


def relative_day(value: Day | None) -> str:
    """Write ``dans 3 jours``, ``hier``, ``il y a 4 mois``, counted from today in Paris."""
    if value is None:
        return UNKNOWN
    days = (_day(value) - clock.today()).days
    if days in _NEAR:
        return _NEAR[days]
    return f"{'dans' if days > 0 else 'il y a'} {_span(abs(days))}"


def since(value: Day | None) -> str:
    """Write ``depuis 3 jours``, ``depuis hier``, counted from today in Paris."""
    if value is None:
        return UNKNOWN
    days = (clock.today() - _day(value)).days
    return f"depuis {_NEAR[-days] if -days in _NEAR else _span(abs(days))}"


def _span(days: int) -> str:
    if days <= _DAYS_IN_WORDS:
        return f"{days}{NBSP}jours"
    months = round(days / 30.44)
    return f"{months}{NBSP}mois" if months < 24 else f"{round(days / 365.25)}{NBSP}ans"  # noqa: PLR2004 - two years


def number(value: Quantity | None, digits: int | None = None) -> str:
    """Write ``1 234,5``: as many decimals as the value has, or exactly ``digits`` (rounded half up)."""
    if value is None:
        return UNKNOWN
    exact = Decimal(str(value))
    if digits is not None:
        exact = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    whole, _, decimals = f"{abs(exact):,f}".partition(".")
    decimals = decimals if digits is not None else decimals.rstrip("0")
    sign = "−" if exact < 0 else ""
    return sign + whole.replace(",", NARROW) + (f",{decimals}" if decimals else "")


def percent(value: Quantity | None, digits: int = 0) -> str:
    """Write a ratio (0.5) as ``50 %``."""
    return UNKNOWN if value is None else f"{number(Decimal(str(value)) * 100, digits)}{NBSP}%"


def money(value: Quantity | None) -> str:
    """Write an amount in euros: ``1 250 €``, ``12,50 €``."""
    if value is None:
        return UNKNOWN
    exact = Decimal(str(value))
    return f"{number(exact, 0 if exact == exact.to_integral_value() else 2)}{NBSP}€"


def hours(value: Quantity | None) -> str:
    """Write a length in hours: ``96 h``, ``3 h 30`` for 3.5, ``30 min`` for less than an hour."""
    if value is None:
        return UNKNOWN
    whole, minutes = divmod(int((Decimal(str(value)) * 60).to_integral_value(ROUND_HALF_UP)), 60)
    if minutes and not whole:
        return f"{minutes}{NBSP}min"
    return f"{number(whole)}{NBSP}h" + (f"{NBSP}{minutes:02d}" if minutes else "")


_KILO: Final = 1000


def file_size(value: int | None) -> str:
    """Write a number of bytes as ``840 octets``, ``12 ko``, ``1,2 Mo``."""
    if value is None:
        return UNKNOWN
    if value < _KILO:
        return f"{value}{NBSP}{'octets' if value > 1 else 'octet'}"
    size, unit = Decimal(value) / _KILO, "ko"
    for larger in ("Mo", "Go"):
        if size < _KILO:
            break
        size, unit = size / _KILO, larger
    return f"{number(size.quantize(Decimal('0.1') if unit != 'ko' else Decimal(1), ROUND_HALF_UP))}{NBSP}{unit}"


def plural(count: int, singular: str, many: str | None = None) -> str:
    """Write ``1 dossier``, ``0 dossier``, ``3 dossiers``; ``many`` when the plural is not an s."""
    return f"{number(count)}{NBSP}{singular if abs(count) < 2 else many or singular + 's'}"  # noqa: PLR2004 - French plural begins at two


def enumeration(values: Iterable[object], word: str = "et") -> str:
    """Write ``a, b et c``."""
    texts = [str(value) for value in values]
    return " ".join([", ".join(texts[:-1]), word, texts[-1]]) if len(texts) > 1 else "".join(texts)


def titles(values: Iterable[object]) -> str:
    """Write ``« Fiche de poste, rédigée » et « Feuille de route »``: titles may hold commas of their own."""
    return enumeration(f"«{NARROW}{value}{NARROW}»" for value in values)


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    function.__name__: function
    for function in (
        at_start,
        date_range,
        enumeration,
        file_size,
        hours,
        long_date,
        machine,
        moment,
        money,
        month,
        number,
        of,
        of_the,
        percent,
        plain_date,
        plural,
        relative_day,
        short_date,
        short_moment,
        since,
        that,
        the,
        time_of_day,
        time_range,
        titles,
        to_the,
        unknown,
    )
}
"""The filters of templates, by name."""


def install(app: "Flask") -> None:
    """Give the filters to the application's templates."""
    app.jinja_env.filters.update(FILTERS)
