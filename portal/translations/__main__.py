"""Brings the Welsh catalogue up to date: python -m portal.translations (make translations).

Ends with 1, and names the sentences, when some have no translation. Write the Welsh into
cy/LC_MESSAGES/messages.po and run it again.
"""

import sys

from portal import translations

LANGUAGE = "cy"


def main() -> int:
    """Extract, update, compile; say what is missing."""
    catalogue = translations.up_to_date(LANGUAGE)
    place = translations.po_path(LANGUAGE)
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(translations.as_po(catalogue))
    translations.mo_path(LANGUAGE).write_bytes(translations.as_mo(catalogue))
    wrong = translations.faults(catalogue)
    for line in wrong:
        print(line)
    short = place.relative_to(translations.ROOT).as_posix()
    print(f"{len(catalogue)} sentences, {len(wrong)} to put right in {short}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
