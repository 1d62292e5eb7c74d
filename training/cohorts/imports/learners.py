"""The learners of a cohort that is half-way, brought in from its spreadsheet (R114).

Each row is matched to who and what is known before anything is said of it; the dry run and the writing read one plan.
"""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final

from training.accounts.imports import KIND_WORDS, Register, departements, finess, sample_departement
from training.accounts.rules import email_key
from training.catalogue.models import Variant
from training.cohorts import moving, queries
from training.cohorts.enums import EnrolmentStatus
from training.cohorts.imports import samples
from training.cohorts.imports.plans import ACTS, Plan, Plans
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.services import capacity
from training.cohorts.services import moving as verbs
from training.common.declarations import ImportKind
from training.common.formatting import plain_date, plural
from training.common.import_cells import Reader, choice, day, email, text
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
    told = ["nouveau compte, aucun courriel ne part" if plan.person is None else "compte existant"]
    told.append(f"parcours {plan.variant.short}" if plan.variant else "")
    told.append(plan.structure.name if plan.structure is not None else values["name"] or "")
    told.append(f"entrée le {plain_date(plan.entered_on)}")
    if plan.standing is not EnrolmentStatus.ACTIVE:
        told.append(f"{plan.standing.label} depuis le {plain_date(values['left_on'])}")
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
            act=ACTS.get(plan.standing),
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
    entered = samples.began_on(cohort)
    place = {
        "name": "MSP du Grand Chêne",
        "kind": kind,
        "departement": sample_departement(samples.region_of(cohort)),
        "city": "Valbelle",
        "variant": variant,
    }
    left = {"status": "abandon", "left_on": samples.day_after(cohort, 30), "reason": "Changement de poste"}
    return [
        {**place, **samples.ALIX, "status": "en formation", "entered_on": entered},
        {**place, **samples.SACHA, "entered_on": entered, **left},
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
