"""Hours in proportion, told with their calculation, and what planning more half-days does to them (R46). Pure."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from training.catalogue.enums import CreditMode, PartialCredit
from training.common.formatting import hours, number, plural
from training.seminars.rules.presence import CENT, LearnerPresence, Standing, share


@dataclass(frozen=True, slots=True)
class Proportion:
    """Hours asked, spread evenly over the half-days of a course, of which some were followed."""

    required: int
    followed: Fraction
    planned: int

    def credited(self, more: int = 0) -> Decimal:
        """Return the hours acquired, or what they would be with so many half-days more to come."""
        planned = self.planned + more
        value = self.required * min(Fraction(1), self.followed / planned) if planned else Fraction(0)
        return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(CENT, ROUND_HALF_UP)

    @property
    def words(self) -> str:
        """The calculation, in French."""
        followed = (Decimal(self.followed.numerator) / Decimal(self.followed.denominator)).quantize(CENT, ROUND_HALF_UP)
        many = "demi-journées suivies" if self.followed >= 2 else "demi-journée suivie"  # noqa: PLR2004 - French plural begins at two
        return (
            f"{hours(self.required)} demandées × {number(followed)} {many} "
            f"÷ {plural(self.planned, 'prévue')} = {hours(self.credited())}"
        )


def proportion_of(presence: LearnerPresence) -> Proportion | None:
    """Return how hours are counted in proportion; null when they are not, when nothing is asked, or nothing planned.

    The same half-days as :func:`training.seminars.rules.presence.credit` counts.
    """
    terms = presence.terms
    if terms.mode is CreditMode.EXPLICIT or terms.required is None:
        return None
    counting = [line for line in presence.lines if line.half_day.worth > 0 and line.standing is not Standing.OFF]
    if not counting:
        return None
    followed = sum((share(line, terms.partial or PartialCredit.HOURS) for line in counting), Fraction(0))
    return Proportion(terms.required, followed, len(counting))


@dataclass(frozen=True, slots=True)
class Lowered:
    """Hours already acquired that planning more half-days lowers: of how many people, and for one of them."""

    people: int
    name: str
    before: Decimal
    after: Decimal
    required: int
