"""Who is convened, what a convocation says, and what of it is worth sending again (R118). Pure."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

CONVOCATION: Final = "convocation"
"""The purpose of the link by which one answers a convocation without a password."""

FORGOTTEN_AFTER: Final = timedelta(days=7)
"""How long after a seminar what was gathered for it is kept: meals, diets, cars."""

ABSENCE_RULE: Final = (
    "Toute absence s’annonce avant la demi-journée, depuis la page « Présences » de votre parcours ; aucun certificat "
    "médical n’est demandé. Une demi-journée manquée peut se rattraper dans une autre promotion."
)
"""What a convocation says of absences where the cohort has not said otherwise."""


@dataclass(frozen=True, slots=True)
class Invitee:
    """Someone convened to half-days of a seminar: a learner, or someone who teaches there."""

    person: Any
    half_days: Sequence[Any]
    enrolment: Any | None = None

    @property
    def learns(self) -> bool:
        """Whether she is a learner."""
        return self.enrolment is not None


def digest_of(facts: Mapping[str, Any]) -> str:
    """Return the digest of what a convocation says."""
    return hashlib.sha256(json.dumps(facts, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def is_to_send(digest: str, sent: str | None) -> bool:
    """Whether someone has no convocation yet, or one that says something else."""
    return sent != digest


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing a convocation says otherwise than the one before: before and after, empty where there was or is none."""

    label: str
    before: str
    after: str


_SAID: Final = {
    "seminar": "Séminaire",
    "access": "Accès",
    "bring": "À apporter",
    "contact": "Contact",
    "referent": "Référent handicap",
    "absence": "Absence",
    "action": "Formation",
    "cohort": "Promotion",
}
_THERE: Final = {"place": "lieu", "modules": "modules", "trainer": "avec"}


def differences(before: Mapping[str, Any] | None, after: Mapping[str, Any]) -> list[Difference]:
    """Return what a convocation says otherwise than the one before; nothing when what that one said is not known."""
    if not before:
        return []
    found = []
    was, still = bool(before.get("tentative")), bool(after.get("tentative"))
    if was != still:
        words = {True: "à confirmer", False: "confirmées"}
        found.append(Difference("Dates", words[was], words[still]))
    found += _of_half_days(before.get("half_days", ()), after.get("half_days", ()))
    for key, label in _SAID.items():
        if before.get(key, "") != after.get(key, ""):
            found.append(Difference(label, before.get(key, ""), after.get(key, "")))
    return found


def _of_half_days(before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]) -> list[Difference]:
    """Return how half-days differ: those of a same time by what they say, the others in their order."""
    old, new = [each for each in before if each not in after], [each for each in after if each not in before]
    found = []
    for one in list(old):
        other = next((each for each in new if _when(each) == _when(one)), None)
        if other is not None:
            old.remove(one)
            new.remove(other)
            found += _inside(one, other)
    for one, other in zip(old, new, strict=False):
        found += [Difference("Demi-journée", _when(one), _when(other)), *_inside(one, other)]
    found += [Difference("Demi-journée retirée", _when(one), "") for one in old[len(new) :]]
    found += [Difference("Demi-journée ajoutée", "", _when(other)) for other in new[len(old) :]]
    return found


def _when(half_day: Mapping[str, str]) -> str:
    return f"{half_day['date']}, {half_day['times']}"


def _inside(one: Mapping[str, str], other: Mapping[str, str]) -> list[Difference]:
    return [
        Difference(f"{_when(other)}, {label}", one[key], other[key])
        for key, label in _THERE.items()
        if one[key] != other[key]
    ]


def is_over(half_days: Collection[Any], today: date) -> bool:
    """Whether every half-day that takes place is past."""
    ahead = [half_day for half_day in half_days if not half_day.is_off and half_day.starts_on >= today]
    return bool(half_days) and not ahead


def counted_diets(words: Collection[str]) -> list[tuple[str, int]]:
    """Return what people do not eat with how many said so, whoever they are: the most frequent first."""
    counts: dict[str, tuple[str, int]] = {}
    for each in sorted(" ".join(said.split()).rstrip(".") for said in words):
        key = each.casefold()
        shown, count = counts.get(key, (each, 0))
        counts[key] = (shown, count + 1)
    return sorted(counts.values(), key=lambda pair: (-pair[1], pair[0].casefold()))
