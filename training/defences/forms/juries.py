"""Forms of a jury at work: a conflict, an evaluation, a conclusion, a signature, a replacement."""

import uuid
from collections.abc import Sequence

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import Optional

from training.accounts.enums import Part
from training.catalogue.enums import Outcome
from training.common.forms import Address, Form, FrenchDateField, Given, Longest, SlugField, TickedField
from training.common.strokes import StrokesField
from training.defences.commands import Conclusion, Evaluation, JurorToAdd, MemberSignature, Replacement
from training.defences.enums import APPRECIATIONS, CRITERIA, Appreciation, Criterion
from training.defences.forms.days import OneOf, values_of
from training.defences.models import JurySeat

_MARKS = [(each.value, each.label) for each in APPRECIATIONS]


class DeclineForm(Form):
    """Why one cannot judge."""

    words = TextAreaField("Ce qui vous en empêche", [Optional(), Longest(1_000)])


class EvaluationForm(Form):
    """What a juror thinks, by herself."""

    approach = SlugField(
        Criterion.APPROACH.label, [Optional()], options=[("", "sans avis"), *_MARKS], validate_choice=False
    )
    links = SlugField(Criterion.LINKS.label, [Optional()], options=[("", "sans avis"), *_MARKS], validate_choice=False)
    writing = SlugField(
        Criterion.WRITING.label, [Optional()], options=[("", "sans avis"), *_MARKS], validate_choice=False
    )
    oral = SlugField(Criterion.ORAL.label, [Optional()], options=[("", "sans avis"), *_MARKS], validate_choice=False)
    debate = SlugField(
        Criterion.DEBATE.label, [Optional()], options=[("", "sans avis"), *_MARKS], validate_choice=False
    )
    words = TextAreaField("Vos commentaires", [Optional(), Longest(5_000)])
    proposal = SlugField("Le résultat que vous proposez", [Optional()], validate_choice=False)
    give = BooleanField("Remettre mon évaluation au jury")

    def offer(self, outcomes: Sequence[Outcome]) -> None:
        """Set what may be proposed."""
        self.proposal.offer([("", "pas encore"), *((each.value, each.label) for each in outcomes)])

    def to_command(self) -> Evaluation:
        """Return the evaluation."""
        marks = {
            criterion: Appreciation(self[criterion.value].data)
            for criterion in CRITERIA
            if self[criterion.value].data in set(Appreciation)
        }
        offered = values_of(self.proposal)
        proposal = self.proposal.data if self.proposal.data in offered else None
        return Evaluation(marks, self.words.data or "", Outcome(proposal) if proposal else None, bool(self.give.data))


class ConclusionForm(Form):
    """What the jury decides."""

    present = TickedField("Membres présents", [Given("Cochez les membres présents.")])
    outcome = OneOf("Résultat", "Choisissez le résultat.")
    comments = TextAreaField("Commentaires du jury", [Optional(), Longest(5_000)])
    corrections = TextAreaField("Corrections demandées", [Optional(), Longest(5_000)])
    corrections_due = FrenchDateField("À déposer avant le", [Optional()])

    def offer(self, seats: Sequence[JurySeat], outcomes: Sequence[Outcome]) -> None:
        """Set the choices."""
        self.present.offer((str(seat.id), f"{seat.juror.person.name} ({seat.juror.part.label})") for seat in seats)
        self.outcome.offer((each.value, each.label.capitalize()) for each in outcomes)

    def to_command(self) -> Conclusion:
        """Return the conclusion."""
        return Conclusion(
            frozenset(self.present.ids),
            Outcome(str(self.outcome.data)),
            self.comments.data or "",
            self.corrections.data or "",
            self.corrections_due.day,
        )


class SignatureForm(Form):
    """A member’s signature, on a device passed from hand to hand."""

    name = StringField("Votre nom, comme vous signez", [Given("Écrivez votre nom."), Longest(170)])
    code = StringField("Votre code de signature", [Given("Entrez votre code à six chiffres."), Longest(20)])
    pledges = BooleanField("Je juge en toute impartialité et n’ai aucun lien avec la personne qui soutient.")
    strokes = StrokesField()

    def to_command(self, seat_id: uuid.UUID) -> MemberSignature:
        """Return the signature."""
        return MemberSignature(
            seat_id, self.code.data or "", self.name.data or "", self.strokes.path or None, bool(self.pledges.data)
        )


class ReplacementForm(Form):
    """Who takes a seat in someone’s stead."""

    reason = StringField("Pourquoi", [Given("Dites pourquoi : l’historique le garde."), Longest(300)])
    juror_id = SlugField("Par quelqu’un des jurys de la promotion", [Optional()], validate_choice=False)
    email = StringField("Adresse électronique", [Optional(), Longest(254), Address()])
    first_name = StringField("Prénom", [Optional(), Longest(80)])
    last_name = StringField("Nom", [Optional(), Longest(80)])
    whole_day = BooleanField("Pour toutes ses soutenances de ce jour", default=True)

    def to_command(self, part: Part) -> Replacement:
        """Return the replacement; someone new sits for the same body."""
        offered = values_of(self.juror_id)
        chosen = self.juror_id.data if self.juror_id.data in offered else None
        new = None
        if not chosen and self.email.data:
            new = JurorToAdd(self.email.data, self.first_name.data or "", self.last_name.data or "", part)
        return Replacement(
            self.reason.data or "", uuid.UUID(chosen) if chosen else None, new, bool(self.whole_day.data)
        )
