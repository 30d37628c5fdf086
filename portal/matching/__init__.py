"""Could these two descriptions be one person?

Works here: nobody; it is arithmetic on names, dates and postcodes. Owns no tables, reads no clock.
Calls nothing of the portal. Never raises on what a person typed, and never lets a fact that can be
hidden (postcode, former name, identifier) count against anybody.
"""

from portal.matching.dates import Birth, BirthWindow, age_window, year_window
from portal.matching.ladder import Candidate, Placed, Register, Rung, Thresholds, place, words_of
from portal.matching.score import Comparison, Description, compare, describe
from portal.matching.vetoes import (
    VETO_SENTENCES,
    Veto,
    explain_vetoes,
    is_same_person,
    may_be_same_person,
)
from portal.matching.words import SENTENCES, Evidence, Kind, explain

__all__ = [
    "SENTENCES",
    "VETO_SENTENCES",
    "Birth",
    "BirthWindow",
    "Candidate",
    "Comparison",
    "Description",
    "Evidence",
    "Kind",
    "Placed",
    "Register",
    "Rung",
    "Thresholds",
    "Veto",
    "age_window",
    "compare",
    "describe",
    "explain",
    "explain_vetoes",
    "is_same_person",
    "may_be_same_person",
    "place",
    "words_of",
    "year_window",
]
