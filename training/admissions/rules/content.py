"""What a call asks, as plain data: what a version keeps, what two versions are compared by. Pure."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any, Final

from training.admissions.models import Call

PLAIN: Final = (
    "title",
    "presentation",
    "contact_email",
    "accepts_other_regions",
    "membership_required",
    "derogation_allowed",
    "max_per_structure",
    "has_preselection",
    "has_interviews",
    "interview_minutes",
    "has_school_step",
    "publishes_before_school",
    "opinions_in_session",
    "offer_days",
)
"""Columns that are told as they are."""

LISTED: Final[Mapping[str, tuple[str, ...]]] = {
    "pieces": (
        "code", "label", "hint", "media_types", "max_bytes", "mandatory", "only_derogation", "hidden_in_review", "due_on",
        "provided_by", "statement", "template_id",
    ),
    "declarations": ("code", "text"),
    "questions": ("code", "label", "hint", "kind", "choices", "mandatory", "frozen"),
    "dates": ("code", "label", "starts_on", "ends_on"),
    "costs": ("label", "payer", "note"),
}  # fmt: skip
"""Lists of a call, with what each of their lines says."""


def call_content(call: Call) -> dict[str, Any]:
    """Return what the call asks, as JSON holds it; equal contents are equal calls for those who apply."""
    content: dict[str, Any] = {name: getattr(call, name) for name in PLAIN}
    content |= {name: _day(getattr(call, name)) for name in ("opens_at", "closes_at", "reference_on")}
    content |= {
        name: sorted(getattr(call, name)) for name in ("structure_kinds", "regions", "opinion_parts", "profile_fields")
    }
    content |= {name: [_line(line, keys) for line in getattr(call, name)] for name, keys in LISTED.items()}
    content["places"] = call.cohort.places
    content["quotas"] = {quota.variant.code: quota.places for quota in call.cohort.quotas}
    content["bodies"] = sorted(
        [played.part.value, played.organisation.short_name, played.outside_tool] for played in call.parts
    )
    return content


def _line(line: Any, keys: Iterable[str]) -> dict[str, Any]:
    return {key: _plain(getattr(line, key)) for key in keys}


def _plain(value: Any) -> Any:
    """Return a value as JSON holds it; the order of formats says nothing."""
    if value is None or isinstance(value, (bool, int)):
        return value
    if isinstance(value, (date, datetime)):
        return _day(value)
    return list(value) if isinstance(value, list) else str(value)


def _day(value: date | datetime | None) -> str | None:
    return value.isoformat() if value is not None else None
