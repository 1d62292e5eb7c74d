"""A published edition cannot be changed, wherever the change comes from (R1, R103)."""

from collections.abc import Callable

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.factories.catalogue import make_edition, make_module, make_organisation, saved
from training.accounts.enums import Part
from training.catalogue.enums import EditionStatus, Provenance
from training.catalogue.immutability import PublishedIsImmutable, settling
from training.catalogue.models import Edition, EditionPart, Objective
from training.common import clock


def rename(edition: Edition) -> None:
    edition.label = "Autre nom"


def change_hours(edition: Edition) -> None:
    edition.variants[0].hours[0].hours = 12


def add_module(edition: Edition) -> None:
    edition.modules.append(make_module("NEW", {edition.variants[0]: True}))


def remove_module(edition: Edition) -> None:
    edition.modules.remove(edition.modules[0])


def remove_tracer(edition: Edition) -> None:
    edition.modules[0].tracers.clear()


def add_objective(edition: Edition) -> None:
    objective = Objective(position=9, text="Un de plus", provenance=Provenance.OFFICIAL, source="")
    edition.modules[0].objectives.append(objective)


def loosen(edition: Edition) -> None:
    edition.modules[0].module_variants[0].mandatory = False


def change_rules(edition: Edition) -> None:
    edition.rules.attendance_threshold = 80


def hang_on_another(edition: Edition) -> None:
    edition.modules[1].parent = edition.modules[0]


def take_out_of_the_choice(edition: Edition) -> None:
    edition.modules[1].choice_group = None


def add_a_school(edition: Edition) -> None:
    part = EditionPart(part=Part.SCHOOL, organisation=make_organisation(), outside_tool=False)
    edition.parts.append(part)


CHANGES = [
    rename, change_hours, add_module, remove_module, remove_tracer, add_objective, loosen, change_rules, add_a_school,
    hang_on_another, take_out_of_the_choice,
]  # fmt: skip


@pytest.mark.parametrize("status", [EditionStatus.PUBLISHED, EditionStatus.HISTORICAL])
@pytest.mark.parametrize("change", CHANGES)
def test_no_change_passes_once_published(
    session: Session, change: Callable[[Edition], None], status: EditionStatus
) -> None:
    edition = saved(make_edition(), status=status)
    change(edition)
    with pytest.raises(PublishedIsImmutable):
        session.flush()


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_passes_on_a_draft(session: Session, change: Callable[[Edition], None]) -> None:
    edition = saved(make_edition())
    change(edition)
    session.flush()


def test_a_published_edition_cannot_be_deleted(session: Session) -> None:
    edition = saved(make_edition(), status=EditionStatus.PUBLISHED)
    session.delete(edition)
    with pytest.raises(PublishedIsImmutable):
        session.flush()


def test_turning_it_back_into_a_draft_does_not_open_it(session: Session) -> None:
    """What counts is what the database holds, not what the object says."""
    edition = saved(make_edition(), status=EditionStatus.PUBLISHED)
    edition.status, edition.published_at = EditionStatus.DRAFT, None
    edition.label = "Autre nom"
    with pytest.raises(PublishedIsImmutable):
        session.flush()


def test_settling_opens_one_edition_only(session: Session) -> None:
    """R103."""
    one = saved(make_edition(), status=EditionStatus.PUBLISHED)
    other = saved(make_edition(), status=EditionStatus.PUBLISHED)
    with settling(one.id):
        one.rules.quorum = 3
        session.flush()
        other.rules.quorum = 3
        with pytest.raises(PublishedIsImmutable):
            session.flush()


def test_a_body_may_join_the_tool_after_publication(session: Session) -> None:
    """R96: that a body is outside the tool is not content."""
    edition = saved(make_edition(), status=EditionStatus.PUBLISHED)
    edition.parts[0].outside_tool = True
    session.flush()


def undated(edition: Edition) -> None:
    edition.published_at = clock.now()


def half_a_range(edition: Edition) -> None:
    edition.variants[0].hours[0].high = None


def upside_down(edition: Edition) -> None:
    edition.variants[0].hours[0].low = 97


def known_to_confirm(edition: Edition) -> None:
    edition.variants[0].hours[0].provenance = Provenance.TO_CONFIRM


def over_a_hundred(edition: Edition) -> None:
    edition.rules.attendance_threshold = 101


def pages_upside_down(edition: Edition) -> None:
    edition.rules.memoire_pages_min, edition.rules.memoire_pages_max = 20, 10


def no_time_to_defend(edition: Edition) -> None:
    edition.rules.defence_minutes = 0


def nobody_needed(edition: Edition) -> None:
    edition.rules.quorum = 0


def deadline_after(edition: Edition) -> None:
    edition.rules.final_deadline_days = -1


def choices_upside_down(edition: Edition) -> None:
    edition.choice_groups[0].min_choices = 2


def due_before(edition: Edition) -> None:
    edition.modules[0].tracers[0].due_days = -1


def lasting_nothing(edition: Edition) -> None:
    edition.modules[1].resources[0].minutes = 0


def own_parent(edition: Edition) -> None:
    edition.parent_id = edition.id


def module_own_parent(edition: Edition) -> None:
    edition.modules[0].parent_id = edition.modules[0].id


@pytest.mark.both_engines
@pytest.mark.parametrize(
    ("fault", "constraint"),
    [
        (undated, "ck_edition_dated_when_published"),
        (half_a_range, "ck_hours_requirement_both_bounds"),
        (upside_down, "ck_hours_requirement_ordered_bounds"),
        (known_to_confirm, "ck_hours_requirement_unknown_is_to_confirm"),
        (over_a_hundred, "ck_diploma_rules_threshold_is_percent"),
        (pages_upside_down, "ck_diploma_rules_ordered_pages"),
        (no_time_to_defend, "ck_diploma_rules_defence_lasts"),
        (nobody_needed, "ck_diploma_rules_quorum_present"),
        (deadline_after, "ck_diploma_rules_deadline_before_defence"),
        (choices_upside_down, "ck_choice_group_ordered_choices"),
        (due_before, "ck_tracer_type_delay_forward"),
        (lasting_nothing, "ck_resource_lasting"),
        (own_parent, "ck_edition_not_its_own_parent"),
        (module_own_parent, "ck_module_not_its_own_parent"),
    ],
)
def test_the_database_refuses(session: Session, fault: Callable[[Edition], None], constraint: str) -> None:
    edition = saved(make_edition())
    fault(edition)
    with pytest.raises(IntegrityError, match=constraint):
        session.flush()
