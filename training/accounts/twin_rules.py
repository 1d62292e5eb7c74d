"""Which records of people and of structures are probably the same one, and why (R101). Pure."""

import itertools
import re
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from training.accounts.models import Structure
from training.accounts.rules import is_generic_address, sort_key
from training.common.twins import TwinFact

KIND_WORDS: Final = frozenset(
    {
        "association", "au", "aux", "cds", "centre", "centres", "communaute", "coordination", "cpts", "d", "dac", "de", "des", "du",
        "en", "et", "l", "la", "le", "les", "maison", "msp", "pluridisciplinaire", "pluriprofessionnelle", "pole", "professionnelle",
        "sante", "sisa", "territoriale", "universitaire",
    }
)  # fmt: skip
"""Words that say what a structure is, and so do not tell one from another."""

NEAR: Final = "noms proches, même commune"
MOST_ALIKE: Final = 60
"""How many records may share one trait for it to mean anything: beyond, it is a switchboard, or a town."""


@dataclass(frozen=True, slots=True)
class Known:
    """What is compared of a record. ``group`` is what twins must share: the kind and the département of a structure."""

    id: uuid.UUID
    name: str
    group: str = ""
    email: str | None = None
    phone: str | None = None
    place: str = ""
    street: str = ""
    facts: Sequence[TwinFact] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records that are probably one, and in French why."""

    first: uuid.UUID
    second: uuid.UUID
    reasons: Sequence[str]


def known_structure(structure: Structure) -> Known:
    """Return what is compared of a structure."""
    return Known(
        structure.id,
        structure.name,
        group=f"{structure.kind.value} {structure.departement_code}",
        email=structure.email,
        phone=structure.phone,
        place=structure.city,
        street=structure.address,
    )


def words_of(name: str) -> frozenset[str]:
    """Return the words of a name that tell it from another: no case, no accent, no order, no word of kind."""
    words = frozenset(re.findall(r"[a-z0-9]+", sort_key(name)))
    return words - KIND_WORDS or words


def digits_of(phone: str | None) -> str:
    """Return the nine digits that a French telephone number keeps, however it is written."""
    return "".join(filter(str.isdigit, phone or ""))[-9:]


def of_structures(records: Sequence[Known]) -> list[Pair]:
    """Return the probable twins among structures: same kind and département, and a trait of one place only."""
    traits: dict[str, defaultdict[object, list[Known]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        words = words_of(record.name)
        traits["même nom"][record.group, words].append(record)
        if record.email:
            traits["même courriel"][record.group, record.email.casefold()].append(record)
        if len(digits_of(record.phone)) == 9:  # noqa: PLR2004 - a French number without its prefix
            traits["même téléphone"][record.group, digits_of(record.phone)].append(record)
        if record.street:
            traits["même adresse"][record.group, sort_key(record.place), words_of(record.street)].append(record)
        for word in words if record.place else ():
            traits[NEAR][record.group, sort_key(record.place), word].append(record)
    found, by_id = _pairs(traits), {record.id: record for record in records}
    for (first, second), reasons in found.items():
        one, other = words_of(by_id[first].name), words_of(by_id[second].name)
        if one == other or not (one < other or other < one):
            reasons.pop(NEAR, None)
    return _listed(found, by_id)


def of_people(records: Sequence[Known]) -> list[Pair]:
    """Return the probable twins among people.

    The same name is one; so are names that share a word beside a trait that is one person's: a telephone, a personal
    mailbox under two hosts, a structure. Two birth dates tell two people apart, whatever the rest.
    """
    traits: dict[str, defaultdict[object, list[Known]]] = defaultdict(lambda: defaultdict(list))
    for record in records:
        words = frozenset(re.findall(r"[a-z0-9]+", sort_key(record.name)))
        traits["même nom"][words].append(record)
        if len(digits_of(record.phone)) == 9:  # noqa: PLR2004 - a French number without its prefix
            traits["même téléphone"][digits_of(record.phone)].append(record)
        if record.email and not is_generic_address(record.email):
            traits["adresses semblables"][record.email.casefold().partition("@")[0]].append(record)
        for fact in record.facts:
            if fact.mark:
                traits[f"même {fact.label.lower()}"][fact.label, fact.mark].append(record)
    found, by_id = _pairs(traits), {record.id: record for record in records}
    one = {two: why for two, why in found.items() if _one_person(by_id[two[0]], by_id[two[1]], why)}
    return _listed(one, by_id)


def _one_person(one: Known, other: Known, reasons: Mapping[str, None]) -> bool:
    apart = {fact.label: fact.mark for fact in one.facts if fact.tells_apart and fact.mark}
    if any(apart.get(fact.label, fact.mark) != fact.mark for fact in other.facts if fact.tells_apart and fact.mark):
        return False
    shared = words_of(one.name) & words_of(other.name)
    return "même nom" in reasons or (bool(shared) and bool(reasons))


Two = tuple[uuid.UUID, uuid.UUID]


def _pairs(traits: Mapping[str, Mapping[object, list[Known]]]) -> dict[Two, dict[str, None]]:
    """Return the pairs that share a trait, each with its reasons in order; the lower id first."""
    found: defaultdict[Two, dict[str, None]] = defaultdict(dict)
    for reason, groups in traits.items():
        for alike in groups.values():
            ids = sorted({record.id for record in alike})
            for first, second in itertools.combinations(ids, 2) if len(ids) <= MOST_ALIKE else ():
                found[first, second][reason] = None
    return found


def _listed(found: Mapping[Two, Mapping[str, None]], by_id: Mapping[uuid.UUID, Known]) -> list[Pair]:
    """Return the pairs that have a reason, those with most first, then by name."""
    kept = [(two, tuple(reasons)) for two, reasons in found.items() if reasons]
    kept.sort(key=lambda item: (-len(item[1]), sort_key(by_id[item[0][0]].name), item[0]))
    return [Pair(*two, reasons) for two, reasons in kept]


def likest(name: str, group: str, place: str, records: Iterable[Known]) -> Known | None:
    """Return a record that a new one of this name would probably be the twin of, or null."""
    words = words_of(name)
    for record in records:
        if record.group != group:
            continue
        other = words_of(record.name)
        near = bool(place) and sort_key(record.place) == sort_key(place) and (words <= other or other <= words)
        if words == other or near:
            return record
    return None
