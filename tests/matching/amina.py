"""A child with every fact there is, whom others are compared with."""

from datetime import date

from portal.matching import Register, describe

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
_BORNE = dict.fromkeys(
    "amina amira ameena minnie amin aminata zara omar khadija hasan hussein hussain mia maya zain "
    "zayn jack john muhammad mohammed ali alexander alexandra michael michaela tahir zahir baby "
    "taylor oliver noor olivia leo".split(),
    0.001,
)
TOWN = Register(_BORNE.get, 1_000_000)
