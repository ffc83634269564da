"""The command `jianhui`.

Exit codes are the same everywhere: 0 done and nothing to object; 1 refused, or something was found; 2 wrong use or
wrong surroundings, nothing was begun.
"""

from __future__ import annotations

from webapp.commands import accounts, audit, database, event_log, imports, law, procedures, serve, worker
from webapp.commands.speech import Root, language_option
from workflows.text import Text


@language_option()
def _root() -> None:
    """Only holds the options of the whole program; the commands do the work."""


cli = Root(
    "jianhui",
    callback=_root,
    params=getattr(_root, "__click_params__", []),
    says=Text(
        "建会：产业集聚区组建工会的审批流程。设置取自以 JIANHUI_ 开头的环境变量。\n\n"
        "退出码：0 完成；1 被拒绝或发现问题；2 用法或环境不对，什么也没有做。",
        "Jianhui: approval workflows for founding unions in industrial zones. Settings come from environment variables "
        "that begin with JIANHUI_.\n\n"
        "Exit codes: 0 done; 1 refused, or something was found; 2 wrong use or surroundings, nothing was done.",
    ),
)

for family in (database, serve, worker, procedures, imports, law, accounts, audit, event_log):
    family.register(cli)


def main() -> None:
    """Entry point of the installed command."""
    cli.main()


if __name__ == "__main__":
    main()
