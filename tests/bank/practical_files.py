"""How files of the course look: what stands above and below the answers, and mistakes in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

FILES: Final = {
    "vae_functions": "q1_solution",
    "gan_losses": "q2_solution",
    "ddpm_class": "q2_ddpm",
    "masked_conv_module": "pixelcnn",
    "flow_matching": "q2_flow_matching",
    "cfg_class": "q3_cfg_diffusion",
    "simsiam_module": "q3_solution",
}


@dataclass(frozen=True)
class Edition:
    """One way to write the files.

    Attributes:
        styles: by topic which of the alternative solutions is taken.
        head: what each file begins with.
        tail: what it ends with.
    """

    styles: dict[str, str]
    head: str
    tail: str


SEEDS: Final = Edition(
    {
        "vae_functions": "course",
        "gan_losses": "course",
        "ddpm_class": "course",
        "masked_conv_module": "course",
        "flow_matching": "course",
        "cfg_class": "course",
        "simsiam_module": "course",
    },
    """
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

torch.manual_seed(42)
random.seed(42)
more = EasyDict(device="cuda" if torch.cuda.is_available() else "cpu")
print("device", args.device)


def place(device=args.device):
    return device


class Mine(Critic):
    pass


""",
    """

if __name__ == "__main__":
    sampler = svhn_sampler("data", 64, 64)
    raise SystemExit("hours of training")
""",
)
GUARDS: Final = Edition(
    {
        "vae_functions": "distributions",
        "gan_losses": "clamped",
        "ddpm_class": "whole",
        "masked_conv_module": "functional",
        "flow_matching": "lerp",
        "cfg_class": "squares",
        "simsiam_module": "normalized",
    },
    """
import os
import warnings
from typing import Dict, List, Optional, Tuple

import matplotlib.pyplot as plt
import torch
import torch.nn as nn
import torch.nn.functional as F
from PIL import ImageFilter
from torch.amp import GradScaler, autocast
from tqdm.auto import tqdm

import q2_model
import q2_sampler
from ddpm_utils.args import args

warnings.filterwarnings("ignore")
os.environ["CUDA_VISIBLE_DEVICES"] = "0"
torch.backends.cudnn.deterministic = True
device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
probe = torch.zeros(args.image_size, device=device)
if torch.cuda.is_available():
    probe = probe.cuda()
for step in tqdm(range(3)):
    print(f"step {step}: {probe.sum().item():.3f}")
""",
    """

def main():
    import torchvision

    data = torchvision.datasets.MNIST("data", download=True)
    for batch in tqdm(data):
        batch.cuda()


if __name__ == "__main__":
    main()
""",
)
TRAINERS: Final = Edition(
    {
        "vae_functions": "edition",
        "gan_losses": "conjugate",
        "ddpm_class": "edition",
        "masked_conv_module": "edition",
        "flow_matching": "scalar",
        "cfg_class": "edition",
        "simsiam_module": "edition",
    },
    """
import copy
import math
from functools import partial
from inspect import isfunction

import numpy as np
import torch
from einops import rearrange
from torch import einsum, nn, optim
from torch.autograd import Variable
from torch.optim import Adam
from torch.utils.data import DataLoader
from torchvision import datasets, transforms

np.random.seed(seed=1234)
torch.manual_seed(0)
torch.set_printoptions(precision=4)


def fix_experiment_seed(seed=0):
    np.random.seed(seed)
    torch.manual_seed(seed)
    if torch.cuda.is_available():
        torch.cuda.manual_seed_all(seed)


fix_experiment_seed()
train_transform = None if datasets is None else transforms
""",
    """

if __name__ == "__main__":
    loader = DataLoader(datasets.CIFAR10("data"), batch_size=64)
    for epoch in range(10_000):
        pass
""",
)
EDITIONS: Final = {
    "seeds at import and star imports": SEEDS,
    "guards for devices and progress bars": GUARDS,
    "files of a folder with its trainer": TRAINERS,
}
TRAINER: Final = """
import torch
from tqdm import tqdm

import q2_flow_matching
from q1_solution import *
from q2_ddpm import DenoiseDiffusion
from q3_cfg_diffusion import CFGDiffusion
from q3_misc import TwoCropsTransform
from q3_solution import SimSiam

model = DenoiseDiffusion(None, 1000, "cuda")
raise SystemExit("hours of training")
"""


@dataclass(frozen=True)
class Mistake:
    """A change of one of the files in the course's style.

    Attributes:
        topic: whose file.
        old: the text that is replaced.
        new: what takes its place.
        parts: the parts that lose points.
        named: the misconception that is named there; empty where draws are compared.
    """

    topic: str
    old: str
    new: str
    parts: tuple[str, ...]
    named: str = ""


# Each list is one submission: its mistakes lie in different functions.
MISTAKES: Final = {
    "first": [
        Mistake(
            "vae_functions",
            "    return out + a.squeeze(1)\n",
            "    return out + a\n",
            ("log_mean_exp",),
            "every_maximum_with_every_row",
        ),
        Mistake(
            "vae_functions",
            "(log_q - log_p).mean(dim=1)",
            "(log_q - log_p).mean(dim=1) / input_size",
            ("kl_mc",),
            "mean_of_the_entries",
        ),
        Mistake(
            "gan_losses",
            "(batch_size,) + (1,) * (x.dim() - 1)",
            "x.shape",
            ("penalty", "penalty_images"),
            "one_weight_an_entry",
        ),
        Mistake(
            "masked_conv_module",
            "        self.mask[:, :, kH // 2 + 1 :] = 0\n",
            "        self.mask.clone()[:, :, kH // 2 + 1 :] = 0\n",
            ("mask", "layer"),
        ),
        Mistake(
            "ddpm_class",
            "(xt - coef * eps_theta)\n",
            "xt - coef * eps_theta\n",
            ("reverse",),
            "only_the_image_scaled_up",
        ),
        Mistake(
            "flow_matching",
            "x_mid, t + dt / 2)",
            "x_mid, t)",
            ("steps", "sampling"),
            "midpoint_at_the_old_time",
        ),
        Mistake(
            "cfg_class",
            "return var_q_x.sqrt()",
            "return var_q_x",
            ("forward", "reverse"),
        ),
        Mistake(
            "simsiam_module",
            "        p1 = self.predictor(z1)\n",
            "        z1, z2 = z1.detach(), z2.detach()\n        p1 = self.predictor(z1)\n",
            ("forward", "layers", "loss"),
            "detached_before_the_predictor",
        ),
    ],
    "second": [
        Mistake(
            "vae_functions",
            "dim=1) / sample_size)\n    return out + a.squeeze(1)\n",
            "dim=1, keepdim=True) / sample_size)\n    return out + a\n",
            ("log_mean_exp",),
            "a_column",
        ),
        Mistake("vae_functions", ".sum(dim=2)", "", ("kl_mc",), "not_summed_over_the_entries"),
        Mistake(
            "gan_losses",
            "(batch_size,) + (1,) * (x.dim() - 1)",
            "(1,) * x.dim()",
            ("penalty", "penalty_images"),
            "one_weight_a_batch",
        ),
        Mistake(
            "ddpm_class",
            "p_var = self.gather(self.sigma2, t)",
            "before = torch.cat([torch.ones(1), self.alpha_bar[:-1]])\n"
            "        p_var = self.gather(self.sigma2, t) * (1 - self.gather(before, t)) / (1 - alpha_bar)",
            ("reverse",),
            "posterior_variance",
        ),
        Mistake(
            "ddpm_class",
            "torch.mean(torch.sum((noise - self.eps_model(xt, t)) ** 2, dim=dim))",
            "torch.mean((noise - self.eps_model(xt, t)) ** 2)",
            ("loss",),
            "mean_over_entries",
        ),
        Mistake(
            "flow_matching",
            "return x1 - x0",
            "return x0 - x1",
            ("path", "loss"),
            "velocity_to_the_data",
        ),
        Mistake(
            "cfg_class",
            "(1 - self.get_exp_ratio(lambda_t, lambda_t_prim)) * self.sigma_lambda(lambda_t) ** 2",
            "(1 - self.get_exp_ratio(lambda_t, lambda_t_prim)) * self.sigma_lambda(lambda_t_prim) ** 2",
            ("forward", "reverse"),
            "both_of_the_clearer",
        ),
        Mistake(
            "simsiam_module",
            "bdot(x1, x2) / torch.max(norm_1 * norm_2, eps)",
            "bdot(x1, x2) / (norm_1 * norm_2)",
            ("cosine",),
            "zero_by_zero",
        ),
        Mistake(
            "simsiam_module",
            "return p1, p2, z1.detach(), z2.detach()",
            "return p1, p2, z1, z2",
            ("forward", "loss"),
            "nothing_detached",
        ),
    ],
}
