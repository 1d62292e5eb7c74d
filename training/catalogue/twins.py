"""How the keys of the catalogue follow a merger (R101)."""

from typing import Final

from training.common.twins import STAYS, Twins

TWINS: Final = Twins(keys={"edition.published_by": STAYS})
"""A published edition does not change."""
