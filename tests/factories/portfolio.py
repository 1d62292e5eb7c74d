"""Tracer documents for tests: prepared, handed in and read by the real verbs; in ``db.session``, flushed."""

import io
import itertools
from datetime import date
from typing import Any, Final, NamedTuple

from tests.factories import accounts
from tests.factories import cohorts as cohort_rows
from tests.support import samples
from training.accounts.models import Person
from training.catalogue.enums import Modality
from training.catalogue.models import Module, TracerType
from training.cohorts.models import Cohort, Enrolment
from training.common import doctext, files
from training.common.declarations import file_use
from training.portfolio import file_uses, services
from training.portfolio.commands import Deposit, HoursToLog, NewFile, ReviewToWrite
from training.portfolio.enums import Decision
from training.portfolio.models import HoursEntry, Review, Tracer
from training.portfolio.services import hours

_numbers = itertools.count(1)
ENTERED: Final = date(2025, 12, 11)


def tracer_type(cohort: Cohort, code: str = "fiche_poste") -> TracerType:
    """A type of tracer of the cohort’s edition."""
    found = [t for module in cohort.edition.modules for t in module.tracers if t.code == code]
    return found[0]


def module(cohort: Cohort, code: str = "PF") -> Module:
    """A module of the cohort’s edition."""
    return next(each for each in cohort.edition.modules if each.code == code)


class Pair(NamedTuple):
    """A learner and who follows her."""

    enrolment: Enrolment
    reader: Person

    @property
    def learner(self) -> Person:
        """The learner."""
        return self.enrolment.person

    @property
    def cohort(self) -> Cohort:
        """Their cohort."""
        return self.enrolment.cohort


def pair(cohort: Cohort | None = None, **names: Any) -> Pair:
    """A learner of a cohort, and the referent who follows her."""
    enrolment = cohort_rows.learner(cohort or cohort_rows.cohort(), person=accounts.person(**names))
    return Pair(enrolment, cohort_rows.referent(enrolment).person)


def new_file(content: bytes | None = None, name: str = "document.docx", text: str | None = None) -> NewFile:
    """A checked and staged file; a small Word document unless its content is given."""
    use = file_use(file_uses.DOCUMENT)
    checked = files.check(io.BytesIO(content or samples.docx()), name, use)
    found = doctext.text_of(checked.content, checked.media_type) if text is None else text
    return NewFile(f"key-{next(_numbers)}", files.stage(checked, use), found)


def drafted(enrolment: Enrolment, *contents: NewFile, code: str = "fiche_poste") -> Tracer:
    """A document whose author is preparing a version."""
    by = accounts.principal(enrolment.person)
    draft = services.prepare(enrolment, tracer_type(enrolment.cohort, code), by=by)
    services.add_files(draft, contents or [new_file()], by=by)
    return draft.tracer


def deposited(enrolment: Enrolment, *contents: NewFile, code: str = "fiche_poste", **command: object) -> Tracer:
    """A document handed in."""
    tracer = drafted(enrolment, *contents, code=code)
    values = {"no_patient_data": True, **command}
    services.deposit(tracer, Deposit(**values), by=accounts.principal(enrolment.person))  # type: ignore[arg-type]  # fields
    return tracer


def decided(tracer: Tracer, reader: Person, decision: Decision = Decision.ACCEPTED, comment: str = "Lu.") -> Review:
    """The latest version read and decided of."""
    command = ReviewToWrite(tracer.deposited[0].number, comment=comment, decision=decision)
    return services.review(tracer, command, by=accounts.principal(reader))


def log(enrolment: Enrolment, modality: Modality = Modality.TEAM, minutes: int = 90, **values: Any) -> HoursEntry:
    """Hours a learner logged."""
    facts = {"module_id": module(enrolment.cohort).id, "done_on": ENTERED, **values}
    command = HoursToLog(modality, minutes=minutes, **facts)
    return hours.log(enrolment, command, by=accounts.principal(enrolment.person))
