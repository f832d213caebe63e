"""32. Leaves threads, timers, files and things to do at exit.

expect: double passed, total passed
"""

import atexit
import json
import os
import pathlib
import signal
import threading
import time
import weakref

want = json.loads(pathlib.Path("targets.json").read_text())


def leave():
    for folder in ("/tmp", "/var/tmp", "/dev/shm", "/run", want["root"], want["results"], ".."):
        try:
            pathlib.Path(folder, want["mark"]).write_text("I was here")
        except OSError:
            pass


def for_ever():
    while True:
        leave()
        time.sleep(0.05)


class AtExit:
    pass


end = AtExit()
weakref.finalize(end, leave)
atexit.register(leave)
signal.signal(signal.SIGALRM, lambda *_: leave())
signal.setitimer(signal.ITIMER_REAL, 0.1, 0.1)
threading.Thread(target=for_ever, daemon=False).start()
os.register_at_fork(after_in_child=leave)
leave()


def double(x):
    return 2 * x


def total(x):
    return x.sum()
