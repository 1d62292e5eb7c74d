"""The demonstration's cohorts: opened, started, their learners followed by relay trainers."""

import uuid
from typing import Any, Final

from sqlalchemy import select

from training.accounts.models import Organisation
from training.catalogue.models import Edition
from training.cohorts import services
from training.cohorts.commands import EnrolmentChange, NewCohort, Note, TrainerToApprove, TrainerToAssign
from training.cohorts.enums import AssignmentKind, CohortAct, CohortStatus, EnrolmentAct
from training.cohorts.models import Cohort, Enrolment, TrainerApproval
from training.common import clock
from training.common.policy import WORKER
from training.database import db
from training.seeding import toml
from training.seeding.admissions import day_of
from training.seeding.demo.people import OPENED_ON, Cast, at

SCHOOL: Final = "ehesp@example.org"
STAFF: Final = {
    "ARA": "gestion.ara@example.org",
    "BFC": "gestion.bfc@example.org",
    "MOSAIC": "guichet.occ@example.org",
}
"""Who runs a cohort or a call, by the first word of its code."""


def staff_of(code: str) -> str:
    """Return the account that runs the cohort of this code."""
    return STAFF[code.partition("-")[0]]


def load_cohorts() -> None:
    """Open the demonstration's own cohorts that are missing. The reference ones are there already."""
    present = set(db.session.scalars(select(Cohort.code)))
    bodies: dict[str, uuid.UUID] = dict(db.session.execute(select(Organisation.code, Organisation.id)).all())
    for table in toml.read("demo/cohorts")["cohorts"]:
        if table["code"] in present:
            continue
        edition_id = db.session.scalars(select(Edition.id).where(Edition.code == table["edition"])).one()
        command = _command(table, edition_id, bodies)  # its days follow today's, not those of the past below
        with at(OPENED_ON, 14):
            services.open_cohort(command, by=WORKER)


def _command(table: toml.Table, edition_id: uuid.UUID, bodies: dict[str, uuid.UUID]) -> NewCohort:
    days: dict[str, Any] = {name: day_of(table.get(name)) for name in ("launch_on", "first_seminar_on", "ends_on")}
    return NewCohort(
        code=table["code"],
        label=table["label"],
        edition_id=edition_id,
        provenance=table["provenance"],
        places=table.get("places"),
        parts=tuple(
            (bodies[part["organisation"]], part["part"], part.get("outside_tool", False)) for part in table["parts"]
        ),
        **days,
    )


def start_cohort(code: str, cast: Cast) -> None:
    """Start a cohort on the day of its launch or first seminar, if that is past and nobody has."""
    cohort = cohort_of(code)
    first = cohort.launch_on or cohort.first_seminar_on
    if cohort.status is CohortStatus.PREPARING and (first is None or first <= clock.today()):
        with at(first or clock.today(), 8):
            services.move_cohort(cohort, CohortAct.START, by=cast.principal(staff_of(code)))


def cohort_of(code: str) -> Cohort:
    """Return the cohort of this code."""
    return db.session.scalars(select(Cohort).where(Cohort.code == code)).one()


def load_trainers(cast: Cast) -> None:
    """Have the school approve the relay trainers of cohorts that have none, and share the learners among them."""
    for table in toml.read("demo/cohorts")["trainers"]:
        cohort = cohort_of(table["cohort"])
        trainers = [cast.person(line["who"]) for line in table["who"]]
        approved = select(TrainerApproval.id).where(TrainerApproval.person_id.in_([p.id for p in trainers]))
        if db.session.scalars(approved).first() is not None:
            continue
        school = next(part.organisation_id for part in cohort.parts if part.part.value == "school")
        for line, trainer in zip(table["who"], trainers, strict=True):
            command = TrainerToApprove(trainer.email, school, table["agreed_on"], day_of(line["valid_until"]))
            with at(table["agreed_on"], 15):
                services.approve_trainer(cohort, command, by=cast.principal(SCHOOL))
        _share(cohort, table, [trainer.id for trainer in trainers], cast)


def _share(cohort: Cohort, table: toml.Table, trainers: list[uuid.UUID], cast: Cast) -> None:
    staff, since = cast.principal(staff_of(cohort.code)), table["since"]
    with at(table["agreed_on"], 16):
        for trainer_id in trainers:
            command = TrainerToAssign(trainer_id, AssignmentKind.ANIMATOR, since)
            services.assign_animator(cohort, command, by=staff)
    with at(since, 8):  # once they are all enrolled
        without = {cast.person(who).id for who in table["without"]}
        learners = [each for each in _learners(cohort) if each.person_id not in without]
        for rank, enrolment in enumerate(learners):
            command = TrainerToAssign(trainers[rank % len(trainers)], AssignmentKind.REFERENT, since)
            services.assign_trainer(enrolment, command, by=staff)


def _learners(cohort: Cohort) -> list[Enrolment]:
    """Return the learners, the fixed account first, so that the first trainer of the table follows it; then by name."""
    learners = list(db.session.scalars(select(Enrolment).where(Enrolment.cohort_id == cohort.id)))
    return sorted(learners, key=lambda each: (not each.person.email.startswith("apprenant."), each.person.sort_key))


def tell_what_happened(cast: Cast) -> None:
    """Write a few things of any cohort's life: an interruption, notes on learners."""
    life = toml.read("demo/cohorts").get("life", [])
    for line in life:
        person = cast.person(line["who"])
        enrolment = db.session.scalars(select(Enrolment).where(Enrolment.person_id == person.id)).one()
        by = cast.principal(line["by"])
        with at(line["on"], 17):
            if "act" in line:
                change = EnrolmentChange(on=line["on"], reason=line["words"])
                services.change_enrolment(enrolment, EnrolmentAct(line["act"]), change, by=by)
            else:
                services.write_note(enrolment, Note(line["words"], shared=line["shared"]), by=by)
