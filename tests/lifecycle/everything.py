"""Imports all that a command may need, before the server of tests/lifecycle/commanding.py forks."""

from importlib import import_module
from importlib.util import find_spec

from portal import ROOMS
from portal.__main__ import ABOVE

for module in (*(f"portal.{name}" for name in ROOMS), *(f"portal.{name}.cli" for name in ROOMS)):
    if find_spec(module):
        import_module(module)
for module, _ in ABOVE.values():
    import_module(module)
