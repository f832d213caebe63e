#!/usr/bin/env bash
# Builds the grading environment. Gradescope runs this once, as root, when it builds the image from
# Ubuntu @UBUNTU@; /autograder is replaced by AUTOGRADER_HOME elsewhere. With PYTHON=/path/to/python3.11
# (or newer) in the environment that Python is used and apt is left alone.
set -euo pipefail

root=${AUTOGRADER_HOME:-/autograder}
assignment=@ASSIGNMENT@
torch_index=https://download.pytorch.org/whl/cpu
export AUTOGRADER_ROOT=$root/source
export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1

say() { echo "setup.sh: $*" >&2; }
fail() {
    say "FAILED: $*"
    exit 1
}

cd "$AUTOGRADER_ROOT" || fail "$AUTOGRADER_ROOT is missing: the zip is unpacked there"

# --- Python ---

if [[ -z ${PYTHON:-} ]]; then
    say "installing Python @PYTHON@ with apt"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update
    apt-get install -y --no-install-recommends python@PYTHON@ python@PYTHON@-venv
    PYTHON=python@PYTHON@
fi
"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    fail "$PYTHON is older than 3.11, or does not run; name another with PYTHON=/path/to/python"
"$PYTHON" -m venv --clear "$root/venv"
python=$root/venv/bin/python

# Ubuntu 22.04 has a release candidate of 3.11, which lacks two functions that torch._dynamo (and with
# it torch.optim) asks for by name. Its integers have no limit of digits: for it, 0 is the truth.
cat >"$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/int_digits.pth" <<'PTH'
import sys; hasattr(sys, "get_int_max_str_digits") or (setattr(sys, "get_int_max_str_digits", lambda: 0), setattr(sys, "set_int_max_str_digits", lambda maxdigits: None))
PTH

# --- packages: torch's CPU build first, the exact versions, the harness ---

torch=$(grep '^torch==' requirements-torch.lock)
if ! "$python" -m pip install --no-deps --retries 2 --index-url "$torch_index" "$torch"; then
    say "$torch was not to be had from $torch_index, which has the build without CUDA."
    say "It is taken from where pip is set up to look; from PyPI that is several GB of CUDA."
    "$python" -m pip install --constraint requirements.lock "$torch"
fi
"$python" -m pip install --requirement requirements.lock
"$python" -m pip install --no-deps ./autograder*.whl

# --- what no student's code may read, whatever else fails ---

chmod -R go-rwx reference assignments

# --- self-test: the reference, graded like a submission, has full marks ---

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$python" -I - "$assignment" "$work/submission" <<'PYTHON'
import sys
from pathlib import Path

from autograder.course.bank import load
from autograder.course.solution import modules

folder = Path(sys.argv[2])
folder.mkdir()
for name, source in modules(load(sys.argv[1])).items():
    (folder / name).write_text(source, encoding="utf-8")
PYTHON
"$root/venv/bin/autograder" grade "$work/submission" -a "$assignment" -o "$work/results.json" ||
    say "the grading ended with status $?"
"$python" -I - "$work/results.json" <<'PYTHON' || fail "the reference does not get full marks here"
import json
import sys
from pathlib import Path

path = Path(sys.argv[1])
results = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"tests": []}
tests = [test for test in results["tests"] if "status" in test or "max_score" in test]
short = [test for test in tests if test.get("status") != "passed"]
for test in short:
    print(f"\n{test.get('number', '')} {test['name']}\n{test.get('output', '')}", file=sys.stderr)
if short:
    print(f"\n{results.get('output', '')}", file=sys.stderr)
sys.exit(not tests or bool(short))
PYTHON
say "done: the reference of $assignment gets full marks"
