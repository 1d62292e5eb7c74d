"""How a learner rates herself: one row of four choices for each objective."""

import uuid
from collections.abc import Mapping

from training.common.forms import Form
from training.quality.commands import SelfRating
from training.quality.enums import LEVELS, Moment


class PositioningForm(Form):
    """The choices are named ``o-`` and the objective; read from the request as sent."""

    def read(self, sent: Mapping[str, str], objectives: list[uuid.UUID]) -> None:
        """Take the levels chosen; those left out are missing."""
        self.chosen = {
            objective: int(value)
            for objective in objectives
            if (value := sent.get(f"o-{objective}", "")) in {str(level) for level in range(len(LEVELS))}
        }
        self.left_out = [objective for objective in objectives if objective not in self.chosen]

    def to_command(self, moment: Moment) -> SelfRating:
        """Return what is given."""
        return SelfRating(moment, self.chosen)
