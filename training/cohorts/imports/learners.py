"""The learners of a cohort that is half-way, brought in from its spreadsheet (R114).

Each row is matched to who and what is known before anything is said of it; the dry run and the writing read one plan.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from training.accounts.imports import KIND_WORDS, Register, departements, finess
from training.accounts.models import Person, Structure
from training.accounts.rules import email_key, is_generic_address
from training.catalogue.models import Variant
from training.cohorts import moving, queries
from training.cohorts.enums import EnrolmentAct, EnrolmentStatus
from training.cohorts.finding import name_key, told_name
from training.cohorts.imports.known import KnownPeople, KnownTrainers
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.services import capacity
from training.cohorts.services import moving as verbs
from training.common import clock
from training.common.declarations import ImportKind
from training.common.formatting import plain_date, plural
from training.common.import_cells import Reader, choice, day, email, plain, text
from training.common.imports import Change, Field, Made, Outcome, Problem, Row, Told, twice
from training.common.policy import Permission, Principal

STATES: Final[Mapping[str, EnrolmentStatus]] = {
    **{
        status.label: status
        for status in (
            EnrolmentStatus.ACTIVE,
            EnrolmentStatus.SUSPENDED,
            EnrolmentStatus.POSTPONED,
            EnrolmentStatus.WITHDRAWN,
        )
    },
    "actif": EnrolmentStatus.ACTIVE,
    "active": EnrolmentStatus.ACTIVE,
    "en cours": EnrolmentStatus.ACTIVE,
    "inscrit": EnrolmentStatus.ACTIVE,
    "inscrite": EnrolmentStatus.ACTIVE,
    "interruption": EnrolmentStatus.SUSPENDED,
    "suspendu": EnrolmentStatus.SUSPENDED,
    "suspendue": EnrolmentStatus.SUSPENDED,
    "report": EnrolmentStatus.POSTPONED,
    "reporté": EnrolmentStatus.POSTPONED,
    "reportée": EnrolmentStatus.POSTPONED,
    "abandonné": EnrolmentStatus.WITHDRAWN,
    "sorti": EnrolmentStatus.WITHDRAWN,
    "sortie": EnrolmentStatus.WITHDRAWN,
    "parti": EnrolmentStatus.WITHDRAWN,
    "partie": EnrolmentStatus.WITHDRAWN,
}
"""How spreadsheets name where a learner stands."""

ACTS: Final = {
    EnrolmentStatus.SUSPENDED: EnrolmentAct.SUSPEND,
    EnrolmentStatus.POSTPONED: EnrolmentAct.POSTPONE,
    EnrolmentStatus.WITHDRAWN: EnrolmentAct.WITHDRAW,
}


def _variant(cohort: Cohort) -> Reader:
    options: dict[str, Variant] = {}
    for variant in cohort.edition.variants:
        options |= {variant.short: variant, variant.label: variant, variant.code: variant}
    return choice(options, what="un parcours de cette formation")


def fields(cohort: Cohort) -> list[Field]:
    """Return what a learner is read from. One SELECT."""
    return [
        Field("last_name", "Nom", text(80), required=True, names=("nom de famille", "nom d’usage")),
        Field("first_name", "Prénom", text(80), required=True),
        Field("email", "Courriel", email, names=("email", "e-mail", "mail", "adresse mail")),
        Field("born_on", "Date de naissance", day, names=("né le", "née le", "naissance")),
        Field("phone", "Téléphone", text(30), names=("tel", "tél", "portable")),
        Field("name", "Nom de la structure", text(160), names=("structure", "employeur", "équipe")),
        Field("finess", "FINESS", finess, names=("n° finess", "numéro finess")),
        Field("kind", "Type de structure", choice(KIND_WORDS, what="un type de structure connu"), names=("type",)),
        Field("departement", "Département", choice(departements(), what="un département"), names=("dept", "dep")),
        Field("city", "Commune", text(80), names=("ville",)),
        Field("variant", "Parcours", _variant(cohort), names=("variante", "filière")),
        Field("entered_on", "Entrée en formation", day, names=("date d’entrée", "entrée", "entré le", "entrée le", "début")),
        Field("referent", "Formateur·rice référent·e", text(160), names=("référent", "référente", "formateur référent",
              "formateur relais", "formatrice relais", "fr")),
        Field("status", "État", choice(STATES, what="un état connu (en formation, en interruption, report, abandon)"),
              names=("statut", "situation")),
        Field("left_on", "Depuis le", day, names=("date de sortie", "sortie le", "date d’abandon", "fin")),
        Field("reason", "Motif", text(500), names=("motif de sortie", "raison")),
    ]  # fmt: skip


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
    status: EnrolmentStatus = EnrolmentStatus.ACTIVE
    trainer: Person | None = None
    problems: list[Problem] = field(default_factory=list)

    @property
    def name(self) -> str:
        """Who."""
        return self.person.name if self.person is not None else told_name(self.row)

    @property
    def is_gone(self) -> bool:
        """Whether she had left."""
        return self.status in (EnrolmentStatus.POSTPONED, EnrolmentStatus.WITHDRAWN)

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
        if not plan.person.active:
            plan.say(f"Le compte de {plan.person.name} est fermé : rouvrez-le, ou indiquez une autre adresse.")
        elif plan.known is not None:
            plan.say(
                f"{plan.person.name} est déjà dans la promotion : cette ligne ne l’inscrit pas de nouveau.",
                blocks=False,
            )
        elif plan.person.id in self.people.elsewhere:
            plan.say(f"{plan.person.name} suit déjà ce programme dans « {self.people.elsewhere[plan.person.id]} ».")
        if name_key(plan.person.first_name, plan.person.last_name) != name_key(
            values["first_name"], values["last_name"]
        ):
            plan.say(f"Cette adresse est déjà celle de {plan.person.name} : son nom restera.", blocks=False)

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
            plan.say("Indiquez le parcours : le type de la structure ne le dit pas.")
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
                        f"« {values['name']} » sera ajoutée au registre des structures.", plan.row.number, blocks=False
                    )
                ]
                self.added.add((plain(values["name"]), values["departement"]))

    def _when(self, plan: Plan) -> None:
        values, cohort = plan.row.values, self.cohort
        if plan.known is not None:
            return
        plan.status = values["status"] or EnrolmentStatus.ACTIVE
        plan.entered_on = values["entered_on"] or cohort.launch_on or cohort.first_seminar_on
        if plan.entered_on is None:
            plan.say("Indiquez la date d’entrée en formation : celle de la promotion n’est pas connue.")
        left: date | None = values["left_on"]
        if plan.status in ACTS and left is None:
            plan.say("Indiquez depuis quel jour elle a quitté ou interrompu la formation.")
        elif plan.status not in ACTS and left is not None:
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


def check(cohort: Cohort, rows: Sequence[Row]) -> list[Problem]:
    """Return every problem of the sheet: rows, then seats."""
    problems = twice(rows, lambda row: email_key(row.values["email"]) if row.values["email"] else None, "Cette adresse")
    plans = Plans(cohort, rows).plans
    problems += [problem for plan in plans for problem in plan.problems]
    return _seat_problems(cohort, plans) + problems


def _seat_problems(cohort: Cohort, plans: Sequence[Plan]) -> list[Problem]:
    seated = [plan for plan in plans if plan.known is None and not plan.is_gone]
    found, link = [], ("Changer le nombre de places", f"/promotions/{cohort.code}/places")
    left = capacity.seats_left(cohort)
    if left is not None and len(seated) > left:
        words = f"Ce tableur inscrit {plural(len(seated), 'personne')}, et il ne reste que {plural(left, 'place')}."
        found.append(Problem(words, link=link))
    for variant_id, code, places, used in capacity.quotas(cohort.id):
        wanted = sum(plan.variant is not None and plan.variant.id == variant_id for plan in seated)
        if used + wanted > places:
            found.append(
                Problem(
                    f"Le parcours {code} n’a que {plural(places, 'place')} : il en faudrait {used + wanted}.", link=link
                )
            )
    return found


def changes(cohort: Cohort, rows: Sequence[Row]) -> list[Change]:
    """Return, learner by learner, what would be written."""
    found = []
    for plan in Plans(cohort, rows).plans:
        told = [] if plan.known is not None else _told_entry(plan)
        if plan.trainer is not None:
            told.append(f"suivie par {plan.trainer.name}")
        found.append(Change(plan.name, ", ".join(told) or "rien de nouveau", plan.row.number))
    return found


def _told_entry(plan: Plan) -> list[str]:
    values = plan.row.values
    told = ["nouveau compte, sans courriel" if plan.person is None else "compte existant"]
    told.append(f"parcours {plan.variant.short}" if plan.variant else "")
    told.append(plan.structure.name if plan.structure is not None else values["name"] or "")
    told.append(f"entrée le {plain_date(plan.entered_on)}")
    if plan.status is not EnrolmentStatus.ACTIVE:
        told.append(f"{plan.status.label} depuis le {plain_date(values['left_on'])}")
    return [words for words in told if words]


def write(cohort: Cohort, rows: Sequence[Row], by: Principal) -> Outcome:
    """Write every row: those who left first, so that their seats are free again."""
    found = Plans(cohort, rows)
    made: list[Made] = []
    plans = sorted(found.plans, key=lambda plan: not plan.is_gone)
    written = 0
    for plan in plans:
        enrolment = plan.known
        if enrolment is None:
            enrolment = _enrol(cohort, plan, found.register, by)
            made.append(Made(plan.row.number, "enrolment", enrolment.id))
            written += 1
        if plan.trainer is not None:
            verbs.give_referent(enrolment, plan.trainer, by=by)
    kept = len(rows) - written
    told = f"{plural(written, 'apprenant·e repris·e', 'apprenant·es repris·es')}"
    return Outcome(f"{told}, {kept} déjà là." if kept else f"{told}.", made)


def _enrol(cohort: Cohort, plan: Plan, register: Register, by: Principal) -> Enrolment:
    values = plan.row.values
    structure = plan.structure or register.find(plan.row)
    if structure is None:
        structure = verbs.enter_structure(values, by=by)
        register.add(structure)
    assert plan.variant is not None
    assert plan.entered_on is not None
    return verbs.take_over(
        cohort,
        verbs.TakenOver(
            person=plan.person,
            email=values["email"] or "",
            first_name=values["first_name"],
            last_name=values["last_name"],
            phone=values["phone"],
            structure=structure,
            variant=plan.variant,
            entered_on=plan.entered_on,
            act=ACTS.get(plan.status),
            since=values["left_on"],
            reason=values["reason"] or "",
        ),
        by=by,
    )


def made(cohort: Cohort, written: Sequence[Any]) -> list[Told]:
    """Tell the enrolments an import made. One SELECT."""
    ids = [each.subject_id for each in written]
    return [
        Told(
            each.id,
            each.person.name,
            f"{each.variant.short}, {each.structure.name}, entrée le {plain_date(each.entered_on)}, {each.status.label}",
            f"/promotions/{cohort.code}/apprenants/{each.id}",
        )
        for each in queries.enrolments_named(ids)
    ]


def undo(cohort: Cohort, written: Sequence[Any], by: Principal) -> None:
    """Take back the enrolments of an import."""
    verbs.take_back(cohort, {each.subject_id for each in written}, by=by)


def sample(cohort: Cohort) -> list[Mapping[str, Any]]:
    """Return two invented learners."""
    variant = next((each.short for each in cohort.edition.variants), "")
    kind = next((each.kinds[0].label for each in cohort.edition.variants if each.kinds), "MSP")
    departement = next(iter(departements().values()), "")
    entered = cohort.launch_on or cohort.first_seminar_on or clock.today()
    place = {
        "name": "MSP du Grand Chêne",
        "kind": kind,
        "departement": departement,
        "city": "Valbelle",
        "variant": variant,
    }
    alix = {"last_name": "Roy", "first_name": "Alix", "email": "alix.roy@grand-chene.example", "status": "en formation"}
    sacha = {
        "last_name": "Petit",
        "first_name": "Sacha",
        "email": "sacha.petit@grand-chene.example",
        "status": "abandon",
    }
    return [
        {**place, **alix, "entered_on": entered},
        {**place, **sacha, "entered_on": entered, "left_on": clock.today(), "reason": "Changement de poste"},
    ]


def carried(principal: Principal, cohort_id: uuid.UUID) -> Cohort:
    """Return a cohort this person sees; what she may bring into it is judged afterwards."""
    return queries.find_cohort_by_id(principal, cohort_id)


LEARNERS: Final = ImportKind(
    code="apprenants",
    label="Reprendre les apprenant·es",
    lead="Une ligne par personne de la promotion, celles qui l’ont quittée comprises. Chacune reçoit une place ; aucun courriel ne part.",
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
        "Sans adresse, une personne n’est reconnue que par son nom et une date de naissance déjà connue ici.",
        "Une structure absente du registre y entre si vous indiquez son type et son département.",
        "Sans date d’entrée, celle du lancement de la promotion vaut. Le parcours se déduit du type de la structure.",
        "Le ou la référent·e n’est désigné·e que si l’école l’a agréé·e : importez de nouveau ce tableur ensuite, rien ne sera doublé.",
    ),
    made=made,
    undo=undo,
    mend="Pour corriger une ligne, ouvrez la page de la personne : sa structure, ses dates et son état s’y changent.",
)
"""The learners."""
