"""The register of an earlier cohort, brought in from a spreadsheet: diplomas with their date and reference, attestations (R114, R71)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import func, select

from training.cohorts import moving
from training.cohorts import queries as cohort_queries
from training.cohorts import services as cohorts
from training.cohorts.enums import LIVE, EnrolmentAct, EnrolmentStatus
from training.cohorts.finding import Learners, who_fields
from training.cohorts.imports import samples
from training.cohorts.imports.learners import carried
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.moving import MovingStep, Standing, StepState
from training.common import clock
from training.common.articles import of
from training.common.declarations import ImportKind
from training.common.formatting import plain_date, plural
from training.common.import_cells import choice, day, text
from training.common.imports import Change, Field, Made, Outcome, Problem, Row, Told, twice
from training.common.policy import Permission, Principal
from training.database import db
from training.diplomas.commands import PastDiploma
from training.diplomas.models import RegisterEntry
from training.diplomas.queries import in_force
from training.diplomas.services import register_past

OUTCOMES: Final[Mapping[str, EnrolmentAct]] = {
    **dict.fromkeys(
        ("diplômé", "diplômée", "diplômé·e", "admis", "admise", "oui", "reçu", "reçue"), EnrolmentAct.GRADUATE
    ),
    **dict.fromkeys(("attestation", "attestation délivrée", "non diplômé", "non diplômée", "non"), EnrolmentAct.ATTEST),
}
"""How registers say how a course ended."""

ENDED: Final = {EnrolmentAct.GRADUATE: EnrolmentStatus.GRADUATED, EnrolmentAct.ATTEST: EnrolmentStatus.ATTESTATION}
REASON: Final = "Repris du registre tenu avant l’outil"


def fields(_cohort: Cohort) -> list[Field]:
    """Return what a line of a register is read from."""
    return [
        *who_fields(),
        Field("outcome", "Issue", choice(OUTCOMES, what="une issue connue (diplômé·e ou attestation)"), required=True,
              names=("résultat", "décision", "diplôme")),
        Field("on", "Date de la décision", day, required=True, names=("date", "date du diplôme", "délivré le", "date du jury")),
        Field("reference", "Numéro", text(80), names=("numéro de diplôme", "n° de diplôme", "référence", "n°")),
        Field("printed_name", "Nom imprimé", text(200), names=("nom sur le diplôme",)),
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A row matched to a learner whose course goes on."""

    row: Row
    enrolment: Enrolment

    @property
    def act(self) -> EnrolmentAct:
        """How it ended."""
        found: EnrolmentAct = self.row.values["outcome"]
        return found

    @property
    def printed_name(self) -> str:
        """The name the diploma bears."""
        return str(self.row.values["printed_name"] or self.enrolment.person.name)


def lines_of(cohort: Cohort, rows: Sequence[Row]) -> tuple[list[Line], list[Problem]]:
    """Match every row; return the lines to write, and the problems. Three SELECTs."""
    learners, lines, problems = Learners(cohort), [], []
    taken = set(
        db.session.scalars(select(RegisterEntry.reference).where(RegisterEntry.edition_id == cohort.edition_id))
    )
    for row in rows:
        who = learners.find(row)
        if isinstance(who, Problem):
            problems.append(who)
            continue
        fault, blocks = _fault(row, who, taken)
        if fault:
            problems.append(Problem(fault, row.number, blocks=blocks))
        else:
            lines.append(Line(row, who))
    by_row = {line.row.number: line for line in lines}
    problems += twice([line.row for line in lines], lambda row: by_row[row.number].enrolment.id, "Cette personne")
    problems += twice([line.row for line in lines], lambda row: row.values["reference"], "Ce numéro")
    return lines, problems


def _fault(row: Row, who: Enrolment, taken: set[str]) -> tuple[str, bool]:
    values = row.values
    on: date = values["on"]
    if who.status is ENDED[values["outcome"]]:
        return f"{who.person.name} est déjà « {who.status.label} » ici.", False
    faults = {
        f"{who.person.name} est « {who.status.label} » ici : corrigez d’abord son inscription.": who.status not in LIVE,
        "Cette date est à venir.": on > clock.today(),
        f"Cette date précède l’entrée en formation, le {plain_date(who.entered_on)}.": on < who.entered_on,
        "Indiquez le numéro du diplôme : c’est par lui qu’on le retrouve.": (
            values["outcome"] is EnrolmentAct.GRADUATE and not values["reference"]
        ),
        f"Le numéro {values['reference']} est déjà au registre.": values["reference"] in taken,
    }
    return next((words for words, is_so in faults.items() if is_so), ""), True


def check(cohort: Cohort, rows: Sequence[Row]) -> list[Problem]:
    """Return every problem of the sheet."""
    return lines_of(cohort, rows)[1]


def changes(cohort: Cohort, rows: Sequence[Row]) -> list[Change]:
    """Return, person by person, what would be written."""
    return [Change(line.enrolment.person.name, _told(line), line.row.number) for line in lines_of(cohort, rows)[0]]


def _told(line: Line) -> str:
    on = plain_date(line.row.values["on"])
    if line.act is EnrolmentAct.ATTEST:
        return f"formation terminée avec une attestation, le {on}"
    return f"diplôme n° {line.row.values['reference']}, le {on}, au nom {of(line.printed_name)}"


def write(cohort: Cohort, rows: Sequence[Row], by: Principal) -> Outcome:
    """Write every line: a diploma enters the register, which is never changed."""
    made = []
    cohort = cohorts.lock_cohort(cohort.id)
    for line in lines_of(cohort, rows)[0]:
        on: date = line.row.values["on"]
        if line.act is EnrolmentAct.GRADUATE:
            command = PastDiploma(on, line.row.values["reference"], line.printed_name)
            register_past(line.enrolment, command, by=by)
        else:
            cohorts.conclude(line.enrolment, EnrolmentAct.ATTEST, on=on, by=by, reason=REASON)
        made.append(Made(line.row.number, "enrolment", line.enrolment.id, changed=True))
    kept = len(rows) - len(made)
    told = plural(len(made), "issue reprise", "issues reprises")
    return Outcome(f"{told}, {kept} déjà là." if kept else f"{told}.", made)


def made(cohort: Cohort, written: Sequence[Any]) -> list[Told]:
    """Tell the outcomes an import wrote. Two SELECTs."""
    ids = [each.subject_id for each in written]
    references = select(RegisterEntry.enrolment_id, RegisterEntry.reference).where(
        RegisterEntry.enrolment_id.in_(ids), in_force()
    )
    known = dict(db.session.execute(references).all())
    return [
        Told(
            each.id,
            each.person.name,
            f"diplôme n° {known[each.id]}" if each.id in known else each.status.label,
            f"/promotions/{cohort.code}/apprenants/{each.id}",
        )
        for each in cohort_queries.enrolments_named(ids)
    ]


def sample(cohort: Cohort) -> list[Mapping[str, Any]]:
    """Return two invented lines."""
    on = min(cohort.ends_on or clock.today(), clock.today())
    return [
        {**samples.ALIX, "on": on, "outcome": "diplômée", "reference": "2024-017"},
        {**samples.SACHA, "on": on, "outcome": "attestation"},
    ]


REGISTER: Final = ImportKind(
    code="registre",
    label="Reprendre le registre des diplômes",
    lead="L’issue de chaque parcours d’une promotion terminée : diplôme avec sa date et son numéro, ou attestation. Le registre ne s’efface pas.",
    permission=Permission.DIPLOMAS_BOARD_DECIDE,
    load=carried,
    memory=moving.memory,
    fields=fields,
    check=check,
    write=write,
    back=lambda cohort: f"/promotions/{cohort.code}",
    changes=changes,
    sample=sample,
    notes=(
        "Ouvrez la promotion passée, reprenez-y d’abord ses apprenant·es, puis ce registre.",
        "L’école tient le registre ; le porteur le reprend pour elle tant qu’elle est hors de l’outil.",
    ),
    made=made,
    mend="Une ligne du registre ne change plus : vérifiez l’essai avant d’écrire.",
)
"""The register of an earlier cohort."""


def _counts(cohort: Cohort) -> Mapping[str, Any]:
    mine = select(func.count()).where(Enrolment.cohort_id == cohort.id)
    ended = mine.where(Enrolment.status.in_(tuple(ENDED.values())))
    return {"ended": ended.scalar_subquery(), "live": mine.where(Enrolment.status.in_(LIVE)).scalar_subquery()}


def _standing(numbers: Mapping[str, int]) -> Standing:
    if not numbers["ended"]:
        return Standing(
            StepState.TO_DO, "Aucune issue n’est écrite : rien à faire tant que la promotion n’est pas finie."
        )
    there = f"{plural(numbers['ended'], 'parcours terminé', 'parcours terminés')}."
    if numbers["live"]:
        return Standing(
            StepState.STARTED, there, f"{plural(numbers['live'], 'parcours sans issue', 'parcours sans issue')}."
        )
    return Standing(StepState.DONE, there)


STEP: Final = MovingStep(
    90,
    "Le registre, pour une promotion finie",
    "Qui a eu le diplôme, quand, sous quel numéro. C’est l’acte de l’école, ou du porteur tant qu’elle est hors de l’outil.",
    ("registre",),
    _counts,
    _standing,
)
"""The step of moving in that this room answers for."""
