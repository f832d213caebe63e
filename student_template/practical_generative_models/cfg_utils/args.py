"""Stand-in for the course's settings, with the values that grading may meet."""

import types

import torch

args = types.SimpleNamespace(
    device=torch.device("cpu"),
    image_channels=1,
    image_size=32,
    n_steps=1000,
    batch_size=256,
    n_samples=16,
    cfg_scale=0.3,
)
