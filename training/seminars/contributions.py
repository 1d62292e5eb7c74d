"""What the seminars tell on a learner’s path: her hours of présentiel, her half-days by module, what to regularise (R44, R46)."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from training.cohorts.models import Enrolment
from training.common.articles import of_the
from training.common.formatting import hours, plural
from training.common.policy import Principal
from training.portfolio.enums import Audience, RequirementState
from training.portfolio.path import Act, Contribution, Contributor, Presence, Requirement, Section
from training.seminars.enums import SEEN_BY_OTHERS
from training.seminars.queries import presence_of
from training.seminars.queries.convocations import urgent_word_of
from training.seminars.rules.presence import LearnerPresence, Standing, time_spent
from training.seminars.rules.proportion import proportion_of

_COUNTED = frozenset(
    {
        Standing.AHEAD,
        Standing.ATTENDED,
        Standing.BEFORE_ENTRY,
        Standing.CARRIED,
        Standing.DISPENSED,
        Standing.MADE_UP,
        Standing.MISSED,
        Standing.UNLOCKED,
    }
)


def contribution(enrolment: Enrolment, _principal: Principal, audience: Audience) -> Contribution:
    """Return what is known of a learner’s presence; nothing here tells why she was away (R122). Eight SELECTs."""
    found = presence_of(enrolment)
    word = urgent_word_of(enrolment.cohort_id) if audience is not Audience.EMPLOYER else None
    href = f"/promotions/{enrolment.cohort.code}/apprenants/{enrolment.id}/presences"
    own_page = None if audience is Audience.EMPLOYER else Act("Voir les présences", href)
    return Contribution(
        requirements=(_requirement(found, own_page),),
        presence=Presence(found.credited, found.possible, _detail(found, enrolment.carried_from)),
        modules=_by_module(found),
        urgent=word.words if word else "",
        sections=_sections(found) if audience is Audience.EMPLOYER else (),
    )


@dataclass(frozen=True, slots=True)
class SeenRow:
    """A half-day as a learner’s structure reads it: there or not, hours; never why (R122)."""

    title: str
    starts_at: datetime
    word: str
    hours: Decimal | None


def _sections(found: LearnerPresence) -> tuple[Section, ...]:
    """Return the half-days that a locked sheet has told, the latest first: the same rows to her and to her structure."""
    rows = [
        SeenRow(
            line.half_day.title,
            line.half_day.starts_at,
            SEEN_BY_OTHERS[line.presence] if line.presence else line.standing.label,
            time_spent(line) if line.half_day.worth > 0 else None,
        )
        for line in reversed(found.lines)
        if line.is_held
    ]
    return (Section("seminars/_seen_by_structure.html", rows),) if rows else ()


def _requirement(found: LearnerPresence, act: Act | None) -> Requirement:
    rule = f"Suivre {found.asked}\u00a0% des demi-journées des modules socles."
    if found.is_to_regularise:
        state = RequirementState.LATE
        detail = plural(len(found.to_regularise), "demi-journée à régulariser", "demi-journées à régulariser")
    elif found.held and not found.ahead:
        state, detail = RequirementState.MET, ""
    else:
        state, detail = (
            RequirementState.UNDER_WAY,
            f"{len(found.satisfied)} suivies sur {len(found.held)}" if found.held else "",
        )
    return Requirement("Présence aux séminaires", state, rule, detail, act)


def _detail(found: LearnerPresence, origin: str) -> str:
    lost = found.out_of_reach
    taken_over = sum(line.half_day.is_taken_over for line in found.lines if line.is_held)
    carried = sum(line.standing is Standing.CARRIED for line in found.lines)
    counted = proportion_of(found)
    told: list[str] = []
    if counted is not None and found.credited:
        told.append(f"En proportion des demi-journées du parcours, même à confirmer\u00a0: {counted.words}.")
    if lost:
        told.append(f"{hours(lost)} ne s’obtiennent plus que par un rattrapage ou une dispense.")
    if taken_over:
        told.append(_TAKEN_OVER.format(plural(taken_over, "demi-journée")))
    if carried:
        told.append(_CARRIED.format(plural(carried, "demi-journée reprise", "demi-journées reprises"), of_the(origin)))
    return " ".join(told)


def _by_module(found: LearnerPresence) -> dict[uuid.UUID, str]:
    counts: dict[uuid.UUID, list[int]] = {}
    for line in found.lines:
        if line.standing in _COUNTED:
            for module in line.half_day.modules:
                count = counts.setdefault(module, [0, 0])
                count[0] += line.is_satisfied
                count[1] += 1
    return {
        module: f"{done} sur {plural(total, 'demi-journée', 'demi-journées')}"
        for module, (done, total) in counts.items()
    }


_CARRIED = "Dont {} {}."
_TAKEN_OVER = "Dont {} d’après les feuilles tenues avant cet outil."
CONTRIBUTOR = Contributor("seminars", 10, contribution)
