"""What cooperation declares: permissions, history’s sentences, links, personal data, messages, sweeps."""

import uuid
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import or_, select, update

from training.cohorts import panels
from training.common import clock
from training.common.declarations import Declarations, PersonalData, Sweep
from training.cooperation.enums import Role
from training.cooperation.link_purposes import PURPOSES
from training.cooperation.models import (
    ActionFeed,
    ActionNews,
    Assessment,
    DateOnlyWish,
    Participant,
    PartnerInvitation,
    PartnerMember,
    Partnership,
    PartnershipShare,
)
from training.cooperation.procedure import ACTION, ASSESSMENT
from training.cooperation.queries.cohorts import cohort_link
from training.cooperation.rules.access import PERMISSIONS
from training.cooperation.services import reminders
from training.cooperation.services.proposals import KIND
from training.cooperation.twins import TWINS
from training.database import db
from training.portfolio import objects

SENTENCES: Final = {
    **ASSESSMENT.sentences,
    **ACTION.sentences,
    "assessment.prepared": "a préparé l’auto-évaluation",
    "assessment.item_revealed": "a montré les réponses à une question",
    "assessment.item_settled": "a noté le consensus sur une question",
    "assessment.code_renewed": "a donné un nouveau code",
    "assessment.joined": "a rejoint la séance",
    "assessment.room_completed": "a cessé d’attendre d’autres téléphones",
    "assessment.seat_emptied": "a noté le départ d’un téléphone",
    "assessment.closed": "a noté les réponses de clôture",
    "assessment.date_only_asked": "a demandé que seule la date soit montrée en formation",
    "assessment.date_only_withdrawn": "a retiré sa demande de ne montrer que la date",
    "assessment.proposed": "a proposé l’auto-évaluation comme document traceur",
    "cooperation.grid_loaded": "a chargé la grille",
    "cooperation_action.planned": "a planifié l’action",
    "cooperation_action.changed": "a modifié l’action",
    "cooperation_action.news": "a donné des nouvelles de l’action",
    "partnership.body_added": "a ajouté une structure",
    "partnership.body_described": "a complété une ligne du « qui fait quoi »",
    "partnership.body_left": "a noté le départ d’une structure",
    "partnership.charter_written": "a écrit la charte",
    "partnership.circuit_added": "a ajouté un circuit d’information",
    "partnership.circuit_removed": "a retiré un circuit d’information",
    "partnership.counted": "a choisi de compter dans les chiffres régionaux anonymes",
    "partnership.described": "a modifié la présentation du partenariat",
    "partnership.framed": "a écrit une fiche de cadrage",
    "partnership.invitation_withdrawn": "a retiré une invitation",
    "partnership.invited": "a invité une personne",
    "partnership.joined": "a rejoint le partenariat",
    "partnership.member_left": "a mis fin à une participation",
    "partnership.not_counted": "a choisi de ne plus compter dans les chiffres régionaux",
    "partnership.opened": "a ouvert le partenariat",
    "partnership.reviewed": "a tenu la revue des actions",
    "partnership.share_revoked": "a mis fin à un partage",
    "partnership.shared": "a partagé les rapports",
}


def _export_parts(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(Partnership.name, PartnerMember.role, PartnerMember.since, PartnerMember.until)
        .join(Partnership, Partnership.id == PartnerMember.partnership_id)
        .where(PartnerMember.person_id == person_id)
        .order_by(PartnerMember.since, PartnerMember.id)
    )
    return [
        {"partenariat": name, "qualité": Role(role).label, "depuis": since, "jusqu’à": until}
        for name, role, since, until in rows
    ]


def _export_invitations(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(Partnership.name, PartnerInvitation.email, PartnerInvitation.invited_at, PartnerInvitation.accepted_at)
        .join(Partnership, Partnership.id == PartnerInvitation.partnership_id)
        .where(or_(PartnerInvitation.accepted_by == person_id, PartnerInvitation.invited_by == person_id))
        .order_by(PartnerInvitation.invited_at, PartnerInvitation.id)
    )
    return [
        {"partenariat": name, "adresse": email, "invitée le": at, "acceptée le": accepted}
        for name, email, at, accepted in rows
    ]


def _forget_invitations(person_id: uuid.UUID) -> int:
    """Empty the address in the invitations she took up."""
    result = db.session.execute(
        update(PartnerInvitation)
        .where(PartnerInvitation.accepted_by == person_id, PartnerInvitation.email != "")
        .values(email="", email_key="")
    )
    return int(getattr(result, "rowcount", 0))


def _export_participations(person_id: uuid.UUID) -> list[dict[str, Any]]:
    rows = db.session.execute(
        select(Partnership.name, Assessment.held_on, Participant.joined_at)
        .join(Assessment, Assessment.id == Participant.assessment_id)
        .join(Partnership, Partnership.id == Assessment.partnership_id)
        .where(Participant.person_id == person_id)
        .order_by(Participant.joined_at, Participant.id)
    )
    return [{"partenariat": name, "auto-évaluation du": held, "répondu depuis": at} for name, held, at in rows]


def _export_news(person_id: uuid.UUID) -> list[dict[str, Any]]:
    query = select(ActionNews.at, ActionNews.text).where(ActionNews.written_by == person_id)
    return [{"le": at, "texte": text} for at, text in db.session.execute(query.order_by(ActionNews.at, ActionNews.id))]


def _export_shares(person_id: uuid.UUID) -> list[dict[str, Any]]:
    query = (
        select(Partnership.name, PartnershipShare.since, PartnershipShare.revoked_at)
        .join(Partnership, Partnership.id == PartnershipShare.partnership_id)
        .where(PartnershipShare.shared_by == person_id)
        .order_by(PartnershipShare.since, PartnershipShare.id)
    )
    return [
        {"partenariat": name, "partagé le": since, "arrêté le": end} for name, since, end in db.session.execute(query)
    ]


def _export_feeds(person_id: uuid.UUID) -> list[dict[str, Any]]:
    query = select(ActionFeed.created_at, ActionFeed.revoked_at).where(ActionFeed.person_id == person_id)
    rows = db.session.execute(query.order_by(ActionFeed.created_at, ActionFeed.id))
    return [{"abonnement créé le": created, "arrêté le": revoked} for created, revoked in rows]


def _export_wishes(person_id: uuid.UUID) -> list[dict[str, Any]]:
    query = (
        select(Partnership.name, Assessment.held_on, DateOnlyWish.asked_at)
        .join(Assessment, Assessment.id == DateOnlyWish.assessment_id)
        .join(Partnership, Partnership.id == Assessment.partnership_id)
        .where(DateOnlyWish.person_id == person_id)
    )
    rows = db.session.execute(query.order_by(DateOnlyWish.asked_at, DateOnlyWish.assessment_id))
    return [{"partenariat": name, "auto-évaluation du": held, "date seule demandée le": at} for name, held, at in rows]


def _end_feeds(person_id: uuid.UUID) -> int:
    result = db.session.execute(
        update(ActionFeed)
        .where(ActionFeed.person_id == person_id, ActionFeed.revoked_at.is_(None))
        .values(revoked_at=clock.now())
    )
    return int(getattr(result, "rowcount", 0))


def _keep(_person_id: uuid.UUID) -> int:
    """Nothing to empty: the row keeps the key of a person who is anonymised herself."""
    return 0


objects.declare(
    objects.ObjectKind(
        code=KIND,
        label="Auto-évaluation de coopération",
        url_of=lambda proposal_id: f"/cooperation/documents-traceurs/{proposal_id}",
        offer="Proposer une auto-évaluation",
        choose_url=lambda type_id: f"/cooperation/document-traceur?document={type_id}",
    )
)
panels.add(panels.Panel(name="cooperation", position=60, template="cooperation/_cohort.html", load=cohort_link))

KEPT: Final = "5 ans après la fin du partenariat"
TOGETHER: Final = "Animer la coopération entre les structures d’un territoire"
INTEREST: Final = "Intérêt légitime des structures partenaires"

DECLARATIONS: Final = Declarations(
    room="cooperation",
    twins=TWINS,
    permissions=PERMISSIONS,
    sentences=SENTENCES,
    link_purposes=PURPOSES,
    personal_data=(
        PersonalData(
            "partner_member", "Participation à un partenariat", TOGETHER, INTEREST, KEPT, _export_parts, _keep
        ),
        PersonalData(
            "partner_invitation",
            "Invitation à un partenariat",
            TOGETHER,
            INTEREST,
            KEPT,
            _export_invitations,
            _forget_invitations,
        ),
        PersonalData(
            "participant", "Réponse à une auto-évaluation", TOGETHER, INTEREST, KEPT, _export_participations, _keep
        ),
        PersonalData("action_news", "Suivi des actions communes", TOGETHER, INTEREST, KEPT, _export_news, _keep),
        PersonalData(
            "date_only_wish", "Demande de ne montrer que la date", TOGETHER, INTEREST, KEPT, _export_wishes, _keep
        ),
        PersonalData("partnership_share", "Choix de partage", TOGETHER, INTEREST, KEPT, _export_shares, _keep),
        PersonalData(
            "action_feed",
            "Abonnement aux échéances des actions",
            "Tenir à jour le calendrier de la personne, à sa demande",
            "Consentement",
            "Jusqu’à son arrêt par la personne",
            _export_feeds,
            _end_feeds,
        ),
    ),
    sweeps=(
        Sweep("remind_partnerships", "Rappels des partenariats de coopération", timedelta(hours=6), reminders.remind),
    ),
    constraints={
        "uq_partner_body_name": ("name", "Une structure de ce nom fait déjà partie du partenariat."),
        "uq_partner_member_live": ("email", "Cette personne fait déjà partie du partenariat."),
        "uq_partnership_share_live": ("organisation", "Les rapports sont déjà partagés avec cet organisme."),
        "uq_assessment_under_way": (
            "grid",
            "Une auto-évaluation sur cette grille est déjà en cours : terminez-la d’abord.",
        ),
        "uq_assessment_join_code": ("form", "Le code vient de changer : relisez la page."),
        "uq_participant_person": ("form", "Vous répondez déjà à cette auto-évaluation : relisez la page."),
        "uq_action_feed_person": ("form", "Votre abonnement vient d’être créé : relisez la page."),
        "uq_cooperation_grid_code_version": ("content", "Cette version de la grille est déjà là."),
        "pk_participant_answer": ("form", "Votre réponse vient d’être enregistrée : relisez la page."),
        "pk_date_only_wish": ("form", "Votre demande vient d’être notée : relisez la page."),
        "pk_item_result": ("form", "Cette question vient d’être modifiée : relisez la page."),
        "pk_framing_column": ("form", "Cette colonne vient d’être remplie : relisez la page."),
        "pk_charter_text": ("form", "La charte vient d’être modifiée : relisez la page."),
    },
)
