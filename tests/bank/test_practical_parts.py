"""Files in the course's own style run unchanged, and what its graders let pass is caught and named."""

from __future__ import annotations

import pytest

from autograder.course.bank import load
from autograder.grading.pipeline import run
from autograder.grading.request import Request
from autograder.model import Isolation, Outcome
from autograder.sandbox import Sandbox
from tests.support.handed_in import ROOT

ASSIGNMENT = "practical_generative_models"
TOPICS = (
    "vae_functions",
    "gan_losses",
    "ddpm_class",
    "masked_conv_module",
    "flow_matching",
    "cfg_class",
    "simsiam_module",
)
HEAD = """
import random
import this

import numpy as np
import torch
import torchvision
from easydict import EasyDict
from torchvision.utils import save_image

from cfg_utils.args import *
from q2_model import Critic, Generator
from q2_sampler import svhn_sampler

random.seed(42)
more = EasyDict(device="cuda" if torch.cuda.is_available() else "cpu")
print("device", args.device)


def place(device=args.device):
    return device


class Mine(Critic):
    pass


"""
TAIL = """

if __name__ == "__main__":
    sampler = svhn_sampler("data", 64, 64)
    raise SystemExit("hours of training")
"""
MISTAKES = {
    "    return out + a.squeeze(1)\n": "    return out + a\n",  # (B, B), or (B, 1)
    "(batch_size,) + (1,) * (x.dim() - 1)": "x.shape",  # one place an element
    "(log_q - log_p).mean(dim=1)": "(log_q - log_p).mean(dim=1) / input_size",
    "        self.mask[:, :, kH // 2 + 1 :] = 0\n": "        self.mask.clone()[:, :, kH // 2 + 1 :] = 0\n",
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The reports on all topics in the course's style: right, and with mistakes."""
    reports = {}
    with Sandbox(Isolation.BEST_EFFORT) as sandbox:
        assignment = load(ASSIGNMENT, ROOT)
        for name, changes in (("right", {}), ("wrong", MISTAKES)):
            folder = tmp_path_factory.mktemp(name)
            made = set()
            for place, topic in enumerate(TOPICS):
                path = ROOT / "reference" / "alternatives" / topic / "course.py"
                text = HEAD + path.read_text(encoding="utf-8")
                text = text.partition("\nif __name__")[0] + TAIL
                for old, new in changes.items():
                    if old in text:
                        made.add(old)
                        text = text.replace(old, new)
                (folder / f"q{place}_solution.py").write_text(text, encoding="utf-8")
            assert made == set(changes)
            reports[name] = run(Request(folder, assignment), sandbox)
    return reports


def test_files_in_the_course_s_style_run_unchanged(graded):
    results = [case for part in graded["right"].parts for case in part.cases]
    assert len(results) > 70
    assert {case.case.key for case in results if case.outcome is not Outcome.PASSED} == set()
    (notice,) = graded["right"].notices
    assert "torchvision" in notice
    assert "q2_sampler" not in notice


def test_what_graders_let_pass_is_caught(graded):
    lost = {
        part.part.key for part in graded["wrong"].parts if not all(c.passed for c in part.cases)
    }
    assert lost == {"log_mean_exp", "kl_mc", "penalty", "penalty_images", "mask", "layer"}


def test_it_is_named_where_values_can_be_compared(graded):
    found = {part.part.key: {one.name for one in part.diagnoses} for part in graded["wrong"].parts}
    assert "every_maximum_with_every_row" in found["log_mean_exp"]
