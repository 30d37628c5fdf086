"""Where invented families live, and how sources write that down: an address that nobody has."""

import random
import re

STREETS = (
    "High", "Station", "Church", "Park", "Mill", "Hill", "Victoria", "Albert", "Queens", "Kings",
    "Green", "North", "South", "West", "Chapel", "School", "Grange", "Manor", "Springfield",
    "Alexandra", "Stanley", "George", "Windsor", "York", "Broad", "Orchard", "Meadow", "Beech",
    "Ash Tree", "Old Mill", "Long Acre", "Bridge", "Castle", "Canal", "Cemetery", "Clarence",
)  # fmt: skip
KINDS = {"Street": "St", "Road": "Rd", "Avenue": "Ave", "Close": "Cl", "Lane": "Ln", "Drive": "Dr",
         "Crescent": "Cres", "Gardens": "Gdns", "Terrace": "Terr", "Place": "Pl"}  # fmt: skip
# Of a hundred rows so many shorten the kind of street, add the town, have a slip in the street,
# leave the number of the flat out, or bear no address at all. Assumptions.
SHORTENED, WITH_TOWN, SLIP, NO_FLAT, NO_ADDRESS = 0.4, 0.3, 0.05, 0.3, 0.1
IN_FLATS = 0.15


def home_of(family_name: str, postcode: str) -> str:
    """Return the address of a family: one street to a postcode, one door to a family there, so that
    twins and siblings share it and so do namesakes who live near."""
    street = random.Random(f"street {postcode}")
    door = random.Random(f"door {postcode} {family_name}")
    flat = f"Flat {door.randint(1, 30)}, " if door.random() < IN_FLATS else ""
    said = f"{street.choice(STREETS)} {street.choice(list(KINDS))}"
    return f"{flat}{door.randint(1, 120)} {said}"


def as_written(address: str, rng: random.Random) -> str:
    """Return how another source writes an address; nothing where it knows none."""
    if rng.random() < NO_ADDRESS:
        return ""
    if rng.random() < NO_FLAT:
        address = address.rpartition(", ")[2]
    if rng.random() < SLIP:
        at = rng.randrange(len(address) - 3, len(address))
        address = address[:at] + rng.choice("aeinrst") + address[at + 1 :]
    if rng.random() < SHORTENED:
        address = re.sub(r"\w+$", lambda kind: KINDS.get(kind[0], kind[0]), address)
    return f"{address}, Brookfield" if rng.random() < WITH_TOWN else address
