"""The relay trainers and speakers of a cohort that is half-way (R114): accounts, and who animates it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from sqlalchemy import select

from training.accounts.models import Person
from training.accounts.rules import ANOTHER_NAME, email_key, names_agree
from training.cohorts import moving, queries
from training.cohorts.enums import AssignmentKind
from training.cohorts.finding import name_key, told_name
from training.cohorts.imports import samples
from training.cohorts.imports.known import KnownTrainers
from training.cohorts.imports.learners import carried
from training.cohorts.models import Cohort, TrainerAssignment
from training.cohorts.services import moving as verbs
from training.common.articles import of
from training.common.declarations import ImportKind
from training.common.formatting import plural
from training.common.import_cells import choice, day, email, text
from training.common.imports import Change, Field, Made, Outcome, Problem, Row, Told, twice
from training.common.policy import Permission, Principal
from training.database import db

YES: Final = {"oui": True, "x": True, "1": True, "non": False, "0": False, "-": False}


def fields(_cohort: Cohort) -> list[Field]:
    """Return what a trainer is read from."""
    return [
        Field("last_name", "Nom", text(80), required=True, names=("nom de famille",)),
        Field("first_name", "Prénom", text(80), required=True),
        Field("email", "Courriel", email, required=True, names=("email", "e-mail", "mail", "adresse mail")),
        Field("phone", "Téléphone", text(30), names=("tel", "tél", "portable")),
        Field("animates", "Anime la promotion", choice(YES, what="oui ou non"), names=("animateur", "animatrice", "anime")),
        Field("since", "Depuis le", day, names=("début", "depuis")),
    ]  # fmt: skip


@dataclass(slots=True)
class Plan:
    """What one row comes to."""

    row: Row
    person: Person | None = None
    animates: bool = False
    problems: list[Problem] = field(default_factory=list)
    stranger: bool = False

    @property
    def name(self) -> str:
        """Who."""
        return self.person.name if self.person is not None and not self.stranger else told_name(self.row)


def _plans(cohort: Cohort, rows: Sequence[Row]) -> list[Plan]:
    """Return what each row comes to. Four SELECTs."""
    keys = [email_key(row.values["email"]) for row in rows]
    people = {
        person.email_key: person for person in db.session.scalars(select(Person).where(Person.email_key.in_(keys)))
    }
    approved = {person.id for person in KnownTrainers(cohort).people}
    animating = _animating(cohort)
    found = []
    for row in rows:
        plan = Plan(row, people.get(email_key(row.values["email"])))
        found.append(plan)
        person, values = plan.person, row.values
        if person is not None and person.id not in animating and not names_agree(told_name(row), person):
            plan.stranger = True
            plan.problems.append(Problem(ANOTHER_NAME, row.number))
            continue
        if person is not None and not person.active:
            plan.problems.append(
                Problem(
                    f"Le compte {of(person.name)} est fermé : rouvrez-le, ou indiquez une autre adresse.", row.number
                )
            )
        elif person is not None and name_key(person.first_name, person.last_name) != name_key(
            values["first_name"], values["last_name"]
        ):
            plan.problems.append(
                Problem(f"Cette adresse est déjà celle {of(person.name)} : son nom restera.", row.number, blocks=False)
            )
        if not values["animates"] or (person is not None and person.id in animating):
            continue
        plan.animates = person is not None and person.id in approved
        if not plan.animates:
            plan.problems.append(
                Problem(
                    f"{plan.name} n’a pas encore l’agrément de l’école : son compte est créé, puis importez de nouveau cette ligne.",
                    row.number,
                    blocks=False,
                    link=("Enregistrer un agrément", f"/promotions/{cohort.code}/formateurs"),
                )
            )
    return found


def _animating(cohort: Cohort) -> set[Any]:
    return set(
        db.session.scalars(
            select(TrainerAssignment.person_id).where(
                TrainerAssignment.cohort_id == cohort.id,
                TrainerAssignment.kind == AssignmentKind.ANIMATOR,
                TrainerAssignment.until.is_(None),
            )
        )
    )


def check(cohort: Cohort, rows: Sequence[Row]) -> list[Problem]:
    """Return every problem of the sheet."""
    problems = twice(rows, lambda row: email_key(row.values["email"]), "Cette adresse")
    return problems + [problem for plan in _plans(cohort, rows) for problem in plan.problems]


def changes(cohort: Cohort, rows: Sequence[Row]) -> list[Change]:
    """Return, person by person, what would be written."""
    found = []
    for plan in _plans(cohort, rows):
        told = ["compte existant" if plan.person is not None else "nouveau compte, aucun courriel ne part"]
        if plan.animates:
            told.append("anime la promotion")
        found.append(Change(plan.name, ", ".join(told), plan.row.number))
    return found


def write(cohort: Cohort, rows: Sequence[Row], by: Principal) -> Outcome:
    """Write every row."""
    made, added, animating = [], 0, 0
    for plan in _plans(cohort, rows):
        person = plan.person
        if person is None:
            values = plan.row.values
            person = verbs.account(values["email"], values["first_name"], values["last_name"], values["phone"])
            added += 1
        made.append(Made(plan.row.number, "person", person.id, changed=plan.person is not None))
        if plan.animates:
            verbs.give_animator(cohort, person, plan.row.values["since"], by=by)
            animating += 1
    told = f"{plural(added, 'compte créé', 'comptes créés')}, {plural(animating, 'personne anime', 'personnes animent')} la promotion."
    return Outcome(told, made)


def made(cohort: Cohort, written: Sequence[Any]) -> list[Told]:
    """Tell the people an import named. One SELECT."""
    known = {each.subject_id: each.changed for each in written}
    return [
        Told(
            person.id,
            person.name,
            "compte existant" if known[person.id] else "compte créé",
            f"/promotions/{cohort.code}/formateurs",
        )
        for person in queries.people_named(known)
    ]


def sample(cohort: Cohort) -> list[Mapping[str, Any]]:
    """Return two invented trainers."""
    return [
        {"last_name": "Lambert", "first_name": "Dominique", "email": "dominique.lambert@relais.example", "animates": "oui",
         "since": samples.began_on(cohort)},
        {"last_name": "Moreau", "first_name": "Camille", "email": "camille.moreau@relais.example", "animates": "non"},
    ]  # fmt: skip


TRAINERS: Final = ImportKind(
    code="formateurs",
    label="Reprendre les formateur·rices",
    lead="Les formateur·rices relais et les intervenant·es de la promotion. Chacun·e a un compte ; aucun courriel ne part.",
    permission=Permission.COHORTS_COHORT_MOVE_IN,
    load=carried,
    memory=moving.memory,
    fields=fields,
    check=check,
    write=write,
    back=moving.back,
    changes=changes,
    sample=sample,
    notes=(
        "L’agrément d’un·e formateur·rice relais reste l’acte de l’école : il s’enregistre sur la page de l’équipe de formation.",
        "Une fois l’agrément enregistré, importez de nouveau ce tableur : rien ne sera doublé.",
    ),
    made=made,
    mend="Pour corriger, ouvrez la page de l’équipe de formation : qui anime et qui suit s’y change.",
)
"""The trainers."""
