"""Forms of the lines of a call's lists: a piece, a sentence, a question, a step, a cost, a body."""

import uuid
from collections.abc import Iterable
from typing import Any, Final

from wtforms import BooleanField, IntegerField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from training.accounts.enums import Part
from training.accounts.models import Organisation
from training.admissions.commands import settings as command
from training.admissions.enums import PieceProvider, QuestionKind
from training.admissions.forms.settings import ChecksField, SettingsForm
from training.admissions.models import CallDate, CallPart, CostLine, DeclarationRequirement, PieceRequirement, Question
from training.admissions.rules import STEPS
from training.common import filetypes
from training.common.forms import FrenchDateField, Given, Longest, SlugField, UploadField

MEBIBYTE: Final = 1024 * 1024
MOST_CHOICES: Final = 30
LONGEST_CHOICE: Final = 120
OWN_STEP: Final = "own"


class PieceLineForm(SettingsForm):
    """A document asked (R18)."""

    label = StringField("Nom de la pièce", [Given("Nommez la pièce, par exemple « CV »."), Longest(120)])
    hint = StringField("Précision", [Longest(300)])
    mandatory = BooleanField("Obligatoire", default=True)
    only_derogation = BooleanField("Demandée seulement aux personnes en cours de recrutement")
    hidden_in_review = BooleanField("Cachée à celles et ceux qui évaluent, effacée à la décision (une photo)")
    provided_by = RadioField(
        "Qui la fournit",
        [Given("Choisissez qui fournit la pièce.")],
        choices=[SelectChoice(each.value, each.label) for each in PieceProvider],
        default=PieceProvider.APPLICANT.value,
    )
    statement = TextAreaField("Ce que la structure s’engage à faire, une phrase par ligne", [Longest(2000)])
    media_types = ChecksField(
        "Formats acceptés",
        [Given("Choisissez au moins un format.")],
        choices=[SelectChoice(kind.media_type, kind.short) for kind in filetypes.TYPES],
        default=[filetypes.PDF.media_type],
    )
    megabytes = IntegerField(
        "Taille d’un fichier, au plus",
        [Given("Indiquez la taille."), NumberRange(1, 10, message="Entre 1 et 10 Mo.")],
        default=5,
    )
    due_on = FrenchDateField("Attendue jusqu’au", [Optional()])
    template = UploadField("Modèle à télécharger", description="Un document vierge à remplir ou à signer.")
    without_template = BooleanField("Retirer le modèle")

    def validate_media_types(self, field: Any) -> None:
        """Let a piece hidden from reviewers be a picture only: that is how its file is kept (R21)."""
        if self.hidden_in_review.data and set(field.data or ()) - filetypes.IMAGES - {filetypes.PDF.media_type}:
            raise ValidationError("Une pièce cachée à l’évaluation est une image ou un PDF.")

    @staticmethod
    def values(row: PieceRequirement) -> dict[str, Any]:
        """Return what the line says now."""
        names = (
            "label",
            "hint",
            "mandatory",
            "only_derogation",
            "hidden_in_review",
            "media_types",
            "due_on",
            "statement",
        )
        return {name: getattr(row, name) for name in names} | {
            "provided_by": row.provided_by.value,
            "megabytes": max(1, row.max_bytes // MEBIBYTE),
        }

    def to_command(self) -> command.PieceLine:
        """Return the line."""
        return command.PieceLine(
            label=str(self.label.data),
            hint=str(self.hint.data or ""),
            media_types=tuple(self.media_types.data or ()),
            max_bytes=(self.megabytes.data or 1) * MEBIBYTE,
            mandatory=bool(self.mandatory.data),
            only_derogation=bool(self.only_derogation.data),
            hidden_in_review=bool(self.hidden_in_review.data),
            due_on=self.due_on.day,
            provided_by=PieceProvider(self.provided_by.data),
            statement="\n".join(_lines(self.statement.data)),
            template=self.template.data,
            without_template=bool(self.without_template.data),
        )


class DeclarationLineForm(SettingsForm):
    """A sentence to declare true (R9)."""

    text = TextAreaField("Phrase que la personne déclare", [Given("Écrivez la phrase."), Longest(400)])

    @staticmethod
    def values(row: DeclarationRequirement) -> dict[str, Any]:
        """Return what the line says now."""
        return {"text": row.text}

    def to_command(self) -> command.DeclarationLine:
        """Return the line."""
        return command.DeclarationLine(" ".join(str(self.text.data).split()))


class QuestionLineForm(SettingsForm):
    """A question of the call's own."""

    label = StringField("Question", [Given("Écrivez la question."), Longest(200)])
    hint = StringField("Précision", [Longest(300)])
    kind = RadioField(
        "On y répond par",
        [Given("Choisissez comment on y répond.")],
        choices=[SelectChoice(kind.value, kind.label) for kind in QuestionKind],
        default=QuestionKind.TEXT.value,
    )
    choices = TextAreaField("Réponses proposées, une par ligne")
    mandatory = BooleanField("Réponse obligatoire pour déposer", default=True)
    frozen = BooleanField("La réponse ne change plus après le dépôt", default=True)

    def validate_choices(self, field: Any) -> None:
        """Refuse too many answers, or one too long."""
        lines = _lines(field.data)
        if len(lines) > MOST_CHOICES or any(len(line) > LONGEST_CHOICE for line in lines):
            raise ValidationError(f"Au plus {MOST_CHOICES} réponses, de {LONGEST_CHOICE} caractères au plus.")

    @staticmethod
    def values(row: Question) -> dict[str, Any]:
        """Return what the line says now."""
        return {
            "label": row.label,
            "hint": row.hint,
            "kind": row.kind.value,
            "choices": "\n".join(row.choices),
            "mandatory": row.mandatory,
            "frozen": row.frozen,
        }

    def to_command(self) -> command.QuestionLine:
        """Return the line."""
        return command.QuestionLine(
            str(self.label.data),
            str(self.hint.data or ""),
            QuestionKind(self.kind.data),
            tuple(_lines(self.choices.data)),
            bool(self.mandatory.data),
            bool(self.frozen.data),
        )


def _lines(text: str | None) -> list[str]:
    """Return the lines of a text, without empty ones nor twice the same."""
    return list(dict.fromkeys(" ".join(line.split()) for line in (text or "").splitlines() if line.strip()))


class DateLineForm(SettingsForm):
    """A step of the calendar; its name is the step's own unless another is typed."""

    step = SlugField(
        "Étape",
        [Given("Choisissez l’étape.")],
        options=[*STEPS.items(), (OWN_STEP, "Autre étape")],
    )
    label = StringField("Nom affiché", [Longest(120)])
    starts_on = FrenchDateField("Premier jour", [Optional()])
    ends_on = FrenchDateField("Dernier jour", [Optional()])

    def validate_label(self, field: Any) -> None:
        """Ask the name of a step of the call's own."""
        if self.step.data == OWN_STEP and not field.data:
            raise ValidationError("Nommez cette étape.")

    @staticmethod
    def values(row: CallDate) -> dict[str, Any]:
        """Return what the line says now."""
        return {
            "step": row.code if row.code in STEPS else OWN_STEP,
            "label": row.label,
            "starts_on": row.starts_on,
            "ends_on": row.ends_on,
        }

    def to_command(self) -> command.DateLine:
        """Return the line."""
        step = None if self.step.data == OWN_STEP else str(self.step.data)
        label = str(self.label.data or "") or STEPS[step or ""]
        return command.DateLine(step, label, self.starts_on.day, self.ends_on.day)


class CostLineForm(SettingsForm):
    """Who pays what (R72)."""

    label = StringField("Dépense", [Given("Nommez la dépense, par exemple « Déplacements »."), Longest(120)])
    payer = StringField("Prise en charge par", [Longest(80)])
    note = StringField("Précision", [Longest(200)])

    @staticmethod
    def values(row: CostLine) -> dict[str, Any]:
        """Return what the line says now."""
        return {"label": row.label, "payer": row.payer, "note": row.note}

    def to_command(self) -> command.CostLineCommand:
        """Return the line."""
        return command.CostLineCommand(
            str(self.label.data), str(self.payer.data or "") or None, str(self.note.data or "")
        )


class BodyLineForm(SettingsForm):
    """A body's part in the call (R95)."""

    organisation = SlugField("Organisme", [Given("Choisissez l’organisme.")])
    part = SlugField(
        "Part tenue dans l’appel",
        [Given("Choisissez la part.")],
        options=[(part.value, part.label) for part in Part],
    )
    outside_tool = BooleanField("Hors outil : nous transcrirons ses actes")

    @staticmethod
    def values(row: CallPart) -> dict[str, Any]:
        """Return what the line says now."""
        return {
            "organisation": str(row.organisation_id),
            "part": row.part.value,
            "outside_tool": row.outside_tool,
        }

    def offer(self, organisations: Iterable[Organisation]) -> None:
        """Offer these bodies."""
        self.organisation.offer([("", "Choisir…"), *((str(each.id), each.name) for each in organisations)])

    def to_command(self) -> command.BodyLine:
        """Return the line."""
        return command.BodyLine(
            uuid.UUID(str(self.organisation.data)), Part(self.part.data), bool(self.outside_tool.data)
        )
