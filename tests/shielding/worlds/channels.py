"""The channels by which a hidden child could show (security.md 5), each with its planted leaks.

A channel counts as tested when each leak planted in it turns the suite red. A channel that the
product does not have has no leak, and says why.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Channel:
    """A way by which something can be seen: where it is in the product, or why it is not there."""

    name: str
    where: str
    leaks: tuple[str, ...] = ()

    @property
    def is_there(self) -> bool:
        """True when the product has it."""
        return not self.where.startswith("not in the product")


CHANNELS = (
    Channel("status code", "every answer", ("another_status", "a_known_id")),
    Channel("body", "every page and piece", ("another_sentence", "a_number_of_a_source")),
    Channel("length, also zipped", "every page; a proxy may zip it", ("one_byte_more",)),
    Channel("headers, ETag, cookies", "every answer", ("a_header", "a_cookie")),
    Channel("time", "reported by make bench-shield, never a timed test"),
    Channel("order of results", "the page of results", ("another_order",)),
    Channel("score, explanation", "the page of results says why", ("another_explanation",)),
    Channel("counts, pages", "heading of the results; too many", ("one_fewer", "too_many")),
    Channel("autocomplete", "not in the product: nothing completes what is typed"),
    Channel("validation", "forms of involvements and corrections", ("a_conflict",)),
    Channel("edit conflicts", "involvements recorded twice", ("a_conflict",)),
    Channel(
        "merges and splits, and undoing them", "the steward's list of them",
        ("a_refused_undoing", "a_shorter_list_of_merges"),
    ),
    Channel(
        "restore and replay", "what both print, and the index after", ("a_count_of_the_replay",)
    ),
    Channel("recent, favourites", "not in the product: there is no list of records"),
    Channel("match notices, mails", "not in the product: it sends nothing"),
    Channel("print", "the same page with a style sheet", ("another_sentence",)),
    Channel("CSV, export", "not in the product: nothing is exported"),
    Channel(
        "statistics", "how well the index is filled, and what sources sent: the steward's page",
        ("a_child_more_in_the_count",),
    ),
    Channel(
        "feed receipts", "what an import prints, and its exit code",
        ("a_word_on_the_receipt", "a_count_on_the_receipt", "an_exit_code",
         "a_child_fewer_left_out", "one_more_would_be_left_out"),
    ),
    Channel("progress of imports", "the steward's page of an import", ("a_count_on_the_run_page",)),
    Channel("resume answer", "feeds resume; the steward's page of a source", ("a_refused_resume",)),
    Channel("FHIR, API", "not in the product: no machine asks"),
    Channel("subject access export", "not in the product"),
    Channel("access log as auditors read it", "the log's pages", ("a_line_of_the_log",)),
    Channel("log of the process", "standard error", ("a_line_of_the_process",)),
    Channel("numbers for monitors", "/healthz, /readyz", ("a_number_for_monitors",)),
    Channel("budgets", "searches an hour and a day", ("a_dearer_search",)),
    Channel(
        "sizes of database and back-up", "the instance folder",
        ("a_longer_database", "a_longer_back_up"),
    ),
    Channel("file names", "the instance folder", ("a_file",)),
    Channel(
        "queue lengths", "the index team's lists",
        ("a_shorter_queue", "a_shorter_list_of_corrections"),
    ),
    Channel(
        "tables as whoever has the database key reads them", "the database",
        ("a_second_row", "a_word_in_the_vocabulary", "a_row_for_an_alert"),
    ),
    Channel(
        "what commands print", "doctor, rehearsals, checks, searches looked up",
        ("a_line_of_doctor", "a_count_of_alerts"),
    ),
    Channel("answers to other authorities", "not in the product: there is no federation yet"),
)  # fmt: skip
NOT_BY_LEAK = {"time"}
