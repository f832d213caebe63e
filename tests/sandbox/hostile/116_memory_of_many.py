"""116. Where processes are permitted: each of many small programs takes a little, together a gigabyte.

permits: processes = true
expect: double passed, total out_of_memory
"""

import subprocess
import sys
import time

HOLD = "import time\nheld = bytearray(b'x') * (100 << 20)\ntime.sleep(60)"


def double(x):
    return 2 * x


def total(x):
    running = [subprocess.Popen([sys.executable, "-S", "-E", "-c", HOLD]) for _ in range(10)]
    time.sleep(60)
    return x.sum()
