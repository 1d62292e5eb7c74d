"""Things of a higher room that may be handed in as a tracer document (R86): declared here by that room."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """A kind of thing that stands as a version: what it is called, and the page where it is read.

    ``offer`` and ``choose_url`` lead a learner to those she may hand in for a type of document; without them, nothing
    on its page does.
    """

    code: str
    label: str
    url_of: Callable[[uuid.UUID], str]
    offer: str = ""
    choose_url: Callable[[uuid.UUID], str] | None = None


_kinds: Final[dict[str, ObjectKind]] = {}


def declare(kind: ObjectKind) -> None:
    """Let things of this kind be handed in; declaring it again replaces it."""
    _kinds[kind.code] = kind


@dataclass(frozen=True, slots=True)
class Offer:
    """Where one chooses what to hand in instead of files."""

    label: str
    href: str


def offers_for(type_id: uuid.UUID) -> list[Offer]:
    """Return where a learner finds what may stand for a document of this type."""
    kinds = [kind for _code, kind in sorted(_kinds.items()) if kind.choose_url is not None]
    return [Offer(kind.offer, kind.choose_url(type_id)) for kind in kinds if kind.choose_url]


def kind_of(code: str) -> ObjectKind:
    """Return a declared kind; ``KeyError`` if no room declares it."""
    return _kinds[code]
