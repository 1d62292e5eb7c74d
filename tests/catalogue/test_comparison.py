"""Facts of an edition, departures from a parent, variants side by side (R102); without a database."""

from tests.factories.catalogue import make_edition, make_module, make_variant
from training.accounts.enums import Part
from training.catalogue.comparison import compare, departures, variant_facts
from training.catalogue.enums import ModuleType, Outcome, Provenance, Section
from training.catalogue.facts import RULE_FIELDS, fact_at, facts
from training.catalogue.models import DiplomaRules


def test_a_copy_departs_from_nothing() -> None:
    edition = make_edition(label="A", code="A")
    assert departures(edition, edition) == []


def test_every_departure_is_listed_once() -> None:
    """R102: a missing module or variant is told once, not once per thing it held."""
    parent, edition = make_edition(label="A", code="A"), make_edition(label="A", code="B")
    edition.variants = edition.variants[:1]
    for module in edition.modules:
        module.module_variants = module.module_variants[:1]
        for tracer in module.tracers:
            tracer.tracer_variants = tracer.tracer_variants[:1]
    edition.modules = [*edition.modules[1:], make_module("PAR", {edition.variants[0]: True})]
    edition.variants[0].hours[0].hours = 90
    edition.rules.attendance_threshold = None
    found = {line.path: (line.here_words, line.there_words) for line in departures(edition, parent)}
    assert found == {
        "variant/MSP/hours/in_person": ("90\u00a0h", "96\u00a0h"),
        "variant/CPTS": ("absent", "Variante CPTS"),
        "module/PF": ("absent", "module socle"),
        "module/PAR": ("module socle", "absent"),
        "rules/attendance_threshold": ("à confirmer", "100\u00a0%"),
    }


def test_lines_come_section_by_section() -> None:
    lines = compare(facts(make_edition()), facts(make_edition()))
    order = [list(Section).index(line.section) for line in lines]
    assert order == sorted(order)


def test_two_variants_compare_by_what_their_learners_meet() -> None:
    edition = make_edition()
    msp, cpts = edition.variants
    edition.modules.append(make_module("DEC", {cpts: True}, tracers=("carto",)))
    different = {
        line.path: (line.here_words, line.there_words)
        for line in compare(variant_facts(edition, msp), variant_facts(edition, cpts))
        if line.differs
    }
    assert different == {
        "variant/*": ("Variante MSP", "Variante CPTS"),
        "variant/*/hours/in_person": ("96\u00a0h", "124\u00a0h"),
        "variant/*/hours/e_learning": ("30\u00a0h", "50\u00a0h"),
        "variant/*/hours/team": ("30\u00a0h", "50\u00a0h"),
        "module/DEC": ("absent", "module socle"),
    }
    assert not any("MSP" in fact.label for fact in variant_facts(edition, msp))


def test_paths_are_unique_and_lead_back_to_their_fact() -> None:
    edition = make_edition()
    paths = [fact.path for fact in facts(edition)]
    assert len(paths) == len(set(paths))
    assert fact_at(edition, "rules/attendance_threshold") in facts(edition)
    assert fact_at(edition, "rules/nothing") is None


def test_an_unknown_value_is_to_confirm_whatever_its_row_says() -> None:
    """R3."""
    edition = make_edition(diploma_title=None)
    fact = fact_at(edition, "edition/diploma_title")
    assert fact is not None
    assert (fact.words, fact.provenance, fact.is_settable) == ("à confirmer", Provenance.TO_CONFIRM, True)


def test_each_fact_names_its_owner() -> None:
    """R102."""
    owners = {fact.path: fact.owner for fact in facts(make_edition())}
    assert owners["edition/label"] is owners["module/COM"] is owners["group/OPTION"] is Part.CARRIER
    assert owners["edition/diploma_title"] is owners["module/PF"] is owners["rules/quorum"] is Part.SCHOOL
    assert owners["module/PF/tracer/fiche_poste/due_days"] is Part.SCHOOL


def test_every_rule_of_the_diploma_is_told() -> None:
    bookkeeping = {"id", "edition_id", "provenance", "source", "field_sources"}
    assert set(RULE_FIELDS) == {column.key for column in DiplomaRules.__table__.columns} - bookkeeping
    assert set(RULE_FIELDS["outcomes"][1].choices) == {outcome.value for outcome in Outcome}


def test_values_are_told_in_french() -> None:
    edition = make_edition()
    edition.rules.jury_bodies = ["school", "funder", "carrier"]
    edition.rules.visio_counts = False
    words = {fact.path: fact.words for fact in facts(edition)}
    assert words["rules/jury_bodies"] == "école, financeur et porteur"
    assert words["rules/visio_counts"] == "non"
    assert words["group/OPTION"] == "1\u00a0module"


def test_what_people_call_a_variant() -> None:
    assert make_variant("REGIONAL", 1, 1, 1).short == "Dispositif régional"
    assert make_variant("X", 1, 1, 1, kinds=()).short == "X"


def test_specialisations_are_the_schools() -> None:
    assert ModuleType.SPECIALISATION.owner is Part.SCHOOL
