"""The form by which a learner hands an assessment in as a document of her training."""

import uuid
from collections.abc import Sequence

from training.common.forms import ChosenField, Form, Given
from training.cooperation.queries.proposals import OpenDocument


class ProposalForm(Form):
    """For which document, when there are several."""

    document = ChosenField("Pour quel document", [Given("Choisissez le document.")])

    @classmethod
    def of(cls, documents: Sequence[OpenDocument], wanted: str = "") -> "ProposalForm":
        """Return the form of these documents; the one that the address names, or the only one, is chosen beforehand."""
        keys = [str(each.type_id) for each in documents]
        chosen = wanted if wanted in keys else (keys[0] if len(keys) == 1 else "")
        form = cls(data={"document": chosen} if chosen else None)
        form.document.offer((str(each.type_id), f"{each.label} ({each.module})") for each in documents)
        return form

    def chosen(self, documents: Sequence[OpenDocument]) -> tuple[uuid.UUID, uuid.UUID]:
        """Return the enrolment and the type of the document chosen."""
        found = next(each for each in documents if str(each.type_id) == self.document.data)
        return found.enrolment_id, found.type_id
