"""An edition as its seed file tells it: plain values, inheritance already resolved. Pure.

A file may inherit from another: its variants, modules and rules then take, by code, what
they do not say themselves. The list of variants and modules is always the file's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Final

from training.catalogue.enums import Modality, Provenance
from training.catalogue.facts import CARRIER_FIELDS, RULE_FIELDS, SCHOOL_FIELDS
from training.seeding import toml
from training.seeding.toml import Table, needed, only

Origin = tuple[str, str]
Origins = Mapping[str, Origin]

EDITION_KEYS: Final = frozenset(
    [
        "inherits",
        "code",
        "programme",
        "parent",
        "status",
        "provenance",
        "source",
        "everything_from",
        "identity",
        "parts",
        "variants",
        "groups",
        "modules",
        "rules",
    ]
)
VARIANT_KEYS: Final = frozenset(["code", "label", "structure_kinds", "hours", "hours_from", "provenance", "source"])
GROUP_KEYS: Final = frozenset(
    ["code", "label", "module_type", "min_choices", "max_choices", "decided_until", "provenance", "source"]
)
MODULE_KEYS: Final = frozenset(
    [
        "code",
        "title",
        "type",
        "blocking",
        "mandatory",
        "optional",
        "parent",
        "group",
        "objectives",
        "objectives_from",
        "tracers",
        "resources",
        "provenance",
        "source",
    ]
)
TRACER_KEYS: Final = frozenset(
    ["code", "label", "due_days", "deposit", "work", "mandatory", "optional", "provenance", "source", "origins"]
)
RESOURCE_KEYS: Final = frozenset(["title", "url", "minutes", "provenance", "source", "origins"])
RULES_KEYS: Final = frozenset((*RULE_FIELDS, "provenance", "source", "origins"))
IDENTITY_FIELDS: Final = (*CARRIER_FIELDS, *SCHOOL_FIELDS)


@dataclass(frozen=True, slots=True)
class HoursSeed:
    """Hours of one modality: bounds, equal when exact, null when unknown."""

    low: int | None
    high: int | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class VariantSeed:
    """A variant."""

    code: str
    label: str
    structure_kinds: tuple[str, ...]
    hours: Mapping[str, HoursSeed]
    origin: Origin


@dataclass(frozen=True, slots=True)
class GroupSeed:
    """A choice of modules."""

    code: str
    label: str
    module_type: str
    min_choices: int
    max_choices: int
    decided_until: date | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class TracerSeed:
    """A tracer document; ``variants`` maps codes to “mandatory”."""

    code: str
    label: str
    due_days: int | None
    deposit: str
    work: str
    variants: Mapping[str, bool]
    origin: Origin
    origins: Origins = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ResourceSeed:
    """An e-learning resource."""

    title: str
    url: str | None
    minutes: int | None
    origin: Origin
    origins: Origins = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ModuleSeed:
    """A module; ``variants`` maps codes to “mandatory”, ``objectives`` are (text, origin)."""

    code: str
    title: str | None
    type: str
    blocking: bool
    variants: Mapping[str, bool]
    parent: str | None
    group: str | None
    objectives: tuple[tuple[str, Origin], ...]
    tracers: tuple[TracerSeed, ...]
    resources: tuple[ResourceSeed, ...]
    origin: Origin


@dataclass(frozen=True, slots=True)
class RulesSeed:
    """The diploma's rules, unknown ones null."""

    values: Mapping[str, Any]
    origin: Origin
    origins: Origins


@dataclass(frozen=True, slots=True)
class EditionSeed:
    """A whole edition. ``parts`` are (part, organisation code), sorted."""

    code: str
    programme: str
    parent: str | None
    status: str
    identity: Mapping[str, str | None]
    origin: Origin
    origins: Origins
    parts: tuple[tuple[str, str], ...]
    variants: tuple[VariantSeed, ...]
    groups: tuple[GroupSeed, ...]
    modules: tuple[ModuleSeed, ...]
    rules: RulesSeed


def read_edition(name: str, *, folder: Path = toml.SEEDS) -> EditionSeed:
    """Return the edition of ``folder/name.toml``, with what it inherits; raise ``SeedError``."""
    table = resolve(name, folder=folder)
    where, code = f"{name}.toml", str(needed(table, "code", where=name))
    origin = _origin(table)
    identity = table.get("identity", {})
    only(identity, (*IDENTITY_FIELDS, "origins"), where=where)
    return EditionSeed(
        code=code,
        programme=needed(table, "programme", where=where),
        parent=table.get("parent"),
        status=needed(table, "status", where=where),
        identity={key: identity.get(key) for key in IDENTITY_FIELDS},
        origin=origin,
        origins=_origins(identity),
        parts=tuple(sorted((part["part"], part["organisation"]) for part in table.get("parts", ()))),
        variants=tuple(_variant(variant, origin, where=where) for variant in table.get("variants", ())),
        groups=tuple(_group(group, origin, where=where) for group in table.get("groups", ())),
        modules=tuple(_module(module, origin, where=where) for module in table.get("modules", ())),
        rules=_rules(table.get("rules", {}), origin, where=where),
    )


def resolve(name: str, *, folder: Path) -> dict[str, Any]:
    """Return the file's table with what it inherits filled in."""
    table = toml.read(name, folder=folder)
    only(table, EDITION_KEYS, where=f"{name}.toml")
    if "inherits" in table:
        table = _inherit(table, resolve(table["inherits"], folder=folder))
    everything = table.get("everything_from")
    return {**table, **_claim({k: v for k, v in table.items() if k != "identity"}, everything)} if everything else table


def _inherit(table: Table, above: Table) -> dict[str, Any]:
    kept = {variant["code"] for variant in table.get("variants", ())}
    return {
        **table,
        "programme": above["programme"],
        "parent": table.get("parent", above["code"]),
        "variants": [_over(_by_code(above, "variants").get(v["code"], {}), v) for v in table.get("variants", ())],
        "groups": table.get("groups", above.get("groups", [])),
        "modules": [
            _inherit_module(_by_code(above, "modules").get(module["code"], {}), module, kept)
            for module in table.get("modules", ())
        ],
        "rules": _over(above.get("rules", {}), table.get("rules", {})),
    }


def _by_code(table: Table, key: str) -> dict[str, Any]:
    return {item["code"]: item for item in table.get(key, ())}


def _over(above: Table, own: Table) -> dict[str, Any]:
    return {**above, **own}


def _inherit_module(above: Table, own: Table, variants: set[str]) -> dict[str, Any]:
    """Fill in a module from the one above; inherited tracers follow the variants the module now concerns."""
    module = _over({key: value for key, value in above.items() if key not in ("parent", "tracers")}, own)
    if "mandatory" in own or "optional" in own:
        module["mandatory"], module["optional"] = own.get("mandatory", []), own.get("optional", [])
    for kind in ("mandatory", "optional"):
        module[kind] = [code for code in module.get(kind, []) if code in variants]
    concerned = [*module["mandatory"], *module["optional"]]
    inherited = [
        {
            **tracer,
            "mandatory": concerned if tracer.get("mandatory") else [],
            "optional": concerned if not tracer.get("mandatory") else [],
        }
        for tracer in above.get("tracers", ())
    ]
    module["tracers"] = own.get("tracers", inherited)
    return module


def _claim(value: Any, origin: Sequence[str]) -> Any:
    """Return the tables with this origin everywhere (a fictive edition is an example throughout)."""
    if isinstance(value, list):
        return [_claim(item, origin) for item in value]
    if not isinstance(value, dict):
        return value
    claimed = {
        key: _claim(item, origin)
        for key, item in value.items()
        if key not in ("origins", "objectives_from", "hours_from", "provenance", "source")
    }
    return {**claimed, "provenance": origin[0], "source": origin[1]} if set(value) & _SOURCED else claimed


_SOURCED: Final = {"code", "title", "provenance"}


def _origin(table: Table, default: Origin = (Provenance.OFFICIAL.value, "")) -> Origin:
    provenance = Provenance(table["provenance"]).value if "provenance" in table else default[0]
    return provenance, str(table.get("source", default[1] if "provenance" not in table else ""))


def _origins(table: Table) -> dict[str, Origin]:
    return {key: (Provenance(value[0]).value, str(value[1])) for key, value in table.get("origins", {}).items()}


def _pair(value: Sequence[str] | None, default: Origin) -> Origin:
    return default if value is None else (Provenance(value[0]).value, str(value[1]))


def _variant(table: Table, above: Origin, *, where: str) -> VariantSeed:
    only(table, VARIANT_KEYS, where=f"{where}, variant {table.get('code')}")
    origin = _origin(table, above)
    hours = table.get("hours", {})
    only(hours, [modality.value for modality in Modality], where=where)
    return VariantSeed(
        code=table["code"],
        label=needed(table, "label", where=where),
        structure_kinds=tuple(needed(table, "structure_kinds", where=where)),
        hours={m.value: _hours(hours.get(m.value), _pair(table.get("hours_from"), origin)) for m in Modality},
        origin=origin,
    )


def _hours(value: int | list[int] | None, origin: Origin) -> HoursSeed:
    if value is None:
        return HoursSeed(None, None, (Provenance.TO_CONFIRM.value, ""))
    low, high = (value, value) if isinstance(value, int) else value
    return HoursSeed(low, high, origin)


def _group(table: Table, above: Origin, *, where: str) -> GroupSeed:
    only(table, GROUP_KEYS, where=f"{where}, group {table.get('code')}")
    return GroupSeed(
        code=table["code"],
        label=table["label"],
        module_type=table["module_type"],
        min_choices=table["min_choices"],
        max_choices=table["max_choices"],
        decided_until=table.get("decided_until"),
        origin=_origin(table, above),
    )


def _concerned(table: Table) -> dict[str, bool]:
    return {code: kind == "mandatory" for kind in ("mandatory", "optional") for code in table.get(kind, ())}


def _module(table: Table, above: Origin, *, where: str) -> ModuleSeed:
    where = f"{where}, module {table.get('code')}"
    only(table, MODULE_KEYS, where=where)
    origin = _origin(table, above)
    objectives = _pair(table.get("objectives_from"), origin)
    return ModuleSeed(
        code=table["code"],
        title=table.get("title"),
        type=needed(table, "type", where=where),
        blocking=needed(table, "blocking", where=where),
        variants=_concerned(table),
        parent=table.get("parent"),
        group=table.get("group"),
        objectives=tuple((text, objectives) for text in table.get("objectives", ())),
        tracers=tuple(_tracer(tracer, origin, where=where) for tracer in table.get("tracers", ())),
        resources=tuple(_resource(resource, origin, where=where) for resource in table.get("resources", ())),
        origin=origin,
    )


def _tracer(table: Table, above: Origin, *, where: str) -> TracerSeed:
    only(table, TRACER_KEYS, where=f"{where}, tracer {table.get('code')}")
    return TracerSeed(
        code=table["code"],
        label=table["label"],
        due_days=table.get("due_days"),
        deposit=table["deposit"],
        work=table.get("work", "document"),
        variants=_concerned(table),
        origin=_origin(table, above),
        origins=_origins(table),
    )


def _resource(table: Table, above: Origin, *, where: str) -> ResourceSeed:
    only(table, RESOURCE_KEYS, where=f"{where}, resource {table.get('title')}")
    return ResourceSeed(
        title=table["title"],
        url=table.get("url"),
        minutes=table.get("minutes"),
        origin=_origin(table, above),
        origins=_origins(table),
    )


def _rules(table: Table, above: Origin, *, where: str) -> RulesSeed:
    only(table, RULES_KEYS, where=f"{where}, rules")
    values = {key: table.get(key) for key in RULE_FIELDS}
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in values.items()}
    return RulesSeed(values=plain, origin=_origin(table, above), origins=_origins(table))
