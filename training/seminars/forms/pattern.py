"""The form of seminars made from a pattern, and of each one proposed before they are created (R34)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Final

from wtforms import StringField
from wtforms.validators import ValidationError

from training.common.forms import Form, FrenchDateField, Given, Longest, NumberField, SlugField, TickedField
from training.seminars.commands import HalfDayPlan, SeminarPlan
from training.seminars.enums import Interval, SeminarKind
from training.seminars.forms.seminars import KINDS, MOST_DAYS, DayTimes, DespiteFields, PlaceFields
from training.seminars.forms.speakers import StaffFields
from training.seminars.queries import Choices
from training.seminars.rules.pattern import Pattern, Proposed, bar, dealt, propose

MOST: Final = 12
LAUNCH_TITLE: Final = "T0 – Lancement"
UNITS: Final = [(unit.value, unit.label) for unit in (Interval.MONTHS, Interval.WEEKS)]


class RowForm(Form):
    """One seminar proposed: its title, its first day, its modules."""

    class Meta(Form.Meta):
        """Part of a form that has the token."""

        csrf = False

    title = StringField("Titre", [Given("Donnez un titre."), Longest(120)])
    day = FrenchDateField("Premier jour", [Given("Indiquez le premier jour.")])
    modules = TickedField("Modules")

    is_launch = False
    length = 1
    moved: Proposed | None = None

    @property
    def last_day(self) -> date | None:
        """Its last day, once its first is known."""
        return self.day.day + timedelta(days=self.length - 1) if self.day.day else None

    @property
    def bar(self) -> str:
        """The holiday or the week-end its days meet; nothing if they are all worked."""
        return bar(self.day.day, self.length) if self.day.day else ""


class PatternForm(PlaceFields, DayTimes, StaffFields, DespiteFields):
    """How many seminars, how long, how far apart; then each one, to adjust."""

    kind = SlugField(
        "Nature", [Given("Indiquez la nature des séminaires.")], options=KINDS, default=SeminarKind.SEMINAR
    )
    title = StringField("Titre", [Given("Donnez un titre : il sera numéroté."), Longest(100)], default="Séminaire")
    number = NumberField("Numéro du premier", 1, 99, "Indiquez un numéro de 1 à 99.", default=1)
    count = NumberField("Nombre de séminaires", 1, MOST, f"Indiquez un nombre de 1 à {MOST}.", default=5)
    days = NumberField("Jours consécutifs", 1, MOST_DAYS, f"Indiquez un nombre de 1 à {MOST_DAYS}.", default=2)
    launch_day = FrenchDateField("Jour du lancement (T0)")
    first_day = FrenchDateField("Premier jour du premier séminaire")
    after = NumberField(
        "Jours entre T0 et le premier séminaire", 1, 366, "Indiquez un nombre de 1 à 366.", required=False
    )
    every = NumberField("Un séminaire tous les", 1, 52, "Indiquez un nombre de 1 à 52.", default=3)
    unit = SlugField("Unité", [Given("Choisissez mois ou semaines.")], options=UNITS, default=Interval.MONTHS)
    modules = TickedField("Modules, répartis dans l’ordre")
    trainers = TickedField("Formateur·rices relais de tous les séminaires")
    speakers = TickedField("Intervenant·es de tous les séminaires")

    rows: list[RowForm]

    @classmethod
    def of(cls, choices: Choices, **data: Any) -> "PatternForm":
        """Return the form with what it offers."""
        form = cls(data=data or None)
        form.rows = []
        form.modules.offer((str(module.id), module.name) for module in choices.modules)
        form.offer_staff(choices.trainers, choices.speakers)
        return form

    def validate_first_day(self, field: Any) -> None:
        """A day, or so many days after the launch."""
        if field.errors:
            return
        if field.data is None and (self.launch_day.day is None or self.after.data is None):
            raise ValidationError(
                "Indiquez ce jour, ou bien le jour du lancement et le nombre de jours qui le suivent."
            )
        if field.data and self.launch_day.day and field.data <= self.launch_day.day:
            raise ValidationError("Le premier séminaire vient après le lancement.")

    def _pattern(self) -> Pattern:
        first = self.first_day.day
        if first is None:
            first = self.launch_day.value + timedelta(days=_whole(self.after))
        return Pattern(
            count=_whole(self.count),
            days=_whole(self.days),
            first=first,
            every=_whole(self.every),
            unit=Interval(self.unit.data or Interval.MONTHS),
        )

    def propose(self) -> None:
        """Fill the rows with the seminars the pattern gives. Only once the form is valid."""
        pattern = self._pattern()
        ticked = set(self.modules.data or ())
        wanted = [value for value, _label in self._modules() if value in ticked]
        shares = dealt(wanted, pattern.count)
        rows: list[tuple[str, Proposed, Sequence[str]]] = []
        if self.launch_day.day is not None:
            rows += [
                (LAUNCH_TITLE, each, ()) for each in propose(Pattern(1, 1, self.launch_day.day, 1, Interval.WEEKS))
            ]
        for rank, proposed in enumerate(propose(pattern)):
            rows.append((f"{self.title.data} {_whole(self.number) + rank}", proposed, shares[rank]))
        self.rows = []
        for rank, (title, proposed, modules) in enumerate(rows):
            row = self._row(rank, formdata=None, data={"title": title, "day": proposed.day, "modules": list(modules)})
            row.moved = proposed if proposed.is_moved else None
            self.rows.append(row)

    def read_rows(self) -> None:
        """Take the rows as they were adjusted. Only once the form is valid."""
        count = _whole(self.count) + (self.launch_day.day is not None)
        self.rows = [self._row(rank) for rank in range(count)]

    def _modules(self) -> list[tuple[str, str]]:
        return [(str(choice.value), str(choice.label)) for choice in self.modules.choices or ()]

    def _row(self, rank: int, **options: Any) -> RowForm:
        row = RowForm(prefix=f"s{rank}", **options)
        row.modules.offer(self._modules())
        row.is_launch = rank == 0 and self.launch_day.day is not None
        row.length = 1 if row.is_launch else _whole(self.days)
        return row

    def rows_hold(self) -> bool:
        """Whether each row is well filled; says at the head of the form which is not."""
        faults = [row.title.data or f"Séminaire {rank + 1}" for rank, row in enumerate(self.rows) if not row.validate()]
        for title in faults:
            self.add_error("form", f"« {title} » : corrigez ce qui est indiqué sous ses champs.")
        return not faults

    def to_command(self) -> list[SeminarPlan]:
        """Return the seminars to plan."""
        return [
            SeminarPlan(
                kind=SeminarKind.LAUNCH if row.is_launch else SeminarKind(self.kind.data or SeminarKind.SEMINAR),
                title=row.title.data or "",
                half_days=tuple(self.half_days_of(row)),
            )
            for row in self.rows
        ]

    def half_days_of(self, row: RowForm) -> Iterator[HalfDayPlan]:
        """Yield the half-days of one seminar."""
        for offset in range(row.length):
            for start, end in self.halves(row.day.value + timedelta(days=offset)):
                yield HalfDayPlan(
                    starts_at=start,
                    ends_at=end,
                    guests_allowed=row.is_launch,
                    modules=row.modules.ids,
                    staff=self.staff(),
                    newcomer=self.newcomer,
                    **self.where(),
                )


def _whole(field: Any) -> int:
    return int(field.data or 0)
