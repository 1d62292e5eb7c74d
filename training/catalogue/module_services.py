"""Verbs on a draft’s modules: their objectives, choices, resources and tracer documents.

``owner`` is the part in whose name the person acts: the carrier sets complementary
modules, the school all others (R102); a type that is not the owner’s is refused.
"""

from collections.abc import Iterable, Mapping

from training.accounts.enums import Part
from training.catalogue.commands import AddResource, SaveGroup, SaveModule, SaveTracer
from training.catalogue.enums import ModuleType, Provenance
from training.catalogue.models import (
    ChoiceGroup,
    Edition,
    Module,
    ModuleVariant,
    Objective,
    Resource,
    TracerType,
    TracerVariant,
    Variant,
)
from training.catalogue.services import assign, check_code, require_draft
from training.common import journal
from training.common.errors import NotFound, Refused
from training.common.policy import Principal
from training.database import db


def add_module(edition: Edition, command: SaveModule, *, owner: Part, by: Principal) -> Module:
    """Add a module to a draft (R2). Raises ``Refused``."""
    require_draft(edition)
    check_code(command.code)
    if any(module.code == command.code for module in edition.modules):
        raise Refused("Ce code désigne déjà un autre module de l’édition.", field="code")
    module = Module(
        code=command.code, type=command.type, provenance=Provenance.OFFICIAL, source=command.source, field_sources={}
    )
    _write_module(edition, module, command, owner)
    edition.modules.append(module)
    db.session.flush()  # its id goes into the page the person returns to
    journal.record(edition, "edition.module_added", by=by, codes={"module": module.code})
    return module


def edit_module(module: Module, command: SaveModule, *, owner: Part, by: Principal) -> None:
    """Write a draft’s module again; its code does not change, objectives kept word for word keep their origin (R2)."""
    require_draft(module.edition)
    _require_owner(module.type, owner)
    _write_module(module.edition, module, command, owner)
    db.session.flush()  # two identical objectives must be told now
    journal.record(module.edition, "edition.module_edited", by=by, codes={"module": module.code})


def remove_module(module: Module, *, owner: Part, by: Principal) -> None:
    """Remove a module from a draft, with its objectives, tracers and resources; modules hung on it stand alone."""
    edition = module.edition
    require_draft(edition)
    _require_owner(module.type, owner)
    for other in edition.modules:
        if other.parent is module:
            other.parent = None
    edition.modules.remove(module)
    journal.record(edition, "edition.module_removed", by=by, codes={"module": module.code})


def save_group(
    edition: Edition, command: SaveGroup, *, owner: Part, by: Principal, group: ChoiceGroup | None = None
) -> ChoiceGroup:
    """Add a choice among modules of one type to a draft, or write ``group`` again, its code unchanged (R2, R104)."""
    require_draft(edition)
    _require_owner(command.module_type, owner)
    if command.min_choices > command.max_choices:
        raise Refused("Le maximum doit être au moins égal au minimum.", field="max_choices")
    if group is None:
        check_code(command.code)
        if any(other.code == command.code for other in edition.choice_groups):
            raise Refused("Ce code désigne déjà un autre choix de l’édition.", field="code")
        group = ChoiceGroup(code=command.code)
        edition.choice_groups.append(group)
    else:
        _require_owner(group.module_type, owner)
        if group.module_type is not command.module_type and any(m.choice_group is group for m in edition.modules):
            raise Refused("Retirez d’abord de ce choix les modules de l’autre type.", field="type")
    group.label, group.module_type = command.label, command.module_type
    group.min_choices, group.max_choices = command.min_choices, command.max_choices
    group.decided_until = command.decided_until
    group.provenance, group.source = Provenance.OFFICIAL, command.source
    journal.record(edition, "edition.group_saved", by=by, codes={"group": group.code})
    return group


def remove_group(group: ChoiceGroup, *, owner: Part, by: Principal) -> None:
    """Remove a choice from a draft; its modules stay, no longer at choice."""
    edition = group.edition
    require_draft(edition)
    _require_owner(group.module_type, owner)
    for module in edition.modules:
        if module.choice_group is group:
            module.choice_group = None
    edition.choice_groups.remove(group)
    journal.record(edition, "edition.group_removed", by=by, codes={"group": group.code})


def save_tracer(module: Module, command: SaveTracer, *, by: Principal, tracer: TracerType | None = None) -> TracerType:
    """Add a tracer document to a draft’s module, or write ``tracer`` again, its code unchanged.

    The school’s act, for every module (R51, R102).
    """
    require_draft(module.edition)
    if tracer is None:
        check_code(command.code.replace("_", "-").upper())
        if any(other.code == command.code for other in module.tracers):
            raise Refused("Ce code désigne déjà un autre document du module.", field="code")
        tracer = TracerType(code=command.code, label=command.label, due_days=command.due_days, field_sources={})
        tracer.position = len(module.tracers) + 1
        tracer.provenance, tracer.source = Provenance.OFFICIAL, command.source
        module.tracers.append(tracer)
    assign(tracer, "label", command.label, source=command.source)
    assign(tracer, "due_days", command.due_days, source=command.source)
    tracer.deposit, tracer.work = command.deposit, command.work
    chosen = _chosen(module.edition, command.variants)
    links = {link.variant.code: link for link in tracer.tracer_variants}
    tracer.tracer_variants = [
        links.get(variant.code) or TracerVariant(variant=variant, mandatory=mandatory) for variant, mandatory in chosen
    ]
    for link in tracer.tracer_variants:
        link.mandatory = command.variants[link.variant.code]
    journal.record(module.edition, "edition.tracer_saved", by=by, codes={"module": module.code, "tracer": tracer.code})
    return tracer


def remove_tracer(tracer: TracerType, *, by: Principal) -> None:
    """Remove a tracer document from a draft’s module."""
    module = tracer.module
    require_draft(module.edition)
    module.tracers.remove(tracer)
    codes = {"module": module.code, "tracer": tracer.code}
    journal.record(module.edition, "edition.tracer_removed", by=by, codes=codes)


def add_resource(module: Module, command: AddResource, *, owner: Part, by: Principal) -> Resource:
    """Add an e-learning resource to a draft’s module (R47)."""
    require_draft(module.edition)
    _require_owner(module.type, owner)
    if any(resource.title == command.title for resource in module.resources):
        raise Refused("Une ressource de ce module porte déjà ce titre.", field="title")
    resource = Resource(
        title=command.title,
        url=command.url,
        minutes=command.minutes,
        position=len(module.resources) + 1,
        provenance=Provenance.OFFICIAL,
        source=command.source,
        field_sources={},
    )
    module.resources.append(resource)
    journal.record(module.edition, "edition.resource_added", by=by, codes={"module": module.code})
    return resource


def remove_resource(resource: Resource, *, owner: Part, by: Principal) -> None:
    """Remove an e-learning resource from a draft’s module."""
    module = resource.module
    require_draft(module.edition)
    _require_owner(module.type, owner)
    module.resources.remove(resource)
    journal.record(module.edition, "edition.resource_removed", by=by, codes={"module": module.code})


def _require_owner(kind: ModuleType, owner: Part) -> None:
    if kind.owner is not owner:
        raise Refused("Ce type de module relève de l’autre organisme de l’édition.", field="type")


def _chosen(edition: Edition, variants: Mapping[str, bool]) -> list[tuple[Variant, bool]]:
    chosen = [(variant, variants[variant.code]) for variant in edition.variants if variant.code in variants]
    if not chosen:
        raise Refused("Choisissez au moins un parcours.", field="variants")
    return chosen


def _write_module(edition: Edition, module: Module, command: SaveModule, owner: Part) -> None:
    _require_owner(command.type, owner)
    module.type, module.blocking, module.position = command.type, command.blocking, command.position
    assign(module, "title", command.title, source=command.source)
    module.parent = _parent(edition, module, command.parent_code)
    module.choice_group = _group(edition, command)
    chosen = _chosen(edition, command.variants)
    links = {link.variant.code: link for link in module.module_variants}
    module.module_variants = [
        links.get(variant.code) or ModuleVariant(variant=variant, mandatory=mandatory) for variant, mandatory in chosen
    ]
    for link in module.module_variants:
        link.mandatory = command.variants[link.variant.code]
    module.objectives = _objectives(module.objectives, command.objectives, source=command.source)


def _parent(edition: Edition, module: Module, code: str | None) -> Module | None:
    if code is None:
        return None
    parent = next((other for other in edition.modules if other.code == code), None)
    if parent is None:
        raise NotFound
    if parent is module or parent.parent is not None:
        raise Refused("Rattachez ce module à un module qui n’est lui-même rattaché à aucun autre.", field="parent")
    return parent


def _group(edition: Edition, command: SaveModule) -> ChoiceGroup | None:
    if command.group_code is None:
        return None
    group = next((group for group in edition.choice_groups if group.code == command.group_code), None)
    if group is None:
        raise NotFound
    if group.module_type is not command.type:
        raise Refused(f"Ce choix porte sur un autre type : {group.module_type.label}.", field="group")
    return group


def _objectives(present: Iterable[Objective], texts: tuple[str, ...], *, source: str) -> list[Objective]:
    if len(set(texts)) < len(texts):
        raise Refused("Un même objectif est écrit deux fois : n’en gardez qu’un.", field="objectives")
    known = {objective.text: objective for objective in present}
    kept = [known.get(text) or Objective(text=text, provenance=Provenance.OFFICIAL, source=source) for text in texts]
    for position, objective in enumerate(kept, start=1):
        objective.position = position
    return kept
