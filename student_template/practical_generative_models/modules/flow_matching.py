"""Flow matching along straight paths."""


class FlowMatching:
    """A flow from noise at time 1 to data at time 0."""

    def __init__(self, velocity_model, device, time_scale=1000):
        """Keep the model.

        Args:
            velocity_model: a module that gives velocities of images (B, C, H, W) at whole times (B,).
            device: where it lives.
            time_scale: what a time between 0 and 1 is multiplied by for the model.
        """
        raise NotImplementedError

    def predict_velocity(self, x_t, t):
        """The model's velocity of images x_t (B, C, H, W) at times t (B,) between 0 and 1."""
        raise NotImplementedError

    def sample_xt(self, x0, x1, t):
        """The point at the times t (B, 1, 1, 1) between data x0 and noise x1, both (B, C, H, W)."""
        raise NotImplementedError

    def compute_conditional_velocity(self, x0, x1):
        """The velocity of the path from data x0 to noise x1, both (B, C, H, W)."""
        raise NotImplementedError

    def loss(self, x0, noise=None, set_seed=False):
        """The loss of a batch x0 (B, C, H, W), with the given noise, or with noise that it draws."""
        raise NotImplementedError

    def euler_step(self, x_t, t, dt):
        """One step of Euler's method from x_t (B, C, H, W) at the time t, a number; dt is a number too."""
        raise NotImplementedError

    def midpoint_step(self, x_t, t, dt):
        """One step of the midpoint method from x_t (B, C, H, W) at the time t, a number; so is dt."""
        raise NotImplementedError

    def euler_sample(self, noise, n_steps):
        """The images that Euler's method makes of noise (B, C, H, W) in n_steps equal steps."""
        raise NotImplementedError

    def midpoint_sample(self, noise, n_steps):
        """The images that the midpoint method makes of noise (B, C, H, W) in n_steps equal steps."""
        raise NotImplementedError
