"""What a training leaves to a structure, estimated from the figures it types itself (R73). Pure; nothing is official."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is typed: journeys (there and back), kilometres and nights of each, hours on working time; money in euros."""

    journeys: Decimal
    kilometres: Decimal
    kilometre_cost: Decimal
    nights: Decimal
    night_cost: Decimal
    hours_present: Decimal
    hours_elearning: Decimal
    hours_team: Decimal
    hour_cost: Decimal


@dataclass(frozen=True, slots=True)
class Share:
    """One line of the result: what, how it is reckoned in words, how much in euros."""

    label: str
    reckoning: str
    amount: Decimal


def shares(typed: Estimate) -> Sequence[Share]:
    """Return each part of what is left to pay: journeys × (km × rate + nights × cost), and hours × hourly cost (R73)."""
    hours = typed.hours_present + typed.hours_elearning + typed.hours_team
    return (
        Share(
            "Déplacements",
            "déplacements × kilomètres aller-retour × coût du kilomètre",
            (typed.journeys * typed.kilometres * typed.kilometre_cost).quantize(CENT),
        ),
        Share(
            "Hébergement",
            "déplacements × nuits de chacun × coût d’une nuit",
            (typed.journeys * typed.nights * typed.night_cost).quantize(CENT),
        ),
        Share(
            "Temps de travail",
            "heures prises sur le temps de travail × coût d’une heure",
            (hours * typed.hour_cost).quantize(CENT),
        ),
    )


def total(parts: Sequence[Share]) -> Decimal:
    """Return the whole, in euros."""
    return sum((part.amount for part in parts), Decimal(0))
