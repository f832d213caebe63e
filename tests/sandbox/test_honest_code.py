"""Honest code does in the cage what it does without one: plots, training, tracebacks, magics.

What is run here is what students' notebooks hold. Each cell is run in a worker that nothing confines and in
a strict one; both must answer the same and print the same. It is the file to run under another version of
Python, torch or IPython. (The solutions of the assignments: `tests/e2e/test_assignments.py`.)
"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from autograder.sandbox import Done
from tests.support.sessions import LIMITS, opened

ROOMY = replace(LIMITS, memory_mb=1_000, disk_mb=64, total_seconds=600)
CELLS = {
    "imports": """
        import os, pathlib, sys, tempfile, threading, time, zipfile
        import numpy as np
        import torch
        from torch import nn
    """,
    "matplotlib inline": """
        %matplotlib inline
        import matplotlib.pyplot as plt
        figure, axes = plt.subplots(1, 2)
        axes[0].plot([1, 2], label=r"$\\log p$")
        axes[1].imshow(np.eye(3))
        axes[0].legend()
        plt.show()
    """,
    "figures as files": """
        for ending in ("png", "pdf", "svg"):
            figure.savefig(f"figure.{ending}")
            print(ending, pathlib.Path(f"figure.{ending}").stat().st_size > 1000)
    """,
    "data on one's own": """
        torch.manual_seed(0)
        images = torch.randn(32, 1, 8, 8)
        data = torch.utils.data.TensorDataset(images, torch.randint(2, (32,)))
        loader = torch.utils.data.DataLoader(data, 8, shuffle=True)
    """,
    "every optimizer": """
        for name in ("SGD", "Adam", "AdamW", "RMSprop", "Adagrad", "LBFGS"):
            torch.manual_seed(0)
            net = nn.Sequential(nn.Conv2d(1, 4, 3), nn.Flatten(), nn.Linear(144, 2))
            optimizer = getattr(torch.optim, name)(net.parameters(), lr=0.01)
            for x, y in loader:
                def closure():
                    optimizer.zero_grad()
                    loss = nn.functional.cross_entropy(net(x), y)
                    loss.backward()
                    return loss
                optimizer.step(closure)
            print(name, f"{closure().item():.3f}")
        torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, 10).step()
    """,
    "saved and loaded": """
        torch.save(net.state_dict(), "net.pt")
        net.load_state_dict(torch.load("net.pt"))
        np.savez("arrays.npz", a=np.arange(3))
        print(np.load("arrays.npz")["a"])
        np.memmap("map", mode="w+", shape=9)[:] = 1
    """,
    "linear algebra and threads": """
        torch.set_num_threads(2)
        a = torch.arange(90_000.0).reshape(300, 300) / 1e4 + torch.eye(300)
        print(torch.linalg.svdvals(a)[0], torch.linalg.slogdet(a)[0], (a @ a).sum())
        threads = [threading.Thread(target=time.sleep, args=(0.01,)) for _ in range(3)]
        [thread.start() for thread in threads]
        print([thread.join() for thread in threads])
    """,
    "files and folders": """
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "x").write_text("x")
        with zipfile.ZipFile("z.zip", "w") as file:
            file.writestr("a", "b")
        os.replace("z.zip", "y.zip")
        os.chmod("y.zip", 0o600)
        print(sorted(name for name in os.listdir() if name[0] != "."))
    """,
    "pandas": """
        import pandas as pd
        pd.DataFrame({"a": [1, 2]}).to_csv("a.csv", index=False)
        print(pd.read_csv("a.csv").describe())
    """,
    "magics that print": """
        %who_ls
        %precision 3
        %time sum(range(10))
        %timeit -n 1 -r 1 np.eye(3)
        %env LANG
        %whos int
    """,
    "a magic that captures": """
        %%capture caught
        print("not seen")
    """,
    "a magic that writes a file": """
        %%writefile helper.py
        def three():
            return 3
    """,
    "a module of one's own": """
        %load_ext autoreload
        %autoreload 2
        import helper
        print(helper.three(), "seen" in caught.stdout)
    """,
    "await": """
        import asyncio
        await asyncio.sleep(0.01)
        print(await asyncio.to_thread(lambda: 5))
    """,
    "rich output": """
        from IPython.display import HTML, Markdown, display
        display(Markdown("*x*"), HTML("<b>x</b>"))
        {"a": np.float64(1)}
    """,
    "a traceback": """
        def deep(n):
            return 1 / n if n == 0 else deep(n - 1)
        deep(3)
    """,
    "a traceback of torch": """
        torch.ones(2, 3) @ torch.ones(2, 3)
    """,
    "a syntax error": """
        def f(:
    """,
    "warnings and logs": """
        import logging, warnings
        warnings.warn("mind this")
        logging.getLogger("mine").error("seen")
    """,
    "processes for data": """
        loaded = torch.utils.data.DataLoader(data, 8, num_workers=2)
        print(sum(float(x.sum()) for x, _ in loaded))
    """,
    "processes of one's own": """
        import subprocess
        print(subprocess.run(["echo", "said"], capture_output=True, text=True).stdout)
    """,
}
STARTING = {"processes for data": "processes", "processes of one's own": "program"}
RAISE = {"a traceback", "a traceback of torch", "a syntax error"}
_TIMES = re.compile(r"\d[\d.]* ?(?:[^\W\d]?s)\b|± \S+")
_PLACES = re.compile(r"/\S*autograder-\w+")


def run(sandbox, *, processes):
    """What each cell answered, and all that they printed, without times and the name of the folder."""
    with opened(sandbox, limits=ROOMY, processes=processes) as worker:
        answers = {name: worker.cell(source) for name, source in CELLS.items()}
        worker.session.end()
        printed = worker.session.output.text()
    return answers, _PLACES.sub("", _TIMES.sub("t", printed))


@pytest.mark.parametrize(
    "processes",
    [False, pytest.param(True, marks=pytest.mark.exhaustive)],
    ids=["no permit", "processes permitted"],
)
def test_the_cage_changes_nothing(sandbox, uncaged, processes):
    """But that no process can be started without the permit, and the code is told so."""
    free, printed_free = run(uncaged, processes=True)
    assert {name for name, answer in free.items() if answer != Done()} == RAISE, free
    caged, printed = run(sandbox, processes=processes)
    if not processes:
        for name, what in STARTING.items():  # what the cell asks for beside is done
            assert set(caged[name].value["skipped"].values()) == {what}
    else:
        assert "said" in printed
        assert printed == printed_free
    same = CELLS.keys() - (set() if processes else STARTING.keys())
    assert {name: caged[name] for name in same} == {name: free[name] for name in same}
