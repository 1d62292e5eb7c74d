"""Who comes to the launch of a cohort, as its pages read it (R117)."""

import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, select, true
from sqlalchemy.orm import joinedload

from training.accounts.models import Person, Structure
from training.cohorts.enums import LIVE
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.registration import LaunchGuest, LaunchTeam
from training.common.articles import of
from training.common.errors import NotFound
from training.database import db


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A person expected at the launch with her team; ``team`` is null when she has said nothing."""

    person: Person
    structure: str
    team: LaunchTeam | None
    guests: Sequence[LaunchGuest]

    @property
    def unnamed(self) -> int:
        """How many of her team have no name yet."""
        return max((self.team.headcount if self.team else 0) - len(self.guests), 0)

    @property
    def coming(self) -> int:
        """How many are expected of her team: those who declined are not."""
        return self.unnamed + sum(guest.comes is not False for guest in self.guests)

    @property
    def meals(self) -> int:
        """How many meals: what she said, or one each, less those of her guests who answered otherwise."""
        declined = sum(guest.comes is False for guest in self.guests)
        fasting = sum(guest.comes is not False and guest.eats is False for guest in self.guests)
        said = self.team.meals if self.team else None
        return self.coming + 1 - fasting if said is None else max(said - declined - fasting, 0)


@dataclass(frozen=True, slots=True)
class LaunchList:
    """Everybody expected at a launch, and the counts."""

    rows: Sequence[TeamRow]
    diets: Sequence[tuple[str, str]] = field(default_factory=tuple)
    """(who, what she asked), each from the person who said it."""

    @property
    def told(self) -> int:
        """How many people have said whether their team comes."""
        return sum(row.team is not None for row in self.rows)

    @property
    def learners(self) -> int:
        """How many learners or selected people are expected."""
        return len(self.rows)

    @property
    def guests(self) -> int:
        """How many of their teams are expected."""
        return sum(row.coming for row in self.rows)

    @property
    def meals(self) -> int:
        """How many meals to order."""
        return sum(row.meals for row in self.rows)

    @property
    def awaited(self) -> int:
        """How many invited guests have not answered."""
        return sum(bool(guest.email) and guest.comes is None for row in self.rows for guest in row.guests)


def launch_list(cohort: Cohort) -> LaunchList:
    """Return who comes to the launch: learners, and those selected who have told of their team. Three SELECTs."""
    seated = db.session.execute(
        select(Enrolment.person_id, Structure.name)
        .join(Structure, Structure.id == Enrolment.structure_id)
        .where(Enrolment.cohort_id == cohort.id, Enrolment.status.in_(LIVE))
    )
    learners = {row.person_id: row.name for row in seated}
    people = db.session.execute(
        select(Person, LaunchTeam)
        .outerjoin(LaunchTeam, (LaunchTeam.person_id == Person.id) & (LaunchTeam.cohort_id == cohort.id))
        .where(
            Person.merged_into_id.is_(None),
            (LaunchTeam.person_id.is_not(None)) | (Person.id.in_(list(learners))),
        )
        .order_by(Person.sort_key, Person.id)
    )
    named: defaultdict[uuid.UUID, list[LaunchGuest]] = defaultdict(list)
    for guest in db.session.scalars(_guests().where(LaunchGuest.cohort_id == cohort.id)):
        named[guest.person_id].append(guest)
    rows = [TeamRow(person, learners.get(person.id, ""), team, named[person.id]) for person, team in people]
    diets = [(row.person.name, row.team.diets) for row in rows if row.team and row.team.diets]
    diets += [
        (guest.name, guest.diet) for row in rows for guest in row.guests if guest.diet and guest.comes is not False
    ]
    return LaunchList(rows, diets)


def _guests() -> Select[LaunchGuest]:
    return select(LaunchGuest).where(LaunchGuest.removed_at.is_(None)).order_by(LaunchGuest.position, LaunchGuest.id)


def guests_of(cohort_id: uuid.UUID, person_id: uuid.UUID) -> Sequence[LaunchGuest]:
    """Return the members of her team a person names. One SELECT."""
    return db.session.scalars(
        _guests().where(LaunchGuest.cohort_id == cohort_id, LaunchGuest.person_id == person_id)
    ).all()


def guest(guest_id: uuid.UUID, *, lock: bool = False) -> LaunchGuest:
    """Return a guest with her cohort and the one who invites her; ``NotFound`` once she is no longer named."""
    query = (
        _guests()
        .where(LaunchGuest.id == guest_id)
        .options(joinedload(LaunchGuest.cohort, innerjoin=True), joinedload(LaunchGuest.person, innerjoin=True))
    )
    found = db.session.scalars(query.with_for_update(of=LaunchGuest) if lock else query).one_or_none()
    if found is None:
        raise NotFound("Cette invitation n’est plus valable : rapprochez-vous de la personne qui vous invitait.")
    return found


def expected_names(cohort_id: uuid.UUID) -> Sequence[tuple[str, str]]:
    """Return the named guests expected at a launch, each with who invites her, in the order of the dictionary. One SELECT."""
    rows = db.session.execute(
        select(LaunchGuest.name, Person.first_name, Person.last_name)
        .join(Person, Person.id == LaunchGuest.person_id)
        .where(
            LaunchGuest.cohort_id == cohort_id,
            LaunchGuest.removed_at.is_(None),
            LaunchGuest.comes.is_(None) | (LaunchGuest.comes == true()),
        )
        .order_by(Person.sort_key, LaunchGuest.position, LaunchGuest.id)
    )
    return [(name, f"équipe {of(f'{first} {last}')}".strip()) for name, first, last in rows]
