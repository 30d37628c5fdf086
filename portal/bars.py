"""The progress bar of a long command, which more than one room has."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn


@contextmanager
def bar(word: str, *, total: int) -> Iterator[Callable[[int], None]]:
    """Show a bar on the error channel to whoever watches at a terminal, and take it away again;
    what is given is to be told how many are done. The bar says how much, not how many."""
    columns = (TextColumn(word), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    is_alone = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=is_alone) as bars:
        task = bars.add_task(word, total=total)
        yield lambda count: bars.update(task, completed=count)
