"""What the ground floor declares of itself: its permissions, personal data and sweeps."""

import uuid
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select, update

from training.common import (
    access,
    clock,
    file_upkeep,
    filetypes,
    import_runs,
    journal,
    links,
    once,
    outbox,
    threads,
    throttle,
)
from training.common.access import AccessNote
from training.common.declarations import Declarations, FileUse, PersonalData, Sweep
from training.common.errors import NotFound
from training.common.house_twins import TWINS
from training.common.import_runs import ImportRun
from training.common.links import AccessLink
from training.common.policy import Permission, Predicate, Principal, anyone, holds, signed_in
from training.database import db

MISSION: Final = "Mission d’intérêt public"
SECURITY: Final = "Sécurité du service"

reads_files: Final = Predicate(
    "any signed-in person or bearer of a link whom the file’s own use allows",
    lambda p, _s: p.is_signed_in or p.link is not None,
)
in_development: Final = Predicate("anyone, in development only", lambda _p, _s: True)


def _sweep_files() -> int:
    swept = file_upkeep.sweep_orphans()
    return swept.orphans + swept.erased


def _links_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    issued = db.session.scalars(
        select(AccessLink).where(AccessLink.bearer_id == person_id).order_by(AccessLink.created_at)
    )
    return [
        {
            "usage": link.purpose,
            "créé le": link.created_at.isoformat(),
            "expire le": link.expires_at.isoformat(),
            "utilisé le": link.used_at.isoformat() if link.used_at else None,
        }
        for link in issued
    ]


def _forget_links(person_id: uuid.UUID) -> int:
    """End a person's links and forget the addresses they were sent to."""
    result = db.session.execute(
        update(AccessLink).where(AccessLink.bearer_id == person_id).values(bearer_email=None, revoked_at=clock.now())
    )
    return int(getattr(result, "rowcount", 0))


def _readings_of(person_id: uuid.UUID) -> list[dict[str, Any]]:
    notes = db.session.scalars(select(AccessNote).where(AccessNote.reader_id == person_id).order_by(AccessNote.at))
    return [{"lu le": note.at.isoformat(), "quoi": note.kind} for note in notes]


def _own_import(principal: Principal, run_id: uuid.UUID) -> ImportRun:
    """Return an import begun by this person: its spreadsheet is nobody else's to read."""
    run = import_runs.run_named(run_id)
    if run.created_by != principal.person_id:
        raise NotFound
    return run


def _kept(_person_id: uuid.UUID) -> int:
    """Keep the rows: they name an account that no longer names anyone."""
    return 0


PERSONAL_DATA: Final = (
    PersonalData(
        table="stored_file",
        label="Fichiers déposés",
        purpose="Garder les pièces et documents du parcours",
        basis=MISSION,
        retention="Selon l’usage du fichier",
        export=file_upkeep.of_depositor,
        anonymise=file_upkeep.forget_depositor,
    ),
    PersonalData(
        table="outgoing_mail",
        label="Courriels envoyés",
        purpose="Prévenir la personne et prouver qu’elle l’a été",
        basis=MISSION,
        retention="Le texte est effacé à l’envoi ; la trace, un an après",
        export=outbox.of_person,
        anonymise=outbox.forget_person,
    ),
    PersonalData(
        table="access_link",
        label="Liens personnels",
        purpose="Ouvrir une page sans mot de passe",
        basis=SECURITY,
        retention="Jusqu’à leur expiration, puis un an",
        export=_links_of,
        anonymise=_forget_links,
    ),
    PersonalData(
        table="access_note",
        label="Lectures de dossiers et de fichiers",
        purpose="Savoir qui a lu une information privée",
        basis=SECURITY,
        retention="Un an",
        export=_readings_of,
        anonymise=_kept,
    ),
    PersonalData(
        table="thread",
        label="Fils de messages",
        purpose="Échanger avec l’organisme qui suit la personne",
        basis=MISSION,
        retention="Avec le dossier ou la formation concernés",
        export=threads.threads_of,
        anonymise=threads.forget_threads,
    ),
    PersonalData(
        table="thread_message",
        label="Messages",
        purpose="Échanger avec l’organisme qui suit la personne",
        basis=MISSION,
        retention="Avec leur fil",
        export=threads.messages_of,
        anonymise=threads.forget_messages,
    ),
    PersonalData(
        table="mailing",
        label="Messages écrits à plusieurs personnes",
        purpose="Savoir qui a écrit quoi, et à combien de personnes",
        basis=MISSION,
        retention="Avec l’appel ou la promotion concernés",
        export=threads.mailings_of,
        anonymise=threads.forget_writer,
    ),
    PersonalData(
        table="import_run",
        label="Imports commencés",
        purpose="Savoir qui a importé quoi",
        basis=MISSION,
        retention="Le tableur est effacé dès l’import fait ; la trace reste",
        export=import_runs.of_person,
        anonymise=_kept,
    ),
    PersonalData(
        table="event",
        label="Journal des actes",
        purpose="Établir qui a fait quoi, et quand",
        basis=MISSION,
        retention="Avec la chose concernée ; les textes libres peuvent être effacés avant",
        export=journal.of_person,
        anonymise=journal.forget_words_of,
    ),
)

DECLARATIONS: Final = Declarations(
    room="common",
    twins=TWINS,
    permissions={
        Permission.DEVELOPMENT_MAILBOX_READ: in_development,
        Permission.FILE_READ: reads_files,
        Permission.HEALTH_READ: anyone,
        Permission.IMPORT_USE: signed_in,
        Permission.LINK_OPEN: anyone,
        Permission.OUTBOX_WATCH: holds("administrator"),
        Permission.PUBLIC_READ: anyone,
    },
    personal_data=PERSONAL_DATA,
    file_uses=(
        FileUse(
            code=import_runs.USE,
            label="Tableur à importer",
            max_bytes=10 * 1024 * 1024,
            media_types=frozenset({filetypes.XLSX.media_type, filetypes.CSV.media_type}),
            permission=Permission.IMPORT_USE,
            load=_own_import,
            retention="Effacé dès l’import fait, ou après 30 jours",
        ),
    ),
    sentences={
        **outbox.PROCEDURE.sentences,
        **threads.SENTENCES,
        import_runs.DONE_KIND: "a importé un tableur",
        import_runs.UNDONE_KIND: "a annulé un import",
    },
    sweeps=(
        Sweep("stored_files", "Fichiers effacés ou abandonnés", timedelta(hours=6), _sweep_files),
        Sweep("access_notes", "Purge des notes d’accès", timedelta(days=1), access.purge),
        Sweep("access_links", "Purge des anciens liens", timedelta(days=1), links.purge),
        Sweep("imports", "Purge des tableurs à importer", timedelta(days=1), import_runs.purge),
        Sweep("sent_forms", "Purge des clés de formulaires", timedelta(hours=6), once.purge),
        Sweep("try_counts", "Purge des compteurs d’essais", timedelta(hours=6), throttle.purge),
    ),
)
