"""Modules at choice for tests: a cohort whose edition offers two options, of which one is chosen."""

from typing import Any

from tests.factories import cohorts
from tests.factories.catalogue import make_edition, make_module, saved
from training.catalogue.enums import EditionStatus, ModuleType
from training.catalogue.models import ChoiceGroup, Module
from training.cohorts.commands import ModulesToChoose
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.services import choosing
from training.common.policy import Principal


def cohort(**values: Any) -> Cohort:
    """A cohort with two modules at choice, COM and ALT."""
    edition = make_edition()
    first, second = edition.variants
    other = make_module("ALT", {first: False, second: False}, kind=ModuleType.ELECTIVE, position=3, blocking=False)
    other.choice_group = edition.choice_groups[0]
    edition.modules.append(other)
    return cohorts.cohort(edition=saved(edition, status=EditionStatus.PUBLISHED), **values)


def group(of: Cohort) -> ChoiceGroup:
    """Its one choice."""
    return of.edition.choice_groups[0]


def module(of: Cohort, code: str) -> Module:
    """One of its modules."""
    return next(each for each in of.edition.modules if each.code == code)


def settled(of: Cohort, *, by: Principal, **values: Any) -> None:
    """Say how the choice is run; ``places`` by module code."""
    places = {module(of, code).id: count for code, count in values.pop("places", {}).items()}
    choosing.set_terms(of, group(of).id, **{"until": None, "approved": False, "places": places, "by": by, **values})


def choose(enrolment: Enrolment, code: str, *, by: Principal, reason: str = "") -> None:
    """Choose one module."""
    of = enrolment.cohort
    choosing.choose(enrolment, group(of).id, ModulesToChoose((module(of, code).id,), reason), by=by)
