"""The demonstration's transfers: a learner who passed from one region to another with what was acquired, another proposed."""

from datetime import date, timedelta
from typing import Final

from sqlalchemy import select

from training.cohorts import services
from training.cohorts.commands import Agreement, Kept, TrainerToAssign, TransferPlan
from training.cohorts.enums import AssignmentKind
from training.cohorts.models import Enrolment
from training.cohorts.transfers import Transfer
from training.common import clock
from training.database import db
from training.seeding import toml
from training.seeding.demo.cohorts import cohort_of, staff_of
from training.seeding.demo.people import Cast, at
from training.seeding.demo.portfolio import enrolment_of
from training.seminars.queries import presence_of
from training.seminars.rules.presence import Standing

SCHOOL: Final = "ehesp@example.org"
TRAINER: Final = "relais.bfc@example.org"


def load_transfers(cast: Cast) -> None:
    """Propose each transfer, and have those that are done welcomed and agreed to; once, with the rest."""
    if db.session.scalar(select(Transfer.id).limit(1)) is not None:
        return
    for line in toml.read("demo/cohorts")["transfers"]:
        former, cohort = enrolment_of(cast, line["who"]), cohort_of(line["to"])
        variant = next(each for each in cohort.edition.variants if each.code == former.variant.code)
        enters_on = _first_missed(former) if line["done"] else clock.today() + timedelta(days=45)
        acted_on = enters_on + timedelta(days=20) if line["done"] else clock.today() - timedelta(days=2)
        plan = TransferPlan(cohort.id, variant.id, enters_on, line["reason"])
        with at(acted_on, 9):
            transfer = services.propose_transfer(former, plan, by=cast.principal(staff_of(former.cohort.code)))
        if line["done"]:
            with at(acted_on, 15):
                services.welcome_transfer(transfer, by=cast.principal(staff_of(cohort.code)))
            with at(acted_on + timedelta(days=2), 11):
                kept = Kept({each.id: each.to_module_id for each in transfer.lines})
                new = services.accept_transfer(transfer, Agreement(kept), by=cast.principal(SCHOOL))
                services.entrust(new, _follower(cast, clock.today()), by=cast.principal(staff_of(cohort.code)))


def _follower(cast: Cast, since: date) -> TrainerToAssign:
    return TrainerToAssign(cast.person(TRAINER).id, AssignmentKind.REFERENT, since)


def _first_missed(enrolment: Enrolment) -> date:
    """Return the day of the half-day whose sheet is still to lock: the learner was no longer there."""
    waiting = (line.half_day.starts_on for line in presence_of(enrolment).lines if line.standing is Standing.UNLOCKED)
    return min(waiting, default=clock.today())
