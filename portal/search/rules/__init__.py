"""What a search needs, how many there may be, and what it came to: decisions on values alone."""

from portal.search.rules.budgets import Budget, BudgetKey, Holder, Span, budgets_of, overspent
from portal.search.rules.results import (
    DIFFERENCES,
    FORGOTTEN_AFTER,
    KEPT_FOR,
    QUESTIONS,
    Ask,
    Outcome,
    advice,
    alike,
    differences,
    fact_to_ask,
    side_by_side,
)
from portal.search.rules.typed import (
    Lack,
    Typed,
    criteria_of,
    has_letters,
    has_wild_card,
    lack,
    may_search_by,
    read_number,
)

__all__ = [
    "DIFFERENCES",
    "FORGOTTEN_AFTER",
    "KEPT_FOR",
    "QUESTIONS",
    "Ask",
    "Budget",
    "BudgetKey",
    "Holder",
    "Lack",
    "Outcome",
    "Span",
    "Typed",
    "advice",
    "alike",
    "budgets_of",
    "criteria_of",
    "differences",
    "fact_to_ask",
    "has_letters",
    "has_wild_card",
    "lack",
    "may_search_by",
    "overspent",
    "read_number",
    "side_by_side",
]
