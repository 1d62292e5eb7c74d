"""Who is already known when a cohort is brought in: accounts, enrolments, relay trainers. Each reads once, whatever the rows."""

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, exists, or_, select

from training.accounts.enums import CARRYING
from training.accounts.models import Person
from training.accounts.rules import email_key, sort_key
from training.cohorts.enums import LIVE, AssignmentKind
from training.cohorts.finding import name_key, near_names
from training.cohorts.models import Cohort, CohortPart, Enrolment, TrainerApproval, TrainerAssignment
from training.cohorts.registration import CivilStatus
from training.cohorts.rules import approving_schools
from training.common.articles import of
from training.common.formatting import enumeration
from training.common.imports import Row
from training.database import db


class KnownPeople:
    """The accounts that the rows of a sheet may speak of, and where they are enrolled. Five SELECTs.

    By its address, anyone; by name alone, the learners of the bodies that carry this cohort, and nobody else.
    """

    def __init__(self, cohort: Cohort, rows: Sequence[Row]) -> None:
        keys = {email_key(row.values["email"]) for row in rows if row.values["email"]}
        names = {sort_key(row.values["last_name"], row.values["first_name"]) for row in rows}
        found = db.session.scalars(
            select(Person).where(
                or_(Person.email_key.in_(keys), Person.sort_key.in_(names)), Person.anonymised_at.is_(None)
            )
        ).all()
        merged = [person.merged_into_id for person in found if person.merged_into_id]
        kept = {person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(merged)))}
        self._by_address = {person.email_key: kept.get(person.merged_into_id or person.id, person) for person in found}
        self._by_name: defaultdict[str, list[Person]] = defaultdict(list)
        for person in found:
            if person.merged_into_id is None:
                self._by_name[person.sort_key].append(person)
        ids = [person.id for person in [*found, *kept.values()]]
        theirs = _cohorts_of_the_same(cohort)
        born = select(CivilStatus.person_id, CivilStatus.born_on).where(
            CivilStatus.born_on.is_not(None), CivilStatus.person_id.in_(ids), CivilStatus.cohort_id.in_(theirs)
        )
        self._born = {(person, on) for person, on in db.session.execute(born)}
        self._theirs = set(
            db.session.scalars(
                select(Enrolment.person_id).where(Enrolment.person_id.in_(ids), Enrolment.cohort_id.in_(theirs))
            )
        )
        self.enrolled: dict[uuid.UUID, Enrolment] = {}
        self.elsewhere: set[uuid.UUID] = set()
        self._read_enrolments(cohort, ids)

    def _read_enrolments(self, cohort: Cohort, ids: Sequence[uuid.UUID]) -> None:
        rows = db.session.scalars(
            select(Enrolment)
            .where(
                Enrolment.person_id.in_(ids),
                or_(
                    Enrolment.cohort_id == cohort.id,
                    Enrolment.status.in_(LIVE) & (Enrolment.programme_id == cohort.edition.programme_id),
                ),
            )
            .order_by(Enrolment.entered_on, Enrolment.id)
        )
        for enrolment in rows:
            if enrolment.cohort_id == cohort.id:
                self.enrolled[enrolment.person_id] = enrolment
            else:
                self.elsewhere.add(enrolment.person_id)

    def find(self, values: Mapping[str, Any]) -> Person | None:
        """Return who holds the address of a row; without one, who has its name and its birth date."""
        if values["email"]:
            return self._by_address.get(email_key(values["email"]))
        born: date | None = values["born_on"]
        if born is None:
            return None
        named = self._by_name.get(sort_key(values["last_name"], values["first_name"]), [])
        same = [person for person in named if (person.id, born) in self._born]
        return same[0] if len(same) == 1 else None

    def namesake(self, values: Mapping[str, Any]) -> Person | None:
        """Return a learner of the same carriers who has this name, at another address."""
        named = self._by_name.get(sort_key(values["last_name"], values["first_name"]), [])
        return next((person for person in named if person.id in self._theirs), None)


def _cohorts_of_the_same(cohort: Cohort) -> Select[uuid.UUID]:
    """Select the cohorts that a carrier of this one carries."""
    carriers = [played.organisation_id for played in cohort.parts if played.part in CARRYING]
    return select(CohortPart.cohort_id).where(CohortPart.organisation_id.in_(carriers), CohortPart.part.in_(CARRYING))


class KnownTrainers:
    """The trainers a school of the cohort has agreed to, and who is followed already. Two SELECTs."""

    def __init__(self, cohort: Cohort) -> None:
        self.people: list[Person] = list(
            db.session.scalars(
                select(Person)
                .where(
                    exists().where(
                        TrainerApproval.person_id == Person.id,
                        TrainerApproval.organisation_id.in_(approving_schools(cohort)),
                    )
                )
                .order_by(Person.sort_key, Person.id)
            )
        )
        self._by_key: dict[Any, Person] = {}
        for person in self.people:
            self._by_key[person.email_key] = person
            self._by_key[name_key(person.first_name, person.last_name)] = person
        self.followed: set[uuid.UUID | None] = set(
            db.session.scalars(
                select(TrainerAssignment.enrolment_id).where(
                    TrainerAssignment.cohort_id == cohort.id,
                    TrainerAssignment.kind == AssignmentKind.REFERENT,
                    TrainerAssignment.until.is_(None),
                )
            )
        )

    def find(self, wanted: str) -> Person | str:
        """Return the trainer of this name or address, or why she is not named, in French."""
        found = self._by_key.get(email_key(wanted)) or self._by_key.get(name_key(wanted))
        if found is not None:
            return found
        near = near_names(name_key(wanted), self.people)
        if near:
            return f"Aucun·e formateur·rice agréé·e ne s’appelle « {wanted} ». S’agit-il {of(enumeration(near, 'ou'))} ? Le suivi ne sera pas écrit."
        return f"« {wanted} » n’a pas d’agrément de l’école : le suivi ne sera pas écrit. Faites enregistrer l’agrément, puis importez de nouveau."
