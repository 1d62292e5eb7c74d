"""What a carrier says of a cohort for the yearly figures."""

import uuid
from collections.abc import Iterable, Mapping

from wtforms import StringField
from wtforms.validators import Optional

from training.common.forms import Form, Longest, SlugField
from training.quality.commands import FiguresData
from training.quality.enums import CohortRole, TraineeType

TYPES = sorted(TraineeType, key=lambda each: each.letter)


class FiguresForm(Form):
    """The types are named ``t-`` and the enrolment; read from the request as sent."""

    role = SlugField(
        "Rôle de la promotion",
        [Optional()],
        options=[("", "À confirmer"), *((r.value, r.label.capitalize()) for r in reversed(CohortRole))],
    )
    nsf = StringField("Spécialité (code NSF)", [Optional(), Longest(10)])

    def read(self, sent: Mapping[str, str], enrolments: Iterable[uuid.UUID]) -> "FiguresForm":
        """Take what each learner is."""
        known = {each.value for each in TraineeType}
        self.trainees = {
            enrolment: TraineeType(value)
            for enrolment in enrolments
            if (value := sent.get(f"t-{enrolment}", "")) in known
        }
        return self

    def to_command(self) -> FiguresData:
        """Return what is said."""
        return FiguresData(CohortRole(self.role.data) if self.role.data else None, self.nsf.data or "", self.trainees)
