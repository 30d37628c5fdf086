"""How much the inbox takes before it refuses. Sizes in bytes, cells in characters."""

LARGEST_FILE = 2_000_000_000
LONGEST_LINE = 1_000_000
# Whatever a line holds, its row is written down until the next file: 2 GB of empty ones would fill
# any disk. A nation has some thirty million rows.
MOST_LINES = 40_000_000
LONGEST_CELL = 4_000
MOST_COLUMNS = 1_000
# What is unpacked may be a hundred times what was packed (tables of people come to some ten times),
# and whatever stays below this is small enough not to matter.
MOST_GROWTH = 100
FREELY_GROWN = 10_000_000
# Files joined into one gzip file; programs that pack in blocks of 64 KB make some 30,000 of them.
MOST_JOINED = 100_000
# Of a document: how deep it may be, how many elements one branch and how many names all of it may
# have, and how many characters of a branch are kept. A pupil has some thousand elements.
DEEPEST = 40
MOST_ELEMENTS = 100_000
MOST_NAMES = 2_000
LONGEST_NAME = 500
MOST_KEPT = 50_000
LARGEST_DIRECTORY = 1_000_000
PIECE = 65_536
