"""127. Where processes are permitted: a child of a child holds files that have no name.

permits: processes = true
limits: call_seconds = 20
expect: double passed, total crashed|raised
"""

import os
import time


def double(x):
    return 2 * x


def total(x):
    if not os.fork():
        if not os.fork():
            kept = []
            try:
                for number in range(200):
                    file = open(f"gone-{number}", "wb")
                    kept.append(file)
                    os.unlink(file.name)
                    file.write(os.urandom(4 << 20))
                    file.flush()
                    time.sleep(0.03)
            finally:
                open("full" if len(kept) < 200 else "through", "w").close()
                os._exit(0)  # or the error leads back into the worker's loop, in a second process
        os._exit(0)
    end = time.monotonic() + 15
    while time.monotonic() < end:
        if os.path.exists("full"):
            raise OSError("there was no more room")
        if os.path.exists("through"):
            break
        time.sleep(0.05)
    return x.sum()
