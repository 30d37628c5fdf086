"""The editor complains of each fault, also on a page whose like it has read already."""

import pytest

from tests.editor import check_page, shape

GOOD = (
    '<!doctype html><html lang="en"><head><title>Find a child</title></head><body><h1 id="top">'
    'Find a child</h1><p class="note">Ann &amp; Bob</p><form method="post" action="/x">'
    '<input name="csrf_token" value="s3cret"><input id="name" name="name"></form></body></html>'
)


def test_a_good_page_and_the_same_with_other_words() -> None:
    other = GOOD.replace("Ann", "Zoe").replace("s3cret", "another")
    assert shape(GOOD) == shape(other)
    check_page(GOOD)
    check_page(other)


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('id="name"', 'id="top"'),
        ("csrf_token", "token"),
        ("<h1", "<h2"),
        ("<title>Find a child", "<title> "),
        ("</form>", "</div>"),
        ("Ann &amp;", "Ann &amp"),
        ("Ann &amp;", "Ann <b"),
        ('class="note"', 'class="no"te"'),
        ('class="note"', 'class="note" class="note"'),
        ("Bob", "Bo\x00b"),
        ('<input id="name"', '<h1></h1><input id="name"'),
        ("<!doctype html>", "<!doctype html><p>"),
    ],
)
def test_each_fault(good: str, bad: str) -> None:
    check_page(GOOD)
    with pytest.raises(AssertionError):
        check_page(GOOD.replace(good, bad, 1))
