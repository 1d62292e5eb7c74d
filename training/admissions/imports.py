"""The candidates a federation had before the tool, brought in from its spreadsheet (R101)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import select

from training.accounts.imports import KIND_WORDS, Register, departements
from training.accounts.models import Departement, Person
from training.accounts.rules import names_agree
from training.admissions import rules
from training.admissions.enums import CallStatus, Situation
from training.admissions.models import Application, Call
from training.admissions.queries import running_call_by_id
from training.admissions.services import bringing_in
from training.admissions.services.bringing_in import Candidate
from training.common import clock
from training.common.declarations import ImportKind
from training.common.formatting import plural
from training.common.import_cells import choice, day, email, text
from training.common.imports import Field, Problem, Row, twice
from training.common.policy import Permission, Principal
from training.database import db

SITUATIONS: Final = {
    **{situation.label: situation for situation in Situation},
    "poste": Situation.IN_POST,
    "prise de poste": Situation.TAKING_POST,
    "recrutement": Situation.BEING_RECRUITED,
    "en recrutement": Situation.BEING_RECRUITED,
}


ANOTHER_NAME: Final = "Cette adresse est connue ici, sous un autre nom : vérifiez-la. Le dossier ira à la personne qui la détient, qui en sera prévenue."
"""Whoever writes an address does not learn from the dry run whose it is (R101)."""


def _fields(_call: Any) -> list[Field]:
    return [
        Field("last_name", "Nom", text(80), required=True, names=("nom de famille", "candidat", "candidate")),
        Field("first_name", "Prénom", text(80), required=True),
        Field("email", "Courriel", email, required=True, names=("email", "e-mail", "mail", "adresse mail")),
        Field("phone", "Téléphone", text(30), names=("tel", "tél", "portable")),
        Field("name", "Nom de la structure", text(160), required=True, names=("structure", "employeur", "équipe")),
        Field("kind", "Type de structure", choice(KIND_WORDS, what="un type de structure connu"), names=("type",)),
        Field("departement", "Département", choice(departements(), what="un département"), required=True,
              names=("dept", "dep")),
        Field("city", "Commune", text(80), names=("ville",)),
        Field("post_title", "Fonction", text(120), names=("poste", "intitulé du poste")),
        Field("situation", "Situation", choice(SITUATIONS, what="une situation connue"), names=("situation de poste",)),
        Field("post_on", "Date de prise de poste", day, names=("prise de poste", "date prévue")),
        Field("received_on", "Candidature reçue le", day, names=("date", "reçu le", "horodateur", "date de dépôt")),
    ]  # fmt: skip


def _check(call: Call, rows: Sequence[Row]) -> list[Problem]:
    problems = twice(rows, lambda row: row.values["email"].casefold(), "Cette adresse")
    if call.status is not CallStatus.PUBLISHED:
        problems.insert(
            0, Problem("L’appel doit être publié, et sa campagne en cours, pour recevoir des candidatures.")
        )
    register, people, applied, regions = Register(), _people(rows), _applied(call), _regions()
    for row in rows:
        values, number = row.values, row.number
        person = people.get(values["email"].casefold())
        if person is not None and person.id in applied:
            problems.append(Problem("Cette personne a déjà un dossier pour cet appel.", number))
        elif person is not None and not names_agree(f"{values['first_name']} {values['last_name']}", person):
            problems.append(Problem(ANOTHER_NAME, number, blocks=False))
        problems += _structure_problems(call, row, register, regions)
        if values["received_on"] is not None and values["received_on"] > clock.today():
            problems.append(Problem("La date de réception est à venir.", number))
        refused = _situation_refusal(call, row)
        if refused:
            problems.append(Problem(refused, number))
    return problems


def _structure_problems(call: Call, row: Row, register: Register, regions: Mapping[str, str]) -> list[Problem]:
    known = register.find(row)
    if known is None and row.values["kind"] is None:
        return [Problem("Cette structure n’est pas au registre : indiquez son type pour qu’elle y entre.", row.number)]
    kind = known.kind if known is not None else row.values["kind"]
    if kind.value not in call.structure_kinds:
        return [Problem(f"L’appel ne s’adresse pas aux structures de type {kind.label}.", row.number)]
    if known is None:
        if rules.is_out_of_region(call, regions[row.values["departement"]]):
            return [Problem(rules.OUT_OF_REGION, row.number)]
        added = Problem(f"« {row.values['name']} » est nouvelle au registre des structures.", row.number, blocks=False)
        return register.likeness(row) or [added]
    refused = rules.structure_refusal(call, known)
    return [Problem(refused, row.number)] if refused else []


def _situation_refusal(call: Call, row: Row) -> str | None:
    situation = row.values["situation"]
    if situation is Situation.BEING_RECRUITED and not call.derogation_allowed:
        return "Cet appel n’admet pas de dérogation : la personne doit être en poste."
    if situation is Situation.TAKING_POST and row.values["post_on"] is None:
        return "Indiquez la date de prise de poste."
    return None


def _people(rows: Sequence[Row]) -> dict[str, Person]:
    keys = [row.values["email"].casefold() for row in rows]
    found = db.session.scalars(select(Person).where(Person.email_key.in_(keys))).all()
    kept_ids = [person.merged_into_id for person in found if person.merged_into_id]
    kept = {person.id: person for person in db.session.scalars(select(Person).where(Person.id.in_(kept_ids)))}
    return {person.email_key: kept.get(person.merged_into_id or person.id, person) for person in found}


def _regions() -> dict[str, str]:
    """Return the region of each département. One SELECT."""
    return {row.code: row.region_code for row in db.session.execute(select(Departement.code, Departement.region_code))}


def _applied(call: Call) -> set[uuid.UUID]:
    return set(db.session.scalars(select(Application.person_id).where(Application.call_id == call.id)))


def _candidate(row: Row) -> Candidate:
    values = row.values
    received: date | None = values["received_on"]
    return Candidate(
        email=values["email"],
        first_name=values["first_name"],
        last_name=values["last_name"],
        phone=values["phone"],
        post_title=values["post_title"] or "",
        situation=values["situation"] or Situation.IN_POST,
        post_on=values["post_on"],
        received_on=received,
    )


def _write(call: Call, rows: Sequence[Row], by: Principal) -> str:
    register = Register()
    for row in rows:
        structure = register.find(row)
        if structure is None:
            structure = bringing_in.enter_structure(row.values, by=by)
            register.add(structure)
        bringing_in.bring_in(call, _candidate(row), structure, by=by)
    return f"{plural(len(rows), 'candidature reprise', 'candidatures reprises')} : vérifiez maintenant leurs pièces."


def _carrier(call: Call) -> uuid.UUID:
    return call.carrier.id


def _back(call: Call) -> str:
    return f"/appels/{call.code}/selection"


IMPORTS: Final = (
    ImportKind(
        code="candidatures",
        label="Importer des candidatures",
        lead="Les candidatures reçues avant l’outil, ou par courriel. Chacune devient un dossier déposé, à vérifier ; la personne en est prévenue.",
        permission=Permission.ADMISSIONS_CALL_MANAGE,
        load=running_call_by_id,
        memory=_carrier,
        fields=_fields,
        check=_check,
        write=_write,
        back=_back,
    ),
)
"""What admissions imports."""
