"""Variational autoencoders with the distributions of torch, as far as they go."""

import torch
from torch.distributions import (
    Bernoulli,
    Categorical,
    Independent,
    MultivariateNormal,
    Normal,
    kl_divergence,
)


def diagonal(mean, log_var):
    return Independent(Normal(mean, torch.exp(0.5 * log_var)), 1)


def standard(mu):
    return Independent(Normal(torch.zeros_like(mu), torch.ones_like(mu)), 1)


def gaussian_log_density(x, mean, log_var):
    return diagonal(mean, log_var).log_prob(x)


def bernoulli_log_density(x, logits):
    return Bernoulli(logits=logits, validate_args=False).log_prob(x).sum(-1)


def kl_diagonal_gaussians(mu_q, log_var_q, mu_p, log_var_p):
    return kl_divergence(diagonal(mu_q, log_var_q), diagonal(mu_p, log_var_p))


def kl_monte_carlo(mu_q, log_var_q, mu_p, log_var_p, eps):
    z = mu_q + torch.exp(0.5 * log_var_q) * eps
    q, p = diagonal(mu_q, log_var_q), diagonal(mu_p, log_var_p)
    return (q.log_prob(z) - p.log_prob(z)).mean(0)


def log_marginal(x, W, b, noise_var):
    covariance = W @ W.T + noise_var * torch.eye(W.shape[0], dtype=W.dtype)
    return MultivariateNormal(b, covariance).log_prob(x)


def precision_of(W, noise_var):
    return torch.eye(W.shape[1], dtype=W.dtype) + W.T @ W / noise_var


def true_posterior(x, W, b, noise_var):
    factor = torch.linalg.cholesky(precision_of(W, noise_var))
    mean = torch.cholesky_solve(W.T @ (x - b).T / noise_var, factor).T
    return mean, torch.cholesky_inverse(factor)


def elbo(x, mu, log_var, W, b, noise_var):
    noise = torch.as_tensor(noise_var, dtype=x.dtype)
    likelihood = Independent(Normal(mu @ W.T + b, noise.sqrt()), 1).log_prob(x)
    likelihood = likelihood - 0.5 * (log_var.exp() @ W.square().T).sum(-1) / noise
    return likelihood - kl_divergence(diagonal(mu, log_var), standard(mu))


def posterior_kl(x, mu, log_var, W, b, noise_var):
    mean, _ = true_posterior(x, W, b, noise_var)
    posterior = MultivariateNormal(mean, precision_matrix=precision_of(W, noise_var))
    q = MultivariateNormal(mu, scale_tril=torch.diag_embed(torch.exp(0.5 * log_var)))
    return kl_divergence(q, posterior)


def expected_complete_log_likelihood(x, mu, log_var, W, b, noise_var):
    return elbo(x, mu, log_var, W, b, noise_var) - diagonal(mu, log_var).entropy()


def instance_optimal_q(x, W, b, noise_var):
    mean, _ = true_posterior(x, W, b, noise_var)
    return mean, -precision_of(W, noise_var).diagonal().log().expand_as(mean)


def amortized_optimal_q(x, W, b, noise_var):
    mean, log_var = instance_optimal_q(x, W, b, noise_var)
    return mean.mean(0), log_var.mean(0)


def bigger_gap():
    return "amortized"


def better_approach():
    return {
        "marginal_likelihood": "instance",
        "computation": "amortized",
        "memory": "amortized",
    }


def posterior_on(joint):
    return Categorical(probs=joint / joint.sum(-1, keepdim=True))


def ecll(joint, q):
    return torch.sum(q * torch.log(joint))


def ecll_terms(joint, q):
    proposal = Categorical(probs=q)
    return joint.sum().log(), kl_divergence(proposal, posterior_on(joint)), proposal.entropy()


def elbo_and_kl(joint, q):
    proposal = Categorical(probs=q)
    bound = torch.sum(q * joint.log()) + proposal.entropy()
    return bound, kl_divergence(proposal, posterior_on(joint))


def gradient_of(function, joint, logits):
    """By autograd, of a function of the logarithms of the table and of q."""
    parameters = logits.detach().clone().requires_grad_()
    value = function(joint.log(), torch.log_softmax(parameters, 0))
    (gradient,) = torch.autograd.grad(value, parameters)
    return gradient


def elbo_gradient(joint, logits):
    return gradient_of(lambda log_p, log_q: (log_q.exp() * (log_p - log_q)).sum(), joint, logits)


def kl_gradient(joint, logits):
    def kl(log_p, log_q):
        return kl_divergence(Categorical(logits=log_q), Categorical(logits=log_p))

    return gradient_of(kl, joint, logits)


def amortized_and_instance_kl(joints, family):
    posteriors = posterior_on(joints)
    table = torch.stack([kl_divergence(Categorical(probs=q), posteriors) for q in family])
    return table[table.sum(1).argmin()], table.min(dim=0).values
