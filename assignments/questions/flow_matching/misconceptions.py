"""Wrong flows."""

import torch

from autograder.testing import misconception
from reference import flow_matching as reference

Right = reference.FlowMatching
LOSS = "loss: at the times that the model saw"


def seed(wanted):
    """Do what `set_seed` asks for."""
    if wanted:
        torch.manual_seed(42)  # noqa: TID251 - the interface asks for it


@misconception("Data are at time 0 and noise at time 1.", caught_by=("path: points", LOSS))
def ends_exchanged():
    class FlowMatching(Right):
        def sample_xt(self, x0, x1, t):
            return super().sample_xt(x1, x0, t)

    return {"FlowMatching": FlowMatching}


@misconception(
    "The velocity points to where the path is at time 1.", caught_by=("path: velocities", LOSS)
)
def velocity_to_the_data():
    class FlowMatching(Right):
        def compute_conditional_velocity(self, x0, x1):
            return x0 - x1

    return {"FlowMatching": FlowMatching}


@misconception(
    "The model takes whole times, scaled.",
    caught_by=("path: the model's velocity", LOSS, "steps: Euler", "sampling: Euler"),
)
def times_not_scaled():
    class FlowMatching(Right):
        def predict_velocity(self, x_t, t):
            return self.velocity_model(x_t, t.reshape(-1).long())

    return {"FlowMatching": FlowMatching}


@misconception("The error of an example is a sum over its entries.", caught_by=(LOSS,))
def mean_over_entries():
    class FlowMatching(Right):
        def loss(self, x0, noise=None, set_seed=False):
            return super().loss(x0, noise, set_seed) / x0[0].numel()

    return {"FlowMatching": FlowMatching}


@misconception("The times are drawn one an example.", caught_by=("loss: the times",))
def one_time_for_the_batch():
    class FlowMatching(Right):
        def loss(self, x0, noise=None, set_seed=False):
            seed(set_seed)
            x1 = torch.randn_like(x0) if noise is None else noise
            t = torch.rand(1).expand(len(x0), 1, 1, 1)
            velocity = self.predict_velocity(self.sample_xt(x0, x1, t), t)
            return ((velocity - (x1 - x0)) ** 2).flatten(1).sum(1).mean()

    return {"FlowMatching": FlowMatching}


@misconception(
    "A step goes along the velocity: its sign is that of dt.",
    caught_by=("steps: Euler", "steps: midpoint", "sampling: Euler"),
)
def against_the_velocity():
    class FlowMatching(Right):
        def euler_step(self, x_t, t, dt):
            return super().euler_step(x_t, t, -dt)

        def midpoint_step(self, x_t, t, dt):
            return super().midpoint_step(x_t, t, -dt)

    return {"FlowMatching": FlowMatching}


@misconception(
    "The second velocity of a step is that of the time in the middle too.",
    caught_by=("steps: midpoint", "sampling: midpoint"),
)
def midpoint_at_the_old_time():
    class FlowMatching(Right):
        def midpoint_step(self, x_t, t, dt):
            middle = x_t + 0.5 * dt * self._velocity(x_t, t)
            return x_t + dt * self._velocity(middle, t)

    return {"FlowMatching": FlowMatching}


@misconception(
    "The step starts where it did, with the velocity of the middle.",
    caught_by=("steps: midpoint", "sampling: midpoint"),
)
def midpoint_from_the_middle():
    class FlowMatching(Right):
        def midpoint_step(self, x_t, t, dt):
            middle = x_t + 0.5 * dt * self._velocity(x_t, t)
            return middle + 0.5 * dt * self._velocity(middle, t + 0.5 * dt)

    return {"FlowMatching": FlowMatching}


@misconception(
    "Sampling goes from noise to data, so from time 1 to time 0.",
    caught_by=("sampling: Euler", "sampling: midpoint"),
)
def from_zero_to_one():
    class FlowMatching(Right):
        def _solved(self, step, x, n_steps):
            for place in range(n_steps):
                x = step(x, place / n_steps, 1 / n_steps)
            return x

    return {"FlowMatching": FlowMatching}


@misconception(
    "The times are scaled by `time_scale`, which is 1000 where it is not given.",
    caught_by=("path: the default scale",),
)
def another_scale():
    class FlowMatching(Right):
        def __init__(self, velocity_model, device, time_scale=999):
            super().__init__(velocity_model, device, time_scale)

    return {"FlowMatching": FlowMatching}


@misconception("The noise of the loss is normal.", caught_by=("loss: the times",))
def uniform_noise():
    class FlowMatching(Right):
        def loss(self, x0, noise=None, set_seed=False):
            seed(set_seed)
            return super().loss(x0, torch.rand_like(x0) if noise is None else noise)

    return {"FlowMatching": FlowMatching}


@misconception(
    "`set_seed` makes a call repeatable: torch is seeded before anything is drawn.",
    caught_by=("loss: with a seed",),
)
def seed_ignored():
    class FlowMatching(Right):
        def loss(self, x0, noise=None, set_seed=False):
            return super().loss(x0, noise)

    return {"FlowMatching": FlowMatching}
