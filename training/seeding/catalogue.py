"""The catalogue's reference data: loaded once, then compared; what a person has changed is never overwritten."""

from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from sqlalchemy import select

from training.accounts.enums import Part
from training.accounts.models import Organisation
from training.catalogue import queries, services
from training.catalogue.enums import (
    CreditMode,
    DepositPlace,
    EditionStatus,
    Modality,
    ModuleType,
    PartialCredit,
    Provenance,
    ReferentRule,
    TracerWork,
)
from training.catalogue.facts import RULE_FIELDS
from training.catalogue.models import (
    ChoiceGroup,
    DiplomaRules,
    Edition,
    EditionPart,
    HoursRequirement,
    Module,
    ModuleVariant,
    Objective,
    Programme,
    Resource,
    Source,
    TracerType,
    TracerVariant,
    Variant,
)
from training.common import journal
from training.common.policy import WORKER
from training.database import db
from training.seeding import toml
from training.seeding.editions import (
    IDENTITY_FIELDS,
    EditionSeed,
    GroupSeed,
    HoursSeed,
    ModuleSeed,
    Origin,
    ResourceSeed,
    RulesSeed,
    TracerSeed,
    VariantSeed,
    read_edition,
)
from training.seeding.report import Report

ARCHIVED = "Édition antérieure, conservée pour mémoire."


def load(report: Report, *, folder: Path = toml.SEEDS) -> None:
    """Create the sources, programmes and editions that are missing; report those that differ. Flushes."""
    for table in toml.read("sources", folder=folder)["sources"]:
        _load_source(table, report)
    for table in toml.read("programmes", folder=folder)["programmes"]:
        _load_programme(table, report)
        for name in table["editions"]:
            load_edition(read_edition(name, folder=folder), report)


def _load_source(table: toml.Table, report: Report) -> None:
    toml.only(table, ("code", "title", "url"), where="sources.toml")
    wanted = {"code": table["code"], "title": table["title"], "url": table.get("url")}
    source = db.session.get(Source, table["code"])
    if source is None:
        db.session.add(Source(**wanted))
        report.created.append(f"source {table['code']}")
    else:
        report.compare(f"source {source.code}", {key: getattr(source, key) for key in wanted}, wanted)


def _load_programme(table: toml.Table, report: Report) -> None:
    keys = ("code", "label", "summary", "position", "provenance", "source")
    toml.only(table, (*keys, "editions"), where="programmes.toml")
    wanted = {**{key: table[key] for key in keys}, "provenance": Provenance(table["provenance"])}
    programme = db.session.scalar(select(Programme).where(Programme.code == table["code"]))
    if programme is None:
        db.session.add(Programme(**wanted))
        db.session.flush()  # its editions look it up
        report.created.append(f"programme {table['code']}")
        return
    report.compare(f"programme {programme.code}", {key: getattr(programme, key) for key in keys}, wanted)


def load_edition(seed: EditionSeed, report: Report) -> None:
    """Create the edition if it is missing, published as its seed says; otherwise only compare."""
    present = queries.whole_editions([seed.code]).get(seed.code)
    if present is None:
        _create(seed)
        report.created.append(f"edition {seed.code}")
    elif present.is_draft:
        report.left.append(f"edition {seed.code}")
    else:
        held = export(present)
        names = [item.name for item in fields(EditionSeed)]
        here, there = ({name: getattr(side, name) for name in names} for side in (held, seed))
        report.compare(f"edition {seed.code}", here, there)


def _create(seed: EditionSeed) -> None:
    programme = db.session.scalars(select(Programme).where(Programme.code == seed.programme)).one()
    bodies = {body.code: body for body in db.session.scalars(select(Organisation))}
    edition = Edition(
        code=seed.code,
        programme_id=programme.id,
        parent_id=_edition_id(seed.parent) if seed.parent else None,
        status=EditionStatus.DRAFT,
        **seed.identity,
        **_from(seed.origin),
        field_sources=_field_sources(seed.origins),
    )
    edition.parts = [
        EditionPart(part=Part(part), organisation_id=bodies[code].id, outside_tool=False) for part, code in seed.parts
    ]
    variants = {variant.code: _variant(variant, position) for position, variant in enumerate(seed.variants, start=1)}
    groups = {group.code: _group(group) for group in seed.groups}
    modules = {
        module.code: _module(module, position, variants, groups)
        for position, module in enumerate(seed.modules, start=1)
    }
    for module in seed.modules:
        modules[module.code].parent = modules[module.parent] if module.parent else None
    edition.variants, edition.choice_groups = list(variants.values()), list(groups.values())
    edition.modules, edition.rules = list(modules.values()), _rules(seed.rules)
    db.session.add(edition)
    db.session.flush()  # the journal names the row
    journal.record(edition, "edition.created", by=WORKER)
    if seed.status != EditionStatus.DRAFT:
        services.publish(edition, by=WORKER)
    if seed.status == EditionStatus.HISTORICAL:
        services.archive(edition, by=WORKER, reason=ARCHIVED)


def _edition_id(code: str) -> Any:
    return db.session.scalars(select(Edition.id).where(Edition.code == code)).one()


def _from(origin: Origin) -> dict[str, Any]:
    return {"provenance": Provenance(origin[0]), "source": origin[1]}


def _field_sources(origins: Any) -> dict[str, list[str]]:
    return {name: list(origin) for name, origin in origins.items()}


def _variant(seed: VariantSeed, position: int) -> Variant:
    return Variant(
        code=seed.code,
        label=seed.label,
        structure_kinds=list(seed.structure_kinds),
        position=position,
        hours=[
            HoursRequirement(modality=Modality(modality), low=hours.low, high=hours.high, **_from(hours.origin))
            for modality, hours in seed.hours.items()
        ],
        **_from(seed.origin),
    )


def _group(seed: GroupSeed) -> ChoiceGroup:
    return ChoiceGroup(
        code=seed.code,
        label=seed.label,
        module_type=ModuleType(seed.module_type),
        min_choices=seed.min_choices,
        max_choices=seed.max_choices,
        decided_until=seed.decided_until,
        **_from(seed.origin),
    )


def _module(seed: ModuleSeed, position: int, variants: dict[str, Variant], groups: dict[str, ChoiceGroup]) -> Module:
    return Module(
        code=seed.code,
        title=seed.title,
        type=ModuleType(seed.type),
        blocking=seed.blocking,
        position=position,
        choice_group=groups[seed.group] if seed.group else None,
        module_variants=[
            ModuleVariant(variant=variants[code], mandatory=mandatory) for code, mandatory in seed.variants.items()
        ],
        objectives=[
            Objective(position=rank, text=text, **_from(origin))
            for rank, (text, origin) in enumerate(seed.objectives, start=1)
        ],
        tracers=[_tracer(tracer, rank, variants) for rank, tracer in enumerate(seed.tracers, start=1)],
        resources=[
            Resource(
                title=resource.title,
                url=resource.url,
                minutes=resource.minutes,
                position=rank,
                field_sources=_field_sources(resource.origins),
                **_from(resource.origin),
            )
            for rank, resource in enumerate(seed.resources, start=1)
        ],
        field_sources={},
        **_from(seed.origin),
    )


def _tracer(seed: TracerSeed, position: int, variants: dict[str, Variant]) -> TracerType:
    return TracerType(
        code=seed.code,
        label=seed.label,
        due_days=seed.due_days,
        deposit=DepositPlace(seed.deposit),
        work=TracerWork(seed.work),
        position=position,
        tracer_variants=[
            TracerVariant(variant=variants[code], mandatory=mandatory) for code, mandatory in seed.variants.items()
        ],
        field_sources=_field_sources(seed.origins),
        **_from(seed.origin),
    )


def _rules(seed: RulesSeed) -> DiplomaRules:
    values: dict[str, Any] = {k: list(v) if isinstance(v, tuple) else v for k, v in seed.values.items()}
    values["credit_mode"] = CreditMode(values["credit_mode"]) if values["credit_mode"] else None
    values["partial_credit"] = PartialCredit(values["partial_credit"]) if values["partial_credit"] else None
    values["referent"] = ReferentRule(values["referent"]) if values["referent"] else None
    return DiplomaRules(**values, field_sources=_field_sources(seed.origins), **_from(seed.origin))


def export(edition: Edition) -> EditionSeed:
    """Return an edition, wholly loaded, as a seed file would tell it: what was loaded comes out equal."""
    parent = edition.parent
    return EditionSeed(
        code=edition.code,
        programme=edition.programme.code,
        parent=parent.code if parent else None,
        status=edition.status.value,
        identity={key: getattr(edition, key) for key in IDENTITY_FIELDS},
        origin=_origin_of(edition),
        origins=_origins_of(edition),
        parts=tuple(sorted((part.part.value, part.organisation.code) for part in edition.parts)),
        variants=tuple(_export_variant(variant) for variant in edition.variants),
        groups=tuple(_export_group(group) for group in edition.choice_groups),
        modules=tuple(_export_module(module) for module in edition.modules),
        rules=_export_rules(edition.rules),
    )


def _origin_of(row: Any) -> Origin:
    return row.provenance.value, row.source


def _origins_of(row: Any) -> dict[str, Origin]:
    return {name: (origin[0], origin[1]) for name, origin in row.field_sources.items()}


def _export_variant(variant: Variant) -> VariantSeed:
    hours = {row.modality.value: HoursSeed(row.low, row.high, _origin_of(row)) for row in variant.hours}
    kinds = tuple(variant.structure_kinds)
    return VariantSeed(variant.code, variant.label, kinds, hours, _origin_of(variant))


def _export_group(group: ChoiceGroup) -> GroupSeed:
    return GroupSeed(
        group.code,
        group.label,
        group.module_type.value,
        group.min_choices,
        group.max_choices,
        group.decided_until,
        _origin_of(group),
    )


def _links(links: Iterable[ModuleVariant | TracerVariant]) -> dict[str, bool]:
    return {link.variant.code: link.mandatory for link in links}


def _export_module(module: Module) -> ModuleSeed:
    return ModuleSeed(
        code=module.code,
        title=module.title,
        type=module.type.value,
        blocking=module.blocking,
        variants=_links(module.module_variants),
        parent=module.parent.code if module.parent else None,
        group=module.choice_group.code if module.choice_group else None,
        objectives=tuple((objective.text, _origin_of(objective)) for objective in module.objectives),
        tracers=tuple(_export_tracer(tracer) for tracer in module.tracers),
        resources=tuple(
            ResourceSeed(row.title, row.url, row.minutes, _origin_of(row), _origins_of(row)) for row in module.resources
        ),
        origin=_origin_of(module),
    )


def _export_tracer(tracer: TracerType) -> TracerSeed:
    return TracerSeed(
        code=tracer.code,
        label=tracer.label,
        due_days=tracer.due_days,
        deposit=tracer.deposit.value,
        work=tracer.work.value,
        variants=_links(tracer.tracer_variants),
        origin=_origin_of(tracer),
        origins=_origins_of(tracer),
    )


def _export_rules(rules: DiplomaRules) -> RulesSeed:
    values = {key: getattr(rules, key) for key in RULE_FIELDS}
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return RulesSeed(plain, _origin_of(rules), _origins_of(rules))
