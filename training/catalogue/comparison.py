"""Two editions, or two variants, side by side; and every departure of an edition from its parent (R102). Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from training.catalogue.enums import Section
from training.catalogue.facts import Fact, facts, variant_path
from training.catalogue.models import Edition, Variant

ABSENT: Final = "absent"


@dataclass(frozen=True, slots=True)
class Line:
    """One fact on both sides; null on the side that does not have it."""

    path: str
    section: Section
    label: str
    here: Fact | None
    there: Fact | None

    @property
    def differs(self) -> bool:
        """Whether the two sides disagree."""
        return (self.here.value if self.here else ABSENT) != (self.there.value if self.there else ABSENT) or (
            (self.here is None) != (self.there is None)
        )

    @property
    def here_words(self) -> str:
        """The left side as people read it."""
        return self.here.words if self.here else ABSENT

    @property
    def there_words(self) -> str:
        """The right side as people read it."""
        return self.there.words if self.there else ABSENT


def compare(here: Iterable[Fact], there: Iterable[Fact]) -> list[Line]:
    """Return both lists of facts side by side, in reading order.

    A fact that hangs on something one side lacks (the objectives of a module it does not have)
    is left out: the absence itself is told once.
    """
    left, right = {fact.path: fact for fact in here}, {fact.path: fact for fact in there}
    lines = [
        Line(path, fact.section, fact.label, left.get(path), right.get(path))
        for path, fact in _merged(left, right).items()
        if all(need in left and need in right for need in fact.needs)
    ]
    order = list(Section)
    return sorted(lines, key=lambda line: order.index(line.section))


def _merged(left: Mapping[str, Fact], right: Mapping[str, Fact]) -> dict[str, Fact]:
    """Return all facts by path in the left side’s order, each fact of the right alone after its neighbour."""
    merged: list[str] = list(left)
    previous: str | None = None
    for path in right:
        if path not in left:
            merged.insert(merged.index(previous) + 1 if previous in merged else 0, path)
        previous = path
    return {path: left.get(path) or right[path] for path in merged}


def departures(edition: Edition, parent: Edition) -> list[Line]:
    """Return every difference between an edition and its parent (R102)."""
    return [line for line in compare(facts(edition), facts(parent)) if line.differs]


def variant_facts(edition: Edition, variant: Variant) -> list[Fact]:
    """Return an edition’s facts as the learners of one variant meet them.

    Paths and labels no longer name the variant, so that two variants can be compared.
    """
    own = variant_path(variant.code)
    others = {path for path in map(variant_path, (v.code for v in edition.variants)) if path != own}
    hidden = set(_not_concerning(edition, variant))
    kept = []
    for fact in facts(edition):
        if hidden.union(others).intersection((fact.path, *fact.needs)):
            continue
        if own not in (fact.path, *fact.needs):
            kept.append(fact)
            continue
        kept.append(
            replace(
                fact,
                path=fact.path.replace(own, variant_path("*")),
                label=fact.label.replace(variant.short, "ce parcours").replace("Parcours ce parcours", "Parcours"),
                needs=tuple(need.replace(own, variant_path("*")) for need in fact.needs),
            )
        )
    return kept


def _not_concerning(edition: Edition, variant: Variant) -> Iterator[str]:
    """Yield the paths of the modules and tracers that learners of the variant never meet."""
    for module in edition.modules:
        if not any(link.variant is variant for link in module.module_variants):
            yield f"module/{module.code}"
        for tracer in module.tracers:
            if not any(link.variant is variant for link in tracer.tracer_variants):
                yield f"module/{module.code}/tracer/{tracer.code}"
