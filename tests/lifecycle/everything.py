"""Imports all that a command may need, before the server of tests/lifecycle/commanding.py forks.

An application is made as well, so that the forks find its templates and rules compiled. What is
there by then is frozen: a fork need neither look through it for garbage nor copy it.
"""

import gc
import tempfile
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import configure_mappers

from portal import ROOMS, create_app
from portal.__main__ import ABOVE
from portal.core.config import Config
from portal.core.keys import create_keys
from portal.lifecycle.serving import let_go
from tests.compiled import Address, Compiled

PARTS = ("", ".cli", ".models", ".queries", ".actions", ".routes")

for module in (f"portal.{name}{part}" for name in ROOMS for part in PARTS):
    if find_spec(module):
        import_module(module)
for module, _ in ABOVE.values():
    import_module(module)
Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Compiled()}
Flask.url_rule_class = Address
with tempfile.TemporaryDirectory() as folder:
    create_keys(Path(folder, "portal.keys"))
    let_go(create_app(Config(instance=Path(folder), public_url="http://127.0.0.1:8000")))
configure_mappers()
gc.collect()
gc.freeze()
