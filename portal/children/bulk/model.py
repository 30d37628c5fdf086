"""Our own weights as a model of Splink, for whichever engine. Nothing is trained."""

from typing import Any

from portal.children.bulk.facts import COLUMNS, WAYS
from portal.matching import weights
from portal.matching.dates import DateLikeness
from portal.matching.likeness import Likeness
from portal.matching.postcodes import PostcodeLikeness

KNOWN, INCOMING = "a_known", "b_incoming"
# How many likely children, and how many likely rows of the same file, are kept for a row.
MOST_NEAR = 5
# A rare name weighs up to so much more than this model knows, and a rival is one who is less likely
# by some bits: what falls further short of the likeliest than that cannot matter to the ladder.
_SHORT_BY = 16.0
# Names in each other's field agree, as they do for the ladder: what tells both of them "different"
# falls short by more than that.
_CROSSED = "given_heard_l = family_heard_r AND family_heard_l = given_heard_r"

# Of the pairs that were scored: for each row the children who are likest, and the rows.
BEST = """
SELECT word, who FROM (
    SELECT word, who, row_number() OVER (
        PARTITION BY word, substr(who, 1, 1) = '=' ORDER BY weight DESC, who
    ) AS place
    FROM (
        SELECT who_r AS word, who_l AS who, max(match_weight) AS weight
        FROM {scored} WHERE who_l <> who_r GROUP BY who_r, who_l
    ) AS pairs
) AS ranked WHERE place <= {most}
"""


def least_weight(children: int) -> float:
    """Below which weight a pair need not be looked at, where there are so many children."""
    from math import log2

    return log2(max(children, 1)) - _SHORT_BY


def settings() -> Any:
    """The model: link rows to children by WAYS, weighed as portal.matching does, nearly."""
    from splink import SettingsCreator

    return SettingsCreator(
        link_type="link_only",
        unique_id_column_name="line",
        probability_two_random_records_match=0.5,
        comparisons=[_given(), _family(), _born(), _gender(), _postcode()],
        blocking_rules_to_generate_predictions=[_way(ours, theirs) for ours, theirs in WAYS],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
        additional_columns_to_retain=["who"],
    )


def _way(ours: tuple[str, ...], theirs: tuple[str, ...]) -> Any:
    from splink.blocking_rule_library import CustomRule

    same = (f"l.{one} = r.{other}" for one, other in zip(ours, theirs, strict=True))
    return CustomRule(" AND ".join(same))


def _name(field: str, share: float, different: float) -> Any:
    def bits(likeness: Likeness) -> float:
        return weights.name_weight(likeness, share)

    return _comparison(
        field,
        (f"{field}_l = {field}_r", bits(Likeness.SAME)),
        (f"{field}_first_l = {field}_first_r", bits(Likeness.SPELLING)),
        (f"{field}_heard_l = {field}_heard_r", bits(Likeness.SOUND)),
        (_CROSSED, bits(Likeness.SOUND) + weights.SWAPPED / 2),
        (f"levenshtein({field}_l, {field}_r) <= 2", bits(Likeness.TWO_ERRORS)),
        ("", different),
    )


def _given() -> Any:
    return _name("given", weights.GIVEN_SHARE, weights.GIVEN_DIFFERENT)


def _family() -> Any:
    return _name("family", weights.FAMILY_SHARE, weights.FAMILY_DIFFERENT)


def _born() -> Any:
    return _comparison(
        "born",
        ("born_l = born_r", weights.BIRTHS[DateLikeness.SAME]),
        ("born_swapped_l = born_r", weights.BIRTHS[DateLikeness.SWAPPED]),
        ("levenshtein(born_l, born_r) <= 1", weights.BIRTHS[DateLikeness.ONE_DIGIT]),
        ("", weights.BIRTHS[DateLikeness.DIFFERENT]),
    )


def _gender() -> Any:
    return _comparison(
        "gender",
        ("gender_l = gender_r", weights.GENDER_SAME),
        ("", weights.GENDER_DIFFERENT),
    )


def _postcode() -> Any:
    return _comparison(
        "postcode",
        ("postcode_l = postcode_r", weights.POSTCODES[PostcodeLikeness.UNIT]),
        ("sector_l = sector_r", weights.POSTCODES[PostcodeLikeness.SECTOR]),
        ("", weights.POSTCODES[PostcodeLikeness.NONE]),
    )


def _comparison(field: str, *levels: tuple[str, float]) -> Any:
    """What each way of agreeing weighs in bits; nothing where one side is not known. Splink wants
    two probabilities, of which only the ratio matters."""
    from splink import comparison_level_library as known
    from splink import comparison_library

    made: list[Any] = [known.NullLevel(field)]
    for condition, bits in levels:
        level = known.CustomLevel(condition, condition) if condition else known.ElseLevel()
        made.append(
            level.configure(
                m_probability=0.5 * 2 ** min(bits, 0.0), u_probability=0.5 * 2 ** -max(bits, 0.0)
            )
        )
    return comparison_library.CustomComparison(made, output_column_name=field)


__all__ = ["BEST", "COLUMNS", "INCOMING", "KNOWN", "MOST_NEAR", "least_weight", "settings"]
