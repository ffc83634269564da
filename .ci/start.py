"""What `make run` serves: the demo on the embedded database, brought up to date first; one process, to be quick.

With `JIANHUI_DEMO=0` nothing is put into the database.
"""

import os
import sys

os.environ.setdefault("JIANHUI_DEMO", "1")

from webapp.cli import cli
from webapp.config import Settings


def run(*words: str) -> None:
    """Run a command of `jianhui`; the first one that fails ends everything."""
    try:
        cli.main(list(words))
    except SystemExit as end:
        if end.code:
            raise


run("db", "upgrade")
run("publish")
if Settings().demo:
    run("demo", "--if-empty")
sys.stdout.flush()
run("serve", *sys.argv[1:])
