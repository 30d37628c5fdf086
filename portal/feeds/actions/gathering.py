"""The first words of a large file, compared with the index all at once before they are decided."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

from flask import current_app

from portal.access.identity import Identity
from portal.children import queries as records
from portal.children.queries import Bulk, Engine, EngineFull
from portal.children.rules import ChildDraft
from portal.core import clock
from portal.core.config import Config
from portal.feeds.rules import Cells, FileKind, Phase, PupilFacts, Step, in_batches, read_row

OF_CHILDREN = frozenset({FileKind.CHILDREN, FileKind.CTF})
Batches = Callable[[], Iterable[Sequence[Cells]]]
_AT_ONCE = 500


def gather(
    *, source: str, kind: FileKind, engine: Engine, batches: Batches, total: int, by: Identity
) -> Generator[Step, None, Bulk | None]:
    """Find who is likely for the rows of a file; None where the name index is asked row by row.

    That is where nobody asked for an engine and the file has no more first words than bulk_rows, or
    the extra is not installed, or memory is full. What is counted is known of the file alone: a row
    about somebody hidden counts as any other. Commit at every step. Raises EngineMissing and
    EngineFull for an engine that was asked for.
    """
    config: Config = current_app.extensions["portal_config"]
    is_asked = engine not in {Engine.AUTO, Engine.INDEX}
    if kind not in OF_CHILDREN or not (is_asked or _is_worth(engine, total, config.bulk_rows)):
        return None
    bulk = Bulk(source=source, engine=engine, gigabytes=config.bulk_gigabytes)
    least = 0 if is_asked else config.bulk_rows
    try:
        found = yield from _linked(bulk, source, kind, batches, least, total)
    except EngineFull:
        bulk.close()
        if is_asked:
            raise
        return None
    except BaseException:
        bulk.close()
        raise
    if found:
        return bulk
    bulk.close()
    return None


def _is_worth(engine: Engine, total: int, bulk_rows: int) -> bool:
    return (
        engine is Engine.AUTO and total > bulk_rows and records.is_installed(Engine.DUCKDB)
    )  # fmt: skip


def _linked(
    bulk: Bulk, source: str, kind: FileKind, batches: Batches, least: int, total: int
) -> Generator[Step, None, bool]:
    """Take the rows, read the index, link. False where it is not worth it."""
    if not records.others_report(source):
        return False
    done = 0
    for some in batches():
        bulk.take_rows(_first_words(source, kind, some))
        done += len(some)
        yield Step(Phase.COMPARING, done, total)
    if len(bulk) <= least:
        return False
    for read in bulk.read_index():
        yield Step(Phase.COMPARING, read, 0)
    # No database is open while this goes on.
    for _ in bulk.link():
        yield Step(Phase.COMPARING, total, total)
    return True


def _first_words(source: str, kind: FileKind, rows: Sequence[Cells]) -> Iterator[ChildDraft]:
    """The rows whose numbers the source has not used before, for hidden children neither."""
    today = clock.today()
    for some in in_batches(rows, _AT_ONCE):
        read = [read_row(kind, cells, source=source, on=today) for cells in some]
        drafts = [one.child if isinstance(one, PupilFacts) else one for one in read]
        said = [one for one in drafts if isinstance(one, ChildDraft)]
        known = records.child_ids(source, {one.source_id for one in said})
        yield from (one for one in said if one.source_id not in known)
