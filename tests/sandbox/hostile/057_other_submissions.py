"""57. Reads what others handed in, and what earlier ones left behind.

expect: double passed, total passed
prints: others []
"""

import json
import os
import pathlib
import tempfile

want = json.loads(pathlib.Path("targets.json").read_text())
seen = []
here = os.path.realpath(".")
for folder in (
    want["others"],
    want["results"],
    os.path.dirname(here),
    tempfile.gettempdir() + "/..",
):
    for where, _, names in os.walk(folder):
        if not os.path.realpath(where).startswith(here):
            seen += [os.path.join(where, name) for name in names]
for name in ("neighbour/toy.py", "034_writes_results/toy.py", "056_docker_socket/toy.py"):
    try:
        seen.append(pathlib.Path(want["others"], name).read_text())
    except OSError:
        pass
print("others", seen)


def double(x):
    return 2 * x


def total(x):
    return x.sum()
