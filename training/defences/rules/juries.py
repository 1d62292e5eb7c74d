"""Juries: who may judge whom, what each sees and when, quorum, signatures (R61–R66, R126). Pure."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Final

from training.accounts.enums import Part
from training.catalogue.enums import OUTCOMES, Outcome
from training.common import clock
from training.common.formatting import enumeration
from training.common.policy import Predicate, Principal
from training.defences.enums import Availability, MemoireAct, Stage

JURY: Final = "jury"
"""The purpose of a juror’s personal link: her days, her slots, her signature (R100)."""

DEFAULT_MINUTES: Final = 60
NOON: Final = time(13)
CODE_DIGITS: Final = 6
FOLLOWS_HER: Final = "suit cette personne comme formateur·rice relais"
"""The one bar that the school may lift, and say why (R97)."""

CONCLUDES: Final[Mapping[Outcome, MemoireAct]] = {
    Outcome.PASSED: MemoireAct.ADMIT,
    Outcome.PASSED_WITH_CORRECTIONS: MemoireAct.ASK_CORRECTIONS,
    Outcome.DEFERRED: MemoireAct.DEFER,
    Outcome.NO_SHOW: MemoireAct.MISS,
}
"""What the publication of each outcome does to the mémoire."""


# --- who ---------------------------------------------------------------------------------------------------------------


def is_juror(principal: Principal, juror: Any) -> bool:
    """Whether the principal is this juror: signed in as her, or by her personal link."""
    if juror is None or juror.ended_at is not None:
        return False
    if principal.is_signed_in and juror.person_id == principal.person_id:
        return True
    link = principal.link
    return link is not None and link.purpose == JURY and link.subject_id == juror.id


def seat_of(principal: Principal, slot: Any) -> Any | None:
    """Return the seat this principal holds at a defence, or null."""
    if not principal.is_signed_in and principal.link is None:
        return None
    return next((seat for seat in getattr(slot, "sitting", ()) if is_juror(principal, seat.juror)), None)


def _presides(principal: Principal, subject: Any) -> bool:
    seat = seat_of(principal, subject)
    return seat is not None and seat.presides


def _presides_over(principal: Principal, memoire: Any) -> bool:
    if not principal.is_signed_in and principal.link is None:
        return False
    return any(_presides(principal, slot) for slot in getattr(memoire, "slots", ()))


def _reads_final(principal: Principal, version: Any) -> bool:
    """Whether a juror of its defence may read a final version: pledged, from the day set for it (R64, R126)."""
    if not principal.is_signed_in and principal.link is None:
        return False
    for slot in version.memoire.slots:
        seat = seat_of(principal, slot)
        if seat is not None and may_read(seat, slot):
            return True
    return False


the_juror: Final = Predicate("the juror herself, signed in or by her link", is_juror)
sits: Final = Predicate("a member of its jury", lambda p, s: seat_of(p, s) is not None)
presides: Final = Predicate("the president of its jury", _presides)
presides_over: Final = Predicate("the president of its jury", _presides_over)
jury_reader: Final = Predicate("a member of its jury who pledged, from the day set", _reads_final)


def may_read(seat: Any, slot: Any) -> bool:
    """Whether a member may open the mémoire: she pledged, and the day set has come (R126)."""
    return seat.pledged_at is not None and slot.day.is_open


# --- incompatibilities (R63) -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bar:
    """Why a juror may not judge a learner."""

    juror_id: uuid.UUID
    learner_id: uuid.UUID
    why: str


@dataclass(frozen=True, slots=True)
class JurorTies:
    """What may bar a juror: herself, the structures she belongs to, conflicts declared, by enrolment."""

    id: uuid.UUID
    person_id: uuid.UUID
    structures: frozenset[uuid.UUID]
    conflicts: frozenset[uuid.UUID]


@dataclass(frozen=True, slots=True)
class LearnerTies:
    """What may bar a learner’s jurors: herself, her structure today, those who follow her, by enrolment."""

    id: uuid.UUID
    person_id: uuid.UUID
    structure_id: uuid.UUID
    referents: frozenset[uuid.UUID]


def why_barred(juror: JurorTies, learner: LearnerTies, *, referent_may_judge: bool | None) -> str | None:
    """Return why this juror may not judge this learner, or null (R63, R97: it bears on the person)."""
    if juror.person_id == learner.person_id:
        return "ne peut pas juger son propre mémoire"
    if juror.person_id in learner.referents and not referent_may_judge:
        return FOLLOWS_HER
    if learner.structure_id in juror.structures:
        return "est de la même structure que cette personne"
    if learner.id in juror.conflicts:
        return "a déclaré un lien avec cette personne"
    return None


def bars_between(
    jurors: Collection[JurorTies], learners: Collection[LearnerTies], *, referent_may_judge: bool | None
) -> list[Bar]:
    """Return every pair that may not meet, with the reason."""
    found = []
    for learner in learners:
        for juror in jurors:
            why = why_barred(juror, learner, referent_may_judge=referent_may_judge)
            if why is not None:
                found.append(Bar(juror.id, learner.id, why))
    return found


# --- time --------------------------------------------------------------------------------------------------------------


def can_come(availability: Availability | None, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether a juror who answered so comes to a slot; no answer is no."""
    if availability is Availability.ALL_DAY:
        return True
    if availability is Availability.MORNING:
        return clock.in_paris(ends_at).time() <= NOON
    if availability is Availability.AFTERNOON:
        return clock.in_paris(starts_at).time() >= time(12)
    return False


def stage_of(slot: Any) -> Stage:
    """Return where a defence stands."""
    if slot.memoire_id is None:
        return Stage.FREE
    if slot.published_at is not None:
        return Stage.PUBLISHED
    if slot.minutes is not None:
        return Stage.TO_PUBLISH if slot.minutes.locked_at is not None else Stage.SIGNATURES
    if slot.deliberation_at is not None:
        return Stage.DELIBERATION
    return Stage.EVALUATION if slot.starts_at <= clock.now() else Stage.TO_COME


# --- the jury at work (R62, R65) ---------------------------------------------------------------------------------------


def quorum_of(rules: Any) -> int | None:
    """Return how many members must be there; null = to be confirmed, and blocks nobody (R3, R62)."""
    return rules.quorum if rules is not None else None


def bodies_of(rules: Any) -> tuple[str, ...]:
    """Return the bodies a jury is made of, in order (R61)."""
    return tuple(rules.jury_bodies or ()) if rules is not None else ()


def organisation_of(parts: Iterable[Any], part: Part) -> str:
    """Return the name of whoever plays a part in a cohort, in full: the body a juror sits for (R61)."""
    return enumeration(sorted({each.organisation.name for each in parts if each.part is part}))


def outcomes_of(rules: Any) -> tuple[Outcome, ...]:
    """Return what the jury may conclude, the happiest first; all, while the edition does not say (R65)."""
    known = rules.outcomes if rules is not None else None
    return tuple(outcome for outcome in OUTCOMES if not known or outcome.value in known)


def minutes_of(rules: Any) -> int:
    """Return how long a defence lasts (R64)."""
    return (rules.defence_minutes if rules is not None else None) or DEFAULT_MINUTES


def is_quorate(slot: Any, quorum: int | None) -> bool:
    """Whether enough members are noted present to conclude; one at least (R62)."""
    return sum(bool(seat.present) for seat in slot.sitting) >= max(1, quorum or 0)


def shares_evaluations(slot: Any) -> bool:
    """Whether members see what the others wrote: all gave theirs, or the deliberation is open (R65)."""
    given = [seat.evaluation is not None and seat.evaluation.given_at is not None for seat in slot.sitting]
    return slot.deliberation_at is not None or (bool(given) and all(given))


def unsigned(slot: Any) -> list[Any]:
    """Return the members present who have not signed the minutes yet."""
    if slot.minutes is None:
        return []
    signed = {signature.seat_id for signature in slot.minutes.signatures}
    return [seat for seat in slot.sitting if seat.present and seat.id not in signed]


def corrections_are_open(slot: Any, today: date) -> bool:
    """Whether corrections may still be accepted: asked, published, not past their day (R65)."""
    minutes = slot.minutes
    return (
        slot.published_at is not None
        and minutes is not None
        and minutes.outcome is Outcome.PASSED_WITH_CORRECTIONS
        and slot.corrections_accepted_at is None
        and (minutes.corrections_due is None or today <= minutes.corrections_due)
    )


def digest_of(content: Mapping[str, Any]) -> str:
    """Return the digest of what members sign: the same words give the same, on any database."""
    return hashlib.sha256(
        json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    ).hexdigest()


def signature_digest(content_digest: str, seat_id: uuid.UUID, name: str, at: datetime, mark: str | None) -> str:
    """Return the digest that ties a signature to what was signed, by whom, when, and to the line drawn."""
    return digest_of(
        {
            "content": content_digest,
            "seat": str(seat_id),
            "name": name,
            "at": at.astimezone(UTC).isoformat(timespec="seconds"),
            "mark": mark,
        }
    )


def code_of(juror_id: uuid.UUID, version: int, key: str) -> str:
    """Return a member’s own code, by which she is known on a device passed from hand to hand (R126)."""
    drawn = hmac.digest(key.encode(), f"jury:{juror_id}:{version}".encode(), "sha256")
    return f"{int.from_bytes(drawn[:8]) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def is_code(typed: str, juror_id: uuid.UUID, version: int, keys: Sequence[str]) -> bool:
    """Whether what was typed is this member’s code, spaces aside."""
    digits = "".join(character for character in typed if character.isascii() and character.isdigit())
    return any(hmac.compare_digest(digits, code_of(juror_id, version, key)) for key in keys)
