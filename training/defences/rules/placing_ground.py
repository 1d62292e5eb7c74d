"""What a placing works on, as numbers: members are bits, slots and learners ranks, slots that overlap a group. Pure."""

from collections import Counter
from dataclasses import dataclass, field

from training.defences.rules.placing_facts import Problem, Slot


@dataclass(slots=True)
class Ground:
    """A problem read once: what is free, who may sit where for whom.

    ``groups`` gather the slots that overlap, directly or through another; one is ``aligned`` when all of its overlap one
    another, so that nobody sits twice in it. ``allowed[learner][slot][body]`` are the members who may sit, as bits;
    ``opens[learner]`` the slots in which she could defend if she were alone. ``kinds`` tells slots that nothing sets apart.
    """

    problem: Problem
    slots: list[Slot] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    seats: list[int] = field(default_factory=list)
    loads: list[int] = field(default_factory=list)
    of_body: list[int] = field(default_factory=list)
    allowed: list[list[tuple[int, ...]]] = field(default_factory=list)
    opens: list[list[int]] = field(default_factory=list)
    groups: list[list[int]] = field(default_factory=list)
    group_of: list[int] = field(default_factory=list)
    aligned: list[bool] = field(default_factory=list)
    capacity: list[int] = field(default_factory=list)
    kinds: list[tuple[object, ...]] = field(default_factory=list)
    known: dict[tuple[tuple[int, int], ...], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read the problem: what is fixed is taken."""
        taken = [each.slot for each in self.problem.fixed]
        self.slots = [
            slot
            for slot in sorted(self.problem.slots, key=lambda each: (each.start, str(each.room), str(each.id)))
            if not any(slot.room == other.room and slot.overlaps(other) for other in taken)
        ]
        counted = Counter(self.problem.bodies)
        self.bodies, self.seats = list(counted), list(counted.values())
        free = self._free()
        barred = [
            sum(1 << rank for rank, member in enumerate(self.problem.members) if member.id in each.barred)
            for each in self.problem.learners
        ]
        self.allowed = [[tuple(mask & ~bar for mask in masks) for masks in free] for bar in barred]
        self.opens = [[slot for slot, masks in enumerate(rows) if self._seats_each(masks)] for rows in self.allowed]
        self._group(free)

    def _seats_each(self, masks: tuple[int, ...]) -> bool:
        return all(masks) and all(
            mask.bit_count() >= count for mask, count in zip(masks, self.seats, strict=True) if count > 1
        )

    def _free(self) -> list[tuple[int, ...]]:
        """Return, for each slot, the members of each body who can come and do not sit elsewhere; note who sits already."""
        members = self.problem.members
        self.loads = [sum(member.id in each.jury for each in self.problem.fixed) for member in members]
        self.of_body = [
            sum(1 << rank for rank, member in enumerate(members) if member.body == body) for body in self.bodies
        ]
        busy = [[each.slot for each in self.problem.fixed if member.id in each.jury] for member in members]
        found = []
        for slot in self.slots:
            can = sum(
                1 << rank
                for rank, member in enumerate(members)
                if slot.id in member.slots and not any(slot.overlaps(other) for other in busy[rank])
            )
            found.append(tuple(can & body for body in self.of_body))
        return found

    def _group(self, free: list[tuple[int, ...]]) -> None:
        """Gather slots, in order of time, as long as each meets what came before."""
        end = None
        for rank, slot in enumerate(self.slots):
            if end is None or slot.start >= end:
                self.groups.append([])
                end = slot.end
            self.groups[-1].append(rank)
            end = max(end, slot.end)
            self.group_of.append(len(self.groups) - 1)
            self.kinds.append((slot.start, slot.end, free[rank]))
        for group in self.groups:
            latest = max(self.slots[each].start for each in group)
            self.aligned.append(all(latest < self.slots[each].end for each in group))
            everyone = [0] * len(self.bodies)
            for each in group:
                for body, mask in enumerate(free[each]):
                    everyone[body] |= mask
            hands = [mask.bit_count() // count for mask, count in zip(everyone, self.seats, strict=True)]
            self.capacity.append(min([len(group), *hands]) if self.aligned[-1] else len(group))

    def fits(self, pairs: tuple[tuple[int, int], ...]) -> bool:
        """Whether these (slot, learner) of one group can all have their jury; asked again, it is known."""
        if pairs not in self.known:
            self.known[pairs] = all(self.jury(body, pairs) is not None for body in range(len(self.bodies)))
        return self.known[pairs]

    def jury(self, body: int, pairs: tuple[tuple[int, int], ...], loads: list[int] | None = None) -> list[int] | None:
        """Return who of a body sits at these defences of one group, seat by seat; null when they cannot all be held."""
        wanted = [(slot, self.allowed[learner][slot][body]) for slot, learner in pairs for _ in range(self.seats[body])]
        order = sorted(range(len(wanted)), key=lambda seat: wanted[seat][1].bit_count())
        chosen: dict[int, int] = {}

        def sit(rank: int) -> bool:
            if rank == len(order):
                return True
            slot, mask = wanted[order[rank]]
            for seat, member in chosen.items():
                if self.slots[wanted[seat][0]].overlaps(self.slots[slot]):
                    mask &= ~(1 << member)
            for member in sorted(_bits(mask), key=lambda each: (loads[each] if loads else 0, each)):
                chosen[order[rank]] = member
                if sit(rank + 1):
                    return True
                del chosen[order[rank]]
            return False

        return [chosen[seat] for seat in range(len(wanted))] if sit(0) else None


def _bits(mask: int) -> list[int]:
    found = []
    while mask:
        low = mask & -mask
        found.append(low.bit_length() - 1)
        mask ^= low
    return found
