"""What accounts declares: who may do what, what it knows of people, how its events are told."""

from datetime import timedelta
from typing import Final

from training.accounts.enums import Function
from training.accounts.imports import IMPORTS
from training.accounts.link_purposes import PURPOSES
from training.accounts.rules import (
    administrator,
    body_manager,
    own_structure,
    register_keeper,
    register_reader,
    twin_keeper,
)
from training.accounts.services import privacy
from training.accounts.twins import TWINS
from training.common import held
from training.common.declarations import Declarations, PersonalData, Sweep
from training.common.policy import Permission, anyone, holds, signed_in

ACCOUNT: Final = "Ouvrir et protéger le compte de chaque personne"
CONTRACT: Final = "Exécution de la formation (mesures prises à la demande de la personne)"
SECURITY: Final = "Intérêt légitime : sécurité des comptes"
MISSION: Final = "Intérêt légitime du porteur : tenir le registre des structures adhérentes"

PERMISSIONS: Final = {
    Permission.ACCOUNTS_ACCOUNT_MANAGE: signed_in,
    Permission.ACCOUNTS_DUES_RECORD: register_keeper | administrator,
    Permission.ACCOUNTS_INVITATION_SEND: body_manager | administrator,
    Permission.ACCOUNTS_JOURNAL_READ: administrator,
    Permission.ACCOUNTS_LINK_HAND_OVER: holds(Function.MANAGER) | administrator,
    Permission.ACCOUNTS_PEOPLE_READ: administrator,
    Permission.ACCOUNTS_PERSON_MANAGE: administrator,
    Permission.ACCOUNTS_REGISTER_IMPORT: body_manager,
    Permission.ACCOUNTS_SIGN_IN_USE: anyone,
    Permission.ACCOUNTS_STRUCTURE_EDIT: register_keeper | administrator,
    Permission.ACCOUNTS_TWINS_MERGE: twin_keeper | administrator,
    Permission.ACCOUNTS_STRUCTURE_READ: register_reader | administrator | own_structure,
}

PERSONAL_DATA: Final = (
    PersonalData(
        table="person",
        label="Compte",
        purpose=ACCOUNT,
        basis=CONTRACT,
        retention="Tant que le compte sert ; anonymisé sur demande, sauf preuves dues au financeur",
        export=privacy.export_person,
        anonymise=privacy.anonymise_person,
    ),
    PersonalData(
        table="membership",
        label="Fonctions",
        purpose="Savoir qui agit pour quel organisme",
        basis=MISSION,
        retention="Durée de la fonction, puis dix ans sans nom",
        export=privacy.export_memberships,
        anonymise=privacy.anonymise_memberships,
    ),
    PersonalData(
        table="invitation",
        label="Invitations",
        purpose="Donner une fonction à une personne désignée",
        basis=MISSION,
        retention="Un an après l’échéance si elle n’est pas acceptée",
        export=privacy.export_invitations,
        anonymise=privacy.anonymise_invitations,
        purge=privacy.purge_invitations,
    ),
    PersonalData(
        table="sign_in",
        label="Appareils connectés",
        purpose="Montrer et terminer ses connexions",
        basis=SECURITY,
        retention="Un an après la fin de la connexion",
        export=privacy.export_sign_ins,
        anonymise=privacy.forget_sign_ins,
        purge=privacy.purge_sign_ins,
    ),
    PersonalData(
        table="sign_in_code",
        label="Codes de connexion",
        purpose="Vérifier l’identité à la connexion",
        basis=SECURITY,
        retention="Un jour après l’expiration",
        export=privacy.export_codes,
        anonymise=privacy.forget_codes,
        purge=privacy.purge_codes,
    ),
    PersonalData(
        table="passkey",
        label="Clés d’accès",
        purpose="Se connecter sans mot de passe",
        basis=SECURITY,
        retention="Jusqu’à leur retrait par la personne",
        export=privacy.export_passkeys,
        anonymise=privacy.forget_passkeys,
    ),
    PersonalData(
        table="dues",
        label="Cotisations saisies",
        purpose="Savoir qui a constaté la cotisation d’une structure",
        basis=MISSION,
        retention="Dix ans",
        export=privacy.export_dues,
        anonymise=privacy.forget_dues,
    ),
    PersonalData(
        table="merger",
        label="Comptes réunis",
        purpose="Réunir en une seule fiche ce qui a été saisi deux fois, et pouvoir le défaire",
        basis=MISSION,
        retention="Ce qui a été déplacé : 14 jours ; qu’il y a eu réunion : dix ans",
        export=privacy.export_mergers,
        anonymise=privacy.forget_mergers,
    ),
    PersonalData(
        table="known_apart",
        label="Personnes distinguées",
        purpose="Ne plus proposer de réunir deux personnes qui se ressemblent",
        basis=MISSION,
        retention="Tant que les deux comptes servent",
        export=privacy.export_apart,
        anonymise=privacy.forget_apart,
    ),
    PersonalData(
        table="held_form",
        label="Saisies en attente de reconnexion",
        purpose="Ne rien perdre de ce qui est tapé quand la session a pris fin",
        basis=CONTRACT,
        retention="Une heure",
        export=privacy.export_held,
        anonymise=privacy.forget_held,
        purge=held.purge,
    ),
)

SENTENCES: Final = {
    "accounts.account_closed": "a fermé ce compte.",
    "accounts.account_created": "a ouvert ce compte.",
    "accounts.account_reopened": "a rouvert ce compte.",
    "accounts.address_changed": "a changé l’adresse de son compte.",
    "accounts.address_ended": "a mis fin au lien entre ce compte et son adresse.",
    "accounts.anonymisation_asked": "a demandé l’anonymisation de son compte.",
    "accounts.anonymisation_withdrawn": "a retiré sa demande d’anonymisation.",
    "accounts.anonymised": "a anonymisé ce compte.",
    "accounts.code_handed_over": "a remis un code de connexion en main propre.",
    "accounts.data_exported": "a téléchargé la copie de ses données.",
    "accounts.devices_ended": "a déconnecté tous les appareils de ce compte.",
    "accounts.dues_recorded": "a enregistré une cotisation annuelle.",
    "accounts.factor_added": "a ajouté un second facteur de connexion.",
    "accounts.factor_removed": "a retiré un second facteur de connexion.",
    "accounts.factors_reset": "a retiré tous les seconds facteurs de ce compte.",
    "accounts.function_ended": "a mis fin à une fonction.",
    "accounts.function_given": "a donné une fonction.",
    "accounts.identity_changed": "a modifié son nom ou son téléphone.",
    "accounts.invitation_accepted": "a accepté une invitation.",
    "accounts.invitation_sent": "a invité une personne.",
    "accounts.invitation_withdrawn": "a retiré une invitation.",
    "accounts.password_changed": "a changé son mot de passe.",
    "accounts.recovery_codes_made": "a créé des codes de secours.",
    "accounts.known_apart": "a noté que cette fiche et une autre, semblable, sont distinctes.",
    "accounts.twin_received": "a réuni une autre fiche à celle-ci.",
    "accounts.twin_set_aside": "a réuni cette fiche à une autre, qui est gardée.",
    "accounts.twin_undone": "a défait la réunion de deux fiches.",
    "accounts.structure_added": "a ajouté cette structure au registre.",
    "accounts.structure_edited": "a modifié cette structure.",
}

CONSTRAINTS: Final = {
    "uq_person_email_key": (
        "email",
        "Cette adresse a déjà un compte : connectez-vous avec elle, ou indiquez-en une autre.",
    ),
    "uq_structure_finess": ("finess", "Une structure porte déjà ce numéro FINESS : cherchez-la dans la liste."),
    "uq_passkey_credential_id": ("name", "Cette clé est déjà enregistrée sur votre compte ou sur un autre."),
    "uq_membership_current": ("function", "Cette personne a déjà cette fonction dans cet organisme."),
    "uq_dues_structure_id_organisation_id_year": (
        "year",
        "La cotisation de cette année vient d’être saisie : relisez la page.",
    ),
    "ck_membership_one_body": ("organisation", "Choisissez l’organisme où cette fonction se tient."),
    "ck_invitation_one_body": ("function", "Une invitation désigne un seul organisme."),
    "uq_organisation_code": ("code", "Un organisme porte déjà ce code."),
}

DECLARATIONS: Final = Declarations(
    room="accounts",
    twins=TWINS,
    permissions=PERMISSIONS,
    imports=IMPORTS,
    personal_data=PERSONAL_DATA,
    sentences=SENTENCES,
    link_purposes=PURPOSES,
    sweeps=(
        Sweep("held_forms", "Purge des saisies en attente", timedelta(minutes=30), held.purge),
        Sweep("sign_ins", "Purge des connexions terminées", timedelta(days=1), privacy.purge_accounts),
    ),
    constraints=CONSTRAINTS,
)
