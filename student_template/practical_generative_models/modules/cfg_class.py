"""Diffusion guided without a classifier."""


class CFGDiffusion:
    """A diffusion in log signal-to-noise ratios, between lambda_min = -20 and lambda_max = 20."""

    def __init__(self, eps_model, n_steps, device):
        """Keep the model, a module that predicts the noise from images (B, C, H, W) and labels or None."""
        raise NotImplementedError

    def get_exp_ratio(self, l, l_prim):
        """The ratio of exp(l) to exp(l_prim), tensors of one shape."""
        raise NotImplementedError

    def get_lambda(self, t):
        """The log signal-to-noise ratio at the times t (B,), of shape (B,) or (B, 1, 1, 1)."""
        raise NotImplementedError

    def alpha_lambda(self, lambda_t):
        """What is kept of an image at the ratio lambda_t."""
        raise NotImplementedError

    def sigma_lambda(self, lambda_t):
        """The deviation of the noise at the ratio lambda_t."""
        raise NotImplementedError

    def q_sample(self, x, lambda_t, noise):
        """A sample of q(z_lambda | x) made with the noise; lambda_t is (B, 1, 1, 1)."""
        raise NotImplementedError

    def sigma_q(self, lambda_t, lambda_t_prim):
        """The deviation of q(z_lambda | z_lambda'), for lambda_t below lambda_t_prim."""
        raise NotImplementedError

    def sigma_q_x(self, lambda_t, lambda_t_prim):
        """The deviation of q(z_lambda' | z_lambda, x)."""
        raise NotImplementedError

    def mu_p_theta(self, z_lambda_t, x, lambda_t, lambda_t_prim):
        """The mean of the reverse step from z_lambda_t, where the image is x."""
        raise NotImplementedError

    def var_p_theta(self, lambda_t, lambda_t_prim, v=0.3):
        """The variance of the reverse step: a geometric mean, in which sigma_q has the weight v."""
        raise NotImplementedError

    def p_sample(self, z_lambda_t, lambda_t, lambda_t_prim, x_t, set_seed=False):
        """A sample of the reverse step from z_lambda_t, where the image is x_t."""
        raise NotImplementedError

    def loss(self, x0, labels, noise=None, set_seed=False):
        """The loss of a batch x0 (B, C, H, W), with the given noise, or with noise that it draws."""
        raise NotImplementedError
