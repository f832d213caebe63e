"""What a notebook that runs in Jupyter may hold: section A, by the number of the kind."""

from __future__ import annotations

import json

from tests.odd import (
    ABSENT,
    IMPORTS,
    MODULE,
    PLAIN,
    SKIPPED,
    WORK,
    Odd,
    above,
    cell,
    notebook,
    one,
    quiet,
)

_PICTURE = "data:image/jpeg;base64," + "QUJD" * 700_000
_NEWER = "your Python is newer"


def _metadata(**metadata: object) -> bytes:
    return notebook(IMPORTS, WORK, **metadata)


def _with_cells(*cells: dict[str, object], **metadata: object) -> bytes:
    whole = json.loads(PLAIN)
    whole["cells"] += cells
    whole["metadata"] |= metadata
    return json.dumps(whole).encode()


MAGICS: dict[str, Odd] = {
    "A0 nothing odd": one(IMPORTS, WORK, silent=True),
    "A1 %matplotlib inline": quiet("%matplotlib inline"),
    "A1 %matplotlib": quiet("%matplotlib"),
    "A1 %matplotlib widget": quiet("%matplotlib widget"),
    "A1 %matplotlib notebook": quiet("%matplotlib notebook"),
    "A1 %matplotlib qt5, a figure": quiet(
        "%matplotlib qt5\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()"
    ),
    "A1 a comment behind a magic": quiet("%matplotlib inline  # figures"),
    "A1 matplotlib inline without %": quiet("%automagic on\nimport os\nos.getcwd()"),
    "A1 %config InlineBackend": quiet("%config InlineBackend.figure_format = 'retina'"),
    "A1 %load_ext autoreload": quiet("%load_ext autoreload\n%autoreload 2"),
    "A1 %load_ext lab_black": quiet("%load_ext lab_black\n%load_ext nb_black"),
    "A1 %load_ext tensorboard": quiet("%load_ext tensorboard\n%tensorboard --logdir runs"),
    "A1 %autosave, %clear, %connect_info": quiet("%autosave 60\n%clear\n%connect_info"),
    "A1 %pylab inline": quiet("%pylab inline"),
    "A1 %gui, %xmode, %precision": quiet("%gui qt\n%xmode Verbose\n%precision 4"),
    "A1 %env, %set_env": quiet("%env CUDA_VISIBLE_DEVICES=0\n%set_env A=1\n%env"),
    "A1 %who, %whos, %lsmagic": quiet("%who\n%whos\n%lsmagic"),
    "A1 %debug, %pdb": quiet("%pdb on\n%debug"),
    "A1 %store -r": quiet("%store -r nothing_of_that_name"),
    "A1 %timeit, %time": one(
        f"{IMPORTS}%timeit -n1 -r1 np.zeros(2)\n%time x = np.zeros(2)", f"x\n{WORK}", silent=True
    ),
    "A1 help": quiet("?len\nlen?\nlen??\n%pinfo len"),
    "A1 a comment above %%time": one(IMPORTS, f"# My answer\n\n%%time\n{WORK}", silent=True),
    "A1 %%time below an import": one(
        f"{IMPORTS}%%time\n{WORK}",
        says="`%%time` in code cell 1 was skipped: a cell magic works only in the first line of a cell",
    ),
    "A1 %%bash below a comment": one("# files\n%%bash\nls -l data", IMPORTS, WORK, says=SKIPPED),
    "A1 %%bash below code": one(
        IMPORTS,
        "x = 1\n%%bash\nls -l data",
        WORK,
        says="`%%bash` in code cell 2 was skipped: a cell",
    ),
    "A1 %%time in nbconvert's script": Odd(
        {
            "gan.py": (
                f"# coding: utf-8\n\n# In[1]:\n\n\n{IMPORTS}\n\n# In[2]:\n\n\n"
                f"get_ipython().run_cell_magic('time', '', {WORK!r})\n"
            ).encode()
        },
        silent=True,
    ),
    "A1 an error under it in nbconvert's script": Odd(
        {
            "gan.py": MODULE
            + b"\n\n# In[2]:\n\n\nget_ipython().run_cell_magic('time', '', '1 / 0')\n"
        },
        says=("ZeroDivisionError", "a cell of gan.py, line 2"),
    ),
    "A1 %%time over the work": one(IMPORTS, f"%%time\n{WORK}", silent=True),
    "A1 %%capture over the imports": one(
        f"%%capture\n!pip install x\n{IMPORTS}", WORK, says=SKIPPED
    ),
    "A1 %%capture and its value": one(
        f"%%capture out\nprint(1)\n{IMPORTS}", f"assert out.stdout == '1\\n'\n{WORK}", silent=True
    ),
    "A1 %%html, %%javascript, %%latex": one(
        "%%html\n<style></style>", "%%javascript\nf()", "%%latex\n$x$", IMPORTS, WORK, silent=True
    ),
    "A1 %%writefile, then an import": one(
        "%%writefile two.py\ntwo = 2", f"from two import two\n{IMPORTS}", WORK, silent=True
    ),
    "A1 %run of a helper": Odd(
        {
            "hw.ipynb": notebook("%run -i helper.py", IMPORTS, f"two\n{WORK}"),
            "helper.py": b"two = 2",
        }
    ),
    "A1 %reset -f": one("%reset -f", IMPORTS, WORK, silent=True),
    "A1 %cd": one("%cd ..", "%cd -", IMPORTS, WORK, silent=True),
    "A1 %load_ext of a profiler, %lprun": one(
        f"%load_ext line_profiler\n{IMPORTS}",
        WORK,
        "%lprun -f bilinear_update_matrix bilinear_update_matrix(1)",
        silent=True,
    ),
    "A1 an indented one": quiet("if True:\n    %matplotlib inline\n    import os"),
    "A1 %%time, then %matplotlib": one(f"%%time\n%matplotlib inline\n{IMPORTS}", WORK, silent=True),
    "A1 %%capture, options": one(f"%%capture --no-stderr\n{IMPORTS}", WORK, silent=True),
    "A1 %%capture, %%time": one(IMPORTS, f"%%capture\n%%time\n{WORK}", silent=True),
    "A1 %load_ext of Colab's tables": quiet("%load_ext google.colab.data_table"),
    "A1 %load_ext rpy2, %%R": one(
        "%load_ext rpy2.ipython", "%%R\nx <- 1", IMPORTS, WORK, says="`%%R` was skipped"
    ),
    "A1 %%writefile of the work": one(
        f"%%writefile answers.py\n{IMPORTS}{WORK}", "from answers import *", silent=True
    ),
    "A1 %run of a notebook": Odd(
        {
            "hw.ipynb": notebook("%run helper.ipynb", IMPORTS, f"assert two == 2\n{WORK}"),
            "helper.ipynb": notebook("two = 2"),
        },
        says=("hw.ipynb was graded",),
    ),
    "A1 await at the top": one(
        f"{IMPORTS}import asyncio\nawait asyncio.sleep(0)",
        WORK,
        "async def f():\n    return 1\nawait f()",
        silent=True,
    ),
    "A1 an underscore, In and Out": one(IMPORTS, "1 + 1", "_ + 1\nIn\nOut", WORK, silent=True),
    "A1 %history, %notebook, %logstart": quiet("%history\n%notebook a.ipynb\n%logstart"),
    "A1 %env of a name that is not set": quiet("%env NO_SUCH_NAME_HERE"),
    "A1 semicolons": quiet("%matplotlib inline;\n%config InlineBackend.figure_format='svg';"),
    "A1 a prompt pasted along": one(
        ">>> import numpy as np\n>>> import torch\n", WORK, silent=True
    ),
    "A1 unknown": above("%no_such_magic", "`%no_such_magic` was skipped"),
    "A1 an unknown cell magic": one(
        "%%no_such_magic\n1", IMPORTS, WORK, says="`%%no_such_magic` was skipped"
    ),
    "A1 set_matplotlib_formats": quiet(
        "import matplotlib_inline.backend_inline as b\nb.set_matplotlib_formats('svg')"
    ),
    "A1 IPython.display": quiet(
        "from IPython import display\nfrom IPython.display import HTML, Image, clear_output\n"
        "display.clear_output(wait=True)\ndisplay.display(HTML('<b>x</b>'))"
    ),
    "A1 tqdm.notebook": quiet("from tqdm.notebook import tqdm, trange\nlist(tqdm(range(2)))"),
    "A1 tqdm.auto": quiet("from tqdm.auto import tqdm\nfor _ in tqdm(range(2)):\n    pass"),
    "A1 get_ipython": quiet(
        "IN_COLAB = 'google.colab' in str(get_ipython())\n"
        "get_ipython().run_line_magic('matplotlib', 'inline')\nget_ipython().magic('autosave 0')"
    ),
    "A1 a type of figure in seaborn's style": quiet(
        "import matplotlib.pyplot as plt\nplt.style.use('ggplot')\nplt.rcParams['figure.dpi'] = 72"
    ),
}

COMMANDS: dict[str, Odd] = {
    "A2 !pip": above("!pip install -q einops", f"`!pip install -q einops` was skipped: {SKIPPED}"),
    "A2 %pip, %conda": above("%pip install einops\n%conda install scipy", SKIPPED),
    "A2 pip without %": one("pip install -q einops", IMPORTS, WORK, says=SKIPPED),
    "A2 !nvidia-smi": above("!nvidia-smi", SKIPPED),
    "A2 x = !ls": above("files = !ls\nassert len(files) == 0 and files.n == ''", SKIPPED),
    "A2 x = %sx, !!": above("files = %sx ls\n!!ls\nassert files == []", SKIPPED),
    "A2 an indented one": above(
        "import sys\nif 'google.colab' not in sys.modules:\n    !pip install x\nelse:\n    !ls",
        SKIPPED,
    ),
    "A2 over two lines": above(
        "!wget -nc \\\n  https://example.org/a.npy",
        "`!wget -nc https://example.org/a.npy` was skipped",
    ),
    "A2 %alias": above(
        "%alias weights wget https://example.org/w.pt\n%weights",
        f"`%alias weights wget https://example.org/w.pt` and `%weights` were skipped: {SKIPPED}",
    ),
    "A2 with a name that is not there": above("!echo {nothing_of_that_name} $HOME", SKIPPED),
    "A2 _exit_code": above("!ls\nassert _exit_code != 0", SKIPPED),
    "A2 %%bash": one("%%bash\nls", IMPORTS, WORK, says=SKIPPED),
    "A2 %%sh --out": one("%%sh --out text\nls", IMPORTS, WORK, says=SKIPPED),
    "A2 %%shell of Colab": one("%%shell\nls", IMPORTS, WORK, says=SKIPPED),
    "A2 %%script bash": one("%%script bash\nls", IMPORTS, WORK, says=SKIPPED),
    "A2 git clone, %cd into it": above(
        "!git clone -q https://example.org/course.git\n%cd course", SKIPPED
    ),
    "A2 mkdir and cp": above("!mkdir -p figures\n%mkdir more\n!cp a b", SKIPPED),
    "A2 try, except, !pip": above(
        "try:\n    import kornia\nexcept ImportError:\n    !pip install -q kornia\n    import kornia",
        SKIPPED,
        f"kornia is {ABSENT}",
    ),
    "A2 subprocess.run": above(
        "import subprocess, sys\nsubprocess.run([sys.executable, '-c', '1'])",
        "no other program can be started",
    ),
    "A2 its output": above(
        "import subprocess\nout = subprocess.check_output(['nvidia-smi']).decode()\nprint(out)",
        "no other program can be started",
    ),
    "A2 os.system, os.popen": above(
        "import os\nos.system('nvidia-smi')\nprint(os.popen('ls').read())",
    ),
    "A2 pip.main": above("from pip._internal import main as pip\npip(['install', 'x'])"),
    "A2 get_ipython().system": above(
        "get_ipython().system('ls')\nx = get_ipython().getoutput('ls')\nassert x == []", SKIPPED
    ),
    "A2 x = !nvidia-smi, x[0]": above(
        "gpu = !nvidia-smi -L\nname = gpu[0].split(':')[1]\nprint(name)", SKIPPED
    ),
    "A2 a, b = !cmd": above("a, b = !ls\nprint(a)", SKIPPED),
    "A2 in a function": above("def install():\n    !pip install x\n\ninstall()", SKIPPED),
    "A2 run_cell_magic": above("get_ipython().run_cell_magic('bash', '', 'ls')", SKIPPED),
    "A2 under %%time": one(f"%%time\n!pip install x\n{IMPORTS}", WORK, says=SKIPPED),
    "A2 %time !ls": above("%time !ls", SKIPPED),
    "A2 joined commands": above("!cd /tmp && ls; echo done > a.txt", SKIPPED),
    "A2 a loader with processes": above(
        "import torch\ndata = torch.utils.data.TensorDataset(torch.zeros(4, 1))\n"
        "for (x,) in torch.utils.data.DataLoader(data, num_workers=2):\n    print(x)",
        "num_workers=0",
    ),
    "A2 a pool": above(
        "from multiprocessing import Pool\nwith Pool(2) as pool:\n    r = pool.map(abs, [1])\nprint(r)",
        "no other process",
    ),
    "A2 concurrent.futures": above(
        "from concurrent.futures import ProcessPoolExecutor\nwith ProcessPoolExecutor(1) as pool:\n"
        "    r = list(pool.map(abs, [1]))\nprint(r)",
        "no other process",
    ),
    "A2 !kill -9 $PID": above("import os\n!kill -9 {os.getpid()}", SKIPPED),
}

IMPORTED: dict[str, Odd] = {
    "A3 torchvision": above("import torchvision\nimport math", f"torchvision is {ABSENT}"),
    "A3 what needs it": above("import seaborn as sns\nsns.set_theme()", f"seaborn is {ABSENT}"),
    "A3 several in a line": one("import seaborn, numpy as np, torch\n", WORK, says=ABSENT),
    "A3 several from one": above(
        "from torchvision import datasets, transforms as T\ntransform = T.Compose([T.ToTensor()])\n"
        "data = datasets.MNIST('.', download=True, transform=transform)",
        f"torchvision is {ABSENT}",
    ),
    "A3 a loop over what needs it": one(
        f"{IMPORTS}from torchvision.datasets import MNIST",
        "loader = torch.utils.data.DataLoader(MNIST('.'))",
        "for x, y in loader:\n    print(x)",
        WORK,
        says=f"torchvision is {ABSENT}",
    ),
    "A3 Colab's drive": above(
        "from google.colab import drive\ndrive.mount('/content/drive')\n%cd /content/drive/MyDrive",
        "google.colab",
    ),
    "A3 Colab's files": above(
        "from google.colab import files\nup = files.upload()", "google.colab"
    ),
    "A3 sklearn's part": above("from sklearn.metrics import log_loss", f"sklearn is {ABSENT}"),
    "A3 scipy in one function": one(
        f"{IMPORTS}from scipy.stats import norm",
        WORK,
        "def density(x):\n    return norm.pdf(x)",
        says=f"scipy is {ABSENT}",
    ),
    "A3 scipy in the work": one(
        f"{IMPORTS}from scipy import linalg",
        WORK.replace("np.zeros(2)", "linalg.null_space(np.eye(2))[:, 0]"),
        points=4,
        says=("scipy is not installed where this is graded",),
    ),
    "A3 pandas, in a function": one(
        IMPORTS,
        f"def table(x):\n    import pandas as pd\n    return pd.DataFrame(x)\n{WORK}",
        silent=True,
    ),
    "A3 wandb, used": above(
        "import wandb\nwandb.init(project='hw')\nwith wandb.init() as run:\n    run.log({})",
        f"wandb is {ABSENT}",
    ),
    "A3 try, except ImportError": quiet(
        "try:\n    import wandb\nexcept ImportError:\n    wandb = None"
    ),
    "A3 a class of what is not there": above(
        "import pytorch_lightning as pl\nclass Net(pl.LightningModule):\n    pass\nnet = Net()",
        f"pytorch_lightning is {ABSENT}",
    ),
    "A3 a decorator of what is not there": one(
        f"from numba import njit\n{IMPORTS}",
        WORK.replace("def bilinear_stationary", "@njit\ndef bilinear_stationary"),
        points=4,
        says=(f"numba is {ABSENT}",),
    ),
    "A3 a module of one's own that is not there": above(
        "from utils import plot_losses, seed_all\nseed_all(0)", "no file utils.py was handed in"
    ),
    "A3 an import in the middle": one(
        f"{IMPORTS}import cv2\nx = cv2.imread('a.png')\nimport math",
        f"math.pi\n{WORK}",
        says=f"cv2 is {ABSENT}",
    ),
    "A3 a cell of imports, one by one": above(
        "import os\nimport kornia\nimport torchvision.transforms as T\nimport sklearn.datasets\n"
        "from tqdm import tqdm\nimport matplotlib.pyplot as plt",
        "kornia, torchvision and sklearn are",
    ),
    "A3 a star": above("from kornia import *\nfrom fastai.vision.all import *", ABSENT),
    "A3 an attribute that is not there": one(
        f"from numpy import no_such_function\n{IMPORTS}", WORK, says="no_such_function"
    ),
    "A3 a seed for tensorflow": above("import tensorflow as tf\ntf.random.set_seed(0)", ABSENT),
    "A3 checks without a grader": one(
        IMPORTS, 'grader.check("1.1")', WORK, "grader.check_all()", silent=True
    ),
    "A3 otter in a failed cell": one(
        "import seaborn\nsns = seaborn.x\nimport otter\ngrader = otter.Notebook()",
        IMPORTS,
        WORK,
        "grader.check('1.1')",
        says=f"seaborn is {ABSENT}",
    ),
}

ELSEWHERE: dict[str, Odd] = {
    "A3 a GPU": above(
        "import torch\ndevice = torch.device('cuda')\nx = torch.zeros(2).cuda()\n"
        "y = torch.zeros(2, device=device)\nz = x + y",
        "no GPU",
    ),
    "A3 a GPU of Apple": above("import torch\nx = torch.zeros(2, device='mps')", "no GPU"),
    "A3 a GPU where there is one": quiet(
        "import torch\ndevice = 'cuda' if torch.cuda.is_available() else 'cpu'\n"
        "torch.cuda.manual_seed_all(0)\ntorch.backends.cudnn.deterministic = True"
    ),
    "A3 a download": above(
        "import urllib.request\nurllib.request.urlretrieve('https://example.org/a.npy', 'a.npy')\n"
        "data = open('a.npy').read()\nx = data[:3]\nprint(x)",
        "no network",
        "FileNotFoundError",
    ),
    "A3 a download of torch": above(
        "import torch\ntorch.hub.download_url_to_file('https://example.org/a.pt', 'a.pt')",
        "no network",
    ),
    "A3 a socket": above(
        "import socket\nsocket.create_connection(('example.org', 80), timeout=1)", "no network"
    ),
}

_ONLY = "in the folder of your submission only"

OUTSIDE: dict[str, Odd] = {
    "C2 np.save to /tmp": above(
        "import numpy as np\nnp.save('/tmp/x-odd.npy', np.ones(2))\nx = np.load('/tmp/x-odd.npy')\nx[0]",
        _ONLY,
        "np.save('/tmp/x-odd.npy', np.ones(2))",
    ),
    "C2 a log in /tmp": above("log = open('/tmp/x-odd.log', 'w')\nlog.write('x')", _ONLY),
    "C2 with, in /tmp": above("with open('/tmp/x-odd', 'w') as f:\n    f.write('x')", _ONLY),
    "C2 torch.save to /tmp": above("import torch\ntorch.save({}, '/tmp/x-odd.pt')", _ONLY),
    "C2 a file of the machine": above("print(open('/etc/hostname').read())", _ONLY),
    "C2 a file of the student's machine": above("d = open('/home/me/d.csv')\nd.read()", _ONLY),
    "C2 a figure above": above(
        "import matplotlib.pyplot as plt\nplt.plot([1])\nplt.savefig('../x-odd.png')", _ONLY
    ),
    "C2 a folder of Colab": above(
        "import os\nos.makedirs('/content/drive/MyDrive/x-odd', exist_ok=True)", _ONLY
    ),
    "C2 listdir": above("import os\nfor name in os.listdir('/'):\n    print(name)", _ONLY),
    "C2 chdir": above("import os\nos.chdir('/tmp')\nopen('x', 'w').write('x')", _ONLY, "chdir"),
    "C2 chdir above": above("import os\nos.chdir('..')\nopen('x', 'w').write('x')", _ONLY),
    "C2 %cd": quiet("%cd /tmp\nopen('x', 'w').write('x')"),
    "C2 %%writefile": one("%%writefile /tmp/x-odd.py\ntwo = 2", IMPORTS, WORK, says=_ONLY),
    "C2 a database": above("import sqlite3\nsqlite3.connect('/tmp/x-odd.db')", "sqlite3.connect"),
    "C2 temporary files": quiet(
        "import tempfile, pathlib\nwith tempfile.TemporaryDirectory() as folder:\n"
        "    pathlib.Path(folder, 'x').write_text('x')"
    ),
    "C2 in the work": one(
        IMPORTS,
        WORK.replace(
            "    return np.zeros(2)",
            "    np.save('/tmp/x-odd.npy', np.zeros(2))\n    return np.load('/tmp/x-odd.npy')",
        ),
        points=4,
        says=_ONLY,
    ),
    "C2 a module": Odd(
        {"gan.py": b"open('/tmp/x-odd.txt', 'w').write('x')\n" + MODULE}, says=(_ONLY,)
    ),
    "C2 a folder that was not handed in": above(
        "import torch\ntorch.save({}, 'checkpoints/m.pt')\nopen('figures/a.txt', 'w')",
        "checkpoints/m.pt",
        "figures/a.txt",
    ),
}

ERRORS: dict[str, Odd] = {
    "A4 under %%capture": one(IMPORTS, "%%capture\n1 / 0", WORK, says="ZeroDivisionError"),
    "A4 under %%capture, above the work": one(
        IMPORTS,
        f"%%capture\nraise ValueError('inside')\n{WORK}",
        says="ValueError: inside",
        points=0,
    ),
    "A4 under %%time": one(IMPORTS, "%%time\n1 / 0", WORK, says="ZeroDivisionError"),
    "A4 behind %time": one(IMPORTS, "%time 1 / 0", WORK, says="ZeroDivisionError"),
    "A4 in %run": Odd(
        {"hw.ipynb": notebook("%run demo.py", IMPORTS, WORK), "demo.py": b"1 / 0"},
        says=("ZeroDivisionError", "demo.py, line 1"),
    ),
    "A4 in %run -i": Odd(
        {"hw.ipynb": notebook(IMPORTS, "%run -i demo.py", WORK), "demo.py": b"x = 1\nx.y"},
        says=("AttributeError", "demo.py, line 2"),
    ),
    "A4 %run of no file": one("%run no_such.py", IMPORTS, WORK, says="no_such.py"),
    "A4 in %timeit": one(IMPORTS, "%timeit -n1 -r1 1 / 0", WORK, says="ZeroDivisionError"),
    "A4 in run_cell": one(
        IMPORTS, "get_ipython().run_cell('1 / 0')", WORK, says="ZeroDivisionError"
    ),
    "A4 in what shows a value": one(
        IMPORTS,
        "class A:\n    def __repr__(self):\n        1 / 0\nA()",
        WORK,
        says="ZeroDivisionError",
    ),
    "A4 exit()": one(IMPORTS, WORK, "exit()", silent=False),
    "A4 input()": one(IMPORTS, "name = input('your name')", WORK, says="input"),
    "A4 a cell of notes": one(IMPORTS, "TODO: finish this", WORK, says="SyntaxError"),
    "A4 consequences": one(
        IMPORTS,
        "net = undefined_thing",
        *[f"net.step({number})" for number in range(16)],
        WORK,
        says=("Because of this, these stopped too: code cell 3, code cell 4",),
    ),
}

METADATA: dict[str, Odd] = {
    "A5 R": one(
        IMPORTS, WORK, kernelspec={"name": "ir", "language": "R"}, says="names R as its language"
    ),
    "A5 no language": one(IMPORTS, WORK, kernelspec={"name": "x", "language": ""}, silent=True),
    "A5 Sage": one(IMPORTS, WORK, kernelspec={"language": "sage"}, says="names sage"),
    "A5 PySpark": one(IMPORTS, WORK, language_info={"name": "pyspark"}, says="names pyspark"),
    "A5 Julia, with magics": one(
        f"%matplotlib inline\n{IMPORTS}", WORK, language_info={"name": "julia"}, says="names julia"
    ),
    "A5 null": one(IMPORTS, WORK, kernelspec=None, language_info=None, silent=True),
    "A5 a wrong kind of value": one(IMPORTS, WORK, kernelspec=["R"], language_info=3, silent=True),
    "A5 really R": one(
        "f <- function(x) { x }", kernelspec={"language": "R"}, points=0, says="in R"
    ),
    "A5 really Julia": one(
        "function f(x)\n  x\nend", language_info={"name": "julia"}, points=0, says="in julia"
    ),
    "A6 photographs in Markdown": one(
        IMPORTS, *[("markdown", f"![]({_PICTURE})")] * 4, WORK, silent=True
    ),
    "A6 photographs in raw cells": one(IMPORTS, *[("raw", _PICTURE)] * 4, WORK, silent=True),
    "A6 photographs as attachments": Odd(
        {
            "hw.ipynb": _with_cells(
                {
                    **cell(("markdown", "![](attachment:a.png)")),
                    "attachments": {"a.png": {"image/png": _PICTURE * 4}},
                }
            )
        },
        silent=True,
    ),
    "A6 large outputs": Odd(
        {
            "hw.ipynb": _with_cells(
                {
                    **cell("1"),
                    "outputs": [
                        {
                            "output_type": "display_data",
                            "metadata": {},
                            "data": {"image/png": _PICTURE * 4, "text/plain": "x" * 4_000_000},
                        }
                    ],
                }
            )
        },
        silent=True,
    ),
    "A6 the state of widgets": Odd(
        {
            "hw.ipynb": _with_cells(
                widgets={"state": {str(n): {"a": _PICTURE[:90_000]} for n in range(80)}}
            )
        },
        silent=True,
    ),
    "A7 otter.export": quiet(
        "from otter.export import export_notebook\nexport_notebook('hw.ipynb')"
    ),
    "A7 otter's version": quiet("import otter\nprint(otter.__version__)"),
    "A7 otter.check.notebook": quiet(
        "import otter.check.notebook\nfrom otter.check.notebook import Notebook\n"
        "grader = Notebook('hw.ipynb')\ngrader.export(pdf=False, run_tests=True)"
    ),
    "A7 a version compared": quiet(
        "import otter\nassert int(otter.__version__.split('.')[0]) >= 0\n"
        "if otter.__version__ < '5':\n    print('old')"
    ),
    "A6 an img tag": one(
        IMPORTS, ("markdown", f'<img src="{_PICTURE}">'), ("markdown", _PICTURE), WORK
    ),
    "A6 pages of text in Markdown": one(
        IMPORTS, *[("markdown", "a log of training, line by line\n" * 50_000)] * 4, WORK
    ),
    "A6 a picture in a comment": one(IMPORTS, f"{WORK}\n# ![]({_PICTURE})"),
    "A7 check_derivation": one(
        "import autograder\ngrader = autograder.Notebook()",
        IMPORTS,
        WORK,
        "autograder.check_derivation('x', 'y', 'z')",
        silent=True,
    ),
    "A7 results of a check": one(
        IMPORTS, WORK, "results = grader.check('1.1')\nresults\nprint(results.grade)", silent=True
    ),
    "A8 quotes in an f-string": one(IMPORTS, 'a = {"x": 1}\nf"{a["x"]}"', WORK, says=_NEWER),
    "A8 in the work": one(
        IMPORTS,
        WORK.replace("np.zeros(2)", 'np.zeros(2)  # f"{a["x"]}"\n    f"{a["x"]}"'),
        says=_NEWER,
        points=0,
    ),
    "A8 type parameters": one(
        IMPORTS, "def first[T](x: list[T]) -> T:\n    return x[0]", WORK, says=_NEWER
    ),
    "A8 a type statement": one(
        IMPORTS,
        "type Pair = tuple[int, int]",
        WORK,
        language_info={"name": "python", "version": "3.13.1"},
        says="written with Python 3.13.1",
    ),
    "A8 except without parentheses": one(
        IMPORTS, "try:\n    pass\nexcept ValueError, TypeError:\n    pass", WORK
    ),
    "A8 a template string": one(IMPORTS, 'name = 1\nt"{name}"', WORK, says=_NEWER),
    "A9 a notebook's script": Odd({"gan.py": MODULE}, silent=True),
    "A9 nbconvert's .txt": Odd({"gan.txt": MODULE}, says=("read as gan.py",)),
    "A9 nbconvert's .txt of the notebook": Odd({"hw.txt": MODULE}, says=("read as hw.py",)),
    "A10 work in a Markdown cell": one(
        IMPORTS, ("markdown", WORK), points=0, says="It is defined in Markdown cell 1"
    ),
    "A10 work in a raw cell": one(
        IMPORTS, ("raw", WORK), points=0, says="It is defined in raw cell 1"
    ),
    "A10 work fenced in Markdown": one(
        IMPORTS, ("markdown", f"My answer\n```python\n{WORK}```"), points=0, says="Markdown cell 1"
    ),
}

SHELL: dict[str, Odd] = {
    **MAGICS,
    **COMMANDS,
    **IMPORTED,
    **ELSEWHERE,
    **OUTSIDE,
    **ERRORS,
    **METADATA,
}
