"""What the evidence of how a course goes declares: receipts, positioning, surveys, registers, reports."""

from typing import Final

from training.common.declarations import Declarations

DECLARATIONS: Final = Declarations(room="quality")
