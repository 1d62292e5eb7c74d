"""What the forms of the team's letter ask of its services."""

from dataclasses import dataclass

from training.common.files import StagedFile


@dataclass(frozen=True, slots=True)
class SignLetter:
    """Who signs, in what function, with the capacity to commit; ``staged`` when a letter of their own is attached."""

    name: str
    function: str
    has_capacity: bool
    staged: StagedFile | None = None
