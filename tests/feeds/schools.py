"""Common Transfer Files of an invented school, as its system exports them, with all that we must
not keep."""

from collections.abc import Mapping
from xml.sax.saxutils import escape

from portal.sandbox import numbers

Tree = Mapping[str, object]
LEA, ESTAB, URN = "999", "2081", "990001"
# What a school also sends, and nobody here may ever read.
SECRETS = ("ASD", "Violent incident", "E4", "FSM-since-2019", "Care order", "WBRI", "N2-above")


def pupil(number: int, **more: object) -> dict[str, object]:
    """An invented pupil by the names of the elements; another value replaces one, None drops it."""
    upn = numbers.upn(70_000 + number, 19)
    held: dict[str, object] = {
        "UPN": upn,
        "FormerUPN": numbers.upn(71_000 + number, 18),
        "Surname": "O’Hara-Łąki",
        "Forename": "Ada",
        "DOB": f"2014-02-{number % 28 + 1:02d}",
        "Sex": "F",
        "BasicDetails": {
            "MiddleNames": "Maria", "FormerSurname": "Nowak", "PreferredForename": "Addie",
            "FormerUPN": numbers.upn(71_000 + number, 18), "Ethnicity": SECRETS[5],
        },
        "LookedAfter": {"InCare": "true", "CareAuthority": SECRETS[4]},
        "SENhistory": {"SEN": {"SENprovision": "K"}, "SENneeds": {"SENneed": SECRETS[0]}},
        "FSMhistory": {"FSMinstance": {"FSMstartDate": SECRETS[3]}},
        "Address": {
            "SAON": "Flat 2", "PAON": str(number), "Street": "Tannery Lane", "Town": "Harrowmere",
            "County": "Westmarch", "PostCode": "QH1 1AA",
        },
        "Phones": {"Phone": {"TelephoneType": "H", "PhoneNo": numbers.landline(900)}},
        "Contacts": {"Contact": [contact("Maria", "true"), contact("Jan", "false")]},
        "Attendance": {"YearData": {"SessionsAuthorised": SECRETS[1]}},
        "StageAssessments": {"KeyStage": {"Stage": "KS2", "StageAssessment": {
            "Subject": "ENG", "Result": SECRETS[6], "Locale": SECRETS[2]}}},
        "SchoolHistory": {"School": [
            {"LEA": LEA, "Estab": "1000", "EntryDate": "2017-09-04", "LeavingDate": "2019-07-19"},
            {"LEA": LEA, "Estab": ESTAB, "EntryDate": "2019-09-03", "LastSchool": "true"},
        ]},
    }  # fmt: skip
    return {name: value for name, value in {**held, **more}.items() if value is not None}


def contact(forename: str, responsible: str, **more: object) -> dict[str, object]:
    """A contact of a pupil."""
    phones = [{"TelephoneType": "H", "PhoneNo": "see office"},
              {"TelephoneType": "M", "PhoneNo": numbers.mobile(7)}]  # fmt: skip
    return {
        "Order": "1", "Title": "Ms", "Surname": "Nowak", "Forename": forename,
        "Relationship": "MOT", "Responsibility": responsible,
        "Address": {"AddressAsPupil": "true"}, "Phones": {"Phone": phones}, **more,
    }  # fmt: skip


def document(
    *pupils: Tree, version: str = "25.0", lea: str = LEA, estab: str = ESTAB, flat: bool = False
) -> str:
    """A file with these pupils, one element a line; all in one line when it is flat."""
    school = {"LEA": lea, "Estab": estab, "SchoolName": "St Wystan’s", "AcademicYear": "2026"}
    head = {
        "DocumentName": "Common Transfer File", "CTFversion": version,
        "DateTime": "2026-11-20T09:00:00", "DocumentQualifier": "full", "SupplierID": "Invented",
        "SourceSchool": school, "DestSchool": {"LEA": lea, "Estab": "LLLL"},
    }  # fmt: skip
    lines = ['<?xml version="1.0" encoding="utf-8"?>', "<CTfile>"]
    lines += _written("Header", head)
    lines += ["<CTFpupilData>", *(line for one in pupils for line in _written("Pupil", one))]
    lines += ["</CTFpupilData>", "</CTfile>"]
    return ("" if flat else "\n").join(lines)


def _written(name: str, held: object) -> list[str]:
    if isinstance(held, list):
        return [line for one in held for line in _written(name, one)]
    if isinstance(held, Mapping):
        inside = [line for below, one in held.items() for line in _written(below, one)]
        return [f"<{name}>", *inside, f"</{name}>"]
    return [f"<{name}>{escape(str(held))}</{name}>"]
