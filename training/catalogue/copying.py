"""A whole edition written again as a draft, row by row. No query, no flush."""

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import inspect

from training.accounts.enums import CARRYING, Part
from training.catalogue.commands import CopyEdition
from training.catalogue.enums import EditionStatus
from training.catalogue.models import (
    ChoiceGroup,
    DiplomaRules,
    Edition,
    EditionPart,
    HoursRequirement,
    Module,
    ModuleVariant,
    Objective,
    Resource,
    TracerType,
    TracerVariant,
    Variant,
)
from training.database import Base

OWN_FIELDS: Final = frozenset({"code", "label", "vintage", "status", "published_at"})
"""What a new edition does not take from the one it is copied from."""


def _again(row: Base, *, leaving: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return a row’s own columns, without its identity nor its keys to other rows."""
    return {
        column.key: getattr(row, column.key)
        for column in inspect(type(row)).columns
        if not column.primary_key and not column.foreign_keys and column.key not in leaving
    }


def duplicate(source: Edition, command: CopyEdition, *, parent: Edition | None) -> Edition:
    """Return a transient draft with all that ``source`` holds, restricted to the variants of the command."""
    edition = Edition(
        **_again(source, leaving=OWN_FIELDS),
        code=command.code,
        label=command.label,
        vintage=command.vintage,
        status=EditionStatus.DRAFT,
        programme_id=source.programme_id,
        parent_id=parent.id if parent else None,
    )
    edition.parts = _parts(source, command)
    variants = {
        variant.code: Variant(**_again(variant), hours=[HoursRequirement(**_again(hours)) for hours in variant.hours])
        for variant in source.variants
        if variant.code in command.variants
    }
    edition.variants = list(variants.values())
    groups = {group.code: ChoiceGroup(**_again(group)) for group in source.choice_groups}
    edition.choice_groups = list(groups.values())
    edition.modules = _modules(source, variants, groups)
    edition.rules = DiplomaRules(**_again(source.rules))
    return edition


def _parts(source: Edition, command: CopyEdition) -> list[EditionPart]:
    """Return the parts again, under the chosen carrier; another line’s carriers are left behind (R102)."""
    own_line = command.carrier_id in {part.organisation_id for part in source.parts if part.part in CARRYING}
    kept = [
        part
        for part in source.parts
        if part.part not in CARRYING or (own_line and part.organisation_id != command.carrier_id)
    ]
    return [
        EditionPart(part=Part.CARRIER, organisation_id=command.carrier_id, outside_tool=False),
        *(EditionPart(**_again(part), organisation_id=part.organisation_id) for part in kept),
    ]


def _modules(source: Edition, variants: Mapping[str, Variant], groups: Mapping[str, ChoiceGroup]) -> list[Module]:
    """Return the modules again; one that concerned only variants left out is left out too."""
    copies: dict[str, Module] = {}
    for module in source.modules:
        links = [link for link in module.module_variants if link.variant.code in variants]
        if links or not module.module_variants:
            copies[module.code] = Module(
                **_again(module),
                choice_group=groups[module.choice_group.code] if module.choice_group else None,
                module_variants=[
                    ModuleVariant(mandatory=link.mandatory, variant=variants[link.variant.code]) for link in links
                ],
                objectives=[Objective(**_again(objective)) for objective in module.objectives],
                tracers=[_tracer(tracer, variants) for tracer in module.tracers],
                resources=[Resource(**_again(resource)) for resource in module.resources],
            )
    for module in source.modules:
        if module.parent is not None and module.code in copies:
            copies[module.code].parent = copies.get(module.parent.code)
    return list(copies.values())


def _tracer(tracer: TracerType, variants: Mapping[str, Variant]) -> TracerType:
    return TracerType(
        **_again(tracer),
        tracer_variants=[
            TracerVariant(mandatory=link.mandatory, variant=variants[link.variant.code])
            for link in tracer.tracer_variants
            if link.variant.code in variants
        ],
    )
