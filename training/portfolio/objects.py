"""Things of a higher room that may be handed in as a tracer document (R86): declared here by that room."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """A kind of thing that stands as a version: what it is called, and the page where it is read."""

    code: str
    label: str
    url_of: Callable[[uuid.UUID], str]


_kinds: Final[dict[str, ObjectKind]] = {}


def declare(kind: ObjectKind) -> None:
    """Let things of this kind be handed in; declaring it again replaces it."""
    _kinds[kind.code] = kind


def kind_of(code: str) -> ObjectKind:
    """Return a declared kind; ``KeyError`` if no room declares it."""
    return _kinds[code]
