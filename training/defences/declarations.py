"""What the mémoires and their defences declare."""

from typing import Final

from training.common.declarations import Declarations

DECLARATIONS: Final = Declarations(room="defences")
