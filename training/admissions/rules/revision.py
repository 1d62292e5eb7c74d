"""What may still change in a published call, in which words it is told, and to whom (R1, R17). Pure.

A change is safe when nobody who has submitted becomes ineligible or incomplete by it, and nothing she was promised is
taken away: a later closing, a wider audience, an optional piece, a date of the calendar. What is not safe is refused
with what to do instead.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum
from typing import Any, Final

from training.accounts.enums import Part, StructureKind
from training.admissions.enums import ProfileField
from training.common.formatting import date_range, moment, number, plain_date

Content = Mapping[str, Any]


class Audience(IntEnum):
    """Whose file a change concerns; the wider includes the narrower."""

    NOBODY = 0
    IN_HAND = 1
    """Those who are still filling or correcting their file."""
    RUNNING = 2
    """Everyone whose file runs, as far as she knows."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changes: its sentence, and whose file it concerns."""

    sentence: str
    audience: Audience = Audience.NOBODY


@dataclass(slots=True)
class Revision:
    """What differs between two contents of a call: ``names`` of its facts; ``refusals`` say what may no longer change."""

    changes: list[Change] = field(default_factory=list)
    names: set[str] = field(default_factory=set)
    refusals: list[str] = field(default_factory=list)

    @property
    def audience(self) -> Audience:
        """The widest audience of its changes."""
        return max((change.audience for change in self.changes), default=Audience.NOBODY)

    def told_to(self, audience: Audience) -> list[str]:
        """Return the sentences of what concerns files of this audience."""
        return [change.sentence for change in self.changes if change.audience >= audience > Audience.NOBODY]


@dataclass(frozen=True, slots=True)
class Moment:
    """What has already happened to a published call, which decides what may still change."""

    now: datetime
    opinions_given: bool


@dataclass(frozen=True, slots=True)
class _Fact:
    """A plain fact of a call: how it is named, shown, told; ``safe(before, after)`` judges its change."""

    label: str
    show: Callable[[Any], str]
    safe: Callable[[Any, Any], bool]
    audience: Audience = Audience.NOBODY
    instead: str = "ce point ne change plus une fois l’appel publié"


def _yes(value: Any) -> str:
    return "oui" if value else "non"


def _day(value: Any) -> str:
    return plain_date(date.fromisoformat(value)) if value else "à confirmer"


def _instant(value: Any) -> str:
    return moment(datetime.fromisoformat(value)) if value else "à confirmer"


def _count(value: Any) -> str:
    return "sans limite" if value is None else number(value)


def _kinds(value: Any) -> str:
    return ", ".join(StructureKind(kind).label for kind in value)


def _named(value: Any) -> str:
    return ", ".join(value) or "toutes"


def _parts(value: Any) -> str:
    return ", ".join(Part(part).label for part in value) or "aucun"


def _fields(value: Any) -> str:
    return ", ".join(ProfileField(name).label for name in value) or "aucun"


def _always(_before: Any, _after: Any) -> bool:
    return True


def _never(_before: Any, _after: Any) -> bool:
    return False


def _no_earlier(before: Any, after: Any) -> bool:
    return before is None or (after is not None and after >= before)


def _no_less(before: Any, after: Any) -> bool:
    return after is None or (before is not None and after >= before)


def _wider(before: Any, after: Any) -> bool:
    return not after or (bool(before) and set(before) <= set(after))


def _opened(before: Any, after: Any) -> bool:
    return bool(after) and not before


def _lifted(before: Any, after: Any) -> bool:
    return bool(before) and not after


A = Audience
FACTS: Final[Mapping[str, _Fact]] = {
    "title": _Fact("Titre", str, _always),
    "presentation": _Fact("Présentation", lambda _text: "nouveau texte", _always),
    "contact_email": _Fact("Courriel de contact", lambda text: text or "aucun", _always),
    "opens_at": _Fact("Ouverture", _instant, _never, instead="l’appel a déjà ouvert"),
    "closes_at": _Fact(
        "Clôture", _instant, _no_earlier, A.IN_HAND, "la clôture peut être repoussée, jamais avancée"
    ),
    "reference_on": _Fact(
        "Être en poste le", _day, _no_earlier, A.RUNNING, "cette date peut être repoussée, jamais avancée"
    ),
    "offer_days": _Fact("Jours pour répondre à une place", number, _always),
    "structure_kinds": _Fact(
        "Structures concernées", _kinds, lambda b, a: set(b) <= set(a), instead="un type de structure ne se retire plus"
    ),
    "regions": _Fact("Régions", _named, _wider, instead="une région ne se retire plus"),
    "accepts_other_regions": _Fact("Autres régions acceptées", _yes, _opened),
    "membership_required": _Fact("Adhésion demandée", _yes, _lifted, A.RUNNING),
    "derogation_allowed": _Fact("Dérogation possible", _yes, _opened),
    "max_per_structure": _Fact(
        "Candidatures par structure", _count, _no_less, instead="ce nombre peut être relevé, jamais abaissé"
    ),
    "places": _Fact("Places", lambda value: "à confirmer" if value is None else number(value), _always),
    "has_preselection": _Fact("Présélection", _yes, _never),
    "has_interviews": _Fact("Entretiens", _yes, _never),
    "interview_minutes": _Fact("Durée d’un entretien, en minutes", number, _always),
    "has_school_step": _Fact("Validation par l’école", _yes, _never),
    "publishes_before_school": _Fact("Résultats publiés avant l’école", _yes, _never),
    "opinion_parts": _Fact("Avis nécessaires", _parts, _never, instead="des avis sont déjà donnés"),
    "opinions_in_session": _Fact("Avis notés en séance", _yes, _never, instead="des avis sont déjà donnés"),
    "profile_fields": _Fact(
        "Profil", _fields, lambda b, a: set(a) <= set(b), instead="un renseignement de profil ne s’ajoute plus"
    ),
}  # fmt: skip

BEFORE_OPINIONS: Final = frozenset({"opinion_parts", "opinions_in_session"})


def revision(before: Content, after: Content, at: Moment) -> Revision:
    """Return what changes from one content of a published call to another, and what of it is refused."""
    found = Revision()
    for name, fact in FACTS.items():
        if before[name] != after[name]:
            found.names.add(name)
            _judge(found, fact, before[name], after[name], safe=_is_safe(name, fact, before, after, at))
    if before["quotas"] != after["quotas"]:
        found.changes.append(Change("Places par parcours : nouvelle répartition."))
    _compare_lines(found, before, after)
    _compare_bodies(found, before["bodies"], after["bodies"])
    return found


def _is_safe(name: str, fact: _Fact, before: Content, after: Content, at: Moment) -> bool:
    if name in BEFORE_OPINIONS:
        return not at.opinions_given
    if name == "opens_at":
        return before[name] is not None and datetime.fromisoformat(before[name]) > at.now and after[name] is not None
    if name == "closes_at" and after[name] is None:
        return False
    return fact.safe(before[name], after[name])


def _judge(found: Revision, fact: _Fact, before: Any, after: Any, *, safe: bool) -> None:
    if not safe:
        found.refusals.append(f"{fact.label} : {fact.instead}.")
    elif fact.show(before) == fact.show(after):
        found.changes.append(Change(f"{fact.label} : {fact.show(after)}.", fact.audience))
    else:
        found.changes.append(Change(f"{fact.label} : {fact.show(before)} → {fact.show(after)}.", fact.audience))


# The lists ------------------------------------------------------------------------------------------------------------


Lines = list[dict[str, Any]]


def _by_code(lines: Lines) -> dict[str, dict[str, Any]]:
    return {line["code"]: line for line in lines}


def _compare_lines(found: Revision, before: Content, after: Content) -> None:
    if before["declarations"] != after["declarations"]:
        found.refusals.append("Engagements : des personnes les ont déjà pris, ils ne changent plus.")
    _compare_asked(found, "Pièce", before["pieces"], after["pieces"], _piece_refusal)
    _compare_asked(found, "Question", before["questions"], after["questions"], _question_refusal)
    dates = [_by_code(content["dates"]) for content in (before, after)]
    for code in {**dates[0], **dates[1]}:
        was, now = dates[0].get(code), dates[1].get(code)
        if now is None and was is not None:
            found.changes.append(Change(f"« {was['label']} » n’est plus au calendrier.", A.RUNNING))
        elif now is not None and now != was:
            found.changes.append(Change(f"« {now['label']} » : {_when(now)}.", A.RUNNING))
    if [code for code in dates[0] if code in dates[1]] != [code for code in dates[1] if code in dates[0]]:
        found.changes.append(Change("Calendrier : nouvel ordre."))
    costs = [sorted(str(line) for line in content["costs"]) for content in (before, after)]
    if costs[0] == costs[1] and before["costs"] != after["costs"]:
        found.changes.append(Change("Dépenses : nouvel ordre."))
    elif costs[0] != costs[1]:
        found.changes.append(
            Change("Prise en charge des dépenses : nouveau tableau sur la page de l’appel.", A.RUNNING)
        )


def _when(line: Mapping[str, Any]) -> str:
    if line["starts_on"] is None:
        return "à confirmer"
    starts_on = date.fromisoformat(line["starts_on"])
    return date_range(starts_on, date.fromisoformat(line["ends_on"]) if line["ends_on"] else starts_on)


Refusal = Callable[[Mapping[str, Any], Mapping[str, Any]], str | None]
TOLD: Final = {"mandatory": A.RUNNING, "due_on": A.RUNNING, "template_id": A.IN_HAND, "media_types": A.IN_HAND,
               "max_bytes": A.IN_HAND, "only_derogation": A.RUNNING, "choices": A.IN_HAND, "frozen": A.RUNNING}  # fmt: skip
"""Whose file a change of a piece or of a question concerns; the rest is wording."""


def _compare_asked(found: Revision, word: str, before: Lines, after: Lines, refusal: Refusal) -> None:
    """Compare the pieces or the questions: one taken away, one more that is mandatory, one made harder are refused."""
    olds, news = _by_code(before), _by_code(after)
    for code, old in olds.items():
        if code not in news:
            found.refusals.append(f"{word} « {old['label']} » : rendez-la facultative plutôt que de la retirer.")
    for code, new in news.items():
        known = olds.get(code)
        if known is None and new["mandatory"]:
            found.refusals.append(f"{word} « {new['label']} » : ajoutée après la publication, elle est facultative.")
        elif known is None:
            found.changes.append(Change(f"{word} facultative ajoutée : {new['label']}.", A.RUNNING))
        elif known != new:
            why = refusal(known, new)
            if why:
                found.refusals.append(f"{word} « {known['label']} » : {why}.")
            else:
                audience = max((TOLD.get(key, A.NOBODY) for key in new if new[key] != known[key]), default=A.NOBODY)
                found.changes.append(Change(_changed(word, known, new), audience))
    if [line["code"] for line in before if line["code"] in news] != [c for c in news if c in olds]:
        found.changes.append(Change(f"{word}s : nouvel ordre."))


def _changed(word: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> str:
    if old["mandatory"] and not new["mandatory"]:
        return f"{word} « {new['label']} » : désormais facultative."
    if new.get("due_on") != old.get("due_on"):
        return f"{word} « {new['label']} » : attendue jusqu’au {_day(new['due_on'])}."
    return f"{word} « {new['label']} » : précisée."


def _piece_refusal(old: Mapping[str, Any], new: Mapping[str, Any]) -> str | None:
    """Return why a piece may not change so: it would ask more of those who have sent theirs."""
    bars = (
        (new["mandatory"] and not old["mandatory"], "elle ne devient plus obligatoire"),
        (not set(old["media_types"]) <= set(new["media_types"]), "un format accepté ne se retire plus"),
        (new["max_bytes"] < old["max_bytes"], "la taille acceptée ne diminue plus"),
        (old["only_derogation"] and not new["only_derogation"], "elle ne s’étend plus à tous les dossiers"),
        (old["hidden_in_review"] and not new["hidden_in_review"], "elle reste cachée à l’évaluation"),
        (bool(old["due_on"]) and (new["due_on"] or "") < old["due_on"], "son échéance ne s’avance plus"),
    )
    return next((why for barred, why in bars if barred), None)


def _question_refusal(old: Mapping[str, Any], new: Mapping[str, Any]) -> str | None:
    """Return why a question may not change so: answers already given would no longer answer it."""
    bars = (
        (
            new["label"] != old["label"] or new["kind"] != old["kind"],
            "des réponses existent, elle ne change plus de sens",
        ),
        (new["mandatory"] and not old["mandatory"], "elle ne devient plus obligatoire"),
        (new["frozen"] and not old["frozen"], "elle reste modifiable après le dépôt"),
        (not set(old["choices"]) <= set(new["choices"]), "un choix proposé ne se retire plus"),
    )
    return next((why for barred, why in bars if barred), None)


KEPT_PARTS: Final = frozenset({Part.CARRIER.value, Part.SCHOOL.value})


def _compare_bodies(found: Revision, before: list[list[Any]], after: list[list[Any]]) -> None:
    played = [{(part, name): outside for part, name, outside in bodies} for bodies in (before, after)]
    for (part, name), outside in played[0].items():
        role = Part(part).label
        if (part, name) not in played[1]:
            if part in KEPT_PARTS:
                found.refusals.append(f"{name}, {role} : cet organisme reste jusqu’à la fin de la campagne.")
            else:
                found.changes.append(Change(f"{name} n’est plus {role} de l’appel."))
        elif played[1][part, name] != outside:
            found.changes.append(Change(f"{name}, {role} : {'hors outil' if not outside else 'agit dans l’outil'}."))
    found.changes += [
        Change(f"{name} devient {Part(part).label} de l’appel.")
        for part, name in played[1]
        if (part, name) not in played[0]
    ]
