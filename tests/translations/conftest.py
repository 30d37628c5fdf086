"""What the present source says in English."""

import pytest
from babel.messages import Catalog

from portal.translations import read, sentences
from tests.translations.welsh import DEFAULTS


@pytest.fixture(scope="package")
def source() -> Catalog:
    """What the present source says."""
    return sentences()


@pytest.fixture(scope="package")
def english(source: Catalog) -> frozenset[str]:
    """Every English sentence that can stand in a page as it is, and is another one in Welsh."""
    welsh = read("cy")
    found = {str(message.id) for message in source if isinstance(message.id, str) and message.id}
    same = {sentence for sentence in found if welsh[sentence].string == sentence}
    return frozenset((found | DEFAULTS) - same)
