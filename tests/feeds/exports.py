"""Two invented exports of other systems, of different shape, and the maps that read them.

One is like what a spreadsheet saves: semicolons, British dates, an address in three columns, and
notes about the child that must never come in. The other is like what a database prints: bars
between the cells, capitals, months as words.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable

from tests.feeds.filing import Cells

NOTES = "Known to the police since the summer"
SURGERY = """
# Children as the records of a surgery have them.
[columns]
source_id = "Person ID"
given_names = ["Forename", "Middle names"]
family_name = "Surname"
former_family_names = "Previous surname"
date_of_birth = "DOB"
gender = "Sex"
nhs_number = "NHS No."
upn = "UPN"
address = ["House", "Street"]
postcode = "Postcode"

[dates]
format = "DD/MM/YYYY"

[words.gender]
M = "male"
F = "female"
U = "not_specified"
"""
WORKLOAD = """
[columns]
child_source_id = "CLIENT_NO"
practitioner_email = "WORKER_MAIL"
service = "ROLE"
started_on = "FROM"
ended_on = "TO"
is_lead = "KEYWORKER"

[constant]
organisation_code = "T-1"
tier = "additional"

[dates]
format = "DD-MON-YYYY"

[words.service]
SW = "social work"
"Health Vis." = "health visiting"

[words.is_lead]
"*" = "true"
"-" = "false"
"""
_SEX = {"male": "m", "female": "F", "not_specified": "U", "": ""}


def surgery(children: Iterable[Cells], encoding: str = "utf-8") -> bytes:
    """Return the first export, of the same children as the rows of a documented file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerow(
        "Surname;Forename;Middle names;Sex;DOB;Notes;Person ID;House;Street;Postcode;NHS No.;UPN;"
        "Previous surname;Notes".split(";")
    )
    for row in children:
        first, *others = row["given_names"].split(" ")
        house, _, street = row["address"].partition(" ")
        writer.writerow(
            [row["family_name"], first, " ".join(others), _SEX.get(row["gender"], row["gender"]),
             _british(row["date_of_birth"]), NOTES, row["source_id"], house, street,
             row["postcode"], row["nhs_number"], row["upn"], row.get("former_family_names", ""),
             NOTES]
        )  # fmt: skip
    return text.getvalue().encode(encoding)


def workload(rows: Iterable[tuple[str, str, str, str, str, str]]) -> bytes:
    """Return the second export: number, address of mail, role, from, to, key worker."""
    lines = ["ROLE|REMARK|CLIENT_NO|WORKER_MAIL|FROM|TO|KEYWORKER"]
    for number, mail, role, start, end, lead in rows:
        lines.append("|".join([role, NOTES, number, mail, start, end, lead]))
    return ("\r\n".join(lines) + "\r\n").encode()


def _british(day: str) -> str:
    try:
        return dt.date.fromisoformat(day).strftime("%d/%m/%Y")
    except ValueError:
        return day
