"""How files are shared out between reviewers and what their marks come to (R25, R106). Pure."""

from collections import deque
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import Final, Protocol, TypeVar

from training.admissions.models import Call, CallPart

OUT_OF: Final = 20
"""What an average is told out of, as marks are in France."""

F = TypeVar("F", bound=Hashable)
R = TypeVar("R", bound=Hashable)


class Weighed(Protocol):
    """A criterion: how much it counts, and its highest mark."""

    @property
    def weight(self) -> int:
        """How many times it counts."""

    @property
    def highest(self) -> int:
        """Its highest mark."""


def average(marks: Iterable[tuple[Weighed, int]]) -> float | None:
    """Return the weighted average of these marks out of 20, or null without any (R25).

    Each mark is first brought to its criterion's highest, so that a criterion out of 10 counts no more than one out of 4.
    """
    pairs = list(marks)
    weights = sum(criterion.weight for criterion, _ in pairs)
    if not weights:
        return None
    total = sum(float(criterion.weight * points) / criterion.highest for criterion, points in pairs)
    return float(total / weights * OUT_OF)


def part_spoken_for(call: Call, bodies: Collection[object]) -> CallPart | None:
    """Return the part in whose name a member of these bodies gives an opinion, one the call waits for first (R24)."""
    played = [part for part in call.parts if part.organisation_id in bodies]
    return min(played, key=lambda part: part.part.value not in call.opinion_parts, default=None)


def share_out(
    able: Mapping[F, Sequence[R]], wanted: int, standing: Mapping[F, Collection[R]], loads: Mapping[R, int]
) -> dict[F, list[R]]:
    """Return whom to give each file to, so that each has ``wanted`` readers where enough are able (R106).

    ``able`` says who may read each file: nobody with a conflict of interest is in it. ``standing`` are those who have it
    already, ``loads`` how many files each already has. Loads end as even as conflicts allow: they differ by at most one
    unless a conflict forbids every exchange that would even them.
    """
    load = dict(loads)
    given: dict[F, list[R]] = {}
    for file in sorted(able, key=lambda each: len(able[each])):
        held = standing.get(file, ())
        free = [reader for reader in able[file] if reader not in held]
        free.sort(key=lambda reader: load.get(reader, 0))
        given[file] = free[: max(0, wanted - len(held))]
        for reader in given[file]:
            load[reader] = load.get(reader, 0) + 1
    while _even_out(given, able, standing, load):
        pass
    return {file: readers for file, readers in given.items() if readers}


def _even_out(
    given: dict[F, list[R]], able: Mapping[F, Sequence[R]], standing: Mapping[F, Collection[R]], load: dict[R, int]
) -> bool:
    """Hand files on, from a reader to another, along the shortest way that evens two loads; return whether one was found."""
    for start in sorted(load, key=lambda reader: -load[reader]):
        came: dict[R, tuple[R, F]] = {}
        waiting = deque([start])
        while waiting:
            reader = waiting.popleft()
            if load[reader] <= load[start] - 2:
                _hand_on(given, came, start, reader)
                load[start] -= 1
                load[reader] += 1
                return True
            for file, readers in given.items():
                if reader not in readers:
                    continue
                for other in able[file]:
                    if other in readers or other in standing.get(file, ()) or other in came or other == start:
                        continue
                    load.setdefault(other, 0)
                    came[other] = (reader, file)
                    waiting.append(other)
    return False


def _hand_on(given: dict[F, list[R]], came: Mapping[R, tuple[R, F]], start: R, end: R) -> None:
    reader = end
    while reader != start:
        before, file = came[reader]
        given[file][given[file].index(before)] = reader
        reader = before
