"""A small encoder, networks made with it whose weights are filled in, and what comes out of them."""

import torch

WIDTH = 7


class Encoder(torch.nn.Module):
    """Features of an image, and a linear layer `fc` on them."""

    made_with = None

    def __init__(self, num_classes=1000, zero_init_residual=False):
        """Begin with given weights; keep in the class how it was called."""
        super().__init__()
        Encoder.made_with = num_classes, zero_init_residual
        self.scale = torch.nn.Parameter(torch.linspace(0.5, 1.5, WIDTH))
        self.fc = torch.nn.Linear(WIDTH, num_classes)

    def forward(self, x):
        """The outputs of a batch (B, *)."""
        x = x.to(self.scale.dtype)
        sizes = torch.arange(1, WIDTH + 1, dtype=x.dtype)
        flat = x.flatten(1)
        places = torch.arange(flat.shape[1], dtype=x.dtype)
        return self.fc(self.scale * torch.tanh(flat @ torch.cos(torch.outer(places + 1, sizes))))


def _made(cls, *sizes_and_modes):
    """A network; each linear layer gets weights that depend on its shape, and only the last one a bias."""
    model = cls(Encoder, *sizes_and_modes)
    linear = [layer for layer in model.modules() if isinstance(layer, torch.nn.Linear)]
    norms = [layer for layer in model.modules() if isinstance(layer, torch.nn.BatchNorm1d)]
    with torch.no_grad():
        for layer in linear:
            rows, columns = layer.weight.shape
            same = torch.Generator().manual_seed(100 * rows + columns)
            layer.weight.copy_(torch.randn(rows, columns, generator=same, dtype=torch.float64))
            if layer.bias is not None:
                layer.bias.zero_()
        for layer in norms:
            if layer.affine:
                layer.weight.copy_(torch.linspace(0.6, 1.4, layer.num_features))
                layer.bias.copy_(torch.linspace(-0.2, 0.3, layer.num_features))
        for layer in list(model.predictor.modules())[-1:]:
            if isinstance(layer, torch.nn.Linear) and layer.bias is not None:
                layer.bias.copy_(torch.linspace(-0.3, 0.4, len(layer.bias)))  # no row of p is zero
    return model


def similarities(cls, x1, x2, *more):
    """The cosines of the rows of two tensors."""
    return cls(*more)(x1, x2)


def outputs(cls, sizes, x1, x2, training, *more):
    """What the network makes of two views, in training or not."""
    model = _made(cls, *sizes, *more)
    model.train(training)
    with torch.no_grad():
        found = model(x1, x2)
    return found[0], found[1], found[2], found[3]


def trained(cls, sizes, x1, x2, *more):
    """How many weights of the predictor a gradient reaches, how many matrices, and if the encoder."""
    model = _made(cls, *sizes, *more)
    p1, p2, z1, z2 = model(x1, x2)
    model.loss(p1, p2, z1, z2).backward()
    reached = [weight.ndim for weight in model.predictor.parameters() if weight.grad is not None]
    slope = model.encoder.scale.grad
    return len(reached), reached.count(2), slope is not None and bool((slope.abs() > 1e-6).any())


def loss(cls, p1, p2, z1, z2, *more):
    """The loss of given predictions and representations, and its gradients in them."""
    values = [value.clone().requires_grad_() for value in (p1, p2, z1, z2)]
    number = _made(cls, p1.shape[1], 2).loss(*values, *more)
    return number, torch.autograd.grad(number, values, materialize_grads=True)
