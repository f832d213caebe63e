"""A model of the noise that remembers what it was shown, and a diffusion made with it."""

import torch

STEPS = 50


class Model(torch.nn.Module):
    """Predicts half of the image, and more for greater labels; remembers the image."""

    def __init__(self):
        """Begin with nothing seen."""
        super().__init__()
        self.scale = torch.nn.Parameter(torch.tensor(0.5))
        self.seen = []

    def forward(self, z, labels):
        """The noise, of the shape of z."""
        self.seen.append(z.detach().clone())
        predicted = self.scale * z
        return predicted if labels is None else predicted + 0.1 * labels.reshape(-1, 1, 1, 1)


def asked(cls, method, *arguments):
    """What a method of a new diffusion returns."""
    torch.manual_seed(1)
    with torch.no_grad():
        return getattr(cls(Model(), STEPS, torch.device("cpu")), method)(*arguments)


def ratios(cls, t, n_steps=STEPS):
    """The ratios at some times, in one row."""
    with torch.no_grad():
        return cls(Model(), n_steps, torch.device("cpu")).get_lambda(t).reshape(-1)


def twice(cls, method, *arguments):
    """A method's results at two calls without a seed, and at two calls with one."""
    torch.manual_seed(1)
    made = cls(Model(), STEPS, torch.device("cpu"))
    with torch.no_grad():
        free = [getattr(made, method)(*arguments) for _ in range(2)]
        seeded = [getattr(made, method)(*arguments, set_seed=True) for _ in range(2)]
    return *free, *seeded


def trained(cls, x0, labels, *noise):
    """The loss, its slope in the model's parameter, and what the model saw."""
    torch.manual_seed(1)
    model = Model()
    made = cls(model, STEPS, torch.device("cpu"))
    loss = made.loss(x0, labels, *noise)
    slopes = torch.autograd.grad(loss, [model.scale], materialize_grads=True)
    return loss, slopes[0], model.seen[-1]
