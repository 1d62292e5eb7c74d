"""Who a row of a spreadsheet speaks of: a learner of the cohort, found by address, else by name (R114).

Every sheet that tells something of learners asks for the same columns and finds them the same way. Nobody is guessed:
a name that is nearly one is proposed, never taken.
"""

import difflib
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from training.accounts.models import Person
from training.accounts.rules import email_key
from training.cohorts.enums import GONE
from training.cohorts.models import Cohort, Enrolment
from training.cohorts.registration import CivilStatus
from training.common.articles import of
from training.common.formatting import enumeration, plain_date
from training.common.import_cells import day, email, plain, text
from training.common.imports import Field, Problem, Row
from training.database import db

NEAR: Final = 0.72
"""How alike two names must be for one to be proposed for the other."""

MOST_NEAR: Final = 3


def who_fields() -> list[Field]:
    """Return the columns that say of whom a row speaks: an address, or a name; a birth date tells two apart."""
    return [
        Field("email", "Courriel", email, names=("email", "e-mail", "mail", "adresse mail")),
        Field("last_name", "Nom", text(80), names=("nom de famille", "nom d’usage")),
        Field("first_name", "Prénom", text(80)),
        Field("full_name", "Nom et prénom", text(160), names=("nom prénom", "prénom nom", "prénom et nom", "apprenant",
              "apprenante", "apprenant·e", "stagiaire", "participant", "participante")),
        Field("born_on", "Date de naissance", day, names=("né le", "née le", "né(e) le", "naissance")),
    ]  # fmt: skip


def name_key(*names: str | None) -> tuple[str, ...]:
    """Return what two writings of one name share: its words, without accents, in any order."""
    return tuple(sorted(plain(" ".join(name for name in names if name)).split()))


def near_names(wanted: tuple[str, ...], known: Iterable[Person]) -> list[str]:
    """Return the names most like one that is nobody's."""
    by_words = {" ".join(name_key(person.first_name, person.last_name)): person.name for person in known}
    found = difflib.get_close_matches(" ".join(wanted), by_words, n=MOST_NEAR, cutoff=NEAR)
    return [by_words[words] for words in found]


def told_name(row: Row) -> str:
    """Return how a row names someone."""
    values = row.values
    name = " ".join(each for each in (values.get("first_name"), values.get("last_name")) if each)
    return name or values.get("full_name") or values.get("email") or ""


class Learners:
    """The learners of a cohort, those who left too, found row by row. Two SELECTs."""

    def __init__(self, cohort: Cohort) -> None:
        rows = db.session.scalars(
            select(Enrolment)
            .where(Enrolment.cohort_id == cohort.id)
            .options(joinedload(Enrolment.person, innerjoin=True), joinedload(Enrolment.variant, innerjoin=True))
            .order_by(Enrolment.entered_on, Enrolment.id)
        ).all()
        self.all: Sequence[Enrolment] = _one_each(rows)
        born = select(CivilStatus.person_id, CivilStatus.born_on).where(CivilStatus.cohort_id == cohort.id)
        self._born: dict[uuid.UUID, date | None] = dict(db.session.execute(born).all())
        self._by_address = {each.person.email_key: each for each in self.all}
        self._by_name: defaultdict[tuple[str, ...], list[Enrolment]] = defaultdict(list)
        for each in self.all:
            self._by_name[name_key(each.person.first_name, each.person.last_name)].append(each)

    def find(self, row: Row) -> Enrolment | Problem:
        """Return the learner a row speaks of, or the problem that tells why nobody is recognised."""
        values, key = row.values, self._key(row.values)
        if values.get("email"):
            found = self._by_address.get(email_key(values["email"]))
            if found is not None:
                return found
        if not key:
            if values.get("email"):
                return Problem(f"Personne de cette promotion n’a l’adresse {values['email']}.", row.number)
            return Problem("Indiquez le nom, ou l’adresse, de la personne.", row.number)
        return self._named(row, key)

    def _key(self, values: Mapping[str, Any]) -> tuple[str, ...]:
        if values.get("last_name") or values.get("first_name"):
            return name_key(values.get("first_name"), values.get("last_name"))
        return name_key(values.get("full_name"))

    def _named(self, row: Row, key: tuple[str, ...]) -> Enrolment | Problem:
        alike = self._by_name.get(key, [])
        born: date | None = row.values.get("born_on")
        if len(alike) > 1 and born is not None:
            alike = [each for each in alike if self._born.get(each.person_id) == born]
        if len(alike) == 1:
            known = self._born.get(alike[0].person_id)
            if born is not None and known is not None and known != born:
                return Problem(
                    f"{alike[0].person.name} est née ou né le {plain_date(known)}, et cette ligne dit le {plain_date(born)}.",
                    row.number,
                )
            return alike[0]
        if alike or self._by_name.get(key):
            return Problem(
                f"Plusieurs personnes s’appellent {told_name(row)} : indiquez l’adresse ou la date de naissance.",
                row.number,
            )
        return Problem(self._unknown(row, key), row.number)

    def _unknown(self, row: Row, key: tuple[str, ...]) -> str:
        near = near_names(key, (each.person for each in self.all))
        told = f"Personne de cette promotion ne s’appelle « {told_name(row)} »."
        if near:
            return f"{told} S’agit-il {of(enumeration(near, 'ou'))} ? Écrivez son nom ainsi."
        return f"{told} Reprenez d’abord les apprenant·es, ou corrigez le nom : rien n’est deviné."


def _one_each(rows: Sequence[Enrolment]) -> list[Enrolment]:
    """Return one enrolment a person: the one she follows, else the latest."""
    kept: dict[uuid.UUID, Enrolment] = {}
    for each in rows:
        known = kept.get(each.person_id)
        if known is None or known.status in GONE:
            kept[each.person_id] = each
    return list(kept.values())
