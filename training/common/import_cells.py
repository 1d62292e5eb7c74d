"""Cells of the spreadsheets people bring: text, addresses, days, hours, lists, words chosen among others. Pure.

Each reader turns a cell into a value, and raises ``ValueError`` with a French sentence for what it does not understand.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from training.common import emails

LONGEST_TEXT: Final = 2_000
LONGEST_ADDRESS: Final = 254
FORMATS: Final = ("%d/%m/%Y", "%d/%m/%y", "%Y-%m-%d", "%d-%m-%Y", "%d.%m.%Y")
TIME: Final = re.compile(r"[ T]\d{1,2}[:h]\d{2}(?::\d{2}(?:\.\d+)?)?Z?$")
"""What forms of the web add to a day."""
HOUR: Final = re.compile(r"(\d{1,2})\s*(?:h|:|heures?)?\s*(\d{2})?(?::\d{2})?\s*(?:min)?")
LENGTH: Final = re.compile(
    r"(?P<whole>\d{1,4})\s*(?:min|mn|minutes?)"
    r"|(?P<hours>\d{1,3})\s*(?:h|:|heures?)\s*(?P<rest>\d{2})?\s*(?:min|mn)?"
    r"|(?P<decimal>\d{1,3}(?:[.,]\d{1,2})?)(?:\s*h)?"
)
SEVERAL: Final = re.compile(r"[,;/\n+]|\bet\b|&")

Reader = Callable[[Any], Any]
"""Turns a cell into a value, null for an empty one; raises ``ValueError`` with a French sentence."""


UNSEEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that no cell shows: line ends, controls, direction marks; a name goes into headers of mails."""


def words_of(value: str) -> str:
    """Return words with one space between them, without what cannot be seen."""
    if not value.isprintable():
        value = "".join(" " if unicodedata.category(c) in UNSEEN else c for c in value)
    return " ".join(value.split())


def plain(words: str) -> str:
    """Return words without case, accents nor signs: what two headers are compared by."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", words.casefold()) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[a-z0-9]+", bare))


def text(longest: int = LONGEST_TEXT) -> Reader:
    """Return the reader of a text of at most so many characters; a whole number loses its decimals."""

    def read(cell: Any) -> str | None:
        if isinstance(cell, float) and cell.is_integer():
            cell = int(cell)
        words = words_of(str(cell))
        if len(words) > longest:
            raise ValueError(f"Ce texte compte {len(words)} caractères : {longest} au plus.")
        return words or None

    return read


def email(cell: Any) -> str | None:
    """Read an e-mail address."""
    words = words_of(str(cell)).removeprefix("mailto:")
    if len(words) > LONGEST_ADDRESS or not emails.is_address(words):
        raise ValueError(f"« {words[:60]} » n’est pas une adresse de courriel.")
    return words


def day(cell: Any) -> date | None:
    """Read a date, as Excel holds it or as people type it."""
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    words = TIME.sub("", words_of(str(cell)))
    for form in FORMATS:
        try:
            return datetime.strptime(words, form).date()  # noqa: DTZ007 - a date, not an instant
        except ValueError:
            continue
    raise ValueError(f"« {words[:40]} » n’est pas une date : écrivez-la comme 29/01/2026.")


def whole(least: int, most: int) -> Reader:
    """Return the reader of a whole number between two bounds."""

    def read(cell: Any) -> int:
        words = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else words_of(str(cell))
        if not re.fullmatch(r"\d{1,9}", words) or not least <= int(words) <= most:
            raise ValueError(f"« {words[:40]} » n’est pas un nombre entre {least} et {most}.")
        return int(words)

    return read


def hour(cell: Any) -> time | None:
    """Read a time of day, as Excel holds it or as people type it: 9h30, 9:30, 14 h, 14."""
    if isinstance(cell, datetime):
        return cell.time().replace(second=0, microsecond=0)
    if isinstance(cell, time):
        return cell.replace(second=0, microsecond=0)
    words = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else words_of(str(cell))
    found = HOUR.fullmatch(words.casefold())
    if found and int(found[1]) < 24 and int(found[2] or 0) < 60:  # noqa: PLR2004 - the hours of a day
        return time(int(found[1]), int(found[2] or 0))
    raise ValueError(f"« {words[:20]} » n’est pas une heure : écrivez-la comme 9 h 30.")


def several(longest: int = LONGEST_TEXT) -> Reader:
    """Return the reader of a list in one cell: its items between commas, semicolons, slashes, « et » or new lines."""

    def read(cell: Any) -> tuple[str, ...]:
        words = str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)
        if len(words) > longest:
            raise ValueError(f"Ce texte compte {len(words)} caractères : {longest} au plus.")
        return tuple(item for item in (words_of(part) for part in SEVERAL.split(words)) if item)

    return read


def choice(options: Mapping[str, Any], *, what: str) -> Reader:
    """Return the reader of one of ``options``, by any of the words that name it."""
    known = {plain(words): value for words, value in options.items()}

    def read(cell: Any) -> Any:
        words = plain(str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell))
        if words not in known:
            raise ValueError(f"« {words_of(str(cell))[:60]} » n’est pas {what}.")
        return known[words]

    return read


def minutes(most: int) -> Reader:
    """Return the reader of a length, in minutes: 1 h 30, 1:30, 1,5 (hours), 90 min, or a time as Excel holds it."""

    def read(cell: Any) -> int:
        found = _minutes(cell)
        if found is None or not 0 < found <= most:
            raise ValueError(f"« {words_of(str(cell))[:20]} » n’est pas une durée : écrivez-la comme 1 h 30 ou 1,5.")
        return found

    return read


def _minutes(cell: Any) -> int | None:
    if isinstance(cell, timedelta | time):
        held = cell if isinstance(cell, timedelta) else timedelta(hours=cell.hour, minutes=cell.minute)
        return round(held.total_seconds() / 60)
    if isinstance(cell, int | float):
        return round(cell * 60)
    found = LENGTH.fullmatch(words_of(str(cell)).casefold())
    if found is None:
        return None
    if found["whole"]:
        return int(found["whole"])
    if found["decimal"]:
        return round(float(found["decimal"].replace(",", ".")) * 60)
    return int(found["hours"]) * 60 + int(found["rest"] or 0)
