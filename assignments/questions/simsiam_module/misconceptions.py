"""Wrong SimSiam networks."""

import torch

from autograder.testing import misconception
from reference import simsiam_module as reference

Right = reference.SimSiam

FLOW = "forward: where gradients flow"
FOUR_ROWS = "loss: of four rows"
WHOLE = "loss: trained through the network"


@misconception(
    "With `stop_gradient`, the representations that `forward` returns are constants.",
    caught_by=(FLOW, WHOLE),
)
def nothing_detached():
    class SimSiam(Right):
        def forward(self, x1, x2):
            z1, z2 = self.encoder(x1), self.encoder(x2)
            return self.predictor(z1), self.predictor(z2), z1, z2

    return {"SimSiam": SimSiam}


@misconception(
    "The gradient is stopped after the predictor has had its input: `p1` and `p2` train the encoder.",
    caught_by=(
        FLOW,
        "layers: a predictor that is not trained",
        WHOLE,
    ),
)
def detached_before_the_predictor():
    class SimSiam(Right):
        def forward(self, x1, x2):
            z1, z2 = self.encoder(x1), self.encoder(x2)
            if self.stop_gradient:
                z1, z2 = z1.detach(), z2.detach()
            return self.predictor(z1), self.predictor(z2), z1, z2

    return {"SimSiam": SimSiam}


@misconception(
    "Without `stop_gradient`, a gradient flows through the representations too.", caught_by=(FLOW,)
)
def always_detached():
    class SimSiam(Right):
        def forward(self, x1, x2):
            p1, p2, z1, z2 = super().forward(x1, x2)
            return p1, p2, z1.detach(), z2.detach()

    return {"SimSiam": SimSiam}


@misconception(
    "Each prediction is made from the representation of its own view.",
    caught_by=("forward: vectors and images", "layers: no predictor", FLOW, WHOLE),
)
def predictions_exchanged():
    class SimSiam(Right):
        def forward(self, x1, x2):
            p1, p2, z1, z2 = super().forward(x1, x2)
            return p2, p1, z1, z2

    return {"SimSiam": SimSiam}


@misconception(
    "A predictor with fixed weights is not trained.",
    caught_by=("layers: a predictor that is not trained",),
)
def never_frozen():
    class SimSiam(Right):
        def __init__(self, base_encoder, dim=2048, pred_dim=512, stop_gradient=True, MLP_mode=None):
            super().__init__(base_encoder, dim, pred_dim, stop_gradient, MLP_mode)
            self.predictor.requires_grad_(True)

    return {"SimSiam": SimSiam}


@misconception(
    "Only the mode `fixed_random_init` keeps the predictor as it is.",
    caught_by=("layers: a predictor that is trained",),
)
def always_frozen():
    class SimSiam(Right):
        def __init__(self, base_encoder, dim=2048, pred_dim=512, stop_gradient=True, MLP_mode=None):
            super().__init__(base_encoder, dim, pred_dim, stop_gradient, MLP_mode)
            self.predictor.requires_grad_(False)

    return {"SimSiam": SimSiam}


@misconception(
    "The encoder is trained through the fixed predictor: only its weights are constants.",
    caught_by=("layers: a predictor that is not trained",),
)
def no_gradient_through_the_fixed_predictor():
    class SimSiam(Right):
        def __init__(self, base_encoder, dim=2048, pred_dim=512, stop_gradient=True, MLP_mode=None):
            super().__init__(base_encoder, dim, pred_dim, stop_gradient, MLP_mode)
            self.fixed = MLP_mode == "fixed_random_init"

        def forward(self, x1, x2):
            p1, p2, z1, z2 = super().forward(x1, x2)
            return (p1.detach(), p2.detach(), z1, z2) if self.fixed else (p1, p2, z1, z2)

    return {"SimSiam": SimSiam}


@misconception(
    "Without a predictor, the predictions are the representations themselves.",
    caught_by=("layers: no predictor",),
)
def predictor_in_every_mode():
    class SimSiam(Right):
        def __init__(self, base_encoder, dim=2048, pred_dim=512, stop_gradient=True, MLP_mode=None):
            mode = None if MLP_mode == "no_pred_mlp" else MLP_mode
            super().__init__(base_encoder, dim, pred_dim, stop_gradient, mode)

    return {"SimSiam": SimSiam}


@misconception(
    "The projector ends in a batch normalization that learns nothing.",
    caught_by=("layers: no predictor", "forward: vectors and images", WHOLE),
)
def affine_at_the_end():
    class SimSiam(Right):
        def __init__(self, base_encoder, dim=2048, pred_dim=512, stop_gradient=True, MLP_mode=None):
            super().__init__(base_encoder, dim, pred_dim, stop_gradient, MLP_mode)
            self.encoder.fc[7] = torch.nn.BatchNorm1d(dim)

    return {"SimSiam": SimSiam}


@misconception(
    "The encoder's last layer becomes a projector of three layers.",
    caught_by=("layers: their sizes", "forward: vectors and images", WHOLE),
)
def no_projector():
    class SimSiam(Right):
        def __init__(self, base_encoder, dim=2048, pred_dim=512, stop_gradient=True, MLP_mode=None):
            super().__init__(base_encoder, dim, pred_dim, stop_gradient, MLP_mode)
            self.encoder.fc = self.encoder.fc[6]

    return {"SimSiam": SimSiam}


@misconception(
    "The norm is that of each row, not of the whole batch.",
    caught_by=("cosine: rows of five", "cosine: as many rows as columns"),
)
def norm_of_the_batch():
    class CosineSimilarity(reference.CosineSimilarity):
        def forward(self, x1, x2):
            return (x1 * x2).sum(1) / (x1.norm() * x2.norm()).clamp(min=self.eps)

    return {"CosineSimilarity": CosineSimilarity}


@misconception(
    "Each row is compared with the same row of the other tensor alone.",
    caught_by=("cosine: rows of five", "cosine: as many rows as columns"),
)
def every_row_with_every_row():
    class CosineSimilarity(reference.CosineSimilarity):
        def forward(self, x1, x2):
            norms = x1.norm(dim=1)[:, None] * x2.norm(dim=1)
            return (x1 @ x2.T) / norms.clamp(min=self.eps)

    return {"CosineSimilarity": CosineSimilarity}


@misconception(
    "A row of zeros has a norm of 0, by which nothing can be divided.",
    caught_by=("cosine: a row of zeros",),
)
def zero_by_zero():
    class CosineSimilarity(reference.CosineSimilarity):
        def forward(self, x1, x2):
            return (x1 * x2).sum(1) / (x1.norm(dim=1) * x2.norm(dim=1))

    return {"CosineSimilarity": CosineSimilarity}


@misconception(
    "Similar views are to have a small loss: mind its sign.",
    caught_by=(FOUR_ROWS,),
)
def the_other_sign():
    class SimSiam(Right):
        def loss(self, p1, p2, z1, z2, similarity_function="CosineSimilarity"):
            return -super().loss(p1, p2, z1, z2)

    return {"SimSiam": SimSiam}


@misconception(
    "Each prediction is compared with the representation of the other view.",
    caught_by=(FOUR_ROWS, WHOLE),
)
def same_view():
    class SimSiam(Right):
        def loss(self, p1, p2, z1, z2, similarity_function="CosineSimilarity"):
            return super().loss(p1, p2, z2, z1)

    return {"SimSiam": SimSiam}


@misconception(
    "The two similarities count one half each.",
    caught_by=(FOUR_ROWS, WHOLE),
)
def without_the_half():
    class SimSiam(Right):
        def loss(self, p1, p2, z1, z2, similarity_function="CosineSimilarity"):
            return 2 * super().loss(p1, p2, z1, z2)

    return {"SimSiam": SimSiam}


@misconception("One number is asked for: the mean over the batch.", caught_by=(FOUR_ROWS,))
def sum_over_the_batch():
    class SimSiam(Right):
        def loss(self, p1, p2, z1, z2, similarity_function="CosineSimilarity"):
            return len(p1) * super().loss(p1, p2, z1, z2)

    return {"SimSiam": SimSiam}


@misconception(
    "Whether the gradient is stopped is up to `forward`; the loss uses what it is given.",
    caught_by=("loss: it stops no gradient",),
)
def stopped_in_the_loss():
    class SimSiam(Right):
        def loss(self, p1, p2, z1, z2, similarity_function="CosineSimilarity"):
            return super().loss(p1, p2, z1.detach(), z2.detach())

    return {"SimSiam": SimSiam}
