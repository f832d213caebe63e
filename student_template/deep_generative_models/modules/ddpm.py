"""Denoising diffusion: the way there, the steps back, the bound, the losses and sampling."""


def noise_schedule(betas):
    """Return how much of the signal each step keeps, and how much is left after all steps so far.

    Args:
        betas: variances of the noise, a tensor (T,).

    Returns:
        The pair (alphas, alpha_bars), each a tensor (T,).
    """
    raise NotImplementedError


def q_sample(x0, t, eps, betas):
    """Noise images to step t at once.

    Args:
        x0: images, a tensor (N, ...).
        t: steps, an integer tensor (N,), from 1 to T.
        eps: standard normal noise, a tensor (N, ...).
        betas: variances of the noise, a tensor (T,).

    Returns:
        A tensor (N, ...).
    """
    raise NotImplementedError


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


def weighted_ddpm_loss(model, x0, t, eps, betas, sigma2):
    """Return the loss with the weights of the bound.

    Args:
        model: model(x, t) guesses the noise in x; x is (N, ...), t is int64 (N,), from 1.
        x0: images, a tensor (N, ...).
        t: steps, an integer tensor (N,), from 1 to T.
        eps: standard normal noise, a tensor (N, ...).
        betas: variances of the noise, a tensor (T,).
        sigma2: variances of the learned steps back, a tensor (T,).

    Returns:
        A scalar tensor: the mean over the batch of weighted squared norms.
    """
    raise NotImplementedError


def ddpm_loss(model, x0, t, eps, betas):
    """Return the simple loss.

    Args:
        model: model(x, t) guesses the noise in x; x is (N, ...), t is int64 (N,), from 1.
        x0: images, a tensor (N, ...).
        t: steps, an integer tensor (N,), from 1 to T.
        eps: standard normal noise, a tensor (N, ...).
        betas: variances of the noise, a tensor (T,).

    Returns:
        A scalar tensor: the mean over the batch and over all elements.
    """
    raise NotImplementedError


def p_sample(model, xt, t, eps, betas, sigma2):
    """Take one learned step back.

    Args:
        model: model(x, t) guesses the noise in x; x is (N, ...), t is int64 (N,), from 1.
        xt: images at step t, a tensor (N, ...).
        t: steps, an integer tensor (N,), from 1 to T.
        eps: standard normal noise, a tensor (N, ...); not used where t is 1.
        betas: variances of the noise, a tensor (T,).
        sigma2: variances of the learned steps back, a tensor (T,).

    Returns:
        A tensor (N, ...).
    """
    raise NotImplementedError


def true_reverse_density(x_prev, xt, t, data, betas):
    """Return the density q(x_{t-1} | x_t) where x_0 is one of the given numbers, each as likely.

    Args:
        x_prev: numbers at step t - 1, a tensor (N,).
        xt: a number at step t.
        t: a step from 2 to T, an int.
        data: the numbers that x_0 may be, a tensor (M,).
        betas: variances of the noise, a tensor (T,); T is at least 2.

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
