"""SimSiam with normalized rows, biases in front of batch normalizations, and detaching in one place."""

import torch
from torch import nn
from torch.nn.functional import normalize


def _block(inputs, outputs):
    return [nn.Linear(inputs, outputs), nn.BatchNorm1d(outputs), nn.ReLU()]


class CosineSimilarity(nn.Module):
    def __init__(self, dim=1, eps=1e-8):
        super().__init__()
        self.options = {"dim": dim, "eps": eps}

    def forward(self, x1, x2):
        x1, x2 = normalize(x1, **self.options), normalize(x2, **self.options)
        return torch.einsum("bd,bd->b", x1, x2)


class SimSiam(nn.Module):
    def __init__(self, base_encoder, dim=2048, pred_dim=512, stop_gradient=True, MLP_mode=None):
        super().__init__()
        self.target = torch.Tensor.detach if stop_gradient else (lambda z: z)
        encoder = base_encoder(num_classes=dim, zero_init_residual=True)
        last, size = encoder.fc, encoder.fc.in_features
        norm = nn.BatchNorm1d(dim, affine=False)
        encoder.fc = nn.Sequential(*_block(size, size), *_block(size, size), last, norm)
        self.encoder = encoder
        self.predictor = nn.Sequential(*_block(dim, pred_dim), nn.Linear(pred_dim, dim))
        if MLP_mode == "no_pred_mlp":
            self.predictor = nn.Sequential()
        for weight in self.predictor.parameters():
            weight.requires_grad_(MLP_mode is None)

    def forward(self, x1, x2):
        z = [self.encoder(x) for x in (x1, x2)]
        return tuple([self.predictor(one) for one in z] + [self.target(one) for one in z])

    def loss(self, p1, p2, z1, z2, similarity_function="CosineSimilarity"):
        similarity = {"CosineSimilarity": CosineSimilarity()}[similarity_function]
        pairs = similarity(torch.cat([p1, p2]), torch.cat([z2, z1]))
        return -pairs.mean()
