"""python -m tests.benchmarks search: ours and the peers on the same children, in one run."""

import click

from tests.benchmarks.searching import search


@click.group()
def main() -> None:
    """Measure."""


main.add_command(search)
main()
