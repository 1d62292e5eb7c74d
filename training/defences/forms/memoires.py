"""Forms of a mémoire: its subject, a version, remarks, the plan of work, sharing it."""

from wtforms import BooleanField, RadioField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from training.common.files import StagedFile
from training.common.forms import Form, FrenchDateField, Given, Longest, NumberField, UploadField
from training.defences.commands import NewVersion, PlannedStep, Remark, Subject
from training.defences.enums import VersionKind

LONGEST_WORDS = 10_000


class SubjectForm(Form):
    """A subject, drawn from the work of one’s own team (R56)."""

    subject = StringField("Sujet", [Given("Donnez le sujet de votre mémoire, en une phrase."), Longest(300)])
    approach = TextAreaField(
        "La démarche de votre équipe",
        [Given("Décrivez la démarche de votre équipe que le mémoire analysera."), Longest(5_000)],
    )
    keywords = StringField("Mots-clés", [Optional(), Longest(300)])

    def to_command(self) -> Subject:
        """Return what is proposed."""
        return Subject(self.subject.data or "", self.keywords.data or "", self.approach.data or "")


class ChangeSubjectForm(SubjectForm):
    """Another subject than the one approved, and why."""

    reason = TextAreaField("Pourquoi en changer", [Given("Dites pourquoi vous changez de sujet."), Longest(2_000)])


class SubjectDecisionForm(Form):
    """The word of the trainer on a subject."""

    decision = RadioField(
        "Votre réponse",
        [Given("Choisissez une réponse.")],
        choices=[
            SelectChoice("approve", "Approuver ce sujet"),
            SelectChoice("return", "Demander de le retravailler"),
        ],
    )
    reason = TextAreaField("Ce qu’il faut retravailler", [Optional(), Longest(2_000)])


class VersionForm(Form):
    """A version to talk over."""

    file = UploadField("Votre document")
    message = TextAreaField("Un mot pour la personne qui vous relit", [Optional(), Longest(1_000)])
    no_patient_data = BooleanField("J’ai relu ce document : il ne permet de reconnaître aucun patient.")

    def staged(self) -> StagedFile | None:
        """Return the file received, or null."""
        return self.file.data

    def to_command(self, kind: VersionKind, file: StagedFile, text: str) -> NewVersion:
        """Return the version handed in."""
        return NewVersion(
            kind, file, text=text, message=self.message.data or "", no_patient_data=bool(self.no_patient_data.data)
        )


class FinalForm(VersionForm):
    """The version the jury will read (R58)."""

    annex_pages = NumberField(
        "Pages d’annexes", least=0, most=500, message="Indiquez un nombre de pages, de 0 à 500.", required=False
    )
    own_work = BooleanField("Ce mémoire est mon travail : ce qui vient d’ailleurs y est cité, avec sa source.")
    confidential_until = FrenchDateField("Confidentiel jusqu’au", [Optional()])

    def to_command(self, kind: VersionKind, file: StagedFile, text: str) -> NewVersion:
        """Return the version handed in."""
        return NewVersion(
            kind,
            file,
            text=text,
            message=self.message.data or "",
            annex_pages=int(self.annex_pages.data or 0),
            no_patient_data=bool(self.no_patient_data.data),
            own_work=bool(self.own_work.data),
            confidential_until=self.confidential_until.data,
        )


class RemarkForm(Form):
    """What one says of a version."""

    words = TextAreaField("Vos remarques", [Optional(), Longest(LONGEST_WORDS)])
    annotated = UploadField("Le document annoté")

    def to_command(self) -> Remark:
        """Return what is said."""
        return Remark(self.words.data or "", self.annotated.data)


class StepForm(Form):
    """A step of the plan of work."""

    label = StringField("Étape", [Given("Nommez cette étape."), Longest(160)])
    due_on = FrenchDateField("Pour le", [Given("Indiquez un jour.")])

    def to_command(self) -> PlannedStep:
        """Return the step."""
        assert self.due_on.data is not None
        return PlannedStep(self.label.data or "", self.due_on.data)


class AgreementForm(Form):
    """The structure’s agreement, by whoever answers for it."""

    signatory = StringField(
        "Votre nom et votre fonction", [Given("Indiquez votre nom et votre fonction dans la structure."), Longest(200)]
    )
