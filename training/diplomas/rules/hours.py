"""Hours of one modality, and what they lack to what is asked (R3, R50). Pure."""

import functools
from dataclasses import dataclass
from decimal import Decimal

from training.catalogue.enums import Modality
from training.diplomas.enums import ReasonKind, Settler, WaiverScope
from training.diplomas.rules.missing import HOURS, PRESENCES, Missing, Reason, WaiverKey, hours_words


@dataclass(frozen=True)
class HoursFacts:
    """Hours of one modality; ``required`` is null when unknown or a range: it blocks nobody (R3).

    ``possible`` is what she will have if she comes to all that is planned; null where nothing is planned.
    """

    modality: Modality
    required: int | None
    counted: Decimal = Decimal(0)
    waiting: Decimal = Decimal(0)
    possible: Decimal | None = None

    @property
    def missing(self) -> Decimal:
        """What remains; nothing while nothing is known to be asked."""
        return Decimal(0) if self.required is None else max(Decimal(0), Decimal(self.required) - self.counted)

    @property
    def shown(self) -> Decimal:
        """What counts towards what is asked (R50)."""
        return self.counted if self.required is None else min(self.counted, Decimal(self.required))

    @property
    def key(self) -> WaiverKey:
        """What dispenses from them."""
        return WaiverKey(WaiverScope.HOURS, self.modality.value)

    @functools.cached_property
    def reason(self) -> Reason | None:
        """Why they bar the diploma; null when nothing lacks."""
        if not self.missing:
            return None
        sentence = f"{self.modality.label}\u00a0: {hours_words(self.shown)} sur {hours_words(self.required)}"
        part = _in_person(self) if self.modality is Modality.IN_PERSON else _logged(self)
        return Reason(ReasonKind.HOURS, sentence, [part], self.key)


def _in_person(count: HoursFacts) -> Missing:
    lacking = hours_words(count.missing)
    if count.possible is not None and count.required is not None and count.possible >= count.required:
        return Missing(f"Il manque {lacking}, prévues au calendrier.", Settler.LEARNER, "Voir les présences", PRESENCES)
    words = (
        f"Il manque {lacking}, que le calendrier ne donne plus\u00a0: à rattraper, ou à faire dispenser par l’école."
    )
    return Missing(words, Settler.CARRIER, "Prévoir un rattrapage", PRESENCES)


def _logged(count: HoursFacts) -> Missing:
    if count.waiting >= count.missing:
        return Missing(f"{hours_words(count.missing)} à valider.", Settler.TRAINER, "Valider des heures", HOURS)
    return Missing(f"Il manque {hours_words(count.missing)}.", Settler.LEARNER, "Noter des heures", HOURS)
