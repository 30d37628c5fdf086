"""A child with every fact there is, whom others are compared with."""

from datetime import date

from portal.matching import describe

BORN = date(2016, 3, 4)
AMINA = describe(
    given_names="Amina Fatima",
    family_name="Hussain-Khan",
    former_family_names=["Ali"],
    birth=BORN,
    gender="female",
    postcodes=["LS1 4AP"],
    identifiers={"nhs_number": "9990000018"},
)
