"""Imports all that a command may need, before the server of tests/lifecycle/commanding.py forks.

An application is made as well, so that the forks find its templates and rules compiled, and an
engine of the other database. What is there by then is frozen: a fork need neither look through it
for garbage nor copy it.
"""

import gc
import tempfile
from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from flask import Flask
from sqlalchemy.orm import configure_mappers

from portal import ROOMS, create_app
from portal.__main__ import ABOVE
from portal.core.config import Config
from portal.core.db import make_engine
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
    keys = create_keys(Path(folder, "portal.keys"))
    config = Config(instance=Path(folder), public_url="http://127.0.0.1:8000")
    let_go(create_app(config))
    # Nothing is connected: its driver is loaded and its types are known.
    make_engine(replace(config, database="postgresql://127.0.0.1:1/none"), keys.database).dispose()
configure_mappers()
gc.collect()
gc.freeze()
