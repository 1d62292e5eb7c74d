"""What a load did: created, found as they should be, left to the people who edit them, found different."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Report:
    """The outcome of a load; ``differing`` maps a thing to the names of what differs from its seed."""

    created: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    differing: dict[str, list[str]] = field(default_factory=dict)

    def compare(self, name: str, held: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
        """Note whether what the database holds is what the seed says; nothing is written."""
        different = [key for key in wanted if held[key] != wanted[key]]
        if different:
            self.differing[name] = different
        else:
            self.unchanged.append(name)

    def __str__(self) -> str:
        told = [f"created: {name}" for name in self.created]
        told += [f"left as its editors have it: {name}" for name in self.left]
        told += [f"differs from its seed, kept: {name} ({', '.join(keys)})" for name, keys in self.differing.items()]
        told.append(f"{len(self.created)} created, {len(self.unchanged)} unchanged, {len(self.differing)} different")
        return "\n".join(told)
