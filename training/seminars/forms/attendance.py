"""The forms of attendance: signing, noting, correcting, announcing, dispensing, making up."""

import re
import uuid
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any, Final, cast

from wtforms import BooleanField, StringField, TextAreaField
from wtforms.validators import ValidationError

from training.common.forms import Form, FrenchDateField, Given, Longest, SlugField, TickedField, UploadField
from training.common.strokes import StrokesField
from training.seminars.commands import (
    Announcement,
    Correction,
    Dispensation,
    GuestSignature,
    IssuerDetails,
    MakeUpPlan,
    Marking,
    Signature,
)
from training.seminars.enums import AbsenceKind, Presence, SigningMethod

HOURS: Final = re.compile(r"(\d{1,2})(?:[.,](\d{1,2})|\s*h\s*(\d{1,2})?)?")
KINDS: Final = [(kind.value, kind.label.capitalize()) for kind in AbsenceKind if kind is not AbsenceKind.OTHER] + [
    (AbsenceKind.OTHER.value, AbsenceKind.OTHER.label.capitalize())
]
MARKS: Final = [
    (presence.value, presence.label.capitalize())
    for presence in (Presence.PRESENT, Presence.PARTIAL, Presence.EXCUSED, Presence.ABSENT)
]
METHODS: Final = [
    (SigningMethod.RECORDED.value, "Noté par l’équipe"),
    (SigningMethod.PAPER.value, "Signé sur la feuille papier"),
]


class SignForm(Form):
    """One’s own signature: a box to tick, and perhaps a drawn line."""

    present = BooleanField("Je suis présent·e à cette demi-journée", [Given("Cochez la case pour signer.")])
    strokes = StrokesField()

    def validate_present(self, field: Any) -> None:
        """Ticked, or not signed."""
        if not field.data:
            raise ValidationError("Cochez la case pour signer.")

    def to_command(self, method: SigningMethod, device: str | None) -> Signature:
        """Return the signature; the form’s own key makes it one, however often it is sent."""
        return Signature(method=method, once=self.once.data or "", device=device, strokes=self.strokes.path)


class GuestForm(SignForm):
    """The signature of someone of a team."""

    name = StringField("Prénom et nom", [Given("Écrivez votre prénom et votre nom."), Longest(120)])
    body = StringField("Structure", [Given("Écrivez le nom de votre structure."), Longest(160)])

    def to_guest(self, method: SigningMethod, device: str | None) -> GuestSignature:
        """Return the guest’s signature."""
        return GuestSignature(self.name.data or "", self.body.data or "", self.to_command(method, device))


class CodeForm(Form):
    """The code projected in the room."""

    code = StringField("Code affiché dans la salle", [Given("Recopiez le code affiché dans la salle.")])


class HoursField(StringField):
    """A length typed as people type it: 2, 1,5 or 1 h 30."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the hours; raise a sentence that shows the expected form."""
        text = (valuelist[0] if valuelist else "").replace("\u202f", " ").replace("\u00a0", " ").strip()
        self.data = text or None
        self.value: Decimal | None = None
        if not text:
            return
        found = HOURS.fullmatch(text)
        if found is None:
            raise ValueError("Cette durée n’est pas comprise. Écrivez-la comme 1 h 30 ou 1,5.")
        try:
            decimals = Decimal(f"0.{found[2] or 0}") if found[2] else Decimal(int(found[3] or 0)) / 60
        except InvalidOperation:  # pragma: no cover - the pattern takes figures only
            decimals = Decimal(0)
        self.value = (Decimal(found[1]) + decimals).quantize(Decimal("0.01"))


class MarkForm(Form):
    """What is noted of one learner."""

    status = SlugField("Présence", [Given("Indiquez la présence.")], options=MARKS)
    hours = HoursField("Heures de présence")
    absence_kind = SlugField("Nature de la raison", options=[("", "Aucune"), *KINDS])
    method = SlugField("Comment", options=METHODS, default=SigningMethod.RECORDED.value)

    def validate_hours(self, field: Any) -> None:
        """Hours go with a partial presence."""
        if self.status.data == Presence.PARTIAL.value and getattr(field, "value", None) is None and not field.errors:
            raise ValidationError("Indiquez les heures de présence, par exemple 1 h 30.")

    def validate_absence_kind(self, field: Any) -> None:
        """A kind goes with a justified absence."""
        if self.status.data == Presence.EXCUSED.value and not field.data:
            raise ValidationError("Indiquez de quelle nature est la raison.")

    def to_command(self) -> Marking:
        """Return the marking."""
        status = Presence(self.status.data or Presence.ABSENT.value)
        return Marking(
            status=status,
            hours=getattr(self.hours, "value", None) if status is Presence.PARTIAL else None,
            absence_kind=AbsenceKind(self.absence_kind.data) if status is Presence.EXCUSED else None,
            method=SigningMethod(self.method.data or SigningMethod.RECORDED.value),
        )


class CorrectForm(MarkForm):
    """A correction after the lock."""

    reason = TextAreaField(
        "Motif de la correction",
        [Given("Indiquez le motif : il reste dans l’historique de la feuille."), Longest(1000)],
    )

    def to_correction(self) -> Correction:
        """Return the correction."""
        return Correction(self.to_command(), self.reason.data or "")


class AddForm(CorrectForm):
    """Someone the locked sheet does not name, added with a reason."""

    enrolment = SlugField("Apprenant·e", [Given("Choisissez la personne.")])


class AnnounceForm(Form):
    """An absence told beforehand."""

    half_days = TickedField("Demi-journées où vous serez absent·e")
    kind = SlugField("Nature de la raison", [Given("Indiquez la nature de la raison.")], options=KINDS)

    def offer(self, choices: Iterable[tuple[str, str]]) -> "AnnounceForm":
        """Set the half-days to come."""
        self.half_days.offer(choices)
        return self

    def validate_half_days(self, field: Any) -> None:
        """At least one."""
        if not field.data:
            raise ValidationError("Cochez au moins une demi-journée.")

    def to_command(self) -> Announcement:
        """Return the announcement."""
        return Announcement(self.half_days.ids, AbsenceKind(self.kind.data or AbsenceKind.OTHER.value))


class WaiveForm(Form):
    """A dispensation by the school."""

    decided_on = FrenchDateField("Décidée le", [Given("Indiquez la date de la décision.")])
    reason = TextAreaField("Motif", [Given("Indiquez le motif de la dispense."), Longest(1000)])
    evidence = UploadField("Courriel ou compte rendu de l’école")

    def to_command(self) -> Dispensation:
        """Return the dispensation."""
        return Dispensation(self.decided_on.value, self.reason.data or "", self.evidence.data)


class MakeUpForm(Form):
    """Where a missed half-day will be made up."""

    invited_id = SlugField("Demi-journée", [Given("Choisissez une demi-journée.")])

    def to_command(self) -> MakeUpPlan:
        """Return the plan."""
        return MakeUpPlan(uuid.UUID(self.invited_id.data or ""))


class ScanForm(Form):
    """The scan of a paper sheet."""

    scan = UploadField("Feuille signée, numérisée ou photographiée")

    def validate_scan(self, field: Any) -> None:
        """A file, really."""
        if field.data is None and not field.errors:
            raise ValidationError("Choisissez le fichier de la feuille signée.")


class IssuerForm(Form):
    """How the carrier signs its papers."""

    activity_number = StringField("Numéro de déclaration d’activité", [Longest(20)])
    siret = StringField("SIRET", [Longest(20)])
    signatory = StringField("Signataire", [Longest(120)])
    signatory_role = StringField("Qualité du signataire", [Longest(120)])

    def validate_activity_number(self, field: Any) -> None:
        """Eleven figures, or nothing."""
        _figures(field, 11, "Un numéro de déclaration d’activité compte 11 chiffres.")

    def validate_siret(self, field: Any) -> None:
        """Fourteen figures, or nothing."""
        _figures(field, 14, "Un SIRET compte 14 chiffres.")

    def to_command(self) -> IssuerDetails:
        """Return the details."""
        return IssuerDetails(
            activity_number=_bare(self.activity_number.data),
            siret=_bare(self.siret.data),
            signatory=self.signatory.data or "",
            signatory_role=self.signatory_role.data or "",
        )


def _bare(text: str | None) -> str:
    return "".join(character for character in text or "" if not character.isspace())


def _figures(field: Any, count: int, message: str) -> None:
    bare = _bare(field.data)
    if bare and (not bare.isascii() or not bare.isdigit() or len(bare) != count):
        raise ValidationError(message)


class PaperForm(Form):
    """Who signed a paper sheet: a field per learner, added by :func:`paper_form`."""

    def markings(self) -> list[tuple[uuid.UUID, Marking]]:
        """Return what was entered of each learner; nothing chosen says nothing."""
        entered = [(field.name, field.data) for field in self if field.name.startswith(_LEARNER) and field.data]
        return [
            (uuid.UUID(name.removeprefix(_LEARNER)), Marking(Presence(word), method=SigningMethod.PAPER))
            for name, word in entered
        ]

    @property
    def learners(self) -> list[Any]:
        """The fields of the learners, in order."""
        return [field for field in self if field.name.startswith(_LEARNER)]


_LEARNER: Final = "presence-"
_PAPER: Final = [
    ("", "Ne rien noter"),
    (Presence.PRESENT.value, "A signé"),
    (Presence.ABSENT.value, "N’a pas signé"),
]


def paper_form(people: Iterable[tuple[uuid.UUID, str, Presence | None]], **given: Any) -> PaperForm:
    """Return the form of a paper sheet: (enrolment, name, what the sheet says already)."""
    fields, data = {}, {}
    for key, name, said in people:
        fields[f"{_LEARNER}{key}"] = SlugField(name, options=_PAPER)
        data[f"{_LEARNER}{key}"] = said.value if said in {Presence.PRESENT, Presence.ABSENT} else ""
    return cast("PaperForm", type("PaperForm", (PaperForm,), fields)(data=data, **given))
