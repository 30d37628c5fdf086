"""One row of each kind of file of people, whole and right."""

import datetime as dt

TODAY = dt.date(2026, 11, 22)
ADA = {
    "source_id": "K-17/a", "given_names": "Ada  Maria", "family_name": "O’Hara-Łąki",
    "former_family_names": "Smith; van der Berg", "date_of_birth": "2014-02-03",
    "gender": "female", "nhs_number": "", "upn": "", "address": "Flat 2, 1 High Street",
    "postcode": "qh11aa",
}  # fmt: skip
CARE = {
    "child_source_id": "K-17/a", "organisation_code": "hm014",
    "practitioner_email": "Zoe@x.example.org", "service": "Social Care", "tier": "additional",
    "started_on": "2024-01-01", "ended_on": "", "is_lead": "true",
    "has_early_help_assessment": "",
}  # fmt: skip
ZOE = {
    "email": "Zoe@X.example.org", "name": "Zoë O’Hara", "role_title": "Health visitor (0–19)",
    "organisation_code": "hm014", "phone": "1632960123", "team_phone": "",
}  # fmt: skip
