"""The table of a sitting as it is sent: one line per file, read by hand since its columns are the bodies present."""

import uuid
from collections.abc import Iterable, Mapping

from wtforms import HiddenField

from training.admissions.commands import TableLine
from training.admissions.enums import OpinionValue, Proposal
from training.common.forms import Form, on_one_line

LONGEST_REASON = 500
HIGHEST_RANK = 999


class RoundTableForm(Form):
    """The hidden fields of the table; its lines are read by :func:`lines`."""


class UndoForm(Form):
    """The last act of the sitting, as the page that offers to undo it showed it."""

    step = HiddenField()

    @property
    def seen(self) -> uuid.UUID | None:
        """The act to undo; null for what names none."""
        try:
            return uuid.UUID(str(self.step.data))
        except ValueError:
            return None


def lines(sent: Mapping[str, str], files: Iterable[uuid.UUID], bodies: Iterable[uuid.UUID]) -> list[TableLine]:
    """Return a line for each file the page showed; a value that is not one of those offered counts as none."""
    bodies = list(bodies)
    return [_line(sent, file, bodies) for file in files if f"seen-{file}" in sent]


def _line(sent: Mapping[str, str], file: uuid.UUID, bodies: Iterable[uuid.UUID]) -> TableLine:
    opinions = {body: sent.get(f"opinion-{file}-{body}", "") for body in bodies}
    proposal, rank = sent.get(f"proposal-{file}", ""), sent.get(f"rank-{file}", "").strip()
    return TableLine(
        application_id=file,
        opinions={body: OpinionValue(value) for body, value in opinions.items() if value in set(OpinionValue)},
        proposal=Proposal(proposal) if proposal in set(Proposal) else None,
        rank=min(int(rank), HIGHEST_RANK) if rank.isascii() and rank.isdigit() and int(rank[:6]) > 0 else None,
        reason=on_one_line(sent.get(f"reason-{file}", ""))[:LONGEST_REASON],
        asks_interview=f"interview-{file}" in sent,
        seen=sent[f"seen-{file}"],
    )
