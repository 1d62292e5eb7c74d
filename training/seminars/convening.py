"""What a convocation says, as plain facts: the paper, the mail and their digest are drawn from them (R118)."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from training.common import clock
from training.common.formatting import UNKNOWN, long_date, time_range
from training.seminars.enums import SeminarStatus
from training.seminars.ical import location_of
from training.seminars.models import HalfDay, Seminar
from training.seminars.papers import Paper, carrier_facts, slug
from training.seminars.queries.convocations import Setting
from training.seminars.rules.convocations import ABSENCE_RULE, Invitee

CONVOCATION: Final = "convocation"


def facts_of(seminar: Seminar, invitee: Invitee, setting: Setting) -> dict[str, Any]:
    """Return what this person’s convocation says; dates in words, so that it is told as it is read.

    ``tentative``: the seminar is not confirmed, and its date may change; absent otherwise.
    """
    terms, practical = setting.terms, setting.practical
    bring = [words for words in (terms.bring if terms else "", practical.bring if practical else "") if words]
    contact = [terms.contact_name, terms.contact_phone, terms.contact_email] if terms else []
    referent = [terms.referent_name, terms.referent_email] if terms else []
    return {
        **({"tentative": True} if seminar.status is SeminarStatus.PLANNED else {}),
        "who": invitee.person.name,
        "as": "apprenant·e" if invitee.learns else "équipe de formation",
        "action": seminar.cohort.edition.label,
        "cohort": seminar.cohort.label,
        "seminar": seminar.title,
        "half_days": [_half_day(half_day) for half_day in invitee.half_days],
        "access": setting.access(invitee.half_days) or UNKNOWN,
        "contact": ", ".join(filter(None, contact)) or UNKNOWN,
        "referent": ", ".join(filter(None, referent)) or UNKNOWN,
        "bring": "\n".join(bring),
        "absence": ((terms.absence_rule if terms else "") or ABSENCE_RULE) if invitee.learns else "",
    }


def _half_day(half_day: HalfDay) -> dict[str, str]:
    return {
        "date": long_date(half_day.starts_at),
        "times": time_range(half_day.starts_at, half_day.ends_at),
        "place": location_of(half_day) or UNKNOWN,
        "modules": ", ".join(module.name for module in half_day.modules),
        "trainer": ", ".join(member.person.name for member in half_day.staff) or f"intervenant·e {UNKNOWN}",
    }


def paper_of(seminar: Seminar, invitee: Invitee, setting: Setting, *, address: str) -> Paper:
    """Return the convocation as a paper; the same facts give the same bytes."""
    data = {**facts_of(seminar, invitee, setting), "carrier": carrier_facts(seminar.cohort), "address": address}
    data.setdefault("tentative", False)
    first = clock.in_paris(invitee.half_days[0].starts_at)
    name = f"convocation-{slug(seminar.title)}-{first:%Y-%m-%d}-{slug(invitee.person.name)}.pdf"
    return Paper(name, CONVOCATION, "Convocation", data, _stamp(seminar, invitee.half_days))


def _stamp(seminar: Seminar, half_days: Sequence[HalfDay]) -> datetime:
    return max(seminar.changed_at, *(half_day.changed_at for half_day in half_days))
