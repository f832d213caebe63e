"""Notebooks as people hand them in: whole ones of each program, scripts made of them, and what is refused.

Each holds one of three works, whose points are counted by hand: the right one earns 5, one with a wrong
stationary point 4, one whose update matrix is still a stub 1.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.odd import IMPORTS, STUBS, WORK, Odd

Cells = Sequence[tuple[str, str]]

RIGHT, WRONG, UNFILLED = "right", "wrong", "unfilled"
WORKS: dict[str, tuple[str, float]] = {
    RIGHT: (WORK, 5),
    WRONG: (WORK.replace("np.zeros(2)", "np.ones(2)"), 4),
    UNFILLED: (
        STUBS.split("def bilinear_trajectory")[0]
        + "def bilinear_trajectory"
        + WORK.split("def bilinear_trajectory")[1],
        1,
    ),
}

_PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_TEXT = """\
# Assignment 3
**Name:** Ada Lovelace, **ID:** 1234567

Fill in the functions. Do not change their names."""
_PLOT = """\
import matplotlib.pyplot as plt

states = bilinear_trajectory(1.0, 1.0, 0.1, 50)
fig, ax = plt.subplots(figsize=(4, 4))
ax.plot(states[:, 0], states[:, 1], ".-")
ax.set_xlabel("$d$")
plt.show()"""
_TRAIN = """\
torch.manual_seed(0)
net = torch.nn.Sequential(torch.nn.Linear(2, 8), torch.nn.ReLU(), torch.nn.Linear(8, 1))
optimizer = torch.optim.Adam(net.parameters(), lr=1e-2)
for step in range(3):
    loss = net(torch.randn(16, 2)).square().mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(f"loss {loss.item():.3f}")"""


def cells(work: str, *first: str, imports: str = IMPORTS, last: Sequence[str] = ()) -> Cells:
    """A notebook's cells: what an oddity puts first, then imports, work, a figure, training, a check."""
    code = WORKS[work][0]
    shown = () if work == UNFILLED else (("code", _PLOT),)
    return [
        ("markdown", _TEXT),
        *(("code", source) for source in first),
        ("code", imports.rstrip("\n")),
        ("markdown", "## 6. The bilinear game\n\nThe update is $x_{k+1} = M x_k$."),
        ("code", code.rstrip("\n")),
        *shown,
        ("code", _TRAIN),
        ("markdown", "*The spiral leaves the origin, since $|1 \\pm i\\eta| > 1$.*"),
        ("code", 'grader.check("6.1")'),
        *(("code", source) for source in last),
    ]


def made(
    parts: Cells, metadata: Mapping[str, Any], minor: int = 5, **of_cells: Mapping[str, Any]
) -> bytes:
    """A notebook of format 4 with source in lines, outputs and counts, as programs write it."""
    whole: list[dict[str, Any]] = []
    for number, (kind, source) in enumerate(parts):
        cell: dict[str, Any] = {
            "cell_type": kind,
            "metadata": dict(of_cells.get(kind, {})),
            "source": source.splitlines(keepends=True),
        }
        if minor >= 5:
            cell["id"] = f"{number:08x}"
        if kind == "code":
            cell |= {"execution_count": number, "outputs": _outputs(source)}
        whole.append(cell)
    document = {"cells": whole, "metadata": metadata, "nbformat": 4, "nbformat_minor": minor}
    return json.dumps(document, indent=1, ensure_ascii=False).encode()


def _outputs(source: str) -> list[dict[str, Any]]:
    if "plt.show" in source:
        data = {"image/png": _PICTURE, "text/plain": ["<Figure size 400x400 with 1 Axes>"]}
        return [
            {"output_type": "display_data", "data": data, "metadata": {"needs_background": "light"}}
        ]
    if "print" in source:
        return [{"output_type": "stream", "name": "stdout", "text": ["loss 0.123\n"]}]
    return []


def _kernel(version: str = "3.11.4", **more: Any) -> dict[str, Any]:
    return {
        "kernelspec": {
            "display_name": "Python 3 (ipykernel)",
            "language": "python",
            "name": "python3",
        },
        "language_info": {
            "codemirror_mode": {"name": "ipython", "version": 3},
            "file_extension": ".py",
            "mimetype": "text/x-python",
            "name": "python",
            "nbconvert_exporter": "python",
            "pygments_lexer": "ipython3",
            "version": version,
        },
        **more,
    }


def colab(work: str, *first: str, gpu: bool = False, **options: Any) -> bytes:
    """As Colab's *File, Download, Download .ipynb* writes it."""
    metadata: dict[str, Any] = {
        "colab": {"provenance": [], "toc_visible": True, **({"gpuType": "T4"} if gpu else {})},
        "kernelspec": {"name": "python3", "display_name": "Python 3"},
        "language_info": {"name": "python"},
        **({"accelerator": "GPU"} if gpu else {}),
    }
    ids = {"id": "x7Yq", "colab": {"base_uri": "https://localhost:8080/"}, "outputId": "7e1c"}
    return made(cells(work, *first, **options), metadata, 0, code=ids, markdown={"id": "aB3d"})


def code_editor(work: str, *first: str, **options: Any) -> bytes:
    """As VS Code saves it."""
    metadata = _kernel(
        "3.11.9", vscode={"interpreter": {"hash": "31f2aee4e71d21fbe5cf8b01ff0e069b"}}
    )
    metadata["kernelspec"] = {"display_name": ".venv", "language": "python", "name": "python3"}
    return made(cells(work, *first, **options), metadata, 2)


def lab(work: str, *first: str, widgets: bool = False, **options: Any) -> bytes:
    """As JupyterLab 4 saves it."""
    state = {"application/vnd.jupyter.widget-state+json": {"state": {}, "version_major": 2}}
    metadata = _kernel("3.12.3", **({"widgets": state} if widgets else {}))
    code = {
        "editable": True,
        "slideshow": {"slide_type": ""},
        "tags": ["raises-exception"],
        "jupyter": {"source_hidden": True},
        "execution": {"iopub.execute_input": "2024-05-01T10:00:00.000000Z"},
    }
    return made(
        cells(work, *first, **options),
        metadata,
        code=code,
        markdown={"jp-MarkdownHeadingCollapsed": True},
    )


def classic(work: str, *first: str, **options: Any) -> bytes:
    """As the classic notebook saved it, with the marks of its extensions."""
    metadata = _kernel(
        "3.7.6",
        toc={"base_numbering": 1, "number_sections": True},
        varInspector={"cols": {"lenName": 16}, "window_display": False},
        hide_input=False,
    )
    metadata["kernelspec"]["display_name"] = "Python 3"
    code = {"collapsed": True, "ExecuteTime": {"end_time": "2020-03-01T10:00:00.000000Z"}}
    return made(cells(work, *first, **options), metadata, 2, code=code)


def format_3(work: str, *first: str) -> bytes:
    """As IPython 2 saved it: worksheets of cells with inputs."""
    old = [
        {
            "cell_type": "code",
            "collapsed": False,
            "input": source.splitlines(keepends=True),
            "language": "python",
            "metadata": {},
            "outputs": [],
            "prompt_number": 1,
        }
        if kind == "code"
        else {"cell_type": kind, "metadata": {}, "source": source.splitlines(keepends=True)}
        for kind, source in cells(work, *first)
    ]
    metadata = {"name": "", "signature": "sha256:0"}
    whole = {
        "metadata": metadata,
        "nbformat": 3,
        "nbformat_minor": 0,
        "worksheets": [{"cells": old, "metadata": {}}],
    }
    return json.dumps(whole).encode()


def converted(content: bytes) -> bytes:
    """The script that ``jupyter nbconvert --to script`` makes of a notebook."""
    import nbformat
    from nbconvert import PythonExporter

    node = nbformat.reads(content.decode(), as_version=4)
    text: str = PythonExporter().from_notebook_node(node)[0]
    return text.encode()


def paired(content: bytes, form: str) -> bytes:
    """The text that jupytext makes of a notebook, such as ``"py:percent"`` or ``"qmd"``."""
    import jupytext
    import nbformat

    text: str = jupytext.writes(nbformat.reads(content.decode(), as_version=4), fmt=form)
    return text.encode()


def downloaded(parts: Cells) -> bytes:
    """As Colab's *Download .py* writes it: commands stay, magics that it knows become comments."""
    head = (
        '# -*- coding: utf-8 -*-\n"""hw.ipynb\n\nAutomatically generated by Colab.\n\n'
        'Original file is located at\n    https://colab.research.google.com/drive/1abc\n"""\n'
    )
    texts = [
        re.sub(r"^(%.*)$", r"# \1", source, flags=re.MULTILINE)
        if kind == "code"
        else f'"""{source}"""'.replace("\\", "\\\\")
        for kind, source in parts
    ]
    return (head + "\n" + "\n\n".join(texts) + "\n").encode()


def exported(parts: Cells) -> bytes:
    """As VS Code's *Export, Python Script* writes it."""
    texts = [
        f"# %%\n{source}"
        if kind == "code"
        else "# %% [markdown]\n" + re.sub(r"^", "# ", source, flags=re.MULTILINE)
        for kind, source in parts
    ]
    return ("\n\n".join(texts) + "\n").encode()


_COLAB_SETUP = (
    "!pip install -q otter-grader==4.2.0 einops\nimport otter\ngrader = otter.Notebook('hw.ipynb')"
)
_COLAB_DRIVE = (
    "from google.colab import drive\ndrive.mount('/content/drive', force_remount=True)\n"
    "FOLDER = 'courses/dgm/a3'\n%cd /content/drive/My\\ Drive/$FOLDER\nimport sys\n"
    "sys.path.append(f'/content/drive/My Drive/{FOLDER}')"
)
_COLAB_CLONE = (
    "import os\nif not os.path.exists('course'):\n    !git clone -q https://github.com/example/course.git\n"
    "%cd course\n!ls -la"
)
_COLAB_GPU = (
    "gpu_info = !nvidia-smi\ngpu_info = '\\n'.join(gpu_info)\nif gpu_info.find('failed') >= 0:\n"
    "  print('Not connected to a GPU')\nelse:\n  print(gpu_info)\nimport torch\n"
    "device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')"
)
_COLAB_FORM = (
    '#@title Settings { run: "auto", display-mode: "form" }\nlr = 0.1 #@param {type:"slider", '
    "min:0, max:1}\n"
    "name = 'Ada' #@param {type:\"string\"}"
)
_COLAB_UPLOAD = (
    "from google.colab import files\nuploaded = files.upload()\nfor name in uploaded.keys():\n"
    "  print(f'{name}: {len(uploaded[name])} bytes')"
)
_BOARD = (
    "%load_ext tensorboard\nfrom torch.utils.tensorboard import SummaryWriter\nwriter = "
    "SummaryWriter('runs')\n"
    "%tensorboard --logdir runs"
)
_KAGGLE = (
    "# This Python 3 environment comes with many helpful analytics libraries installed\n"
    "import numpy as np\n"
    "import pandas as pd\n\nimport os\nfor dirname, _, filenames in os.walk('/kaggle/input'):\n"
    "    for filename in filenames:\n        print(os.path.join(dirname, filename))"
)
_DATA = (
    "import torchvision\nfrom torchvision import datasets, transforms\n"
    "train = datasets.MNIST('data', train=True, download=True, transform=transforms.ToTensor())\n"
    "loader = torch.utils.data.DataLoader(train, batch_size=64, shuffle=True, num_workers=2)"
)
_DATA_SHOWN = (
    "images, labels = next(iter(loader))\n"
    "plt.imshow(torchvision.utils.make_grid(images).permute(1, 2, 0))"
)
_STYLE = "import seaborn as sns\nsns.set_theme(style='whitegrid')\nsns.set_context('talk')"

_COLAB = {
    "Colab, otter installed": colab(RIGHT, _COLAB_SETUP),
    "Colab, Drive mounted": colab(WRONG, _COLAB_DRIVE),
    "Colab, the course cloned": colab(UNFILLED, _COLAB_CLONE),
    "Colab, a GPU": colab(RIGHT, _COLAB_GPU, gpu=True),
    "Colab, a GPU without asking": colab(
        RIGHT, gpu=True, imports=f"import torch\ntorch.zeros(1).cuda()\n{IMPORTS}"
    ),
    "Colab, a form": colab(WRONG, _COLAB_FORM),
    "Colab, an upload": colab(RIGHT, _COLAB_UPLOAD),
    "Colab, TensorBoard": colab(RIGHT, _BOARD),
    "Colab, all on top of the imports": colab(
        RIGHT,
        imports="!pip -q install torchmetrics\n%matplotlib inline\n"
        f"%load_ext autoreload\n{_STYLE}\n{IMPORTS}",
    ),
    "Colab, MNIST": colab(WRONG, last=(_DATA, _DATA_SHOWN)),
}
_VS_CODE = {
    "VS Code, %pip": code_editor(RIGHT, "%pip install -q torch numpy matplotlib"),
    "VS Code, %matplotlib widget": code_editor(WRONG, imports=f"%matplotlib widget\n{IMPORTS}"),
    "VS Code, the path to the project": code_editor(
        RIGHT,
        "import os, sys\nsys.path.insert(0, os.path.abspath('..'))\n%load_ext dotenv\n%dotenv",
    ),
    "VS Code, a cell for a shell": code_editor(UNFILLED, "%%bash\npython --version\nwhich python"),
    "VS Code, MPS": code_editor(
        RIGHT,
        imports="import torch\ndevice = torch.device('mps')\n"
        f"x = torch.ones(1, device=device)\n{IMPORTS}",
    ),
}
_LAB = {
    "JupyterLab 4, autoreload": lab(
        RIGHT, imports=f"%load_ext autoreload\n%autoreload 2\n{IMPORTS}"
    ),
    "JupyterLab 4, widgets": lab(
        WRONG, "from tqdm.notebook import tqdm\nfor _ in tqdm(range(3)):\n    pass", widgets=True
    ),
    "JupyterLab 4, ipympl": lab(RIGHT, imports=f"%matplotlib ipympl\n{IMPORTS}"),
    "JupyterLab 4, timing": lab(
        UNFILLED, "%%time\nsum(range(1000))", "%timeit -n 1 -r 1 sum(range(10))"
    ),
    "JupyterLab 4, %%capture": lab(RIGHT, f"%%capture captured\n!pip install einops\n{_STYLE}"),
    "JupyterLab 4, a variable of the environment": lab(
        RIGHT, "%env KMP_DUPLICATE_LIB_OK=TRUE\nimport os\nos.environ['CUDA_VISIBLE_DEVICES'] = '0'"
    ),
    "JupyterLab 4, a newer Python": lab(
        RIGHT, last=("def first[T](items: list[T]) -> T:\n    return items[0]",)
    ),
}
_CLASSIC = {
    "classic, %pylab": classic(WRONG, imports=f"%pylab inline\n{IMPORTS}"),
    "classic, retina": classic(
        RIGHT,
        imports=f"%matplotlib inline\n%config InlineBackend.figure_format = 'retina'\n{IMPORTS}",
    ),
    "classic, HTML and help": classic(
        UNFILLED, "%%html\n<style>.container {width: 95%}</style>", "np.zeros?", "?print"
    ),
    "classic, an autosave and a debugger": classic(
        RIGHT, "%autosave 30\n%pdb on", last=("%debug",)
    ),
    "classic, format 3": format_3(RIGHT, "%matplotlib inline"),
    "classic, an R kernel left over": made(
        cells(WRONG, "%matplotlib inline"),
        {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}},
        2,
    ),
}
_CLOUD = {
    "Kaggle": made(
        cells(RIGHT, _KAGGLE),
        _kernel("3.10.14", kaggle={"accelerator": "gpu", "dataSources": []}),
        4,
    ),
    "Deepnote": made(
        cells(WRONG, "!pip install einops"),
        {"deepnote_notebook_id": "a1", "deepnote_execution_queue": []},
        0,
    ),
    "SageMaker": made(
        cells(
            RIGHT,
            "import boto3, sagemaker\nsession = sagemaker.Session()\nbucket = session.default_bucket()",
        ),
        {
            "kernelspec": {
                "display_name": "conda_pytorch_p310",
                "language": "python",
                "name": "conda_pytorch_p310",
            }
        },
        4,
    ),
    "Databricks": made(
        cells(UNFILLED, "dbutils = None\ndisplay(1)", "%fs ls /"),
        {"application/vnd.databricks.v1+notebook": {"language": "python", "notebookName": "hw"}},
        0,
    ),
}

_WHOLE = colab(RIGHT, _COLAB_SETUP, f"%matplotlib inline\n{_STYLE}")
_PARTS = cells(WRONG, "!pip install -q einops\n%matplotlib inline")


_SCRIPTS: dict[str, Callable[[], bytes]] = {
    "nbconvert, of Colab's": lambda: converted(_WHOLE),
    "nbconvert, of the classic's": lambda: converted(
        classic(RIGHT, "%%time\n1", "%matplotlib inline\nfiles = !ls", "np.zeros?")
    ),
    "jupytext, percent": lambda: paired(lab(RIGHT, "%matplotlib inline"), "py:percent"),
    "jupytext, light": lambda: paired(lab(RIGHT, "%matplotlib inline\n!ls"), "py:light"),
    "Colab's .py": lambda: downloaded(_PARTS),
    "VS Code's .py": lambda: exported(_PARTS),
}


_MARIMO = (
    'import marimo\n\n__generated_with = "0.9.14"\napp = marimo.App(width="medium")\n\n\n'
    "@app.cell\ndef __():\n"
    "    import numpy as np\n    return (np,)\n\n\n@app.cell\ndef __(np):\n"
    + "".join(f"    {line}\n" if line else "\n" for line in WORK.splitlines())
    + '    return\n\n\nif __name__ == "__main__":\n    app.run()\n'
).encode()


_REFUSED: dict[str, tuple[Callable[[], Mapping[str, bytes]], str]] = {
    "marimo": (lambda: {"gan.py": _MARIMO}, "marimo export ipynb"),
    "Quarto": (
        lambda: {"hw.qmd": paired(lab(RIGHT), "md").replace(b"```python", b"```{python}")},
        "quarto convert",
    ),
    "R Markdown": (lambda: {"hw.Rmd": paired(lab(RIGHT), "Rmd")}, "jupytext --to ipynb"),
    "MyST": (lambda: {"hw.md": paired(lab(RIGHT), "md")}, "jupytext --to ipynb"),
    "marimo beside a README": (
        lambda: {"README.md": b"", "hw.py": _MARIMO},
        "marimo export ipynb",
    ),
}


_NOTEBOOKS = {**_COLAB, **_VS_CODE, **_LAB, **_CLASSIC, **_CLOUD}


def _work_of(name: str) -> float:
    """The points of the work that an entry holds."""
    content = _NOTEBOOKS[name].decode()
    source = content.replace("\\n", "\n")
    if "np.ones(2)" in source:
        return WORKS[WRONG][1]
    return WORKS[UNFILLED if "raise NotImplementedError" in source else RIGHT][1]


REAL: dict[str, Odd] = {
    **{f"real: {name}": Odd({"hw.ipynb": _NOTEBOOKS[name]}, _work_of(name)) for name in _NOTEBOOKS},
    **{
        f"real: {name}": Odd(
            lambda script=script: {"gan.py": script()},
            WORKS[WRONG if name.endswith("'s .py") else RIGHT][1],
        )
        for name, script in _SCRIPTS.items()
    },
    **{
        f"real, refused: {name}": Odd(files, 0, (says,)) for name, (files, says) in _REFUSED.items()
    },
}
