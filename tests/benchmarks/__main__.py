"""python -m tests.benchmarks search: ours and the peers on the same children, in one run.

python -m tests.benchmarks shield: whether times tell that a child is hidden.

python -m tests.benchmarks inbox: how much memory a large file takes to read.

python -m tests.benchmarks imports: how fast files come in, and how long a search waits beside it.

python -m tests.benchmarks ladder: whether rows of feeds are joined to the right records.
python -m tests.benchmarks ladder-tuning: the thresholds for that, chosen on other rows.
python -m tests.benchmarks bulk: very many rows at once, beside Splink, and those of a day.
"""

import click

from tests.benchmarks.bulk import bulk
from tests.benchmarks.importing import imports
from tests.benchmarks.inbox import inbox
from tests.benchmarks.ladder import ladder, ladder_tuning
from tests.benchmarks.searching import search
from tests.benchmarks.shield import shield


@click.group()
def main() -> None:
    """Measure."""


main.add_command(bulk)
main.add_command(imports)
main.add_command(inbox)
main.add_command(search)
main.add_command(ladder)
main.add_command(ladder_tuning)
main.add_command(shield)
main()
