"""Where someone is already expected when a meeting would take place (R35, R119). A higher room knows; a meeting warns."""

import hashlib
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

Times = Sequence[tuple[datetime, datetime]]


@dataclass(frozen=True, slots=True)
class Taken:
    """Something that expects a person: when, and what it is called."""

    starts_at: datetime
    ends_at: datetime
    what: str


Provider = Callable[[uuid.UUID, Times], Sequence[Taken]]
_providers: Final[list[Provider]] = []


def provide(provider: Provider) -> None:
    """Let a higher room say what expects a person at these times. Called once at start."""
    if provider not in _providers:
        _providers.append(provider)


def taken_at(person_id: uuid.UUID | None, times: Times) -> list[Taken]:
    """Return what expects a person at these times, in order: a warning, never a refusal."""
    if person_id is None or not times:
        return []
    found = [taken for provider in _providers for taken in provider(person_id, times)]
    return sorted(found, key=lambda taken: (taken.starts_at, taken.what))


def seal_of(found: Sequence[Taken]) -> str:
    """Return a mark of what was found: whoever goes on despite it has seen this and nothing else."""
    said = "\n".join(f"{taken.starts_at.isoformat()}|{taken.ends_at.isoformat()}|{taken.what}" for taken in found)
    return hashlib.sha256(said.encode()).hexdigest()[:32]
