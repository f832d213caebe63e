"""SimSiam as a torch module."""

from torch import nn


class CosineSimilarity(nn.Module):
    """Cosine of the angle between the rows of two tensors."""

    def __init__(self, dim=1, eps=1e-8):
        """Keep the arguments.

        Args:
            dim: the axis of the vectors' entries; always 1 in the tests.
            eps: a small positive number that keeps a division by zero away.
        """
        super().__init__()
        raise NotImplementedError

    def forward(self, x1, x2):
        """The cosines (B,) of the rows of x1 (B, D) and x2 (B, D)."""
        raise NotImplementedError


class SimSiam(nn.Module):
    """A Siamese network; has the attributes encoder and predictor."""

    def __init__(self, base_encoder, dim=2048, pred_dim=512, stop_gradient=True, MLP_mode=None):
        """Build encoder, projector and predictor.

        Args:
            base_encoder: base_encoder(num_classes=dim, zero_init_residual=True) returns a module whose last
                layer `fc` is an nn.Linear with dim outputs.
            dim: size of the representations.
            pred_dim: size of the predictor's hidden layer.
            stop_gradient: whether the representations that forward returns are detached.
            MLP_mode: None, "fixed_random_init" or "no_pred_mlp".
        """
        super().__init__()
        raise NotImplementedError

    def forward(self, x1, x2):
        """Predictions p1, p2 and representations z1, z2, each (B, dim), of two batches of views (B, *)."""
        raise NotImplementedError

    def loss(self, p1, p2, z1, z2, similarity_function="CosineSimilarity"):
        """The loss, a tensor (), of predictions p1, p2 (B, D) and representations z1, z2 (B, D).

        D is at least 2.
        """
        raise NotImplementedError
