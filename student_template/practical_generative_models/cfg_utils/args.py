"""Stand-in for the course's settings: where tensors live, and room for all others."""

import types

import torch

args = types.SimpleNamespace(device=torch.device("cpu"))
