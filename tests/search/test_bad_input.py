"""Whatever is typed gets a message or a bounded answer, never a failure."""

import re
from collections.abc import Callable

import pytest
from flask import Flask

from tests.editor import Editor
from tests.search.asking import address_of_results, boxes, log_lines, send

SignIn = Callable[[str], Editor]
BORN = "3 3 2018"
LETTERS = "Enter the name in letters"
UNSHOWN = "Take out characters that cannot be shown"
TOO_LONG = "120 characters or fewer"
REFUSED_NAMES = {
    "emoji": ("🙂🙂", LETTERS),
    "punctuation": ("...'--", LETTERS),
    "hyphen": ("-", LETTERS),
    "digits": ("12345", LETTERS),
    "a sign that no script reads as a letter": ("\u0301", LETTERS),
    "nul": ("A\0da", UNSHOWN),
    "text turned round": ("\u202eadA", UNSHOWN),
    "escape": ("\x1b[31mAda", UNSHOWN),
    "two hundred letters": ("A" * 200, TOO_LONG),
    "two hundred emoji": ("🙂" * 200, TOO_LONG),
    "wild card": ("Ad*", "without signs like * or ?"),
}
TAKEN_NAMES = {
    "one letter": "A",
    "the most letters": "A" * 120,
    "as many words": "a " * 59 + "a",
    "right to left": "محمد",
    "Cyrillic": "Олена",
    "Chinese": "李",
    "accents in pieces": "Sia\u0302n",
    "name and emoji": "Ada🙂",
    "name and digits": "Ada2",
    "apostrophe": "O'",
    "placeholder": "Baby",
    "nobody": "Unknown",
    "one long word of marks": "A" + "\u0301" * 100,
}


@pytest.mark.parametrize("box", ["given_name", "family_name"])
@pytest.mark.parametrize(("name", "message"), REFUSED_NAMES.values(), ids=REFUSED_NAMES.keys())
def test_what_is_no_name_gets_a_message_at_its_box(
    portal: Flask, sign_in: SignIn, box: str, name: str, message: str
) -> None:
    typed = {**boxes("Ada", "Lovell", BORN), box: name}
    answer = send(sign_in("teacher"), typed)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    found = re.search(rf'<p id="{box}-error"[^>]*>(.*?)</p>', page, re.DOTALL)
    assert found
    assert message in found[1]
    assert log_lines(portal, "child:searched") == []


@pytest.mark.parametrize("name", TAKEN_NAMES.values(), ids=TAKEN_NAMES.keys())
def test_what_may_be_a_name_is_searched_for(sign_in: SignIn, name: str) -> None:
    browser = sign_in("teacher")
    for typed in (boxes(name, name, BORN), boxes("", name, BORN), boxes(name, name, age="0")):
        assert browser.get(address_of_results(browser, typed)).status_code == 200


@pytest.mark.parametrize(
    "day",
    ["31 2 2019", "0 0 0", "32 1 2019", "1 13 2019", "29 2 2019", "1 1 99999", "+1 1 2019",
     "1e1 1 2019", "١ ٢ ٢٠١٩", "x y z", "1 1 1066", "1 1 3000", "🙂 1 2019",
     f"{'9' * 400} 1 2019"],
)  # fmt: skip
def test_an_impossible_date_gets_a_message(sign_in: SignIn, day: str) -> None:
    answer = send(sign_in("teacher"), boxes("Ada", "Lovell", day))
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'id="date_of_birth-error"' in page


@pytest.mark.parametrize(
    ("box", "text"),
    [("age", "-1"), ("age", "1" * 500), ("age", "٧"), ("age", "NaN"), ("age", "\0"),
     ("postcode", "🙂"), ("postcode", "A" * 500), ("postcode", "\0"), ("postcode", "ＱＨ１ １ＡＡ"),
     ("record_number", "🙂"), ("record_number", "9" * 500), ("record_number", "\0"),
     ("record_number", "٩٩٩٠٠٠٠٠٠٠")],
)  # fmt: skip
def test_every_other_box_says_what_is_wrong_too(sign_in: SignIn, box: str, text: str) -> None:
    answer = send(sign_in("teacher"), {**boxes("Ada", "Lovell", BORN), box: text})
    assert answer.status_code == 422
    assert f'id="{box}-error"' in answer.get_data(as_text=True)
