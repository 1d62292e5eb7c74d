"""The verbs of the diplomas. Each flushes at most; the edge commits."""

from training.diplomas.services.boards import plan_board, remind_names
from training.diplomas.services.correcting import correct
from training.diplomas.services.deciding import DECISION_USE, decide
from training.diplomas.services.names import proofread
from training.diplomas.services.papers import request_papers
from training.diplomas.services.register import enter, register_past
from training.diplomas.services.waivers import WAIVER_USE, ask, grant, settle

__all__ = [
    "DECISION_USE",
    "WAIVER_USE",
    "ask",
    "correct",
    "decide",
    "enter",
    "grant",
    "plan_board",
    "proofread",
    "register_past",
    "remind_names",
    "request_papers",
    "settle",
]
