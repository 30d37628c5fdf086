"""What counts as the same in two answers, and how a difference is told."""

import pytest

from portal.lifecycle.verifying.comparing import Pairing, Piece, first_difference

ONE, OTHER = "0f0e0d0c-0b0a-0908-0706-050403020100", "1f0e0d0c-0b0a-0908-0706-050403020100"


@pytest.mark.parametrize(
    ("here", "there", "is_same"),
    [
        (["a"], ["a"], True),
        (["a"], ["b"], False),
        ([ONE], [OTHER], True),
        ([ONE, ONE], [OTHER, OTHER], True),
        ([ONE, ONE], [OTHER, ONE], False),
        ([ONE, OTHER], [OTHER, OTHER], False),
        ([f"/{ONE[:8]}/"], [f"/{OTHER[:8]}/"], True),
        (["a"], ["a", "b"], False),
        (["12345-67890"], ["22345-67890"], True),
        (["1234-67890"], ["2234-67890"], False),
    ],
)
def test_drawn_words_stand_for_each_other_one_for_one(
    here: list[str], there: list[str], is_same: bool
) -> None:
    one, other = ([Piece("the page", text) for text in texts] for texts in (here, there))
    assert (first_difference(one, other, Pairing()) is None) is is_same


def test_a_difference_names_the_line_and_not_what_stands_there() -> None:
    here, there = ([Piece("the page", f"one\n{name}\nthree")] for name in ("Ada", "Eve"))
    assert first_difference(here, there, Pairing()) == "the page, line 2"
