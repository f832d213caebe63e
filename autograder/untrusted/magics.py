"""What every magic of IPython and ipykernel does where a notebook is graded: one table.

Nobody looks at a front end here, no debugger or editor is open, and no program can be started. So a
magic that is for one of these does nothing, and the rest of its cell runs; one that would have run a
program is skipped, and the student reads that. `tests/unit/untrusted/test_magics.py` runs all that the
installed versions have.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final


class Act(enum.Enum):
    """What becomes of a magic."""

    RUN = "IPython's own runs, as in Jupyter"
    QUIET = "IPython's own runs, and an error of it is not one of the student's"
    FORCE = "IPython's own runs with -f: there is nobody to ask"
    NOTHING = "nothing: it is for a front end, a debugger, an editor or a history"
    AGG = "matplotlib draws without a screen, by Agg"
    PYLAB = "numpy's and matplotlib's names are imported, and matplotlib draws by Agg"
    ALIAS = "IPython's own runs, with a notice: it names a shell command"
    CELL = "the cell below it runs as if it were not there"
    SKIPPED = "skipped, with a notice: a program would have run"


def _placed(**acts: str) -> Mapping[str, Act]:
    return MappingProxyType(
        {name: Act[act] for act, names in acts.items() for name in names.split()}
    )


LINE: Final = _placed(
    RUN="""
        alias_magic autoawait autocall automagic code_wrap dhist dirs doctest_mode
        lsmagic macro page pdef pdoc pfile pinfo pinfo2 pprint precision prun psearch psource
        pwd pycat rerun run set_env time timeit unalias who who_ls whos xdel
        """,
    QUIET="autoreload bookmark cd config env popd pushd hist history load_ext reload_ext store unload_ext",
    FORCE="reset reset_selective",
    NOTHING="""
        autosave clear cls colors connect_info debug ed edit gui killbgscripts less load loadpy logoff
        logon logstart logstate logstop magic man more notebook pastebin pdb qtconsole quickref
        recall rehashx rep save subshell tb xmode
        lprun memit mprun tensorboard tensorflow_version version_information watermark
        """,
    ALIAS="alias",
    AGG="matplotlib",
    PYLAB="pylab",
    SKIPPED="""
        conda mamba micromamba pip uv sc sx system shell
        cat cp ldir lf lk ll ls lx mkdir mv rm rmdir
        copy ddir echo ren
        """,
)
"""By the name of a line magic. The last words of NOTHING belong to well-known extensions; the last of
SKIPPED are aliases that IPython has on Windows."""

CELL: Final = _placed(
    RUN="capture code_wrap file timeit writefile",
    NOTHING="HTML SVG html javascript js latex markdown svg",
    CELL="debug prun time memit scalene pyinstrument snakeviz heat wandb black autoflake",
    SKIPPED="! bash cmd perl powershell pypy python python2 python3 ruby script sh shell sx system",
)
"""By the name of a cell magic. The last words of CELL belong to well-known extensions."""

PYTHON_BELOW: Final = frozenset(
    {"capture", "code_wrap", *(n for n, act in CELL.items() if act is Act.CELL)}
)
"""Cell magics under which the student's own Python runs in the notebook's namespace."""
