"""The verbs of the seminars: planning, and the calendars people subscribe to.

Each flushes at most. Those that change what a calendar shows take the cohort first, bump the
sequence of what they change and the cohort’s calendar version, in the same transaction (R37).
"""

from training.seminars.services.absences import (
    WAIVER_USE,
    announce,
    arrange_make_up,
    waive,
    withdraw_notice,
)
from training.seminars.services.bundles import request_bundle, set_issuer
from training.seminars.services.clashes import (
    FOR_ALL,
    clashes_with,
    counting_in,
    hours_after,
    lowered_by,
    lowered_in,
    seal_of,
    wanted_by,
)
from training.seminars.services.feeds import (
    create_feed,
    deliver,
    renew_feed,
    revoke_feed,
    secret_of,
    set_alarms,
    subscribe,
)
from training.seminars.services.letters import send_countersign_link, send_sign_links
from training.seminars.services.overlaps import Overlap
from training.seminars.services.planning import (
    add_half_day,
    advance,
    cancel_half_day,
    move_half_day,
    plan_seminar,
    plan_seminars,
    rename_seminar,
    restore_half_day,
)
from training.seminars.services.sheets import (
    attach_scan,
    correct,
    lock,
    mark,
    open_sheet,
    sheet_for,
    sign,
    sign_as_guest,
)
from training.seminars.services.shifting import (
    check_movable,
    check_move,
    clashes_after,
    first_to_move,
    move_seminar,
)
from training.seminars.services.venues import describe_venue, with_known_addresses

__all__ = [
    "FOR_ALL",
    "WAIVER_USE",
    "Overlap",
    "add_half_day",
    "advance",
    "announce",
    "arrange_make_up",
    "attach_scan",
    "cancel_half_day",
    "check_movable",
    "check_move",
    "clashes_after",
    "clashes_with",
    "correct",
    "counting_in",
    "create_feed",
    "deliver",
    "describe_venue",
    "first_to_move",
    "hours_after",
    "lock",
    "lowered_by",
    "lowered_in",
    "mark",
    "move_half_day",
    "move_seminar",
    "open_sheet",
    "plan_seminar",
    "plan_seminars",
    "rename_seminar",
    "renew_feed",
    "request_bundle",
    "restore_half_day",
    "revoke_feed",
    "seal_of",
    "secret_of",
    "send_countersign_link",
    "send_sign_links",
    "set_alarms",
    "set_issuer",
    "sheet_for",
    "sign",
    "sign_as_guest",
    "subscribe",
    "waive",
    "wanted_by",
    "with_known_addresses",
    "withdraw_notice",
]
