"""Forms of those who run and decide the selection."""

import uuid
from collections.abc import Sequence
from typing import Any

from wtforms import EmailField, IntegerField, RadioField, StringField, TextAreaField, URLField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange, Optional, ValidationError

from training.accounts.enums import Part
from training.admissions.commands import (
    AskCorrection,
    DecideDerogation,
    DecideForSchool,
    EnterForSomeone,
    GiveOpinion,
    GrantExtension,
    OpenMeeting,
    PlanInterview,
    Propose,
    ReportInterview,
    ReviewPiece,
)
from training.admissions.enums import OpinionValue, PieceStatus, Proposal
from training.admissions.models import Application, CallPart
from training.cohorts.queries import TrainerChoice
from training.common import clock
from training.common.formatting import plural
from training.common.forms import (
    Address,
    Form,
    FrenchDateField,
    Given,
    Longest,
    SlugField,
    TimeField,
    UploadField,
    WebAddress,
)
from training.common.policy import Principal

RECUSAL = "recused"
PROOF = "Le courriel ou le compte rendu qui porte cette décision : PDF, image ou document."


def _radio(*pairs: tuple[str, str]) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in pairs]


class PieceForm(Form):
    """Conform, or to be replaced with why (R20)."""

    status = RadioField(
        "Cette pièce est",
        [Given("Dites si la pièce est conforme ou à remplacer.")],
        choices=_radio((PieceStatus.CONFORM, "conforme"), (PieceStatus.TO_REPLACE, "à remplacer")),
    )
    reason = StringField("Motif, si elle est à remplacer", [Longest(500)])
    replace_by = FrenchDateField("À remplacer avant le", [Optional()])

    def to_command(self, piece_id: uuid.UUID) -> ReviewPiece:
        """Return what staff say of the piece."""
        return ReviewPiece(piece_id, PieceStatus(self.status.data), self.reason.data or "", self.replace_by.day)


class CorrectionForm(Form):
    """What to correct, and until when."""

    message = TextAreaField(
        "Ce qu’il faut corriger", [Given("Écrivez ce que la personne doit corriger."), Longest(2000)]
    )
    due_on = FrenchDateField("À renvoyer avant le", [Given("Indiquez la date limite de renvoi.")])

    def to_command(self) -> AskCorrection:
        """Return the request."""
        return AskCorrection(self.message.data or "", self.due_on.value)


class DerogationForm(Form):
    """The decision on a derogation (R7)."""

    decision = RadioField(
        "Décision",
        [Given("Choisissez d’accorder ou de refuser.")],
        choices=_radio(("granted", "Accorder, sous réserve de la preuve du recrutement"), ("refused", "Refuser")),
    )
    due_on = FrenchDateField("Preuve attendue avant le")
    reason = TextAreaField("Motif", [Longest(1000)])

    def validate(self, *more: Any, **named: Any) -> bool:
        """Ask the day of what is granted, and why what is refused is."""
        valid = bool(super().validate(*more, **named))
        if self.decision.data == "granted" and not self.due_on.errors and self.due_on.day is None:
            self.due_on.errors = ["Indiquez le jour à partir duquel la preuve est indispensable."]
            return False
        if self.decision.data == "refused" and not (self.reason.data or "").strip():
            self.reason.errors = ["Indiquez pourquoi : la personne le lira."]
            return False
        return valid

    def to_command(self) -> DecideDerogation:
        """Return the decision."""
        granted = self.decision.data == "granted"
        return DecideDerogation(granted, self.due_on.day if granted else None, (self.reason.data or "").strip())


class ProofForm(Form):
    """The proof of a recruitment, received (R7)."""

    note = StringField(
        "Ce qui est reçu", [Given("Dites ce qui prouve le recrutement, par exemple un contrat signé."), Longest(300)]
    )


class ExtensionForm(Form):
    """A late right (R14)."""

    until = FrenchDateField("Dépôt possible jusqu’au", [Given("Indiquez la nouvelle date limite.")])
    reason = TextAreaField("Motif", [Given("Indiquez pourquoi ce délai est accordé."), Longest(1000)])

    def to_command(self) -> GrantExtension:
        """Return the late right."""
        return GrantExtension(self.until.value, self.reason.data or "")


class OpinionForm(Form):
    """An opinion, or a recusal."""

    value = RadioField(
        "Votre avis",
        [Given("Choisissez un avis, ou déclarez un conflit d’intérêts.")],
        choices=_radio(
            *((value.value, value.label) for value in OpinionValue),
            (RECUSAL, "Je me déporte : conflit d’intérêts"),
        ),
    )
    comment = TextAreaField("Commentaire", [Longest(3000)])

    def to_command(self, played: CallPart) -> GiveOpinion:
        """Return the opinion given today in the name of the body that plays this part."""
        value = None if self.value.data == RECUSAL else OpinionValue(self.value.data)
        return GiveOpinion(value, self.comment.data or "", played.organisation_id, played.part, clock.today())


class RecordedOpinionForm(Form):
    """A body's opinion, recorded in session or transcribed with its proof (R96, R106)."""

    organisation = SlugField("Organisme", [Given("Choisissez l’organisme qui donne l’avis.")])
    value = RadioField(
        "Avis", [Given("Choisissez l’avis.")], choices=_radio(*((value.value, value.label) for value in OpinionValue))
    )
    given_on = FrenchDateField("Donné le", [Given("Indiquez la date de l’avis.")])
    comment = TextAreaField("Commentaire", [Longest(3000)])
    evidence = UploadField("Preuve", description=PROOF)

    def for_bodies(self, parts: Sequence[CallPart]) -> "RecordedOpinionForm":
        """Offer these bodies."""
        self.organisation.offer(
            (f"{played.organisation_id}:{played.part.value}", f"{played.organisation.short_name} ({played.part.label})")
            for played in parts
        )
        return self

    def to_command(self) -> GiveOpinion:
        """Return the opinion as recorded."""
        organisation, _, part = str(self.organisation.data).partition(":")
        return GiveOpinion(
            OpinionValue(self.value.data),
            self.comment.data or "",
            uuid.UUID(organisation),
            Part(part),
            self.given_on.value,
            self.evidence.data,
        )


class MeetingForm(Form):
    """A sitting of the committee."""

    held_on = FrenchDateField("Date de la séance", [Given("Indiquez la date de la séance.")])
    place = StringField("Lieu", [Longest(160)])

    def to_command(self) -> OpenMeeting:
        """Return the sitting to open."""
        return OpenMeeting(self.held_on.value, self.place.data or "")


class ProposalForm(Form):
    """What the sitting proposes for one file; nothing chosen takes the proposal back."""

    proposal = RadioField(
        "Proposition",
        [Optional()],
        choices=_radio(*((p.value, p.label) for p in Proposal), ("", "sans proposition")),
        default="",
    )
    reason = StringField("Motif, si elle n’est pas retenue", [Longest(500)])

    def to_command(self, application: Application) -> Propose:
        """Return the proposal for this file."""
        chosen = Proposal(self.proposal.data) if self.proposal.data else None
        return Propose(application.id, chosen, self.reason.data or "")


class InterviewForm(Form):
    """When and with whom the interview is held."""

    day = FrenchDateField("Jour", [Given("Indiquez le jour de l’entretien.")])
    hour = TimeField("Heure", [Given("Indiquez l’heure de l’entretien.")])
    minutes = IntegerField(
        "Durée en minutes",
        [Given("Indiquez la durée."), NumberRange(5, 240, message="La durée se compte entre 5 et 240 minutes.")],
        default=30,
    )
    link = URLField("Lien de visioconférence", [Longest(300), WebAddress()])
    leader = SlugField("Mené par")
    interviewer = StringField("Ou par une personne sans compte", [Longest(160)])

    def offer(self, people: Sequence[Principal]) -> "InterviewForm":
        """Offer these people to lead it."""
        self._names = {str(person.person_id): person.name for person in people}
        self.leader.offer([("", "une personne sans compte, nommée ci-dessous"), *self._names.items()])
        return self

    def validate_interviewer(self, field: StringField) -> None:
        """Ask who leads it when nobody is chosen above."""
        if not self.leader.data and not field.data:
            raise ValidationError("Indiquez qui mène l’entretien.")

    def to_command(self) -> PlanInterview:
        """Return the interview as fixed, on a Paris clock."""
        starts_at = clock.at_paris(self.day.value, self.hour.value.hour, self.hour.value.minute)
        chosen = self.leader.data
        return PlanInterview(
            starts_at,
            self.minutes.data or 30,
            self.link.data or None,
            self._names[chosen] if chosen else self.interviewer.data or "",
            uuid.UUID(chosen) if chosen else None,
        )


class ReportForm(Form):
    """What the interviewer concludes."""

    recommendation = RadioField(
        "Recommandation",
        [Given("Choisissez une recommandation.")],
        choices=_radio(*((value.value, value.label) for value in OpinionValue)),
    )
    report = TextAreaField("Compte rendu", [Given("Rendez compte de l’entretien en quelques lignes."), Longest(5000)])

    def to_command(self) -> ReportInterview:
        """Return the report."""
        return ReportInterview(OpinionValue(self.recommendation.data), self.report.data or "")


class SchoolForm(Form):
    """The school's decision, dated; with its proof when the carrier transcribes it (R96)."""

    decision = RadioField(
        "Décision de l’école",
        [Given("Choisissez la décision.")],
        choices=_radio(("yes", "Valider la candidature"), ("no", "Refuser la candidature")),
    )
    decided_on = FrenchDateField("Décidée le", [Given("Indiquez la date de la décision.")])
    reason = TextAreaField("Motif, en cas de refus", [Longest(1000)])
    evidence = UploadField("Preuve", description=PROOF)

    @property
    def accepted(self) -> bool:
        """Whether the school validates."""
        return bool(self.decision.data == "yes")

    def to_command(self) -> DecideForSchool:
        """Return the decision."""
        return DecideForSchool(self.decided_on.value, self.reason.data or "", self.evidence.data)


class EnrolForm(Form):
    """Who follows the learner once she is enrolled; it may be named later (R32)."""

    referent = SlugField("Référent·e")

    def choose_among(self, trainers: Sequence[TrainerChoice]) -> "EnrolForm":
        """Set the trainers her school approved, each with the learners already followed."""
        known = [
            (str(t.person_id), f"{t.name} ({plural(t.learners, 'personne suivie', 'personnes suivies')})")
            for t in trainers
        ]
        self.referent.offer([("", "À désigner plus tard"), *known])
        return self

    @property
    def referent_id(self) -> uuid.UUID | None:
        """The trainer chosen, or null for later."""
        return uuid.UUID(str(self.referent.data)) if self.referent.data else None


class EnterForm(Form):
    """Whoever sent her application by mail."""

    email = EmailField("Adresse électronique de la personne", [Given("Indiquez son adresse."), Longest(254), Address()])
    first_name = StringField("Prénom", [Given("Indiquez son prénom."), Longest(80)])
    last_name = StringField("Nom", [Given("Indiquez son nom."), Longest(80)])

    def to_command(self) -> EnterForSomeone:
        """Return who it is."""
        return EnterForSomeone(self.email.data or "", self.first_name.data or "", self.last_name.data or "")
