"""Commands in processes of their own that need not import the program anew.

A server that has it imported forks for each (multiprocessing's forkserver), which takes a sixth of
the time. Settings, working folder, streams and exit codes are those of `python -m portal`.
"""

import multiprocessing
import os
import sys
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import CompletedProcess

from tests.house import ROOT

_SECONDS = 300
_forks = multiprocessing.get_context("forkserver")
# A fork imports the main module of the tests anew: that of pytest, when they run in one process.
_forks.set_forkserver_preload(["tests.lifecycle.everything", "pytest"])


def command(words: Sequence[str], environment: Mapping[str, str]) -> CompletedProcess[str]:
    """Run Python with these words, `-m portal …` or `-c code …`, in this environment and without a
    terminal."""
    with tempfile.TemporaryDirectory() as folder:
        streams = Path(folder, "out"), Path(folder, "error")
        process = _forks.Process(target=_main, args=(list(words), dict(environment), *streams))
        process.start()
        process.join(_SECONDS)
        if process.exitcode is None:
            process.kill()
        assert process.exitcode is not None, f"not ended after {_SECONDS} seconds: {words}"
        out, error = (path.read_text(encoding="utf-8") for path in streams)
    return CompletedProcess(words, process.exitcode, out, error)


def _main(words: list[str], environment: dict[str, str], out: Path, error: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    wanted = os.O_WRONLY | os.O_CREAT
    for number, path, how in (
        (0, Path(os.devnull), os.O_RDONLY),
        (1, out, wanted),
        (2, error, wanted),
    ):
        os.dup2(os.open(path, how, 0o600), number)
    # The streams of the server's forks are closed for reading, or not what these numbers stand for.
    sys.stdin, sys.stdout, sys.stderr = (
        open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115 (they live on)
        for number, mode in ((0, "r"), (1, "w"), (2, "w"))
    )
    warnings.simplefilter("error")
    kind, code, *more = words
    sys.argv = [kind, *more]
    if kind == "-c":
        exec(code, {"__name__": "__main__"})
    else:
        from portal.__main__ import main

        main(more)
