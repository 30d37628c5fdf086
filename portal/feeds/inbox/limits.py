"""How much the inbox takes before it refuses. Sizes in bytes, cells in characters."""

LARGEST_FILE = 2_000_000_000
LONGEST_LINE = 1_000_000
LONGEST_CELL = 4_000
MOST_COLUMNS = 1_000
# What is unpacked may be a hundred times what was packed (tables of people come to some ten times),
# and whatever stays below this is small enough not to matter.
MOST_GROWTH = 100
FREELY_GROWN = 10_000_000
# Files joined into one gzip file; programs that pack in blocks of 64 KB make some 30,000 of them.
MOST_JOINED = 100_000
LARGEST_DIRECTORY = 1_000_000
PIECE = 65_536
