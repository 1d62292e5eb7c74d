"""What each room declares of itself; gathered once at start by ``training.rooms``.

A low room serves a higher one's things without knowing it: files are read under the
declared permission, timelines speak with the declared sentences, the export, the
purge and the register of processing are drawn from the declared personal data.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from training.common.policy import Permission, Policy, Predicate, Principal
from training.common.policy import policy as house_policy
from training.common.twins import Twins


@dataclass(frozen=True, slots=True)
class FileUse:
    """One use of stored files: who may read them, what they may be, how long they stay.

    ``load(principal, subject_id)`` returns the owner of the file within the principal's
    scope, or raises ``NotFound``; ``permission`` is then judged on it. ``max_bytes`` is
    for one file.
    """

    code: str
    label: str
    max_bytes: int
    media_types: frozenset[str]
    permission: Permission
    load: Callable[[Principal, uuid.UUID], object]
    retention: str
    max_count: int = 1


@dataclass(frozen=True, slots=True)
class PersonalData:
    """A table that names a person: why it is kept, how long, and what export, anonymise and purge do.

    ``export(person_id)`` returns plain rows for the person's own copy;
    ``anonymise(person_id)`` empties what identifies her and returns how many rows it touched;
    ``purge`` deletes what has outlived its retention and returns how many rows went, or is
    null when the table goes with another.
    """

    table: str
    label: str
    purpose: str
    basis: str
    retention: str
    export: Callable[[uuid.UUID], list[dict[str, Any]]]
    anonymise: Callable[[uuid.UUID], int]
    purge: Callable[[], int] | None = None


@dataclass(frozen=True, slots=True)
class LinkPurpose:
    """A purpose of personal links: what its page says and what its button does.

    ``consume(link)`` runs in the POST's transaction and returns the address to go to. ``opens``: pressing it lets
    this browser act as the link's bearer while the link is live, which ``has_link`` judges. ``renews_revoked``: a
    link that was revoked may be renewed too. ``told(link)`` says what its page tells, instead of the usual words:
    what a live link opens on, or why a dead one is.
    """

    code: str
    title: str
    explanation: str
    button: str
    lifetime: timedelta
    consume: Callable[[Any], str]
    uses: int | None = 1
    renew: Callable[[Any], None] | None = None
    opens: bool = False
    renews_revoked: bool = False
    told: Callable[[Any], str | None] | None = None


@dataclass(frozen=True, slots=True)
class Sweep:
    """A recurring task: claims its rows, commits per item, harmless if doubled. Returns what it did."""

    name: str
    label: str
    every: timedelta
    run: Callable[[], int]


@dataclass(frozen=True, slots=True)
class ImportKind:
    """What a room imports from a spreadsheet into one of its things, the owner (``common.imports``).

    ``load(principal, owner_id)`` returns the owner within the principal's scope, or raises ``NotFound``;
    ``permission`` is judged on it. ``memory(owner)`` is whose memory of columns serves. ``fields`` are what
    its columns may hold. ``check(owner, rows)`` returns the problems that only the database
    tells; ``write`` writes every row and returns what it did (``imports.Outcome``, or its sentence alone); ``back(owner)``
    is the address to go back to. ``changes`` says row by row or person by person what would be written. ``sample`` gives
    the lines of an example, each by the code of its fields, and ``notes`` what to know before filling it. ``made`` names
    what an import wrote and where it is seen; ``undo`` takes it back while nothing was built on it, and raises
    ``Refused`` afterwards; ``mend`` says how to correct it then. ``place`` names the page to go back to, the owner’s own where empty.
    """

    code: str
    label: str
    lead: str
    permission: Permission
    load: Callable[[Principal, uuid.UUID], Any]
    memory: Callable[[Any], uuid.UUID]
    fields: Callable[[Any], Sequence[Any]]
    check: Callable[[Any, Sequence[Any]], Sequence[Any]]
    write: Callable[[Any, Sequence[Any], Principal], Any]
    back: Callable[[Any], str]
    changes: Callable[[Any, Sequence[Any]], Sequence[Any]] | None = None
    sample: Callable[[Any], Sequence[Mapping[str, Any]]] | None = None
    notes: tuple[str, ...] = ()
    made: Callable[[Any, Sequence[Any]], Sequence[Any]] | None = None
    undo: Callable[[Any, Sequence[Any], Principal], None] | None = None
    mend: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Declarations:
    """Everything a room declares."""

    room: str
    permissions: Mapping[Permission, Predicate] = field(default_factory=dict)
    file_uses: tuple[FileUse, ...] = ()
    personal_data: tuple[PersonalData, ...] = ()
    sentences: Mapping[str, str] = field(default_factory=dict)
    link_purposes: tuple[LinkPurpose, ...] = ()
    sweeps: tuple[Sweep, ...] = ()
    imports: tuple[ImportKind, ...] = ()
    constraints: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    """Constraint name → (form field, French message)."""
    twins: Twins = field(default_factory=Twins)


class Registry:
    """All declarations of the house, with one index per question asked of them."""

    def __init__(self) -> None:
        self.rooms: dict[str, Declarations] = {}
        self._file_uses: dict[str, FileUse] = {}
        self._purposes: dict[str, LinkPurpose] = {}
        self._imports: dict[str, ImportKind] = {}
        self._sentences: dict[str, str] = {}
        self.constraints: dict[str, tuple[str, str]] = {}

    def add(self, room: Declarations, *, policy: Policy = house_policy) -> None:
        """Take in a room's declarations; doing it again for the same room changes nothing."""
        if room.room in self.rooms:
            return
        self.rooms[room.room] = room
        policy.grant(room.permissions)
        self._file_uses.update({use.code: use for use in room.file_uses})
        self._purposes.update({purpose.code: purpose for purpose in room.link_purposes})
        self._imports.update({kind.code: kind for kind in room.imports})
        self._sentences.update(room.sentences)
        self.constraints.update(room.constraints)

    def file_use(self, code: str) -> FileUse:
        """Return the declared use of files; ``KeyError`` if no room declares it."""
        return self._file_uses[code]

    def link_purpose(self, code: str) -> LinkPurpose:
        """Return the declared purpose of links; ``KeyError`` if no room declares it."""
        return self._purposes[code]

    def import_kind(self, code: str) -> ImportKind | None:
        """Return what is imported under this code, or null."""
        return self._imports.get(code)

    def sentence(self, kind: str) -> str:
        """Return how a timeline tells an event of this kind; ``KeyError`` if undeclared."""
        return self._sentences[kind]

    @property
    def twins(self) -> list[Twins]:
        """What each room says of records met twice."""
        return [room.twins for room in self.rooms.values()]

    @property
    def file_uses(self) -> list[FileUse]:
        """All declared uses of files."""
        return list(self._file_uses.values())

    @property
    def personal_data(self) -> list[PersonalData]:
        """All declared personal data, room by room."""
        return [data for room in self.rooms.values() for data in room.personal_data]

    @property
    def sweeps(self) -> list[Sweep]:
        """All declared sweeps, room by room."""
        return [sweep for room in self.rooms.values() for sweep in room.sweeps]

    @property
    def sentences(self) -> Mapping[str, str]:
        """All declared sentences by kind of event."""
        return self._sentences


registry: Final = Registry()


def file_use(code: str) -> FileUse:
    """Return the declared use of files."""
    return registry.file_use(code)
