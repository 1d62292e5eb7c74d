"""Forms of reading: the grid of a call, who reads a file, the marks that go with an opinion or a report (R25, R106)."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar

from wtforms import IntegerField, SelectMultipleField
from wtforms.validators import NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from training.admissions.commands import AssignReviewers, CriterionLine, SetCriteria, ShareOut
from training.admissions.enums import ReadingMoment
from training.admissions.forms.staff import OpinionForm, ReportForm
from training.common.errors import Refused
from training.common.forms import Form, Given, on_one_line

LINES: Final = 12
"""Lines a grid may have, all moments together."""
HIGHEST: Final = 20
MOST_READERS: Final = 5
GridForm = TypeVar("GridForm", bound=OpinionForm | ReportForm)


class Marked(Protocol):
    """A criterion, as a form shows it."""

    id: Any
    label: Any
    hint: Any
    highest: Any


def name_of(criterion: Marked) -> str:
    """Return the name of the field of a criterion."""
    return f"points-{criterion.id}"


def with_grid(
    base: type[GridForm],
    criteria: Sequence[Marked],
    *,
    points: Mapping[uuid.UUID, int] | None = None,
    submitted: bool = True,
    **values: Any,
) -> GridForm:
    """Return a form of this kind with one box for each criterion; ``submitted``: filled from what was sent, if anything."""
    fields = {
        name_of(criterion): IntegerField(
            criterion.label,
            [
                Optional(),
                NumberRange(0, criterion.highest, message=f"Notez ce critère de 0 à {criterion.highest}."),
            ],
            description=criterion.hint,
        )
        for criterion in criteria
    }
    made: type[GridForm] = type(base.__name__, (base,), fields)
    data = values | {name_of(criterion): (points or {}).get(criterion.id) for criterion in criteria}
    return made(data=data) if submitted else made(formdata=None, data=data)


def points_of(form: Form, criteria: Sequence[Marked]) -> Mapping[uuid.UUID, int]:
    """Return the points given, by criterion."""
    return {c.id: form[name_of(c)].data for c in criteria if form[name_of(c)].data is not None}


class CriteriaForm(Form):
    """The hidden fields of the grids; their lines are read by :func:`criteria_lines`."""


def criteria_lines(sent: Mapping[str, str]) -> SetCriteria:
    """Return the grids as sent, lines left blank left out; raise ``Refused`` for a weight or a highest mark that is none."""
    lines = []
    for number in range(1, LINES + 1):
        label = on_one_line(sent.get(f"label-{number}", ""))[:120]
        if not label:
            continue
        moment = sent.get(f"moment-{number}", "")
        lines.append(
            CriterionLine(
                moment=ReadingMoment(moment) if moment in set(ReadingMoment) else ReadingMoment.FILE,
                label=label,
                hint=on_one_line(sent.get(f"hint-{number}", ""))[:300],
                weight=_number(sent.get(f"weight-{number}", ""), label, "Le poids"),
                highest=_number(sent.get(f"highest-{number}", ""), label, "La note maximale"),
            )
        )
    return SetCriteria(tuple(lines))


def _number(text: str, label: str, what: str) -> int:
    text = text.strip()
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:4]) <= HIGHEST):
        raise Refused(f"{what} de « {label} » est un nombre entier de 1 à {HIGHEST}.")
    return int(text)


class ReviewersForm(Form):
    """Who reads one file."""

    reviewers = SelectMultipleField(
        "Personnes qui lisent ce dossier",
        choices=[],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        validate_choice=False,
    )

    def to_command(self) -> AssignReviewers:
        """Return who was ticked; what is no identifier is left out."""
        return AssignReviewers(frozenset(found for value in self.reviewers.data or () if (found := _uuid(value))))


def _uuid(value: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(value)
    except ValueError:
        return None


class ShareOutForm(Form):
    """How many people of each body read each file."""

    readers = IntegerField(
        "Lectures par organisme",
        [
            Given("Indiquez combien de personnes de chaque organisme lisent un dossier."),
            NumberRange(1, MOST_READERS, message=f"Indiquez un nombre de 1 à {MOST_READERS}."),
        ],
        default=1,
    )

    def to_command(self) -> ShareOut:
        """Return what to share out."""
        return ShareOut(self.readers.data or 1)
