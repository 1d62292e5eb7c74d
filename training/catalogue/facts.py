"""An edition told as a flat list of facts: one addressable value each, with its owner and its origin. Pure.

Comparison (R102), the acts of R103 and the reports of the seeds' loader all read this one
list, so that nothing an edition holds can escape one of them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Final

from training.accounts.enums import Part
from training.catalogue.enums import (
    MODALITIES,
    OUTCOMES,
    CreditMode,
    PartialCredit,
    Provenance,
    ReferentRule,
    Section,
    ValueKind,
)
from training.catalogue.models import DiplomaRules, Edition, Module, Sourced, SourcedFields, TracerType, Variant
from training.catalogue.rules import Hours
from training.common.formatting import NBSP, UNKNOWN, enumeration, number, plain_date

type_value = None | bool | int | str | date | Hours | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """How a value is typed and told: its kind, unit, bounds, choices as slug → label, and their members."""

    kind: ValueKind
    unit: str = ""
    maximum: int = 10_000
    choices: dict[str, str] = field(default_factory=dict)
    members: type[StrEnum] | None = None

    def words(self, value: type_value) -> str:
        """Return the value as people read it; an unknown one is “à confirmer”."""
        match value:
            case None:
                words = UNKNOWN
            case bool():
                words = "oui" if value else "non"
            case int():
                words = f"{number(value)}{NBSP}{self.unit}" if self.unit else number(value)
            case date():
                words = plain_date(value)
            case tuple():
                words = enumeration(self.choices.get(slug, slug) for slug in value)
            case str():
                words = self.choices.get(value, value)
            case _:
                words = str(value)
        return words

    def stored(self, value: type_value) -> object:
        """Return a value as its column keeps it: slugs become members, several ones a list."""
        if isinstance(value, tuple):
            return list(value)
        return self.members(value) if self.members and isinstance(value, str) else value


TEXT: Final = Measure(ValueKind.TEXT)
YES_NO: Final = Measure(ValueKind.YES_NO)
HOURS: Final = Measure(ValueKind.NUMBER, unit="h")
DAYS: Final = Measure(ValueKind.NUMBER, unit="jours", maximum=730)
MINUTES: Final = Measure(ValueKind.NUMBER, unit="min", maximum=100_000)
PAGES: Final = Measure(ValueKind.NUMBER, unit="pages", maximum=1_000)
PERCENT: Final = Measure(ValueKind.NUMBER, unit="%", maximum=100)
COUNT: Final = Measure(ValueKind.NUMBER, maximum=100)
PEOPLE: Final = Measure(ValueKind.NUMBER, unit="personnes", maximum=100)
DATE: Final = Measure(ValueKind.DATE)


def choice_of(members: type[StrEnum]) -> Measure:
    """Return the measure of a choice among an enumeration."""
    labels = {member.value: str(getattr(member, "label", member.value)) for member in members}
    return Measure(ValueKind.CHOICE, choices=labels, members=members)


JURY_BODIES: Final = Measure(
    ValueKind.CHOICES,
    choices={Part.SCHOOL.value: "école", Part.FUNDER.value: "financeur", Part.CARRIER.value: "porteur"},
)

OUTCOME_CHOICES: Final = Measure(ValueKind.CHOICES, choices={outcome.value: outcome.label for outcome in OUTCOMES})

RULE_FIELDS: Final[dict[str, tuple[str, Measure]]] = {
    "attendance_threshold": ("Présence exigée aux demi-journées", PERCENT),
    "credit_mode": ("Crédit des heures de présentiel", choice_of(CreditMode)),
    "visio_counts": ("La visioconférence compte comme présentiel", YES_NO),
    "partial_credit": ("Une demi-journée suivie en partie compte", choice_of(PartialCredit)),
    "forum_required": ("Participation au forum exigée", YES_NO),
    "memoire_pages_min": ("Mémoire : longueur minimale", PAGES),
    "memoire_pages_max": ("Mémoire : longueur maximale", PAGES),
    "memoire_pages_blocking": ("Hors de ces longueurs, le dépôt est refusé", YES_NO),
    "final_deadline_days": ("Version finale : avant la soutenance", DAYS),
    "defence_minutes": ("Durée de la soutenance", MINUTES),
    "jury_bodies": ("Représentés au jury", JURY_BODIES),
    "quorum": ("Membres présents pour délibérer", COUNT),
    "outcomes": ("Résultats possibles", OUTCOME_CHOICES),
    "referent": ("Formateur·rice relais référent·e", choice_of(ReferentRule)),
    "referent_may_judge": ("Le ou la référent·e peut siéger au jury", YES_NO),
    "referent_load": ("Apprenant·es par référent·e : le dire au-delà de", PEOPLE),
    "approval_notice_days": ("Agrément d’un·e formateur·rice : rappel avant sa fin", DAYS),
}
"""The diploma's rules in reading order: column → (label, measure)."""

CARRIER_FIELDS: Final[dict[str, str]] = {
    "label": "Nom de l’édition",
    "vintage": "Session",
    "acronym_expansion": "Sens du sigle",
    "seminars_pattern": "Rythme des séminaires",
}
SCHOOL_FIELDS: Final[dict[str, str]] = {"diploma_title": "Intitulé du diplôme", "mention_text": "Mention au diplôme"}


@dataclass(frozen=True, slots=True)
class Fact:
    """One value of an edition.

    ``path`` addresses it (“variant/CPTS/hours/team”); ``needs`` are the paths that must exist on
    both sides for a comparison to make sense; ``row`` and ``attribute`` are where it is kept,
    null for a fact that only says “this exists”, which R103 cannot touch.
    """

    path: str
    section: Section
    label: str
    value: type_value
    owner: Part
    provenance: Provenance
    source: str
    measure: Measure = TEXT
    needs: tuple[str, ...] = ()
    row: Any = field(default=None, compare=False, repr=False)
    attribute: str = ""

    @property
    def words(self) -> str:
        """The value as people read it."""
        return self.measure.words(self.value)

    @property
    def is_unknown(self) -> bool:
        """Whether it waits for a value."""
        return self.value is None

    @property
    def is_settable(self) -> bool:
        """Whether R103 may set or rectify it."""
        return self.row is not None


def facts(edition: Edition) -> list[Fact]:
    """Return every fact of an edition, in reading order."""
    return [
        *_identity(edition),
        *(fact for variant in edition.variants for fact in _variant(variant)),
        *_choice_groups(edition),
        *(fact for module in edition.modules for fact in _module(module)),
        *(fact for module in edition.modules for tracer in module.tracers for fact in _tracer(module, tracer)),
        *rule_facts(edition.rules),
    ]


def fact_at(edition: Edition, path: str) -> Fact | None:
    """Return the fact at this path, or null."""
    return next((fact for fact in facts(edition) if fact.path == path), None)


def _field(
    row: SourcedFields, attribute: str, *, path: str, section: Section, label: str, owner: Part,
    measure: Measure = TEXT, needs: tuple[str, ...] = (),
) -> Fact:  # fmt: skip
    value = getattr(row, attribute)
    provenance, source = row.origin(attribute)
    plain = tuple(value) if isinstance(value, list) else value.value if isinstance(value, StrEnum) else value
    return Fact(path, section, label, plain, owner, provenance, source, measure, needs, row, attribute)


def _exists(
    row: Sourced, *, path: str, section: Section, label: str, value: str, owner: Part, needs: tuple[str, ...] = ()
) -> Fact:
    return Fact(path, section, label, value, owner, row.provenance, row.source, TEXT, needs)


def _identity(edition: Edition) -> Iterator[Fact]:
    for owner, fields in ((Part.CARRIER, CARRIER_FIELDS), (Part.SCHOOL, SCHOOL_FIELDS)):
        for attribute, label in fields.items():
            yield _field(
                edition, attribute, path=f"edition/{attribute}", section=Section.IDENTITY, label=label, owner=owner
            )


def variant_path(code: str) -> str:
    """Return the path of a variant’s existence."""
    return f"variant/{code}"


def _variant(variant: Variant) -> Iterator[Fact]:
    here = variant_path(variant.code)
    yield _exists(
        variant, path=here, section=Section.HOURS, label=f"Parcours {variant.short}", value=variant.label,
        owner=Part.SCHOOL,
    )  # fmt: skip
    for modality in MODALITIES:
        row = next((hours for hours in variant.hours if hours.modality is modality), None)
        if row is None:
            continue
        value = None if row.low is None or row.high is None else Hours(row.low, row.high)
        yield Fact(
            f"{here}/hours/{modality.value}", Section.HOURS, f"{modality.label}, {variant.short}", value,
            Part.SCHOOL, row.provenance, row.source, HOURS, (here,), row, "hours",
        )  # fmt: skip


def _choice_groups(edition: Edition) -> Iterator[Fact]:
    for group in edition.choice_groups:
        here, owner, label = f"group/{group.code}", group.module_type.owner, f"Choix « {group.label} »"
        bounds = f"de {group.min_choices} à {group.max_choices} modules"
        if group.min_choices == group.max_choices:
            bounds = f"{group.min_choices}{NBSP}module{'s' if group.min_choices > 1 else ''}"
        yield _exists(group, path=here, section=Section.MODULES, label=label, value=bounds, owner=owner)
        if group.decided_until is not None:
            yield Fact(
                f"{here}/decided_until", Section.MODULES, f"{label}, jusqu’au", group.decided_until, owner,
                group.provenance, group.source, DATE, (here,),
            )  # fmt: skip


def _module(module: Module) -> Iterator[Fact]:
    here, owner = f"module/{module.code}", module.type.owner

    def fact(row: Sourced, tail: str, label: str, value: str, *needs: str) -> Fact:
        return _exists(
            row, path=f"{here}/{tail}", section=Section.MODULES, label=f"{module.name} : {label}", value=value,
            owner=owner, needs=(here, *needs),
        )  # fmt: skip

    yield _exists(module, path=here, section=Section.MODULES, label=module.name, value=module.type.label, owner=owner)
    yield _field(
        module, "title", path=f"{here}/title", section=Section.MODULES, label=f"Titre du module {module.code}",
        owner=owner, needs=(here,),
    )  # fmt: skip
    yield fact(module, "parent", "rattachement", module.parent.name if module.parent else "aucun")
    yield fact(module, "blocking", "indispensable au diplôme", "oui" if module.blocking else "non")
    if module.choice_group is not None:
        yield fact(module, "choice", "au choix dans", module.choice_group.label)
    for link in sorted(module.module_variants, key=lambda link: link.variant.position):
        code, short, value = link.variant.code, link.variant.short, "obligatoire" if link.mandatory else "facultatif"
        yield fact(module, f"variant/{code}", short, value, variant_path(code))
    for objective in module.objectives:
        yield fact(objective, f"objective/{objective.text}", "objectif", objective.text)
    for resource in module.resources:
        path = f"resource/{resource.title}"
        yield fact(resource, path, "ressource", resource.title)
        for attribute, label, measure in (("url", "adresse", TEXT), ("minutes", "durée", MINUTES)):
            yield _field(
                resource, attribute, path=f"{here}/{path}/{attribute}", section=Section.MODULES,
                label=f"{module.name} : {label} de « {resource.title} »", owner=owner, measure=measure,
                needs=(here, f"{here}/{path}"),
            )  # fmt: skip


def _tracer(module: Module, tracer: TracerType) -> Iterator[Fact]:
    above = f"module/{module.code}"
    here = f"{above}/tracer/{tracer.code}"

    def fact(tail: str, label: str, value: str, *needs: str) -> Fact:
        return _exists(
            tracer, path=here + tail, section=Section.TRACERS, label=f"{module.name} : {label}", value=value,
            owner=Part.SCHOOL, needs=(above, *needs),
        )  # fmt: skip

    yield fact("", "document traceur", tracer.label)
    yield fact("/deposit", f"« {tracer.label} »", tracer.deposit.label, here)
    yield fact("/work", f"« {tracer.label} », ce qui en tient lieu", tracer.work.label, here)
    yield _field(
        tracer, "due_days", path=f"{here}/due_days", section=Section.TRACERS,
        label=f"{module.name} : délai de « {tracer.label} » après le séminaire", owner=Part.SCHOOL, measure=DAYS,
        needs=(above, here),
    )  # fmt: skip
    for link in sorted(tracer.tracer_variants, key=lambda link: link.variant.position):
        code, short, value = link.variant.code, link.variant.short, "obligatoire" if link.mandatory else "facultatif"
        yield fact(f"/variant/{code}", f"« {tracer.label} », {short}", value, here, variant_path(code))


def rule_facts(rules: DiplomaRules) -> Iterator[Fact]:
    """Yield the diploma's rules, in reading order."""
    for attribute, (label, measure) in RULE_FIELDS.items():
        yield _field(
            rules, attribute, path=f"rules/{attribute}", section=Section.RULES, label=label, owner=Part.SCHOOL,
            measure=measure,
        )  # fmt: skip
