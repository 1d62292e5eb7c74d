"""Forms of the portfolio: tracer documents, hours."""

from training.portfolio.forms.hours import ELearningForm, ImportForm, ReopenForm, SettleForm, TeamWorkForm
from training.portfolio.forms.tracers import DepositForm, MarkForm, ReviewForm, SetAsideForm, TemplateForm

__all__ = [
    "DepositForm",
    "ELearningForm",
    "ImportForm",
    "MarkForm",
    "ReopenForm",
    "ReviewForm",
    "SetAsideForm",
    "SettleForm",
    "TeamWorkForm",
    "TemplateForm",
]
