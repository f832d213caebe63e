"""Denoising diffusion: the way there, the steps back, the bound, the losses and sampling."""


def posterior_mean(x0, xt, t, betas):
    """Return the mean of q(x_{t-1} | x_t, x_0).

    Args:
        x0: images, a tensor (N, ...).
        xt: the images at step t, a tensor (N, ...).
        t: steps, an integer tensor (N,), from 1 to T.
        betas: variances of the noise, a tensor (T,).

    Returns:
        A tensor (N, ...).
    """
    raise NotImplementedError


def posterior_variance(t, betas):
    """Return the variance of q(x_{t-1} | x_t, x_0), the same for every element of an image.

    Args:
        t: steps, an integer tensor (N,), from 1 to T.
        betas: variances of the noise, a tensor (T,).

    Returns:
        A tensor (N,).
    """
    raise NotImplementedError


def mean_from_noise(xt, eps, t, betas):
    """Return the mean of the step back, given the noise that made x_t instead of the image.

    Args:
        xt: images at step t, a tensor (N, ...).
        eps: the noise, or a model's guess of it, a tensor (N, ...).
        t: steps, an integer tensor (N,), from 1 to T.
        betas: variances of the noise, a tensor (T,).

    Returns:
        A tensor (N, ...).
    """
    raise NotImplementedError


def prior_matching(x0, betas):
    """Return L_T, the divergence of the end of the noising from the prior.

    Args:
        x0: images, a tensor (N, ...).
        betas: variances of the noise, a tensor (T,).

    Returns:
        A tensor (N,).
    """
    raise NotImplementedError


def denoising_matching(model, x0, xt, t, betas, sigma2):
    """Return L_{t-1}, the divergence of the known step back from the learned one.

    Args:
        model: model(x, t) guesses the noise in x; x is (N, ...), t is int64 (N,), from 1.
        x0: images, a tensor (N, ...).
        xt: the images at step t, a tensor (N, ...).
        t: steps, an integer tensor (N,), from 2 to T.
        betas: variances of the noise, a tensor (T,); T is at least 2.
        sigma2: variances of the learned steps back, a tensor (T,).

    Returns:
        A tensor (N,).
    """
    raise NotImplementedError


def reconstruction(model, x0, x1, betas, sigma2):
    """Return L_0, the negative log-density of the images under the last step back.

    Args:
        model: model(x, t) guesses the noise in x; x is (N, ...), t is int64 (N,), from 1.
        x0: images, a tensor (N, ...).
        x1: the images at step 1, a tensor (N, ...).
        betas: variances of the noise, a tensor (T,).
        sigma2: variances of the learned steps back, a tensor (T,).

    Returns:
        A tensor (N,).
    """
    raise NotImplementedError


def negative_elbo(model, x0, eps, betas, sigma2):
    """Return the whole bound on the negative log-likelihood, from one draw of noise a step.

    Args:
        model: model(x, t) guesses the noise in x; x is (N, ...), t is int64 (N,), from 1.
        x0: images, a tensor (N, ...).
        eps: standard normal noise, a tensor (T, N, ...); eps[t - 1] makes x_t from x_0.
        betas: variances of the noise, a tensor (T,).
        sigma2: variances of the learned steps back, a tensor (T,).

    Returns:
        A tensor (N,).
    """
    raise NotImplementedError


def excluded_term():
    """Name the term that is left out of training.

    Returns:
        "L_0", "L_{t-1}" or "L_T".
    """
    raise NotImplementedError


def loss_weight(t, betas, sigma2):
    """Return the factor that the bound gives to the squared error of the noise.

    Args:
        t: steps, an integer tensor (N,), from 1 to T.
        betas: variances of the noise, a tensor (T,).
        sigma2: variances of the learned steps back, a tensor (T,).

    Returns:
        A tensor (N,).
    """
    raise NotImplementedError


def unknown_when_sampling():
    """Name the quantity that is not available when an image is generated.

    Returns:
        "x_0", "x_t", "t" or "beta_t".
    """
    raise NotImplementedError


def trained_parts():
    """Name the parts of a VAE and of a DDPM that have trainable parameters.

    Returns:
        A dict with the keys "VAE" and "DDPM"; each value is a set, list or tuple of the names "encoder" and
        "decoder".
    """
    raise NotImplementedError


def elbo_loss(model, x0, eps, betas, sigma2):
    """Return what the bound leaves to be minimized over the model, from one draw of noise a step.

    Args:
        model: model(x, t) guesses the noise in x; x is (N, ...), t is int64 (N,), from 1.
        x0: images, a tensor (N, ...).
        eps: standard normal noise, a tensor (T, N, ...); eps[t - 1] makes x_t from x_0.
        betas: variances of the noise, a tensor (T,).
        sigma2: variances of the learned steps back, a tensor (T,).

    Returns:
        A tensor (N,), up to a constant that does not depend on the model.
    """
    raise NotImplementedError


def posterior_derivation():
    """Derive line by line: the posterior of one step back, up to a factor.

    Returns:
        A list of strings, one a line. The first and the last are given:

            "N(xt, sqrt(alpha) * x, beta) * N(x, sqrt(abar1) * x0, 1 - abar1) / N(xt, sqrt(abar) * x0, 1 - abar)",
            "~ N(x, mu, btilde)",
    """
    raise NotImplementedError


def bound_derivation():
    """Derive line by line: the evidence lower bound of a diffusion model, for T = 3.

    Returns:
        A list of strings, one a line. The first and the last are given:

            "log(p_x0)",
            ">= E(log(p_x0_given_x1)) - E(KL(q_x1_given_x2, p_x1_given_x2, x1)) - E(KL(q_x2_given_x3, p_x2_given_x3, x2)) - KL(q_x3, p_x3, x3)",
    """
    raise NotImplementedError


def mean_derivation():
    """Derive line by line: the mean of the posterior, written in the noise.

    Returns:
        A list of strings, one a line. The first and the last are given:

            "sqrt(abar1) * beta / (1 - abar) * x0 + sqrt(alpha) * (1 - abar1) / (1 - abar) * xt",
            "= (xt - beta / sqrt(1 - abar) * eps) / sqrt(alpha)",
    """
    raise NotImplementedError


def loss_derivation():
    """Derive line by line: a denoising term as a weighted square, up to what does not depend on theta.

    Returns:
        A list of strings, one a line. The first and the last are given:

            "E(KL_N(mu, btilde, mu_theta, sigma2))",
            "~ E(lam * norm2(eps - eps_theta))",
    """
    raise NotImplementedError
