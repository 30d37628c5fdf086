"""Files that a source sends. The rows of the child are those of whichever a world hides."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from portal.feeds.rules import FileKind
from portal.sandbox import Child, numbers
from portal.sandbox.cast import people
from tests.feeds.filing import Cells, write
from tests.shielding.worlds.setting import MADE_ON, SOURCE_ID, asked, harrowmere


@dataclass(frozen=True)
class Filing:
    """A file: of which kind, and its rows once it is known whom the world hides."""

    kind: FileKind
    rows: Callable[[Child], list[Cells]]

    def write(self, path: Path, child: Child) -> None:
        """Write it."""
        write(path, self.kind, self.rows(child))


def _row(child: Child, **more: str) -> Cells:
    kept = {
        "source_id": SOURCE_ID, "given_names": child.given_names, "family_name": child.family_name,
        "date_of_birth": child.date_of_birth.isoformat(), "gender": child.gender,
        "nhs_number": child.nhs_number, "upn": child.upn,
        "address": child.addresses[0].street, "postcode": child.addresses[0].postcode,
    }  # fmt: skip
    return {**kept, **more}


def _newcomer() -> Cells:
    return _row(
        asked(), source_id="K9", given_names="Marlow Jessa", family_name="Whitlock",
        date_of_birth="2014-08-02", nhs_number=numbers.nhs(70_001), upn=numbers.upn(70_001, 18),
        address="4 Weavers Lane", postcode="QH3 3AA",
    )  # fmt: skip


def _other(number: int, **more: str) -> Cells:
    kept = {
        "source_id": f"K{number}", "given_names": "Orla May", "family_name": "Fennimore",
        "date_of_birth": f"2016-04-{number % 28 + 1:02d}", "gender": "female",
        "nhs_number": numbers.nhs(80_000 + number), "postcode": "QH1 1AA",
        "address": f"{number} Weavers Lane",
    }  # fmt: skip
    return {**kept, **more}


def _with(source_id: str, **more: str) -> Cells:
    kept = {
        "child_source_id": source_id, "organisation_code": harrowmere().organisations[0].code,
        "service": "GP", "tier": "universal", "started_on": "2024-01-01",
    }  # fmt: skip
    return {**kept, **more}


def work_of(who: str, number: str, **more: str) -> Filing:
    """A file in which somebody who can sign in is named as working with the child of a number."""
    member = next(one for one in people(MADE_ON.date()) if one.key == who)
    own = {
        "organisation_code": member.organisation_code, "practitioner_email": member.email,
        "service": "school",
    }  # fmt: skip
    return Filing(FileKind.INVOLVEMENTS, lambda child: [_with(number, **own | more)])


def _people() -> list[Cells]:
    """Somebody new, and a row that is wrong."""
    code = harrowmere().organisations[0].code
    new = {
        "email": "nova.penhallow@harrowmere.example.org", "name": "Nova Penhallow",
        "role_title": "Practice nurse", "organisation_code": code, "phone": "01632 960123",
        "team_phone": "01632 960124",
    }  # fmt: skip
    return [new, {**new, "email": "nobody"}]


CHILDREN, INVOLVEMENTS = FileKind.CHILDREN, FileKind.INVOLVEMENTS
FILES = {
    "others only": Filing(CHILDREN, lambda child: [_other(1), _other(2)]),
    "the child as before": Filing(CHILDREN, lambda child: [_other(1), _row(child)]),
    "the child with another name": Filing(
        CHILDREN, lambda child: [_row(child, family_name="Oakenthorpe"), _other(2)]
    ),
    "the child under another id": Filing(
        CHILDREN, lambda child: [_row(child, source_id="K9002"), _other(3)]
    ),
    "the child moved": Filing(
        CHILDREN, lambda child: [_row(child, address="9 Mill Row", postcode="QH2 2BB")]
    ),
    "a child nobody hides, or the child": Filing(
        CHILDREN,
        lambda child: [_row(asked(), source_id="K9") if child == asked() else _newcomer()],
    ),
    "rows that are wrong": Filing(
        CHILDREN, lambda child: [_row(child, date_of_birth="1.2.3"), _other(4, gender="?")]
    ),
    "involvements with both": Filing(
        INVOLVEMENTS, lambda child: [_with("K1"), _with(SOURCE_ID), _with("K404")]
    ),
    "involvements with another": Filing(INVOLVEMENTS, lambda child: [_with("K1"), _with("K404")]),
    "involvements with nobody": Filing(INVOLVEMENTS, lambda child: []),
    "people": Filing(FileKind.PRACTITIONERS, lambda child: _people()),
    "an involvement with the child": Filing(INVOLVEMENTS, lambda child: [_with(SOURCE_ID)]),
}
