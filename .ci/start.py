"""What `make run` serves: the demo on the embedded database, brought up to date first; one process, to be quick.

With `JIANHUI_DEMO=0` nothing is put into the database. A procedure folder with mistakes is named and not published;
the others are served.
"""

import os
import sys

os.environ.setdefault("JIANHUI_DEMO", "1")

from webapp.cli import cli
from webapp.commands.speech import REFUSED
from webapp.config import Settings


def run(*words: str, tolerated: int = 0) -> None:
    """Run a command of `jianhui`; one that fails with another code than the tolerated one ends everything."""
    try:
        cli.main(list(words))
    except SystemExit as end:
        if end.code not in (None, 0, tolerated):
            raise


run("db", "upgrade")
run("publish", tolerated=REFUSED)
if Settings().demo:
    run("demo", "--if-empty")
sys.stdout.flush()
if "typst" in sys.modules:  # the demo's papers started its threads, which a fork of the server would wait for in vain
    os.execv(sys.executable, [sys.executable, __file__, *sys.argv[1:]])  # noqa: S606 - this very script, begun anew
run("serve", *sys.argv[1:])
