"""Messages about files: one to one, or one to a whole filtered list (R109)."""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Sequence

from training.admissions.models import Application
from training.admissions.queries.messages import MOST_WRITTEN
from training.common import threads
from training.common.errors import Refused
from training.common.policy import Principal
from training.common.threads import Mailing, Side, ThreadMessage


def write(application: Application, words: str, *, by: Principal) -> ThreadMessage:
    """Write in the thread of a file: as its applicant, or for its carrier."""
    side = Side.PERSON if by.person_id == application.person_id else Side.BODY
    return threads.write(application, words, side=side, by=by)


def mark_of(files: Sequence[Application]) -> str:
    """Return what tells whether a message still goes to the people its preview showed."""
    return hashlib.sha256("".join(sorted(file.id.hex for file in files)).encode()).hexdigest()[:16]


def write_to_all(files: Sequence[Application], *, title: str, words: str, chosen: str, by: Principal) -> list[Mailing]:
    """Write the same message in the thread of each file; each carrier keeps its own in its history.

    Raises ``Refused`` for nobody, or for more people than one message may go to.
    """
    if not files:
        raise Refused("Cette liste ne contient personne à qui vous puissiez écrire.")
    if len(files) > MOST_WRITTEN:
        raise Refused(f"Un message part à {MOST_WRITTEN} personnes au plus : filtrez davantage la liste.")
    by_carrier: dict[uuid.UUID, list[Application]] = defaultdict(list)
    for file in files:
        by_carrier[file.call.carrier.id].append(file)
    kept = []
    for carrier_id, theirs in by_carrier.items():
        mailing = threads.open_mailing(carrier_id, title=title, words=words, chosen=chosen, people=len(theirs), by=by)
        for file in theirs:
            threads.write(file, words, side=Side.BODY, by=by, title=title, mailing=mailing)
        kept.append(mailing)
    return kept
