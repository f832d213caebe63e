"""SimSiam in the style of a course's file: the layers listed one by one, a dot product by bmm, a main part."""

import random

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch import Tensor
from torch.nn import Module


class SimSiam(nn.Module):
    def __init__(self, base_encoder, dim=2048, pred_dim=512, stop_gradient=True, MLP_mode=None):
        super(SimSiam, self).__init__()
        self.stop_gradient = stop_gradient
        self.MLP_mode = MLP_mode

        self.encoder = base_encoder(num_classes=dim, zero_init_residual=True)
        prev_dim = self.encoder.fc.weight.shape[1]
        self.encoder.fc = nn.Sequential(
            nn.Linear(prev_dim, prev_dim, bias=False),
            nn.BatchNorm1d(prev_dim),
            nn.ReLU(inplace=True),
            nn.Linear(prev_dim, prev_dim, bias=False),
            nn.BatchNorm1d(prev_dim),
            nn.ReLU(inplace=True),
            self.encoder.fc,
            nn.BatchNorm1d(dim, affine=False),
        )
        self.encoder.fc[6].bias.requires_grad = False

        self.predictor = nn.Sequential(
            nn.Linear(dim, pred_dim, bias=False),
            nn.BatchNorm1d(pred_dim),
            nn.ReLU(inplace=True),
            nn.Linear(pred_dim, dim),
        )
        if self.MLP_mode == "fixed_random_init":
            for param in self.predictor.parameters():
                param.requires_grad = False
            self.predictor[0].weight.data.normal_(mean=0.0, std=0.01)
            self.predictor[3].weight.data.normal_(mean=0.0, std=0.01)
            self.predictor[3].bias.data.zero_()
        elif self.MLP_mode == "no_pred_mlp":
            self.predictor = nn.Identity()

    def forward(self, x1, x2):
        z1 = self.encoder(x1)
        z2 = self.encoder(x2)
        p1 = self.predictor(z1)
        p2 = self.predictor(z2)
        if self.stop_gradient:
            return p1, p2, z1.detach(), z2.detach()
        return p1, p2, z1, z2

    def loss(self, p1, p2, z1, z2, similarity_function="CosineSimilarity"):
        if similarity_function == "CosineSimilarity":
            criterion = CosineSimilarity(dim=1)
        else:
            criterion = F.cosine_similarity
        return -(criterion(p1, z2).mean() + criterion(p2, z1).mean()) * 0.5


def bdot(a, b):
    B, S = a.shape
    return torch.bmm(a.view(B, 1, S), b.view(B, S, 1)).reshape(-1)


class CosineSimilarity(Module):
    __constants__ = ["dim", "eps"]
    dim: int
    eps: float

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        super(CosineSimilarity, self).__init__()
        self.dim = dim
        self.eps = eps

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        norm_1 = torch.norm(x1, p=2, dim=self.dim)
        norm_2 = torch.norm(x2, p=2, dim=self.dim)
        eps = torch.full_like(norm_1, self.eps)
        return bdot(x1, x2) / torch.max(norm_1 * norm_2, eps)


if __name__ == "__main__":
    print("training", random.random())
