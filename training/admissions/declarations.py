"""What admissions declares: who may do what, its files, its personal data, its words, its sweeps."""

import uuid
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, select, update

from training.accounts.enums import CARRYING, Function, OrganisationKind, Part
from training.accounts.rules import acts_as, carrier_readers, carrier_staff, funder, plays, school
from training.accounts.services import factors
from training.admissions import correspondence, file_uses, privacy, queries, rules
from training.admissions.events import ApplicationEvent, CallEvent, CommitteeEvent
from training.admissions.imports import IMPORTS
from training.admissions.letter_purpose import PURPOSE
from training.admissions.models import (
    Application,
    BookedTime,
    CallVersion,
    CommitteeMeeting,
    Derogation,
    ExportChoice,
    Extension,
    FunderValidation,
    Interview,
    InterviewSlot,
    LetterRequest,
    Opinion,
    Practice,
    ReviewAssignment,
    SchoolDecision,
)
from training.admissions.procedure import APPLICATION, CALL, INTERVIEW, LETTER, MEETING, PIECE
from training.admissions.queries import settings
from training.admissions.queries.applicant import applied_to_bodies_of
from training.admissions.services import closing, derogations, letters, reviewing
from training.admissions.standard import SIGNED, WRITTEN
from training.admissions.twins import TWINS
from training.common import filetypes, threads
from training.common.declarations import Declarations, FileUse, LinkPurpose, PersonalData, Sweep
from training.common.policy import Permission, Predicate, Principal, anyone, has_link, holds, signed_in, worker
from training.database import db

P = Permission
MEBIBYTE: Final = 1024 * 1024

factors.add_acquaintance(applied_to_bodies_of)
threads.declare(correspondence.KIND)


def _owner_id(subject: Any) -> uuid.UUID | None:
    """Return the applicant of a file, or of the file an interview is on."""
    owner: uuid.UUID | None = getattr(getattr(subject, "application", subject), "person_id", None)
    return owner


def _is_own(principal: Principal, subject: Any) -> bool:
    return principal.person_id is not None and _owner_id(subject) == principal.person_id


def _works_there(principal: Principal, subject: Any) -> bool:
    """Whether she works in the applicant’s structure, or where the applicant also practises (R98); one SELECT at most."""
    file = getattr(subject, "application", subject)
    structure_id = getattr(file, "structure_id", None)
    hers = {capacity.structure_id for capacity in principal.capacities if capacity.structure_id is not None}
    if structure_id is None or not hers:
        return False
    return structure_id in hers or queries.practices_in(file.id, hers)


own: Final = Predicate("the applicant herself", _is_own)
own_structure: Final = Predicate("a member of the applicant’s structure", _works_there)
processes: Final = carrier_staff & ~own
fills_in: Final = processes & Predicate(
    "a file her staff fill in, until the applicant takes it over",
    lambda _p, s: getattr(s, "entered_by", None) is not None,
)
writes_to_many: Final = Predicate(
    f"{processes.words}; without a file, a person who is manager",
    lambda p, s: p.holds(Function.MANAGER) if s is None else processes(p, s),
)
reviews: Final = (
    plays(*CARRYING, Part.FUNDER, Part.PARTNER, Part.SCHOOL, functions=(Function.MANAGER, Function.COMMITTEE_MEMBER))
    & ~own
    & ~own_structure
)
sits: Final = plays(*Part, functions=(Function.MANAGER, Function.READER, Function.COMMITTEE_MEMBER))
of_a_school: Final = Predicate(
    "a person who is manager for a school",
    lambda p, _s: any(c.body_kind == OrganisationKind.SCHOOL and c.function == Function.MANAGER for c in p.capacities),
)
loaded_in_scope: Final = Predicate("whoever the scope of files shows it to", lambda p, _s: p.is_signed_in)


def _load_file(principal: Principal, application_id: uuid.UUID) -> Application:
    return queries.application(principal, application_id)


def _said_of(decided: Derogation | None) -> str | None:
    if decided is None:
        return None
    return "accordée" if decided.granted else f"refusée\u00a0: {decided.reason}"


def _export(person_id: uuid.UUID) -> list[dict[str, Any]]:
    return [
        {
            "appel": application.call.title,
            "dossier": application.reference,
            "état": rules.public_status(application).label,
            "structure": application.structure.name if application.structure else None,
            "situation": application.situation.label if application.situation else None,
            "fonction": application.post_title,
            "autres lieux d’exercice": [each.name for each in application.practices],
            "employeur": application.employer,
            "motif de dérogation": application.derogation_reason,
            "dérogation": _said_of(application.derogation),
            "réponses": application.answers,
            "déposé le": application.submitted_at.isoformat() if application.submitted_at else None,
            "pièces": [piece.file.original_name for piece in application.pieces],
        }
        for application in db.session.scalars(select(Application).where(Application.person_id == person_id))
    ]


def _anonymise(person_id: uuid.UUID) -> int:
    result = db.session.execute(
        update(Application)
        .where(Application.person_id == person_id)
        .values(derogation_reason="", post_title="", employer="", answers={})
    )
    hers = select(Application.id).where(Application.person_id == person_id)
    db.session.execute(delete(Practice).where(Practice.application_id.in_(hers)))
    return int(getattr(result, "rowcount", 0))


def _columns_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    return [
        {"colonnes": ", ".join(choice.columns)}
        for choice in db.session.scalars(select(ExportChoice).where(ExportChoice.person_id == person_id))
    ]


def _forget_columns_of(person_id: uuid.UUID) -> int:
    result = db.session.execute(delete(ExportChoice).where(ExportChoice.person_id == person_id))
    return int(getattr(result, "rowcount", 0))


def _written_by(model: Any, column: Any, label: str) -> PersonalData:
    """Declare a table that only names the person who wrote a row: kept as proof, with its file."""
    return PersonalData(
        table=model.__tablename__,
        label=label,
        purpose="Établir qui a décidé, et quand",
        basis="Mission d’intérêt public",
        retention="Avec le dossier de candidature",
        export=lambda person_id: [
            {"écrit": label, "le": str(getattr(row, "recorded_at", None) or getattr(row, "given_at", ""))}
            for row in db.session.scalars(select(model).where(column == person_id))
        ],
        anonymise=lambda _person_id: 0,
    )


DECLARATIONS: Final = Declarations(
    room="admissions",
    twins=TWINS,
    permissions={
        P.ADMISSIONS_APPLICATION_ANSWER: own,
        P.ADMISSIONS_APPLICATION_CLOSE: worker,
        P.ADMISSIONS_APPLICATION_EDIT: own | fills_in,
        P.ADMISSIONS_APPLICATION_EXPORT: holds(Function.MANAGER, Function.READER),
        P.ADMISSIONS_APPLICATION_LIST: signed_in,
        P.ADMISSIONS_APPLICATION_OFFER: processes | worker,
        P.ADMISSIONS_APPLICATION_OPINE: reviews,
        P.ADMISSIONS_APPLICATION_PROCESS: processes,
        P.ADMISSIONS_APPLICATION_READ: loaded_in_scope,
        P.ADMISSIONS_APPLICATION_REOPEN: processes,
        P.ADMISSIONS_APPLICATION_START: signed_in,
        P.ADMISSIONS_APPLICATION_SUBMIT: own | fills_in,
        P.ADMISSIONS_APPLICATION_VALIDATE: acts_as(Part.SCHOOL) & ~own,
        P.ADMISSIONS_APPLICATION_WITHDRAW: own | processes,
        P.ADMISSIONS_CALL_MANAGE: carrier_staff,
        P.ADMISSIONS_CALL_PREPARE: holds(Function.MANAGER),
        P.ADMISSIONS_CALL_READ: anyone,
        P.ADMISSIONS_CALL_VALIDATE: acts_as(Part.FUNDER),
        P.ADMISSIONS_COMMITTEE_DECIDE: processes,
        P.ADMISSIONS_COMMITTEE_READ: sits,
        P.ADMISSIONS_EXTENSION_GRANT: processes,
        P.ADMISSIONS_INTERVIEW_CHOOSE: own | processes,
        P.ADMISSIONS_FIGURES_READ: carrier_readers | funder | school,
        P.ADMISSIONS_INTERVIEW_HOLD: reviews,
        P.ADMISSIONS_INTERVIEW_PLAN: processes,
        P.ADMISSIONS_LETTER_ASK: own | fills_in,
        P.ADMISSIONS_LETTER_SIGN: has_link(PURPOSE),
        P.ADMISSIONS_MESSAGE_READ: own | carrier_readers,
        P.ADMISSIONS_MESSAGE_SEND: writes_to_many,
        P.ADMISSIONS_MESSAGE_WRITE: own | processes,
        P.ADMISSIONS_OBSERVATORY_EXPORT: of_a_school,
        P.ADMISSIONS_PHOTO_READ: own | carrier_readers,
        P.ADMISSIONS_PIECE_REVIEW: processes,
        P.ADMISSIONS_REGISTRATION_GIVE: own,
        P.ADMISSIONS_RESULTS_PUBLISH: carrier_staff,
        P.ADMISSIONS_REVIEW_ASSIGN: processes,
    },
    file_uses=(
        FileUse(
            code=file_uses.PIECE,
            label="Pièce d’un dossier de candidature",
            max_bytes=10 * MEBIBYTE,
            media_types=WRITTEN | SIGNED,
            permission=P.ADMISSIONS_APPLICATION_READ,
            load=_load_file,
            retention="12 mois après la fin de l’appel pour les candidatures non admises",
            max_count=40,
        ),
        FileUse(
            code=file_uses.CALL_TEMPLATE,
            label="Modèle à télécharger d’un appel",
            max_bytes=5 * MEBIBYTE,
            media_types=filetypes.DOCUMENTS,
            permission=P.ADMISSIONS_CALL_READ,
            load=settings.readable_call,
            retention="Avec l’appel",
            max_count=200,
        ),
        FileUse(
            code=file_uses.FUNDER_EVIDENCE,
            label="Preuve de la validation d’un financeur transcrite",
            max_bytes=10 * MEBIBYTE,
            media_types=WRITTEN | SIGNED,
            permission=P.ADMISSIONS_CALL_MANAGE,
            load=queries.running_call_by_id,
            retention="Avec l’appel",
            max_count=50,
        ),
        FileUse(
            code=file_uses.PHOTO,
            label="Photo d’un dossier de candidature",
            max_bytes=3 * MEBIBYTE,
            media_types=SIGNED,
            permission=P.ADMISSIONS_PHOTO_READ,
            load=_load_file,
            retention="Effacée à la décision si la personne n’est pas admise",
            max_count=10,
        ),
        FileUse(
            code=file_uses.LIST_EVIDENCE,
            label="Preuve d’une liste de décisions transcrite",
            max_bytes=10 * MEBIBYTE,
            media_types=WRITTEN | SIGNED,
            permission=P.ADMISSIONS_CALL_MANAGE,
            load=queries.running_call_by_id,
            retention="Avec l’appel",
            max_count=50,
        ),
        FileUse(
            code=file_uses.EVIDENCE,
            label="Preuve d’une décision transcrite",
            max_bytes=10 * MEBIBYTE,
            media_types=WRITTEN | SIGNED,
            permission=P.ADMISSIONS_APPLICATION_PROCESS,
            load=_load_file,
            retention="Avec le dossier de candidature",
            max_count=20,
        ),
    ),
    personal_data=(
        PersonalData(
            table=Application.__tablename__,
            label="Dossiers de candidature",
            purpose="Sélectionner les personnes qui suivront la formation",
            basis="Mission d’intérêt public",
            retention="12 mois après la fin de l’appel si la candidature n’aboutit pas, 5 ans sinon",  # R89, R90
            export=_export,
            anonymise=_anonymise,
        ),
        PersonalData(
            table=LetterRequest.__tablename__,
            label="Lettres d’engagement demandées aux structures",
            purpose="Savoir qui s’est engagé au nom de la structure",
            basis="Mission d’intérêt public",
            retention="Avec le dossier de candidature",
            export=privacy.export_letters,
            anonymise=privacy.anonymise_letters,
        ),
        _written_by(Extension, Extension.person_id, "Délais de dépôt accordés"),
        _written_by(Derogation, Derogation.decided_by, "Dérogations décidées"),
        _written_by(CallVersion, CallVersion.by_id, "Appels publiés ou modifiés"),
        PersonalData(
            table=ExportChoice.__tablename__,
            label="Colonnes choisies pour les tableurs",
            purpose="Garder d’une fois sur l’autre les colonnes que la personne a choisies",
            basis="Intérêt légitime",
            retention="Avec le compte",
            export=_columns_of,
            anonymise=_forget_columns_of,
        ),
        _written_by(FunderValidation, FunderValidation.recorded_by, "Validations du financeur enregistrées"),
        _written_by(Opinion, Opinion.reviewer_id, "Avis donnés"),
        _written_by(CommitteeMeeting, CommitteeMeeting.created_by, "Séances du comité ouvertes"),
        _written_by(ReviewAssignment, ReviewAssignment.reviewer_id, "Dossiers confiés à lire"),
        _written_by(Interview, Interview.interviewer_id, "Entretiens menés"),
        _written_by(InterviewSlot, InterviewSlot.interviewer_id, "Créneaux d’entretien proposés"),
        _written_by(BookedTime, BookedTime.person_id, "Moments pris par un entretien"),
        _written_by(SchoolDecision, SchoolDecision.recorded_by, "Décisions de l’école enregistrées"),
    ),
    sentences={
        **APPLICATION.sentences,
        **CALL.sentences,
        **MEETING.sentences,
        **INTERVIEW.sentences,
        **PIECE.sentences,
        **LETTER.sentences,
        **{event.value: event.sentence for kind in (ApplicationEvent, CallEvent, CommitteeEvent) for event in kind},
    },
    link_purposes=(
        LinkPurpose(
            code=PURPOSE,
            title="Signer l’engagement de votre structure",
            explanation="Vous lirez ce que l’engagement demande, puis vous signerez en ligne ou joindrez votre lettre.",
            button="Lire et signer",
            lifetime=timedelta(days=30),
            consume=letters.press,
            uses=None,
            renew=letters.renew,
            opens=True,
            renews_revoked=True,
            told=letters.told,
        ),
    ),
    imports=IMPORTS,
    sweeps=(
        Sweep("close_calls", "Clôture des appels", timedelta(minutes=1), closing.close_calls),
        Sweep("lapse_offers", "Échéance des places proposées", timedelta(minutes=5), closing.lapse_offers),
        Sweep("erase_photos", "Effacement des photos après décision", timedelta(hours=1), closing.erase_photos),
        Sweep("purge_ended", "Purge des candidatures sans suite", timedelta(days=1), closing.purge_ended),
        Sweep("remind_drafts", "Rappels aux brouillons", timedelta(hours=1), closing.remind_drafts),
        Sweep("remind_proofs", "Preuves de recrutement attendues", timedelta(hours=1), derogations.remind_proofs),
        Sweep("remind_reviewers", "Rappels des dossiers à lire", timedelta(hours=1), reviewing.remind_reviewers),
    ),
    constraints={
        "uq_application_live": (
            "form",
            "Vous avez déjà un dossier pour cet appel : reprenez-le depuis vos candidatures.",
        ),
        "uq_call_code": ("code", "Ce code est déjà celui d’un autre appel : choisissez-en un autre."),
        "uq_call_cohort_id": ("cohort", "Cette promotion a déjà un appel."),
        "uq_letter_request_waiting": ("email", "Une demande vient de partir pour cette pièce : relisez la page."),
        "uq_opinion_application_id_reviewer_id": ("form", "Votre avis est déjà enregistré : relisez la page."),
        "uq_booked_time_person_id_at": (
            "form",
            "Ce moment vient d’être pris par un autre entretien : choisissez-en un autre.",
        ),
        "uq_interview_slot_interview_id": (
            "form",
            "Cet entretien vient de recevoir un autre créneau : relisez la page.",
        ),
        "uq_interview_pending": ("form", "Un entretien est déjà demandé pour ce dossier."),
        "uq_offer_live_application": ("form", "Une place est déjà proposée pour ce dossier."),
    },
)
