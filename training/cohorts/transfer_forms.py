"""The forms of transfers (R116)."""

import uuid
from collections.abc import Iterable, Mapping

from wtforms import TextAreaField

from training.accounts.enums import Part
from training.catalogue.models import Variant
from training.cohorts.commands import Agreement, Kept, TransferPlan
from training.cohorts.models import Cohort
from training.cohorts.transfers import TransferLine
from training.common import clock
from training.common.errors import Refused
from training.common.forms import Form, FrenchDateField, Given, Longest, SlugField, UploadField


class TransferForm(Form):
    """To which cohort, from which day, and why."""

    target = SlugField("Promotion d’accueil, et parcours", [Given("Choisissez la promotion d’accueil.")])
    enters_on = FrenchDateField(
        "Entrée dans la promotion d’accueil", [Given("Indiquez la date d’entrée.")], default=clock.today
    )
    reason = TextAreaField("Motif", [Given("Dites pourquoi, en une phrase."), Longest(2000)])

    def offer(self, targets: Iterable[tuple[Cohort, Variant]]) -> "TransferForm":
        """Set where she may go."""
        options = [(f"{cohort.id}/{variant.id}", _where(cohort, variant)) for cohort, variant in targets]
        self.target.offer([("", "Choisir…"), *options])
        return self

    @property
    def has_choice(self) -> bool:
        """Whether there is anywhere to go."""
        return len(self.target.choices or ()) > 1

    def to_command(self) -> TransferPlan:
        """Return what is proposed."""
        cohort_id, variant_id = (self.target.data or "").split("/")
        return TransferPlan(uuid.UUID(cohort_id), uuid.UUID(variant_id), self.enters_on.value, self.reason.data or "")


def _where(cohort: Cohort, variant: Variant) -> str:
    """Return “Promo 9 (FeMaSCo), Maison de santé”: many regions have a first cohort."""
    carrier = next((part.organisation.short_name for part in cohort.parts if part.part is Part.CARRIER), "")
    return f"{cohort.label}{f' ({carrier})' if carrier else ''}, {variant.label}"


def kept_name(line: TransferLine) -> str:
    """Return how the page names the choice of a line."""
    return f"garde-{line.id}"


class KeptForm(Form):
    """What counts for what: a choice a line, named by the page."""

    def kept(self, lines: Iterable[TransferLine], typed: Mapping[str, str]) -> Kept:
        """Return what was chosen for each line; ``Refused`` for what is no module."""
        modules: dict[uuid.UUID, uuid.UUID | None] = {}
        loose = False
        for line in lines:
            value = typed.get(kept_name(line), "")
            if line.from_module_id is None:
                loose = bool(value)
                continue
            try:
                modules[line.id] = uuid.UUID(value) if value else None
            except ValueError as error:
                raise Refused("Un de ces modules n’est pas du parcours d’accueil : relisez la page.") from error
        return Kept(modules, loose)


class AcceptForm(KeptForm):
    """The school’s agreement, with its proof when it is transcribed (R96)."""

    evidence = UploadField("Courriel ou compte rendu de l’école")

    def agreement(self, lines: Iterable[TransferLine], typed: Mapping[str, str]) -> Agreement:
        """Return the agreement."""
        return Agreement(self.kept(lines, typed), self.evidence.data)


class AnswerForm(Form):
    """Why a transfer does not take place."""

    reason = TextAreaField("Motif", [Longest(2000)])
