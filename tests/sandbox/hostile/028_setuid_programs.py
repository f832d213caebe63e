"""28. Starts programs that have more rights, and tries to take other users.

expect: double passed, total passed
prints: became []
"""

import glob
import os
import subprocess

became = []
programs = [p for f in ("/usr/bin", "/usr/sbin", "/bin", "/usr/lib") for p in glob.glob(f"{f}/*")]
for program in programs:
    try:
        special = os.stat(program).st_mode & 0o6000
    except OSError:
        continue
    if special:
        try:
            became.append(subprocess.run([program, "--version"], capture_output=True).returncode)
        except OSError:
            pass
me = os.getuid()
for change in (os.setuid, os.seteuid, os.setgid, os.setegid):
    for other in {0, 1, 1000, 65534} - {me, os.getgid()}:
        try:
            change(other)
            became.append((change.__name__, other))
        except OSError:
            pass
print("became", became)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
