"""Being told to end has to run the `finally` blocks that stop the servers."""
import signal
import sys


def exit_on_terminate():
    for kind in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(kind, lambda number, _: sys.exit(128 + number))
