"""One message to many: who it goes to is the room’s to say, how it is previewed, sent and kept is the same everywhere (R109)."""

import hashlib
import uuid
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from training.common import threads
from training.common.errors import Refused
from training.common.journal import Subject
from training.common.policy import Principal
from training.common.threads import Mailing, Side

MOST_WRITTEN: Final = 1000
"""People one message may go to."""
NAMED: Final = 20
"""People a preview names before it says how many more."""

Written = TypeVar("Written", bound=Subject)


@dataclass(frozen=True, slots=True)
class Addressees:
    """Who a message goes to, as its preview tells it."""

    names: Sequence[str]
    senders: Sequence[str]
    reply_to: Sequence[str]

    @property
    def named(self) -> Sequence[str]:
        """The first names."""
        return self.names[:NAMED]

    @property
    def others(self) -> int:
        """How many more."""
        return max(0, len(self.names) - NAMED)

    def __len__(self) -> int:
        """How many people."""
        return len(self.names)


def addressees_of(subjects: Sequence[Subject]) -> Addressees:
    """Return whom a message about these things goes to, in their order, in whose name, and where answers go."""
    parties = [threads.parties_of(subject) for subject in subjects]
    return Addressees(
        names=[each.person.name for each in parties],
        senders=sorted({each.body_name for each in parties}),
        reply_to=sorted({each.body_email for each in parties if each.body_email}),
    )


def mark_of(subjects: Sequence[Subject]) -> str:
    """Return what tells whether a message still goes to the people its preview showed."""
    return hashlib.sha256("".join(sorted(subject.id.hex for subject in subjects)).encode()).hexdigest()[:16]


def write_to_all(subjects: Sequence[Written], *, title: str, words: str, chosen: str, by: Principal) -> list[Mailing]:
    """Write the same message in the thread of each of these things; each body keeps its own in its history.

    Raises ``Refused`` for nobody, or for more people than one message may go to.
    """
    if not subjects:
        raise Refused("Cette liste ne contient personne à qui vous puissiez écrire.")
    if len(subjects) > MOST_WRITTEN:
        raise Refused(f"Un message part à {MOST_WRITTEN} personnes au plus : filtrez davantage la liste.")
    by_body: dict[uuid.UUID, list[Written]] = defaultdict(list)
    for subject in subjects:
        by_body[threads.parties_of(subject).body_id].append(subject)
    kept = []
    for body_id, theirs in by_body.items():
        mailing = threads.open_mailing(body_id, title=title, words=words, chosen=chosen, people=len(theirs), by=by)
        for subject in theirs:
            threads.write(subject, words, side=Side.BODY, by=by, title=title, mailing=mailing)
        kept.append(mailing)
    return kept
