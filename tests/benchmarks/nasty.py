"""What people might type who want the search to stand still."""

from portal.search.rules import Typed

_ONE_LETTER = " ".join("abcdefghijklmnopqrstuvwxyz"[place % 26] for place in range(100))
_BOMB = "e" + "\u0301" * 190
_DOUBLE = "Smith-Jones-Brown-Taylor-Wilson-Davies-Walker-Johnson"


def inputs() -> list[Typed]:
    """Return them: common names without a fact, letters, signs, floods of words, and both ends."""
    names = [
        ("Oliver", "Smith"), ("Olivia", "Jones"), ("Muhammad", "Khan"), ("Mohamed", "Ali"),
        ("Wing Yan", "Chan"), ("Maria", "da Silva"), ("A", "B"), ("O", "Smith"), ("Mo", "A"),
        ("", "Smith"), ("Jack", ""), (_ONE_LETTER, _ONE_LETTER), ("a" * 200, "b" * 200),
        ("Smith" * 40, "Jones" * 40), (_DOUBLE, _DOUBLE), (_BOMB, _BOMB), ("😀" * 50, "🎉"),
        ("...!!!---", "''''"), ("12345", "67890"), ("محمد علي", "الحسن"), ("\x00\x00", "\x00"),
        ("Baby", "Unknown"), ("Baby Girl", "Smith"), ("al al al bin bin", "van der de la"),
        ("Annemariejosephine", "Smithjonesbrowntaylor"), ("Aa Ee Ii Oo Uu", "Sh Ch Th Ph Kh"),
        ("Mary Ann Jane Rose Grace May Lily Eve", "Smith Jones Brown Taylor Wilson Davies"),
    ]  # fmt: skip
    facts: list[dict[str, object]] = [{}, {"born": 2015}, {"age": 9}, {"postcode": "QA1 1AA"}]
    return [
        Typed(given_name=given, family_name=family, **fact)  # type: ignore[arg-type]
        for given, family in names
        for fact in facts
    ]
