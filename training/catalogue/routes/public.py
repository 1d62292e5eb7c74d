"""Pages anyone may read: programmes, an edition with its variants side by side, the comparison."""

from dataclasses import dataclass
from typing import Final

from flask import render_template, request, url_for

from training.accounts.enums import CARRYING, Part
from training.catalogue import queries
from training.catalogue.comparison import Line, compare, departures, variant_facts
from training.catalogue.declarations import SENTENCES
from training.catalogue.enums import MODALITIES, MODULE_TYPES, Section
from training.catalogue.facts import Fact, facts, rule_facts
from training.catalogue.models import Edition, Programme, Variant
from training.catalogue.routes.blueprint import EDITION, bp
from training.catalogue.routes.loaders import edition_of
from training.catalogue.rules import (
    hours_by_modality,
    hours_words,
    is_mandatory,
    organisations_playing,
    owns,
    total_hours,
)
from training.common import journal
from training.common.errors import NotFound
from training.common.guard import current_principal, requires
from training.common.listing import Column, FilterGroup, FilterLink
from training.common.policy import Permission, Principal, policy

EDITION_COLUMNS: Final = (
    Column("edition", "Édition"),
    Column("vintage", "Session"),
    Column("carrier", "Portée par"),
    Column("hours", "Heures par parcours"),
    Column("status", "État"),
)


@bp.get("/programmes")
@requires(Permission.CATALOGUE_PROGRAMME_READ)
def programmes() -> str:
    """Every programme and its editions."""
    shown = [
        (programme, queries.readable(programme.editions, current_principal())) for programme in queries.programmes()
    ]
    columns = tuple(column for column in EDITION_COLUMNS if column.key != "carrier")
    return render_template("catalogue/programmes.html", programmes=shown, total=_total, columns=columns)


def load_programme(_principal: Principal, *, code: str) -> Programme:
    """Return the programme or raise ``NotFound``."""
    found = queries.programme(code)
    if found is None:
        raise NotFound
    return found


@bp.get("/programmes/<code>")
@requires(Permission.CATALOGUE_PROGRAMME_READ, load_programme)
def programme(found: Programme) -> str:
    """One programme with its editions."""
    editions = queries.readable(found.editions, current_principal())
    return render_template(
        "catalogue/programme.html",
        programme=found,
        editions=editions,
        columns=EDITION_COLUMNS,
        total=_total,
        carriers=lambda edition: organisations_playing(edition, *CARRYING),
    )


def _total(variant: Variant) -> str:
    return hours_words(total_hours(variant.hours))


@bp.get(EDITION)
@requires(Permission.CATALOGUE_EDITION_READ, edition_of)
def edition(found: Edition) -> str:
    """An edition, its variants side by side; its editors find here the way to each section."""
    principal = current_principal()
    edits = owns(principal, found, Part.CARRIER) or owns(principal, found, Part.SCHOOL)
    named = {fact.source for fact in facts(found) if fact.source} | {found.source}
    return render_template(
        "catalogue/edition.html",
        edition=found,
        facts={fact.path: fact for fact in facts(found)},
        rules=list(rule_facts(found.rules)),
        modalities=MODALITIES,
        module_types=[kind for kind in MODULE_TYPES if any(module.type is kind for module in found.modules)],
        hours=lambda variant: {kind: hours_words(value) for kind, value in hours_by_modality(variant.hours).items()},
        total=_total,
        is_mandatory=is_mandatory,
        playing=lambda *parts: organisations_playing(found, *(Part(part) for part in parts)),
        departures=departures(found, found.parent) if found.parent else [],
        sources=queries.sources_named(named),
        history=journal.timeline(found, sentences=SENTENCES) if edits else [],
        tracers=[tracer for module in found.modules for tracer in module.tracers],
        **_edition_columns(found),
    )


def _edition_columns(found: Edition) -> dict[str, tuple[Column, ...]]:
    """Return the columns of the edition's tables: one per variant among the others."""
    numbers = tuple(Column(variant.code, variant.short, numeric=True) for variant in found.variants)
    words = tuple(Column(variant.code, variant.short) for variant in found.variants)
    return {
        "hours_columns": (Column("modality", "Modalité"), *numbers),
        "module_columns": (Column("module", "Module"), Column("type", "Type"), *words),
        "tracer_columns": (
            Column("tracer", "Document"),
            Column("module", "Module"),
            *words,
            Column("due", "Délai"),
        ),
    }


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a comparison: an edition, or one of its variants."""

    edition: Edition
    variant: Variant | None

    @property
    def value(self) -> str:
        """As the address writes it."""
        return f"{self.edition.code}:{self.variant.code}" if self.variant else self.edition.code

    @property
    def label(self) -> str:
        """As people read it."""
        return f"{self.edition.label}, {self.variant.short}" if self.variant else self.edition.label

    @property
    def short(self) -> str:
        """As the head of a column."""
        return f"{self.edition.code}, {self.variant.short}" if self.variant else self.edition.code

    @property
    def facts(self) -> list[Fact]:
        """What is compared."""
        return variant_facts(self.edition, self.variant) if self.variant else facts(self.edition)


@bp.get("/programmes/comparer")
@requires(Permission.CATALOGUE_PROGRAMME_READ)
def compare_editions() -> str:
    """Two editions, or two variants, side by side."""
    principal = current_principal()
    wanted = [request.args.get(name, "") for name in ("a", "b")]
    loaded = queries.whole_editions([value.partition(":")[0] for value in wanted])
    here, there = (_side(value, loaded, principal) if value else None for value in wanted)
    everything = request.args.get("tout") == "1"
    lines: list[Line] = []
    if here and there:
        if (here.variant is None) != (there.variant is None):
            here, there = Side(here.edition, None), Side(there.edition, None)
        lines = compare(here.facts, there.facts)
    return render_template(
        "catalogue/compare.html",
        here=here,
        everything=everything,
        columns=(Column("label", "Valeur"), *(Column(side.value, side.short) for side in (here, there) if side)),
        there=there,
        options=[
            Side(edition, variant)
            for edition in queries.readable(queries.all_editions(), principal)
            for variant in (None, *edition.variants)
        ],
        sections=[
            (section, [line for line in lines if line.section is section and (everything or line.differs)])
            for section in Section
        ],
        shown=_shown(wanted, lines, everything=everything),
        differing=sum(line.differs for line in lines),
    )


def _side(value: str, loaded: dict[str, Edition], principal: Principal) -> Side:
    """Return the side an address names; ``NotFound`` if it is not there or not hers to read."""
    code, _, variant_code = value.partition(":")
    found = loaded.get(code)
    if found is None or not policy.allows(principal, Permission.CATALOGUE_EDITION_READ, found):
        raise NotFound
    variant = next((variant for variant in found.variants if variant.code == variant_code), None)
    if variant_code and variant is None:
        raise NotFound
    return Side(found, variant)


def _shown(wanted: list[str], lines: list[Line], *, everything: bool) -> FilterGroup:
    differences = url_for("catalogue.compare_editions", a=wanted[0], b=wanted[1])
    whole = url_for("catalogue.compare_editions", a=wanted[0], b=wanted[1], tout=1)
    differing = sum(line.differs for line in lines)
    return FilterGroup(
        "Montrer",
        [
            FilterLink("Les différences", differences, differing, current=not everything),
            FilterLink("Tout", whole, len(lines), current=everything),
        ],
    )
