"""A denoising diffusion model."""


class DenoiseDiffusion:
    """A diffusion of images; has the attributes beta, alpha, alpha_bar, sigma2 (n_steps,) and n_steps."""

    def __init__(self, eps_model, n_steps, device):
        """Set up the schedule.

        Args:
            eps_model: a module that predicts the noise from images (B, C, H, W) and times (B,).
            n_steps: the number of steps.
            device: where the schedule lives.
        """
        raise NotImplementedError

    def gather(self, c, t):
        """The entries of c (n_steps,) at the times t (B,), of shape (B, 1, 1, 1)."""
        raise NotImplementedError

    def q_xt_x0(self, x0, t):
        """Mean and variance of q(x_t | x_0) for images x0 (B, C, H, W) and times t (B,)."""
        raise NotImplementedError

    def q_sample(self, x0, t, eps=None):
        """A sample of q(x_t | x_0), with the noise eps where it is given."""
        raise NotImplementedError

    def p_xt_prev_xt(self, xt, t):
        """Mean and variance of p(x_{t-1} | x_t) for images xt (B, C, H, W) and times t (B,)."""
        raise NotImplementedError

    def p_sample(self, xt, t, set_seed=False):
        """A sample of p(x_{t-1} | x_t); with set_seed, torch is seeded with 42 first."""
        raise NotImplementedError

    def loss(self, x0, noise=None, set_seed=False):
        """The loss of a batch x0 (B, C, H, W), with the given noise, or with noise that it draws."""
        raise NotImplementedError
