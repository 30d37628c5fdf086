"""What people type in searches: the child of the worlds rightly and wrongly, and others."""

from tests.shielding.worlds.setting import asked, harrowmere, number_of, unasked

Boxes = dict[str, str]
_REASON = {"reason": "referral"}


def _boxes(given: str, family: str, born: str = "", **more: str) -> Boxes:
    day, month, year = (part.strip("-") for part in (born or "- - -").split())
    return {
        "given_name": given, "family_name": family, "date_of_birth-day": day,
        "date_of_birth-month": month, "date_of_birth-year": year, **_REASON, **more,
    }  # fmt: skip


def _of(index: int) -> Boxes:
    child = harrowmere().children[index]
    born = child.date_of_birth
    return _boxes(child.given_names, child.family_name, f"{born.day} {born.month} {born.year}")


def _searches() -> dict[str, Boxes]:
    child = asked()
    given, family, former = "Tamsin", child.family_name, child.former_names[0].family_name
    postcode = child.addresses[0].postcode
    return {
        "the child, rightly": _boxes(given, family, "11 5 2017"),
        "the child, both given names": _boxes(child.given_names, family, "11 5 2017"),
        "the child, day and month swapped": _boxes(given, family, "5 11 2017"),
        "the child, the wrong day": _boxes(given, family, "23 9 2016"),
        "the child, misspelt": _boxes("Tamzin", "Elacot", "11 5 2017"),
        "the child, the year only": _boxes(given, family, "- - 2017"),
        "the child, names the other way round": _boxes(family, given, "11 5 2017"),
        "the child, the right postcode": _boxes(given, family, postcode=postcode),
        "the child, another postcode": _boxes(given, family, postcode="QH1 1AA"),
        "the child, day and postcode": _boxes(given, family, "11 5 2017", postcode=postcode),
        "the child, an age": _boxes(given, family, age="8"),
        "the child, another gender": _boxes(given, family, "11 5 2017", gender="male"),
        "the child, a former name": _boxes(given, former, "11 5 2017"),
        "the child, by NHS number": _boxes("", "", record_number=child.nhs_number),
        "the child, by pupil number": _boxes("", "", record_number=child.upn),
        "the child, by record number": _boxes("", "", record_number=number_of("the child")),
        "the birth date alone": _boxes(given, "", "11 5 2017"),
        "somebody of that family": _boxes("Orla", family, "2 2 2015"),
        "nobody": _boxes("Quorlinda", "Vexmoor", "3 3 2018"),
        "an ordinary child": _of(0),
        "a twin": _of(3),
        "one of many": _of(30),
        "too little": _boxes(given, ""),
        "a wild card": _boxes("Tam*", family, "11 5 2017"),
    }


SEARCHES = _searches()
ABOUT_THE_CHILD = tuple(sorted(name for name in SEARCHES if name.startswith("the child")))
OTHERS = tuple(sorted(name for name in SEARCHES if not name.startswith("the child")))
# Whoever types one of these has the hidden child in mind.
NAMES = (asked().family_name, asked().nhs_number, asked().upn, asked().former_names[0].family_name)
assert not any(unasked().family_name in str(boxes) for boxes in SEARCHES.values())
