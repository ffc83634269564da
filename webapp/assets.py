"""Are the browser's assets and the compiled translations there? A source tree gets them from the build hook."""

from __future__ import annotations

from pathlib import Path

from workflows.text import Text

PACKAGE = Path(__file__).resolve().parent


def missing(package: Path = PACKAGE) -> Text | None:
    """What is missing and the command that repairs it; None when nothing is.

    `package` is the folder of the webapp package.
    """
    absent = [source.with_suffix(".mo") for source in sorted(package.glob("translations/*/LC_MESSAGES/*.po"))]
    absent = [path for path in (package / "static/vendor/.stamp", *absent) if not path.is_file()]
    if not absent:
        return None
    names = ", ".join(str(path.parent if path.name == ".stamp" else path) for path in absent)
    return Text(
        f"缺少浏览器资源或翻译文件（{names}）。修复命令：make assets（没有源代码目录时：重新安装 jianhui）。",
        f"The browser's assets or translations are missing ({names}). Repair: make assets"
        " (without a source tree: install jianhui again).",
    )
