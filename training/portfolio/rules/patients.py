"""What looks like a patient’s data inside a text (R54). It warns; it never blocks, and it never says there is none."""

import re
from collections.abc import Iterator
from typing import Final

from training.portfolio.enums import Concern

_SPACE: Final = r"[ \u00a0\u202f.\-]?"
_NIR: Final = re.compile(
    rf"(?<!\d)(?P<body>[12378]{_SPACE}\d{{2}}{_SPACE}(?:0[1-9]|1[0-2]|[2-9]\d){_SPACE}(?:\d{{2}}|2[AB]){_SPACE}\d{{3}}{_SPACE}\d{{3}})"
    rf"{_SPACE}(?P<key>\d{{2}})?(?!\d)",
    re.IGNORECASE,
)
_DATE: Final = r"(?:[0-3]?\d[/.\-][01]?\d[/.\-](?:19|20)?\d{2}|[0-3]?\d(?:er)?\s+(?:janv|févr|fevr|mars|avr|mai|juin|juil|août|aout|sept|oct|nov|déc|dec)\w*\.?\s+(?:19|20)\d{2})"
_BIRTH: Final = re.compile(
    rf"(?:né|née|nee|ne|naissance|ddn|d\.d\.n\.?)(?:\(e\)|·e)?\b[^\n]{{0,25}}?{_DATE}", re.IGNORECASE
)
_NOT_AN_ACRONYM: Final = (
    r"(?!(?:ARS|CDS|CLS|CLSM|CPAM|CPTS|DAC|EHESP|EHPAD|FACS|HAS|MSP|PACTE|PTSM|SISA|SSIAD|URML|URPS)\b)"
)
_NAME: Final = re.compile(
    r"\b(?:M\.|Mr|Mme|Mlle|Monsieur|Madame|Mademoiselle|patiente?|résidente?)\s+[A-ZÀ-Þ][\w’'\-]+"
    rf"|\b[A-ZÀ-Þ][a-zà-ÿ’'\-]+\s+{_NOT_AN_ACRONYM}[A-ZÀ-Þ]{{2,}}\b"
    rf"|\b{_NOT_AN_ACRONYM}[A-ZÀ-Þ]{{2,}}\s+[A-ZÀ-Þ][a-zà-ÿ’'\-]+"
)
_NEAR: Final = 120
"""Characters around a birth date among which a name makes it someone’s."""
_STAY: Final = re.compile(
    r"\b(?:IPP|NDA|IEP|NIP|n°\s*(?:de\s+)?(?:séjour|sejour|venue|dossier\s+patient|passage)"
    r"|num[ée]ro\s+(?:de\s+)?(?:séjour|sejour|venue|dossier\s+patient|passage))\b\s*[:=]?\s*(?:n°\s*)?[A-Z]{0,2}\d{6,12}\b",
    re.IGNORECASE,
)


def concerns_in(text: str) -> tuple[Concern, ...]:
    """Return what in a text looks like a patient’s data, each kind once, in a fixed order."""
    return tuple(dict.fromkeys(_found(text)))


def _found(text: str) -> Iterator[Concern]:
    if any(_is_nir(match) for match in _NIR.finditer(text)):
        yield Concern.NIR
    if any(_NAME.search(text[max(0, m.start() - _NEAR) : m.end() + _NEAR]) for m in _BIRTH.finditer(text)):
        yield Concern.BIRTH_DATE
    if _STAY.search(text):
        yield Concern.STAY_NUMBER


def _is_nir(match: "re.Match[str]") -> bool:
    """Whether thirteen figures are a number of the social security: by their key when it is there."""
    body = re.sub(r"[^0-9AB]", "", match["body"].upper())
    if match["key"] is None:
        return True
    figures = int(body.replace("2A", "19").replace("2B", "18"))
    return int(match["key"]) == 97 - figures % 97
