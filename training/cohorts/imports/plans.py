"""What each row of a sheet of learners comes to: who, where, since when, followed by whom (R114)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from training.accounts.imports import Register
from training.accounts.models import Person, Structure
from training.accounts.rules import ANOTHER_NAME, is_generic_address, names_agree
from training.catalogue.models import Variant
from training.cohorts.enums import EnrolmentAct, EnrolmentStatus
from training.cohorts.finding import name_key, told_name
from training.cohorts.imports.known import KnownPeople, KnownTrainers
from training.cohorts.models import Cohort, Enrolment
from training.common import clock
from training.common.articles import of
from training.common.import_cells import plain
from training.common.imports import Problem, Row

ACTS: Final = {
    EnrolmentStatus.SUSPENDED: EnrolmentAct.SUSPEND,
    EnrolmentStatus.POSTPONED: EnrolmentAct.POSTPONE,
    EnrolmentStatus.WITHDRAWN: EnrolmentAct.WITHDRAW,
}


@dataclass(slots=True)
class Plan:
    """What one row comes to. ``known`` is her enrolment here, if she has one: then nothing of her is written again."""

    row: Row
    person: Person | None = None
    known: Enrolment | None = None
    structure: Structure | None = None
    new_structure: bool = False
    variant: Variant | None = None
    entered_on: date | None = None
    standing: EnrolmentStatus = EnrolmentStatus.ACTIVE
    trainer: Person | None = None
    problems: list[Problem] = field(default_factory=list)
    stranger: bool = False
    """The account of this address has another name than the row’s: it is told to nobody."""

    @property
    def name(self) -> str:
        """Who."""
        return self.person.name if self.person is not None and not self.stranger else told_name(self.row)

    @property
    def is_gone(self) -> bool:
        """Whether she had left."""
        return self.standing in (EnrolmentStatus.POSTPONED, EnrolmentStatus.WITHDRAWN)

    def say(self, words: str, *, blocks: bool = True, link: tuple[str, str] | None = None) -> None:
        """Add a problem of this row, or a remark."""
        self.problems.append(Problem(words, self.row.number, blocks=blocks, link=link))


class Plans:
    """The plans of all the rows of a sheet, matched to what is known. A fixed number of SELECTs."""

    def __init__(self, cohort: Cohort, rows: Sequence[Row]) -> None:
        self.cohort = cohort
        self.register = Register()
        self.people = KnownPeople(cohort, rows)
        self.trainers = KnownTrainers(cohort)
        self.added: set[tuple[str, str | None]] = set()
        self.plans = [self._plan(row) for row in rows]

    def _plan(self, row: Row) -> Plan:
        plan = Plan(row)
        self._who(plan)
        self._where(plan)
        self._when(plan)
        self._followed(plan)
        return plan

    def _who(self, plan: Plan) -> None:
        values = plan.row.values
        plan.person = self.people.find(values)
        if plan.person is None and not values["email"]:
            plan.say(
                "Il faut une adresse personnelle pour que cette personne ait un compte, ou une date de naissance déjà connue ici."
            )
            return
        if values["email"] and is_generic_address(values["email"]):
            plan.say("Cette adresse semble partagée : demandez-lui une adresse à elle.", blocks=False)
        if plan.person is None:
            twin = self.people.namesake(values)
            if twin is not None:
                plan.say(
                    f"{twin.name} a déjà un compte, à une autre adresse : vérifiez que c’est une autre personne.",
                    blocks=False,
                )
            return
        plan.known = self.people.enrolled.get(plan.person.id)
        if plan.known is None and not names_agree(told_name(plan.row), plan.person):
            plan.stranger = True
            plan.say(ANOTHER_NAME)
        elif not plan.person.active:
            plan.say(f"Le compte {of(plan.person.name)} est fermé : rouvrez-le, ou indiquez une autre adresse.")
        elif plan.known is not None:
            plan.say(
                f"{plan.person.name} est déjà dans la promotion : cette ligne ne l’inscrit pas de nouveau.",
                blocks=False,
            )
        elif plan.person.id in self.people.elsewhere:
            plan.say(f"{plan.person.name} suit déjà ce programme dans une autre promotion.")
        elif name_key(plan.person.first_name, plan.person.last_name) != name_key(
            values["first_name"], values["last_name"]
        ):
            plan.say(f"Cette adresse est déjà celle {of(plan.person.name)} : son nom restera.", blocks=False)

    def _where(self, plan: Plan) -> None:
        values, row = plan.row.values, plan.row
        if plan.known is not None:
            return
        plan.structure = self.register.find(row) or self.register.by_name(values["name"])
        kind = plan.structure.kind if plan.structure is not None else values["kind"]
        if plan.structure is None:
            self._new_structure(plan)
        fitting = [each for each in self.cohort.edition.variants if kind is not None and kind in each.kinds]
        every = list(self.cohort.edition.variants)
        plan.variant = values["variant"] or next(iter(fitting), None) or (every[0] if len(every) == 1 else None)
        if plan.variant is None and (plan.structure is not None or plan.new_structure):
            plan.say("Indiquez le parcours : le type de la structure ne le dit pas.")
        elif values["variant"] is not None and fitting and plan.variant not in fitting:
            plan.say(
                f"Le parcours {plan.variant.short if plan.variant else ''} n’est pas celui de ce type de structure.",
                blocks=False,
            )

    def _new_structure(self, plan: Plan) -> None:
        values = plan.row.values
        if not values["name"]:
            plan.say("Indiquez la structure où elle travaille.")
        elif values["kind"] is None or values["departement"] is None:
            plan.say(
                f"« {values['name']} » n’est pas au registre : indiquez son type et son département pour qu’elle y entre, ou écrivez "
                "son nom comme au registre."
            )
        else:
            plan.new_structure = True
            if (plain(values["name"]), values["departement"]) not in self.added:
                plan.problems += self.register.likeness(plan.row) or [
                    Problem(
                        f"« {values['name']} » est nouvelle au registre des structures.", plan.row.number, blocks=False
                    )
                ]
                self.added.add((plain(values["name"]), values["departement"]))

    def _when(self, plan: Plan) -> None:
        values, cohort = plan.row.values, self.cohort
        if plan.known is not None:
            return
        plan.standing = values["status"] or EnrolmentStatus.ACTIVE
        plan.entered_on = values["entered_on"] or cohort.launch_on or cohort.first_seminar_on
        if plan.entered_on is None:
            plan.say("Indiquez la date d’entrée en formation : celle de la promotion n’est pas connue.")
        left: date | None = values["left_on"]
        if plan.standing in ACTS and left is None:
            plan.say("Indiquez depuis quel jour elle a quitté ou interrompu la formation.")
        elif plan.standing not in ACTS and left is not None:
            plan.say("Cette date de sortie ne va pas avec l’état « en formation ».")
        elif left is not None and plan.entered_on is not None and left < plan.entered_on:
            plan.say("La sortie précède l’entrée en formation.")
        elif left is not None and left > clock.today():
            plan.say("Cette date est à venir.")

    def _followed(self, plan: Plan) -> None:
        wanted = plan.row.values["referent"]
        if not wanted or plan.is_gone or (plan.known is not None and plan.known.id in self.trainers.followed):
            return
        found = self.trainers.find(wanted)
        if isinstance(found, str):
            plan.say(found, blocks=False)
        elif plan.person is not None and found.id == plan.person.id:
            plan.say("Une personne ne peut pas se suivre elle-même.")
        else:
            plan.trainer = found
