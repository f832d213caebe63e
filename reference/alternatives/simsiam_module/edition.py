"""SimSiam whose loss goes by F.cosine_similarity, with modes in the forward pass and frozen weights."""

import torch
import torch.nn as nn
import torch.nn.functional as F


class CosineSimilarity(nn.Module):
    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        super().__init__()
        self.dim = dim
        self.eps = eps

    def forward(self, x1: torch.Tensor, x2: torch.Tensor) -> torch.Tensor:
        return F.cosine_similarity(x1, x2, dim=self.dim, eps=self.eps)


class Projector(nn.Module):
    def __init__(self, size, last):
        super().__init__()
        self.first = nn.Linear(size, size, bias=False)
        self.first_norm = nn.BatchNorm1d(size)
        self.second = nn.Linear(size, size, bias=False)
        self.second_norm = nn.BatchNorm1d(size)
        self.last = last
        self.last_norm = nn.BatchNorm1d(last.out_features, affine=False)

    def forward(self, x):
        x = F.relu(self.first_norm(self.first(x)))
        x = F.relu(self.second_norm(self.second(x)))
        return self.last_norm(self.last(x))


class SimSiam(nn.Module):
    def __init__(self, base_encoder, dim=2048, pred_dim=512, stop_gradient=True, MLP_mode=None):
        super().__init__()
        self.stop_gradient = stop_gradient
        self.MLP_mode = MLP_mode
        self.encoder = base_encoder(num_classes=dim, zero_init_residual=True)
        self.encoder.fc = Projector(self.encoder.fc.weight.shape[1], self.encoder.fc)
        hidden = nn.Linear(dim, pred_dim, bias=False)
        self.predictor = nn.Sequential(
            hidden, nn.BatchNorm1d(pred_dim), nn.ReLU(inplace=True), nn.Linear(pred_dim, dim)
        )
        if MLP_mode == "fixed_random_init":
            for parameter in self.predictor.parameters():
                parameter.requires_grad = False
            torch.nn.init.normal_(hidden.weight, std=0.01)

    def predict(self, z):
        return z if self.MLP_mode == "no_pred_mlp" else self.predictor(z)

    def forward(self, x1, x2):
        z1, z2 = self.encoder(x1), self.encoder(x2)
        p1, p2 = self.predict(z1), self.predict(z2)
        if not self.stop_gradient:
            return p1, p2, z1, z2
        with torch.no_grad():
            return p1, p2, z1.clone(), z2.clone()

    def loss(self, p1, p2, z1, z2, similarity_function="CosineSimilarity"):
        if similarity_function != "CosineSimilarity":
            raise ValueError(similarity_function)
        similarity = CosineSimilarity()
        return -similarity(p1, z2).mean() / 2 - similarity(p2, z1).mean() / 2
