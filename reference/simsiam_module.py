"""SimSiam as a torch module: encoder with projector, predictor, and the loss of two views.

Source: X. Chen & K. He, "Exploring Simple Siamese Representation Learning", 2021, https://arxiv.org/abs/2011.10566.
"""

from __future__ import annotations

from typing import Any, Protocol

from torch import Tensor, nn


class Encoder(Protocol):
    """What makes an encoder; the module that it returns ends in a linear layer `fc`."""

    def __call__(self, *, num_classes: int, zero_init_residual: bool) -> Any:
        """An encoder with `num_classes` outputs."""


class CosineSimilarity(nn.Module):
    """Cosine of the angle between vectors along one axis; 0 where one of them is zero."""

    def __init__(self, dim: int = 1, eps: float = 1e-8) -> None:
        """Take the axis of the vectors' entries, and the least product of norms to divide by."""
        super().__init__()
        self.dim = dim
        self.eps = eps

    def forward(self, x1: Tensor, x2: Tensor) -> Tensor:
        """x1·x2 / max(‖x1‖ ‖x2‖, eps), ``(B,)`` for ``(B, D)``."""
        norms = x1.norm(dim=self.dim) * x2.norm(dim=self.dim)
        cosines: Tensor = (x1 * x2).sum(self.dim) / norms.clamp(min=self.eps)
        return cosines


class SimSiam(nn.Module):
    """A Siamese network: one encoder for two views, and a predictor.

    Attributes:
        encoder: from images to ``(B, dim)``; its `fc` is a projector of three layers.
        predictor: from ``(B, dim)`` to ``(B, dim)``, two layers, or nothing.
    """

    def __init__(
        self,
        base_encoder: Encoder,
        dim: int = 2048,
        pred_dim: int = 512,
        stop_gradient: bool = True,
        MLP_mode: str | None = None,
    ) -> None:
        """Build the network (Chen & He 2021, section 3; section 4.2 for the modes of the predictor)."""
        super().__init__()
        self.stop_gradient = stop_gradient
        self.encoder = base_encoder(num_classes=dim, zero_init_residual=True)
        width = self.encoder.fc.weight.shape[1]
        layers: list[nn.Module] = []
        for _ in range(2):
            layers += [nn.Linear(width, width, bias=False), nn.BatchNorm1d(width), nn.ReLU()]
        self.encoder.fc = nn.Sequential(*layers, self.encoder.fc, nn.BatchNorm1d(dim, affine=False))
        self.predictor: nn.Module
        if MLP_mode == "no_pred_mlp":
            self.predictor = nn.Identity()
        else:
            self.predictor = nn.Sequential(
                nn.Linear(dim, pred_dim, bias=False),
                nn.BatchNorm1d(pred_dim),
                nn.ReLU(),
                nn.Linear(pred_dim, dim),
            )
        if MLP_mode == "fixed_random_init":
            self.predictor.requires_grad_(False)

    def forward(self, x1: Tensor, x2: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Predictions p1, p2 and representations z1, z2 of two views, each ``(B, dim)``."""
        z1, z2 = self.encoder(x1), self.encoder(x2)
        p1, p2 = self.predictor(z1), self.predictor(z2)
        if self.stop_gradient:
            z1, z2 = z1.detach(), z2.detach()
        return p1, p2, z1, z2

    def loss(
        self,
        p1: Tensor,
        p2: Tensor,
        z1: Tensor,
        z2: Tensor,
        similarity_function: str = "CosineSimilarity",
    ) -> Tensor:
        """−½ (cos(p1, z2) + cos(p2, z1)), averaged over the batch (Chen & He 2021, equation 2)."""
        if similarity_function != "CosineSimilarity":
            raise ValueError("similarity_function must be 'CosineSimilarity'")
        cosine = CosineSimilarity(dim=1)
        both: Tensor = cosine(p1, z2) + cosine(p2, z1)
        return -0.5 * both.mean()
