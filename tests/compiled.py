"""What is compiled once for all the applications that one process makes in tests."""

from types import MethodType
from typing import Any, ClassVar

from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

# What compile() sets of a rule.
_READ = ("arguments", "_converters", "_trace", "_parts", "_build", "_build_unknown")


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
    """The addresses of doors. What Werkzeug reads out of one, and the two functions that it writes
    for it, depend on its words alone; every command that tests run would do the same again."""

    _kept: ClassVar[dict[Any, dict[str, Any]]] = {}

    def compile(self) -> None:
        """Take what was read of the same words, or read them."""
        if self.defaults or self.host:
            super().compile()
            return
        words = self.rule, self.subdomain, self.merge_slashes, self.map.host_matching
        if words not in self._kept:
            super().compile()
            self._kept[words] = {name: vars(self)[name] for name in _READ}
        vars(self).update(self._kept[words])
        for name in ("_build", "_build_unknown"):
            setattr(self, name, MethodType(vars(self)[name].__func__, self))
