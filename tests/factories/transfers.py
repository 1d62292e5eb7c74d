"""Two cohorts of one programme, each of its own edition, and transfers between them; in ``db.session``, flushed."""

from datetime import date
from typing import Any, Final

from tests.factories import accounts
from tests.factories import cohorts as make
from training.accounts.enums import Part
from training.cohorts import services
from training.cohorts.commands import Agreement, Kept, TransferPlan
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.transfers import Transfer
from training.common.policy import Principal

ENTERS: Final = date(2026, 4, 1)


def next_cohort(of: Cohort, **values: Any) -> Cohort:
    """Another cohort of the same programme, on a later edition, run by other bodies."""
    edition = make.published_edition(programme=of.edition.programme)
    return make.cohort(edition=edition, **values)


def staff(of: Cohort) -> Principal:
    """A manager of a cohort’s carrier."""
    return accounts.principal(make.carrier_of(of))


def school(of: Cohort) -> Principal:
    """A manager of a cohort’s school."""
    return accounts.principal(accounts.manager(make.part_of(of, Part.SCHOOL)))


def plan(to: Cohort, **values: Any) -> TransferPlan:
    """To a cohort, in the variant MSP, from the first of April."""
    facts = {"cohort_id": to.id, "variant_id": make.variant(to).id, "enters_on": ENTERS, "reason": "Déménagement."}
    return TransferPlan(**{**facts, **values})


def proposed(enrolment: Enrolment, to: Cohort, **values: Any) -> Transfer:
    """A transfer that awaits the cohort that receives."""
    return services.propose_transfer(enrolment, plan(to, **values), by=staff(enrolment.cohort))


def welcomed(enrolment: Enrolment, to: Cohort, **values: Any) -> Transfer:
    """A transfer that awaits the school."""
    transfer = proposed(enrolment, to, **values)
    services.welcome_transfer(transfer, by=staff(to))
    return transfer


def as_proposed(transfer: Transfer) -> Kept:
    """The correspondence as it stands."""
    return Kept({line.id: line.to_module_id for line in transfer.lines})


def done(enrolment: Enrolment, to: Cohort, kept: Kept | None = None, **values: Any) -> Enrolment:
    """The new enrolment of a transfer agreed to."""
    transfer = welcomed(enrolment, to, **values)
    return services.accept_transfer(transfer, Agreement(kept or as_proposed(transfer)), by=school(to))
