"""Who is likely for very many rows of a feed: see portal/children/bulk."""

from portal.children.bulk import Bulk, Engine, EngineFull, EngineMissing, is_installed
from portal.children.placing import Finder, others_report

__all__ = [
    "Bulk", "Engine", "EngineFull", "EngineMissing", "Finder", "is_installed", "others_report",
]  # fmt: skip
