"""What a body that keeps a register imports: its structures, and the year's dues (R101)."""

import uuid
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import case, select

from training.accounts import twin_rules
from training.accounts.commands import DuesCommand, StructureCommand
from training.accounts.enums import REGISTER_KEEPERS, StructureKind
from training.accounts.models import Departement, Organisation, Structure
from training.accounts.rules import sort_key
from training.accounts.services import structures
from training.accounts.twin_rules import known_structure
from training.common import clock
from training.common.declarations import ImportKind
from training.common.errors import NotFound
from training.common.formatting import plural
from training.common.import_cells import choice, day, email, plain, text, whole
from training.common.imports import Field, Problem, Row, twice
from training.common.policy import Permission, Principal
from training.database import db

KIND_WORDS: Final[Mapping[str, StructureKind]] = {
    **{kind.label: kind for kind in StructureKind},
    **{kind.value: kind for kind in StructureKind},
    "maison de santé": StructureKind.MSP,
    "maison de santé pluriprofessionnelle": StructureKind.MSP,
    "communauté professionnelle territoriale de santé": StructureKind.CPTS,
    "centre de santé": StructureKind.CDS,
    "dispositif d'appui à la coordination": StructureKind.DAC,
    "hôpital": StructureKind.HOSPITAL,
}
"""How spreadsheets name the kinds of structures."""

ELSEWHERE: Final = "Cette structure est au registre d’une autre région : elle ne se modifie pas d’ici."
"""Found by its FINESS number or its name and département, and kept by another body."""

PAID: Final = {"oui": True, "x": True, "réglée": True, "payée": True, "à jour": True, "non": False, "en attente": False}


def departements() -> dict[str, str]:
    """Return the code of each département by its code, with or without its zero, and by its name. One SELECT."""
    found: dict[str, str] = {}
    for code, name in db.session.execute(select(Departement.code, Departement.name)):
        found |= {code: code, code.lstrip("0"): code, name: code, f"{name} ({code})": code}
    return found


def structure_fields(_owner: Any) -> list[Field]:
    """Return what a structure is read from."""
    return [
        Field("name", "Nom de la structure", text(160), required=True, names=("structure", "nom", "raison sociale")),
        Field("kind", "Type de structure", choice(KIND_WORDS, what="un type de structure connu"), required=True,
              names=("type", "catégorie")),
        Field("departement", "Département", choice(departements(), what="un département"), required=True,
              names=("dept", "dep", "code département")),
        Field("city", "Commune", text(80), names=("ville",)),
        Field("address", "Adresse", text(200)),
        Field("finess", "FINESS", finess, names=("n° finess", "numéro finess")),
        Field("email", "Courriel", email, names=("email", "e-mail", "mail", "adresse mail")),
        Field("phone", "Téléphone", text(30), names=("tel", "tél")),
    ]  # fmt: skip


def finess(cell: Any) -> str:
    """Read a FINESS number, the zero that spreadsheets drop put back."""
    words = str(text()(cell)).replace(" ", "").zfill(9)
    if len(words) != 9 or not words.isalnum():  # noqa: PLR2004 - the length of a FINESS number
        raise ValueError(f"« {words[:20]} » n’est pas un numéro FINESS : il compte 9 caractères.")
    return words


def key_of(row: Row) -> tuple[str, str]:
    """Return what tells one structure from another: its name and its département."""
    return sort_key(row.values["name"]), row.values["departement"]


class Register:
    """The structures already known, found by FINESS number, else by name and département. One SELECT.

    The name of a record set aside leads to the one that is kept (R101).
    """

    def __init__(self) -> None:
        self._by_finess: dict[str, Structure] = {}
        self._by_name: dict[tuple[str, str], Structure] = {}
        rows = db.session.scalars(select(Structure).order_by(Structure.sort_key, Structure.id)).all()
        by_id = {structure.id: structure for structure in rows}
        for structure in sorted(rows, key=lambda row: row.merged_into_id is not None):
            self._know(structure, by_id.get(structure.merged_into_id or structure.id, structure))
        self._kept = [structure for structure in rows if structure.merged_into_id is None]

    def add(self, structure: Structure) -> None:
        """Know one more."""
        self._know(structure, structure)
        self._kept.append(structure)

    def _know(self, named: Structure, kept: Structure) -> None:
        self._by_name.setdefault((named.sort_key, named.departement_code), kept)
        if named.finess:
            self._by_finess.setdefault(named.finess, kept)

    def by_name(self, name: str | None) -> Structure | None:
        """Return the structure of this name, when only one has it."""
        wanted = sort_key(name) if name else ""
        found = {kept.id: kept for (key, _place), kept in self._by_name.items() if wanted and key == wanted}
        return next(iter(found.values())) if len(found) == 1 else None

    def likeness(self, row: Row) -> list[Problem]:
        """Warn of the known structure that a row, which names none, probably speaks of (R101)."""
        values = row.values
        if not (values.get("kind") and values.get("name") and values.get("departement")):
            return []
        group = f"{values['kind'].value} {values['departement']}"
        near = twin_rules.likest(values["name"], group, values.get("city") or "", map(known_structure, self._kept))
        if near is None:
            return []
        words = (
            f"« {values['name']} » ressemble à « {near.name} », déjà au registre : si c’est la même, écrivez son nom ainsi ; "
            "sinon elle sera ajoutée."
        )
        return [Problem(words, row.number, blocks=False)]

    def find(self, row: Row) -> Structure | None:
        """Return the structure a row speaks of, or null."""
        values = row.values
        if values.get("finess") in self._by_finess:
            return self._by_finess[values["finess"]]
        return self._by_name.get(key_of(row)) if values.get("name") and values.get("departement") else None


def _departements_of(owner: Organisation) -> frozenset[str]:
    """Return the codes of the départements whose structures a body keeps: those of its region. One SELECT."""
    return frozenset(db.session.scalars(select(Departement.code).where(Departement.region_code == owner.region_code)))


def _check_structures(owner: Organisation, rows: Sequence[Row]) -> list[Problem]:
    problems = twice(rows, key_of, "Cette structure") + twice(
        rows, lambda row: row.values["finess"], "Ce numéro FINESS"
    )
    here, register = _departements_of(owner), Register()
    for row in rows:
        if row.values["departement"] not in here:
            problems.append(Problem("Ce département est hors de votre région.", row.number))
            continue
        known = register.find(row)
        if known is None:
            problems += register.likeness(row)
        elif known.departement_code not in here:
            problems.append(Problem(ELSEWHERE, row.number))
        else:
            problems.append(
                Problem(f"{known.name} est déjà au registre : sa fiche sera mise à jour.", row.number, blocks=False)
            )
    return problems


def _write_structures(_owner: Organisation, rows: Sequence[Row], by: Principal) -> str:
    register = Register()
    added = 0
    for row in rows:
        known = register.find(row)
        if known is None:
            register.add(structures.add(_command(row), by=by))
            added += 1
        else:
            structures.edit(known, _command(row, known), by=by)
    updated = len(rows) - added
    return f"{plural(added, 'structure ajoutée', 'structures ajoutées')}, {plural(updated, 'mise à jour', 'mises à jour')}."


def _command(row: Row, known: Structure | None = None) -> StructureCommand:
    """Return the facts of a row; what it leaves empty keeps what is known."""
    values = row.values
    return StructureCommand(
        name=values["name"],
        kind=values["kind"],
        departement_code=values["departement"],
        city=values["city"] or (known.city if known else ""),
        address=values["address"] or (known.address if known else ""),
        finess=values["finess"] or (known.finess if known else None),
        email=values["email"] or (known.email if known else None),
        phone=values["phone"] or (known.phone if known else None),
    )


def dues_fields(_owner: Any) -> list[Field]:
    """Return what a line of dues is read from."""
    return [
        Field("name", "Nom de la structure", text(160), required=True, names=("structure", "nom", "adhérent")),
        Field("departement", "Département", choice(departements(), what="un département"), required=True,
              names=("dept", "dep")),
        Field("finess", "FINESS", finess),
        Field("year", "Année", whole(2015, 2100), required=True, names=("exercice", "cotisation")),
        Field("paid", "Cotisation réglée", _paid, names=("réglée le", "payée le", "à jour", "date de règlement")),
    ]  # fmt: skip


def _paid(cell: Any) -> Any:
    """Read a day, or yes or no; yes without a day is told apart, since a payment has one."""
    known = {plain(words): value for words, value in PAID.items()}
    words = plain(str(cell))
    if words in known:
        if known[words]:
            raise ValueError("Indiquez le jour du règlement, comme 29/01/2026.")
        return None
    return day(cell)


def _check_dues(owner: Organisation, rows: Sequence[Row]) -> list[Problem]:
    problems = twice(rows, lambda row: (*key_of(row), row.values["year"]), "Cette cotisation")
    here, register = _departements_of(owner), Register()
    for row in rows:
        known = register.find(row)
        if known is None:
            words = "Cette structure n’est pas au registre : ajoutez-la ou importez d’abord les structures."
            problems.append(Problem(words, row.number))
        elif known.departement_code not in here:
            problems.append(Problem(ELSEWHERE, row.number))
    return problems


def _write_dues(owner: Organisation, rows: Sequence[Row], by: Principal) -> str:
    register = Register()
    for row in rows:
        structure = register.find(row)
        if structure is None:
            raise NotFound
        structures.record_dues(structure, DuesCommand(owner.id, row.values["year"], row.values["paid"]), by=by)
    return f"{plural(len(rows), 'cotisation enregistrée', 'cotisations enregistrées')}."


def _keeper(principal: Principal, owner_id: uuid.UUID) -> Organisation:
    """Return a body whose register this person keeps, or raise ``NotFound``."""
    found = db.session.get(Organisation, owner_id)
    if found is None or found.kind not in REGISTER_KEEPERS:
        raise NotFound
    if not any(capacity.organisation_id == owner_id for capacity in principal.capacities):
        raise NotFound
    return found


def _itself(owner: Organisation) -> uuid.UUID:
    return owner.id


def _back(_owner: Organisation) -> str:
    return "/structures"


def sample_departement(region_code: str | None) -> str:
    """Return the département of the examples: the first of the region, so that every example agrees. One SELECT."""
    elsewhere = case((Departement.region_code == region_code, 0), else_=1)
    here = select(Departement.name).order_by(elsewhere, Departement.code).limit(1)
    return db.session.scalar(here) or ""


def _structure_lines(owner: Organisation) -> list[dict[str, Any]]:
    """Return two invented structures of the body’s own region. One SELECT."""
    place = {"departement": sample_departement(owner.region_code), "city": "Valbelle"}
    return [
        {"name": "MSP du Grand Chêne", "kind": "MSP", "email": "coordination@grand-chene.example", **place},
        {"name": "CPTS des Deux Vallées", "kind": "CPTS", "phone": "03 00 00 00 00", **place},
    ]


def _dues_lines(owner: Organisation) -> list[dict[str, Any]]:
    year = clock.today().year
    lines = [{**line, "year": year, "paid": date(year, 1, 15)} for line in _structure_lines(owner)]
    lines[1]["paid"] = None
    return lines


IMPORTS: Final = (
    ImportKind(
        code="structures",
        label="Importer des structures",
        lead="Les structures de votre région, avec leur type et leur commune. Celles qui sont déjà au registre sont mises à jour.",
        permission=Permission.ACCOUNTS_REGISTER_IMPORT,
        load=_keeper,
        memory=_itself,
        fields=structure_fields,
        check=_check_structures,
        write=_write_structures,
        back=_back,
        place="Structures",
        sample=_structure_lines,
    ),
    ImportKind(
        code="cotisations",
        label="Importer les cotisations",
        lead="Une ligne par structure et par année. Une cotisation déjà saisie est corrigée, l’historique le garde.",
        permission=Permission.ACCOUNTS_REGISTER_IMPORT,
        load=_keeper,
        memory=_itself,
        fields=dues_fields,
        check=_check_dues,
        write=_write_dues,
        back=_back,
        place="Structures",
        sample=_dues_lines,
    ),
)
"""What accounts imports."""
