"""The small words French puts before a name: « de » or « d’ », « que » or « qu’ », « le », « la », « l’ », « les ».

A word is elided by the sound of the name, not by its letter: « d’Émilie », « d’Hélène », « d’Yves », but
« de Hakim », « de Yann ». The name of a body takes its article from its first word (« de la MSP des Sources »,
« du Centre de santé »); a first word nobody knows takes none (« d’AVECsanté »). Pure.
"""

import re
import unicodedata
from typing import Final

_FIRST_WORD: Final = re.compile(r"[^\W_]+")
_VOWELS: Final = frozenset("aeiouœæ")
_MUTE_H: Final = (
    "habit", "haiti", "harmoni", "heberg", "heleno", "helen", "heli", "helo", "henri", "herault", "hermi", "herv",
    "heur", "hilai", "hippo", "histo", "hom", "honn", "hono", "hopi", "horiz", "hort", "hospi", "hotel", "hub", "hug",
    "huma", "hya", "hyg",
)  # fmt: skip
"""How words and first names begin whose h is not heard; before any other, nothing is elided."""
_NOT_ELIDED: Final = frozenset({"onze", "onzième", "oui", "ouate"})
_FEMININE: Final = frozenset(
    [
        "agence",
        "antenne",
        "ars",
        "association",
        "caisse",
        "clinique",
        "collectivité",
        "commission",
        "commune",
        "communauté",
        "compagnie",
        "cpts",
        "direction",
        "ehesp",
        "équipe",
        "esp",
        "facs",
        "faculté",
        "fcpts",
        "fédération",
        "femas",
        "femasco",
        "femasif",
        "fncs",
        "fondation",
        "had",
        "has",
        "ligue",
        "maison",
        "mairie",
        "métropole",
        "mission",
        "msp",
        "mutualité",
        "mutuelle",
        "plateforme",
        "polyclinique",
        "promo",
        "promotion",
        "région",
        "société",
        "structure",
        "union",
        "université",
        "urps",
        "ville",
        "école",
    ]
)
_MASCULINE: Final = frozenset(
    [
        "cabinet",
        "cds",
        "centre",
        "ch",
        "chu",
        "collectif",
        "comité",
        "conseil",
        "cptsi",
        "dac",
        "département",
        "dispositif",
        "ehpad",
        "ght",
        "grcs",
        "groupe",
        "groupement",
        "guichet",
        "hôpital",
        "institut",
        "inu",
        "laboratoire",
        "observatoire",
        "oru",
        "partenariat",
        "pôle",
        "regroupement",
        "réseau",
        "service",
        "syndicat",
        "territoire",
    ]
)
_PLURAL: Final = frozenset({"hospices", "hôpitaux", "maisons", "centres", "structures"})
_ORDINAL: Final = re.compile(r"\d+\s?(?:re|ʳᵉ|e|ᵉ|ème)\s+(?=promo)", re.IGNORECASE)


def is_elided(name: str) -> bool:
    """Whether « de » loses its e before this name."""
    found = _FIRST_WORD.match(name)
    if found is None:
        return False
    word = found.group().lower()
    if word in _NOT_ELIDED:
        return False
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", word) if not unicodedata.combining(sign))
    if plain[0] == "y":
        return plain.startswith("yonne") or (len(plain) > 1 and plain[1] not in _VOWELS)
    return plain[0] in _VOWELS or plain.startswith(_MUTE_H)


def _elided(word: str, name: str) -> str:
    return (word[:-1] + "’" if is_elided(name) else word + " ") + name


def of(name: str) -> str:
    """Write « d’Émilie Courtois », « de Hakim Benali »."""
    return _elided("de", name)


def that(name: str) -> str:
    """Write « qu’Émilie Courtois », « que Hakim Benali »."""
    return _elided("que", name)


def _article(name: str) -> str:
    """Return the article its first word asks: la, le, les, or none for a name that takes none."""
    if _ORDINAL.match(name):
        return "la"
    found = _FIRST_WORD.match(name)
    word = found.group().lower() if found else ""
    return "la" if word in _FEMININE else "le" if word in _MASCULINE else "les" if word in _PLURAL else ""


def the(name: str) -> str:
    """Write « l’École des hautes études », « le Centre de santé », « la MSP du Canal », « AVECsanté »."""
    article = _article(name)
    if article in {"la", "le"}:
        return _elided(article, name)
    return f"{article} " + name if article else name


def of_the(name: str) -> str:
    """Write « de l’École », « du Centre de santé », « de la MSP du Canal », « d’AVECsanté »."""
    article = _article(name)
    if article == "les" or (article == "le" and not is_elided(name)):
        return ("des " if article == "les" else "du ") + name
    return "de " + the(name) if article else of(name)


def to_the(name: str) -> str:
    """Write « à l’École », « au Centre de santé », « à la MSP du Canal », « à AVECsanté »."""
    article = _article(name)
    if article == "les" or (article == "le" and not is_elided(name)):
        return ("aux " if article == "les" else "au ") + name
    return "à " + the(name)


def at_start(words: str) -> str:
    """Begin a sentence with these words: « La Fédération », « L’École »."""
    return words[:1].upper() + words[1:]
