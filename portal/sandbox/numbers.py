"""Numbers that look right and belong to nobody."""

from nhs_number.validate import calculate_checksum

# DfE, "Unique pupil numbers (UPNs)": letters without I, O and S; weights 2 to 13; modulus 23.
UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
# Royal Mail never ends a postcode with these, so neither does the town.
UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"


def nhs(serial: int) -> str:
    """A valid NHS number in the range for tests (999…), a different one for each serial from 0
    to 99999. Modulus 11 leaves some numbers without a check digit: those are passed over.
    """
    for step in range(10):
        front = f"999{serial:05d}{step}"
        check = calculate_checksum(front)
        if check is not None and check < 10:
            return f"{front}{check}"
    raise ValueError("no NHS number for this serial")


def upn_letter(digits: str) -> str:
    """The check letter for the twelve digits of a unique pupil number."""
    total = sum(weight * int(digit) for weight, digit in enumerate(digits, start=2))
    return UPN_LETTERS[total % 23]


def upn(serial: int, year: int) -> str:
    """A unique pupil number with the right letter, from local authority 999, which is not one."""
    digits = f"9999{serial // 1000:03d}{year % 100:02d}{serial % 1000:03d}"
    return upn_letter(digits) + digits


def landline(serial: int) -> str:
    """01632 960000 to 960999: kept by Ofcom for drama. The serial runs from 0 to 999."""
    return f"01632 960{serial % 1000:03d}"


def mobile(serial: int) -> str:
    """07700 900000 to 900999: kept by Ofcom for drama. The serial runs from 0 to 999."""
    return f"07700 900{serial % 1000:03d}"


def freephone(serial: int) -> str:
    """0808 157 0000 to 0999: kept by Ofcom for drama. The serial runs from 0 to 999."""
    return f"0808 157 0{serial % 1000:03d}"


def postcode(serial: int) -> str:
    """A postcode of area QH. No postcode begins with Q (BS 7666), so none of these can be real,
    and yet `postcode.is_valid`, which checks the shape, accepts them. Unique below 25,200.
    """
    first, second = divmod(serial % 400, 20)
    district, sector = divmod(serial // 20 % 63, 9)
    return f"QH{district + 1} {sector + 1}{UNIT_LETTERS[first]}{UNIT_LETTERS[second]}"
