"""What published editions ask, read once by each process (R1).

The content of a published edition does not change; the values that a body settles afterwards (R103) move its
``content_version``, in the same transaction (:mod:`immutability`). So what was read under an edition and a version stands,
and a page spares three or four statements. A draft is read each time, and so is anything inside an act: what is not
committed yet may never be.
"""

import uuid
from collections.abc import Callable, Collection, Mapping
from typing import Any, Final, NamedTuple, TypeVar, cast
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select

from training.catalogue.enums import EditionStatus, Modality
from training.catalogue.models import Edition, HoursRequirement
from training.common.among import among
from training.database import db, reads_only

Content = TypeVar("Content")

MOST: Final = 500
"""Variants kept; beyond it, all are read again."""

_kept: Final[WeakKeyDictionary[Engine, dict[tuple[Any, ...], Any]]] = WeakKeyDictionary()


class Version(NamedTuple):
    """An edition as it was read: which one, whether it still changes, how many values were settled since."""

    edition_id: uuid.UUID
    status: EditionStatus
    content_version: int

    @classmethod
    def of(cls, edition: Edition) -> "Version":
        """Return the version of a loaded edition."""
        return cls(edition.id, edition.status, edition.content_version)


def by_variant(
    wanted: Mapping[uuid.UUID, Version],
    name: str,
    load: Callable[[Collection[uuid.UUID]], Mapping[uuid.UUID, Content]],
) -> dict[uuid.UUID, Content]:
    """Return what each of these variants asks: kept, or given by ``load``, whose ``name`` is its own. Nobody changes it."""
    kept = _kept.setdefault(db.engine, {}) if reads_only() else {}
    keys = {variant: (name, variant, each.edition_id, each.content_version) for variant, each in wanted.items()}
    found = {variant: cast("Content", kept[key]) for variant, key in keys.items() if key in kept}
    missing = wanted.keys() - found.keys()
    if missing:
        if len(kept) + len(missing) > MOST:
            kept.clear()
        loaded = load(missing)
        found |= loaded
        kept.update(
            (keys[variant], content)
            for variant, content in loaded.items()
            if wanted[variant].status is not EditionStatus.DRAFT
        )
    return found


def forget() -> None:
    """Forget everything: the tests begin with other databases of the same name."""
    _kept.clear()


_HOURS: Final = select(
    HoursRequirement.variant_id, HoursRequirement.modality, HoursRequirement.low, HoursRequirement.high
).where(among(HoursRequirement.variant_id, "variants"))


def hours_asked(wanted: Mapping[uuid.UUID, Version]) -> dict[uuid.UUID, Mapping[Modality, int | None]]:
    """Return the exact hours each variant asks by modality, null when unknown or a range (R3). One SELECT at most."""
    return by_variant(wanted, "hours", _hours)


def _hours(variants: Collection[uuid.UUID]) -> dict[uuid.UUID, Mapping[Modality, int | None]]:
    found: dict[uuid.UUID, dict[Modality, int | None]] = {variant: {} for variant in variants}
    for variant, modality, low, high in db.session.execute(_HOURS, {"variants": variants}):
        found[variant][modality] = low if low == high else None
    return dict(found)
