"""The form of an act on several files."""

import uuid
from collections.abc import Iterable
from typing import Any

from wtforms import TextAreaField
from wtforms.validators import ValidationError

from training.admissions.commands import TakeBatch
from training.admissions.enums import ApplicationAct
from training.admissions.forms.staff import PROOF, EnrolForm
from training.common import clock
from training.common.forms import Form, FrenchDateField, Given, Longest, UploadField

CHOSEN = "dossier"
"""The name of the boxes that choose the files."""


def chosen(values: Iterable[str]) -> frozenset[uuid.UUID]:
    """Return the files whose boxes are ticked; what is not a uuid is nobody's."""
    found = set()
    for value in values:
        try:
            found.add(uuid.UUID(value))
        except ValueError:
            continue
    return frozenset(found)


class BatchForm(Form):
    """An act that needs no words."""

    def to_command(self, act: ApplicationAct, ids: frozenset[uuid.UUID]) -> TakeBatch:
        """Return the act on the chosen files."""
        return TakeBatch(act, ids, "", clock.today())


class EnrolBatchForm(EnrolForm, BatchForm):
    """An enrolment of several, who may be followed by one trainer (R32)."""

    def to_command(self, act: ApplicationAct, ids: frozenset[uuid.UUID]) -> TakeBatch:
        """Return the act on the chosen files, and who follows them."""
        return TakeBatch(act, ids, "", clock.today(), referent_id=self.referent_id)


class ReasonedBatchForm(BatchForm):
    """An act whose reason each person will read."""

    reason = TextAreaField(
        "Motif", [Given("Indiquez un motif court : chaque personne le lira avec son résultat."), Longest(1000)]
    )

    def to_command(self, act: ApplicationAct, ids: frozenset[uuid.UUID]) -> TakeBatch:
        """Return the act on the chosen files."""
        return TakeBatch(act, ids, self.reason.data or "", clock.today())


class SchoolBatchForm(BatchForm):
    """The school's list: dated, with its proof when the carrier transcribes it (R27, R96)."""

    decided_on = FrenchDateField("Décidée le", [Given("Indiquez la date de la décision.")])
    reason = TextAreaField("Motif du refus", [Longest(1000)])
    evidence = UploadField("Preuve", description=PROOF)
    needs_reason = False

    def validate_reason(self, field: Any) -> None:
        """A refusal has a reason."""
        if self.needs_reason and not (field.data or "").strip():
            raise ValidationError("Indiquez un motif court : chaque personne le lira avec son résultat.")

    def to_command(self, act: ApplicationAct, ids: frozenset[uuid.UUID]) -> TakeBatch:
        """Return the act on the chosen files."""
        return TakeBatch(act, ids, self.reason.data or "", self.decided_on.value, self.evidence.data)
