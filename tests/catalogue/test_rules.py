"""Hours, variants, ownership and the procedure of an edition, without a database."""

import uuid

import pytest

from tests.factories.catalogue import acting_for, make_edition, make_module, make_organisation, make_variant
from training.accounts.enums import Function, OrganisationKind, Part, StructureKind
from training.catalogue.enums import EditionAct, EditionStatus, Modality, ModuleType
from training.catalogue.rules import (
    PERMISSIONS,
    PROCEDURE,
    Hours,
    blocks_publication,
    carriers_for_copy,
    hours_by_modality,
    hours_words,
    is_mandatory,
    modules_of,
    owned_types,
    owns,
    parent_of_copy,
    total_hours,
    variant_for,
)
from training.common.policy import NOBODY, Permission


@pytest.mark.parametrize(("hours", "total"), [((96, 30, 30), 156), ((124, 50, 50), 224), ((0, 0, 0), 0)])
def test_totals_are_computed_from_their_parts(hours: tuple[int, int, int], total: int) -> None:
    """R3."""
    assert total_hours(make_variant("X", *hours).hours) == Hours(total, total)


def test_a_total_is_unknown_as_soon_as_one_part_is() -> None:
    """R3: unknown is not zero."""
    assert total_hours(make_variant("X", 96, None, 30).hours) is None
    assert hours_words(None) == "à confirmer"
    assert total_hours(make_variant("X", 96, 30, 30).hours[:2]) is None


def test_ranges_of_a_historical_edition_add_up() -> None:
    variant = make_variant("CPTS", 0, 0, 0)
    for row, (low, high) in zip(variant.hours, [(60, 72), (28, 30), (42, 50)], strict=True):
        row.low, row.high = low, high
    assert total_hours(variant.hours) == Hours(130, 152)
    assert hours_words(total_hours(variant.hours)) == "de 130 à 152\u00a0h"
    assert variant.hours[0].hours is None


def test_hours_come_in_reading_order() -> None:
    rows = list(reversed(make_variant("X", 1, 2, 3).hours))
    assert list(hours_by_modality(rows)) == [Modality.IN_PERSON, Modality.E_LEARNING, Modality.TEAM]


def test_the_variant_comes_from_the_structure_kind() -> None:
    """R12."""
    edition = make_edition()
    assert variant_for(edition, StructureKind.CPTS) is edition.variants[1]
    assert variant_for(edition, StructureKind.DAC) is None


def test_modules_concern_variants_and_are_mandatory_or_not() -> None:
    """R2."""
    edition = make_edition()
    msp, cpts = edition.variants
    only_cpts = make_module("DEC", {cpts: True})
    edition.modules.append(only_cpts)
    assert [module.code for module in modules_of(edition, msp)] == ["PF", "COM"]
    assert [module.code for module in modules_of(edition, cpts, mandatory_only=True)] == ["PF", "DEC"]
    assert is_mandatory(only_cpts, msp) is None


def test_each_part_owns_its_share() -> None:
    """R102."""
    carrier, school = make_organisation(), make_organisation(OrganisationKind.SCHOOL)
    edition = make_edition(carrier=carrier, school=school)
    assert owned_types(Part.CARRIER) == (ModuleType.ELECTIVE,)
    assert ModuleType.ELECTIVE not in owned_types(Part.SCHOOL)
    for body, owned, foreign in ((carrier, Part.CARRIER, Part.SCHOOL), (school, Part.SCHOOL, Part.CARRIER)):
        assert owns(acting_for(body), edition, owned)
        assert not owns(acting_for(body), edition, foreign)
        assert not owns(acting_for(body, function=Function.READER), edition, owned)
    both = acting_for(carrier, school)
    assert owns(both, edition, Part.CARRIER)
    assert owns(both, edition, Part.SCHOOL)


@pytest.mark.parametrize("permission", sorted(PERMISSIONS))
def test_who_may_do_what_on_a_draft(permission: Permission) -> None:
    """R102: the matrix of permissions, on a draft."""
    carrier, school = make_organisation(), make_organisation(OrganisationKind.SCHOOL)
    edition = make_edition(carrier=carrier, school=school)
    people = {
        "carrier": acting_for(carrier),
        "carrier's reader": acting_for(carrier, function=Function.READER),
        "school": acting_for(school),
        "stranger": acting_for(make_organisation()),
        "nobody": NOBODY,
    }
    both, readers = {"carrier", "school"}, {"carrier", "carrier's reader", "school"}
    expected = {
        Permission.CATALOGUE_EDITION_COPY: both,
        Permission.CATALOGUE_EDITION_EDIT_CARRIER_PART: {"carrier"},
        Permission.CATALOGUE_EDITION_EDIT_SCHOOL_PART: {"school"},
        Permission.CATALOGUE_EDITION_PUBLISH: {"school"},
        Permission.CATALOGUE_EDITION_READ: readers,
        Permission.CATALOGUE_EDITION_SETTLE: both,
        Permission.CATALOGUE_PROGRAMME_READ: set(people),
    }
    assert {name for name, person in people.items() if PERMISSIONS[permission](person, edition)} == expected[permission]


def test_anyone_reads_what_is_public_and_another_carrier_takes_up_the_national_one() -> None:
    """R102: a regional edition derives from the national one."""
    edition = make_edition(status=EditionStatus.PUBLISHED)
    read, copy = PERMISSIONS[Permission.CATALOGUE_EDITION_READ], PERMISSIONS[Permission.CATALOGUE_EDITION_COPY]
    assert read(NOBODY, edition)
    assert copy(acting_for(make_organisation(OrganisationKind.GROUPING)), edition)
    assert not copy(acting_for(make_organisation(OrganisationKind.ARS)), edition)
    edition.parent_id = uuid.uuid4()
    assert not copy(acting_for(make_organisation()), edition)


def test_the_parent_of_a_copy() -> None:
    """R102: another carrier's copy of a national edition derives from it; one's own is the next vintage."""
    carrier, other = make_organisation(), make_organisation()
    national = make_edition(carrier=carrier)
    assert parent_of_copy(national, [other.id]) is national
    assert parent_of_copy(national, [carrier.id]) is None
    regional = make_edition(carrier=other, parent=national)
    assert parent_of_copy(regional, [other.id]) is national


def test_the_school_may_copy_for_the_carrier_it_has() -> None:
    carrier, school = make_organisation(), make_organisation(OrganisationKind.SCHOOL)
    edition = make_edition(carrier=carrier, school=school)
    assert carriers_for_copy(edition, acting_for(school)) == {carrier.id}
    stranger = make_organisation()
    assert carriers_for_copy(edition, acting_for(stranger)) == {stranger.id}
    assert carriers_for_copy(edition, NOBODY) == set()


def test_every_state_and_act() -> None:
    offered = {state: PROCEDURE.leads_from(state) for state in EditionStatus}
    assert offered == {
        EditionStatus.DRAFT: [EditionAct.PUBLISH],
        EditionStatus.PUBLISHED: [EditionAct.ARCHIVE],
        EditionStatus.HISTORICAL: [],
    }
    assert PROCEDURE.steps[EditionAct.ARCHIVE].reason


def test_what_blocks_publication_is_told_and_unknown_values_never_do() -> None:
    """R3."""
    edition = make_edition(diploma_title=None)
    assert blocks_publication(edition) == []
    edition.choice_groups[0].max_choices = 2
    edition.modules[0].module_variants = []
    told = " ".join(blocks_publication(edition))
    assert "Module PF" in told
    assert "n’en propose que 1" in told
    edition.variants, edition.modules = [], []
    assert len(blocks_publication(edition)) == 3
