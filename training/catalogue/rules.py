"""Rules of the catalogue: hours, variants, who owns what, the procedure of an edition. Pure.

Functions read what is already loaded and never query.
"""

import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from training.accounts.enums import ACTING_FUNCTIONS, CARRYING, OrganisationKind, Part, StructureKind
from training.accounts.rules import plays, reads_as
from training.catalogue.enums import MODALITIES, EditionAct, EditionStatus, Modality, ModuleType
from training.catalogue.models import Edition, Module, Variant
from training.common.formatting import NBSP, UNKNOWN
from training.common.formatting import hours as exact_hours
from training.common.policy import Permission, Predicate, Principal
from training.common.procedure import Procedure, Step

CARRYING_KINDS: Final = frozenset(
    {OrganisationKind.FEDERATION, OrganisationKind.GROUPING, OrganisationKind.GUICHET, OrganisationKind.URML}
)
"""Kinds of bodies that may derive a regional edition from a national one (R102)."""


@dataclass(frozen=True, slots=True)
class Hours:
    """A known number of hours, or the range a historical edition published."""

    low: int
    high: int

    @property
    def exact(self) -> int | None:
        """The number, when it is one."""
        return self.low if self.low == self.high else None

    def __str__(self) -> str:
        if self.exact is not None:
            return exact_hours(self.exact)
        return f"de {self.low} à {exact_hours(self.high)}"


class Requires(Protocol):
    """A requirement of hours in one modality."""

    @property
    def modality(self) -> Modality:
        """The modality."""

    @property
    def low(self) -> int | None:
        """Lower bound; null when unknown."""

    @property
    def high(self) -> int | None:
        """Upper bound; null when unknown."""


def hours_by_modality(requirements: Iterable[Requires]) -> dict[Modality, Hours | None]:
    """Return the hours of each modality, null where nothing is known, in reading order (R3)."""
    known = {
        requirement.modality: Hours(requirement.low, requirement.high)
        for requirement in requirements
        if requirement.low is not None and requirement.high is not None
    }
    return {modality: known.get(modality) for modality in MODALITIES}


def total_hours(requirements: Iterable[Requires]) -> Hours | None:
    """Return the sum of the three modalities; null as soon as one is unknown (R3: 156 and 224 come out)."""
    parts = list(hours_by_modality(requirements).values())
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return Hours(sum(part.low for part in known), sum(part.high for part in known))


def hours_words(hours: Hours | None) -> str:
    """Return hours as people read them; unknown ones are “à confirmer”."""
    return UNKNOWN if hours is None else str(hours)


def variant_for(edition: Edition, kind: StructureKind) -> Variant | None:
    """Return the variant that serves structures of this kind, or null (R12)."""
    return next((variant for variant in edition.variants if kind.value in variant.structure_kinds), None)


def modules_of(edition: Edition, variant: Variant, *, mandatory_only: bool = False) -> list[Module]:
    """Return the modules that concern a variant, in the edition's order (R2)."""
    return [
        module
        for module in edition.modules
        if (mandatory := is_mandatory(module, variant)) is not None and (mandatory or not mandatory_only)
    ]


def is_mandatory(module: Module, variant: Variant) -> bool | None:
    """Return whether the module is mandatory in the variant; null when it does not concern it."""
    return next((link.mandatory for link in module.module_variants if link.variant is variant), None)


def organisations_playing(edition: Edition, *parts: Part) -> list[Any]:
    """Return the bodies that play one of these parts in the edition, by name."""
    played = [part.organisation for part in edition.parts if part.part in parts]
    return sorted(played, key=lambda organisation: str(organisation.name))


def owns(principal: Principal, edition: Edition, owner: Part) -> bool:
    """Whether the principal acts for the body that owns this share of the edition (R102)."""
    parts = CARRYING if owner is Part.CARRIER else (owner,)
    return plays(*parts)(principal, edition)


def owned_types(owner: Part) -> tuple[ModuleType, ...]:
    """Return the types of modules that this part sets (R102)."""
    return tuple(kind for kind in ModuleType if kind.owner is owner)


def bodies_that_may_carry(principal: Principal) -> set[uuid.UUID]:
    """Return the bodies for which the principal may prepare a regional edition: those she manages that carry courses."""
    return {
        capacity.organisation_id
        for capacity in principal.capacities
        if capacity.organisation_id is not None
        and capacity.function in ACTING_FUNCTIONS
        and capacity.body_kind in CARRYING_KINDS
    }


def carriers_for_copy(source: Edition, principal: Principal) -> set[uuid.UUID]:
    """Return the bodies that may carry a copy of ``source`` made by this principal (R102).

    Her own carrying bodies; and the source's carriers, for the people of its school and of these carriers.
    """
    carriers = {part.organisation_id for part in source.parts if part.part in CARRYING}
    if owns(principal, source, Part.SCHOOL):
        return carriers | bodies_that_may_carry(principal)
    acting = {capacity.organisation_id for capacity in principal.capacities if capacity.function in ACTING_FUNCTIONS}
    return carriers & acting | bodies_that_may_carry(principal)


def parent_of_copy(source: Edition, carriers: Iterable[uuid.UUID]) -> Edition | None:
    """Return the parent of a copy of ``source`` carried by these bodies (R102).

    A national edition taken up by another carrier becomes the parent; otherwise the copy is
    the next vintage of the same line and keeps its parent.
    """
    if source.parent_id is not None or source.parent is not None:
        return source.parent
    own = {part.organisation_id for part in source.parts if part.part in (*CARRYING, Part.SCHOOL)}
    return None if set(carriers) <= own else source


def blocks_publication(edition: Edition) -> list[str]:
    """Return what an edition lacks before it may be published, as sentences; unknown values never block (R3)."""
    lacking = []
    if not edition.variants:
        lacking.append("Ajoutez au moins un parcours : sans lui, aucune structure ne peut candidater.")
    if not any(module.type is not ModuleType.ELECTIVE for module in edition.modules):
        lacking.append("Ajoutez au moins un module socle ou de tronc commun.")
    lacking.extend(
        f"Dites quels parcours sont concernés par le module « {module.name} »."
        for module in edition.modules
        if not module.module_variants
    )
    for group in edition.choice_groups:
        options = sum(module.choice_group is group for module in edition.modules)
        if options < group.max_choices:
            lacking.append(
                f"Le choix « {group.label} » demande {group.max_choices}{NBSP}module(s) et n’en propose que {options}."
            )
    return lacking


def _is_public(_principal: Principal, subject: Any) -> bool:
    return subject is None or subject.is_public


def _is_national_to_carry(principal: Principal, subject: Any) -> bool:
    return (
        subject is not None
        and subject.is_public
        and subject.parent_id is None
        and bool(bodies_that_may_carry(principal))
    )


school_manager: Final = plays(Part.SCHOOL)
carrier_manager: Final = plays(*CARRYING)
public: Final = Predicate("anyone once it is published", _is_public)
national_to_carry: Final = Predicate(
    "manager of a carrying body, on a published national edition", _is_national_to_carry
)

PERMISSIONS: Final[Mapping[Permission, Predicate]] = {
    Permission.CATALOGUE_EDITION_COPY: carrier_manager | school_manager | national_to_carry,
    Permission.CATALOGUE_EDITION_EDIT_CARRIER_PART: carrier_manager,
    Permission.CATALOGUE_EDITION_EDIT_SCHOOL_PART: school_manager,
    Permission.CATALOGUE_EDITION_PUBLISH: school_manager,
    Permission.CATALOGUE_EDITION_READ: public | reads_as(*CARRYING, Part.SCHOOL),
    Permission.CATALOGUE_EDITION_SETTLE: carrier_manager | school_manager,
    Permission.CATALOGUE_PROGRAMME_READ: Predicate("anyone", lambda _principal, _subject: True),
}

PROCEDURE: Final[Procedure[EditionStatus, EditionAct]] = Procedure(
    name="edition",
    steps={
        EditionAct.PUBLISH: Step(
            from_=frozenset({EditionStatus.DRAFT}),
            to=EditionStatus.PUBLISHED,
            permission=Permission.CATALOGUE_EDITION_PUBLISH,
            label=EditionAct.PUBLISH.label,
            sentence="a publié l’édition",
        ),
        EditionAct.ARCHIVE: Step(
            from_=frozenset({EditionStatus.PUBLISHED}),
            to=EditionStatus.HISTORICAL,
            permission=Permission.CATALOGUE_EDITION_PUBLISH,
            label=EditionAct.ARCHIVE.label,
            sentence="a classé l’édition dans l’historique",
            reason=True,
        ),
    },
)
