"""What is compiled once for all the applications that one process makes in tests."""

from collections.abc import Callable
from typing import Any, ClassVar

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule


class Compiled(BytecodeCache):
    """Templates; Jinja compiles anew where the source has changed."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is kept of a template, if anything is."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


class Address(Rule):
    """The addresses of doors. Werkzeug writes two functions for each, which depend on its parts
    alone; all the commands that tests run would write the same ones again."""

    _kept: ClassVar[dict[Any, Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults:
            return super()._compile_builder(append_unknown)
        parts = self.rule, tuple(self._trace), append_unknown
        if parts not in self._kept:
            self._kept[parts] = super()._compile_builder(append_unknown)
        return self._kept[parts]
