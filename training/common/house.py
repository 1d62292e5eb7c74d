"""What the ground floor declares of itself: its permissions, personal data and sweeps."""

from datetime import timedelta
from typing import Final

from training.common import access, file_upkeep, once, throttle
from training.common.declarations import Declarations, PersonalData, Sweep
from training.common.policy import Permission, Predicate, anyone, holds

reads_files: Final = Predicate(
    "any signed-in person or bearer of a link whom the file’s own use allows",
    lambda p, _s: p.is_signed_in or p.link is not None,
)
in_development: Final = Predicate("anyone, in development only", lambda _p, _s: True)


def _sweep_files() -> int:
    swept = file_upkeep.sweep_orphans()
    return swept.orphans + swept.erased


DECLARATIONS: Final = Declarations(
    room="common",
    permissions={
        Permission.DEVELOPMENT_MAILBOX_READ: in_development,
        Permission.FILE_READ: reads_files,
        Permission.HEALTH_READ: anyone,
        Permission.LINK_OPEN: anyone,
        Permission.OUTBOX_WATCH: holds("administrator"),
        Permission.PUBLIC_READ: anyone,
    },
    personal_data=(
        PersonalData(
            table="stored_file",
            label="Fichiers déposés",
            purpose="Garder les pièces et documents du parcours",
            basis="Mission d’intérêt public",
            retention="Selon l’usage du fichier",
            export=file_upkeep.of_depositor,
            anonymise=file_upkeep.forget_depositor,
        ),
    ),
    sweeps=(
        Sweep("stored_files", "Fichiers effacés ou abandonnés", timedelta(hours=6), _sweep_files),
        Sweep("access_notes", "Purge des notes d’accès", timedelta(days=1), access.purge),
        Sweep("sent_forms", "Purge des clés de formulaires", timedelta(hours=6), once.purge),
        Sweep("try_counts", "Purge des compteurs d’essais", timedelta(hours=6), throttle.purge),
    ),
)
