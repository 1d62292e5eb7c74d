"""Subjects of the catalogue's views: an edition, or a piece of one, within what the principal may read."""

import functools
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from flask import request

from training.accounts.enums import Part
from training.catalogue import queries, services
from training.catalogue.facts import Fact, fact_at
from training.catalogue.models import ChoiceGroup, Edition, EditionPart, Module, Resource, TracerType
from training.common.errors import NotFound
from training.common.policy import Permission, Principal, policy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Piece(Generic[T]):
    """A piece of an edition, judged by the edition's parts."""

    edition: Edition
    item: T

    @property
    def parts(self) -> list[EditionPart]:
        """The parts played in its edition."""
        return self.edition.parts


def edition_of(principal: Principal, *, programme: str, edition: str) -> Edition:
    """Return the edition with all it holds; ``NotFound`` for a draft that is not hers to see."""
    if request.method == "POST":
        queries.lock_edition(edition)
    found = queries.whole_edition(programme, edition)
    if found is None or not policy.allows(principal, Permission.CATALOGUE_EDITION_READ, found):
        raise NotFound
    return found


def find(items: Iterable[T], wanted: Callable[[T], bool]) -> T:
    """Return the first item wanted, or raise ``NotFound``."""
    for item in items:
        if wanted(item):
            return item
    raise NotFound


def module_of(owner: Part) -> Callable[..., Piece[Module]]:
    """Return the loader of a module that this part sets; another part's is not found."""

    def load(principal: Principal, *, module: str, **values: str) -> Piece[Module]:
        edition = edition_of(principal, **values)
        found = find(edition.modules, lambda item: item.code == module and item.type.owner is owner)
        return Piece(edition, found)

    return load


def group_of(owner: Part) -> Callable[..., Piece[ChoiceGroup]]:
    """Return the loader of a choice that this part sets."""

    def load(principal: Principal, *, group: str, **values: str) -> Piece[ChoiceGroup]:
        edition = edition_of(principal, **values)
        found = find(edition.choice_groups, lambda item: item.code == group and item.module_type.owner is owner)
        return Piece(edition, found)

    return load


def resource_of(owner: Part) -> Callable[..., Piece[Resource]]:
    """Return the loader of a resource of a module that this part sets."""

    def load(principal: Principal, *, resource: uuid.UUID, **values: str) -> Piece[Resource]:
        piece = module_of(owner)(principal, **values)
        return Piece(piece.edition, find(piece.item.resources, lambda item: item.id == resource))

    return load


def any_module_of(principal: Principal, *, module: str, **values: str) -> Piece[Module]:
    """Return a module, whoever sets it: tracers are the school's in all of them (R102)."""
    edition = edition_of(principal, **values)
    return Piece(edition, find(edition.modules, lambda item: item.code == module))


def tracer_of(principal: Principal, *, tracer: str, **values: str) -> Piece[TracerType]:
    """Return a tracer document of a module."""
    piece = any_module_of(principal, **values)
    return Piece(piece.edition, find(piece.item.tracers, lambda item: item.code == tracer))


def fact_of(principal: Principal, *, path: str, **values: str) -> Piece[Fact]:
    """Return a value of an edition that R103 may touch."""
    edition = edition_of(principal, **values)
    fact = fact_at(edition, path)
    if fact is None or not fact.is_settable:
        raise NotFound
    return Piece(edition, fact)


def draft_only(view: Callable[[Any], T]) -> Callable[[Any], T]:
    """Answer 409 with the present state unless the subject's edition is a draft; stands under the guard."""

    @functools.wraps(view)
    def checked(subject: Any) -> T:
        services.require_draft(getattr(subject, "edition", subject))
        return view(subject)

    return checked


def published_only(view: Callable[[Any], T]) -> Callable[[Any], T]:
    """Answer 409 when the subject's edition is still a draft; stands under the guard."""

    @functools.wraps(view)
    def checked(subject: Any) -> T:
        services.require_public(getattr(subject, "edition", subject))
        return view(subject)

    return checked


def address(edition: Edition) -> dict[str, Any]:
    """Return the values of an edition's addresses."""
    return {"programme": edition.programme.code, "edition": edition.code}
