"""97. Becomes another program, which inherits the socket.

expect: double passed, total raised
"""

import os


def double(x):
    return 2 * x


def total(x):
    os.set_inheritable(3, True)
    os.execv("/bin/sh", ["sh", "-c", "echo hello >&3; sleep 60"])
