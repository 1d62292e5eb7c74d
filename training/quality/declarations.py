"""What the evidence of how a course goes declares: receipts, positioning, surveys, registers, reports."""

from typing import Final

from training.cohorts import doors
from training.cohorts.doors import Door, DoorGroup
from training.common.declarations import Declarations
from training.common.policy import Permission
from training.quality.rules.rights import PERMISSIONS

doors.add(Door(DoorGroup.REPORT, 20, "Bilan pour le financeur", "quality.report", Permission.QUALITY_REPORT_READ))

DECLARATIONS: Final = Declarations(room="quality", permissions=PERMISSIONS)
