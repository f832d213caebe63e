"""The board of the flows: how likely are new points under the flow that a student has fitted?"""

from drivers.flows import two_moons

from autograder.testing import as_tensor, assert_all, unpack
from reference.flows import flow_log_likelihood

LAYERS = 8


def measure(fit_flow, rng):
    """The mean log-likelihood of points that were held out, in nats."""
    seen, held_out = (two_moons(count, int(rng.integers(1 << 31))) for count in (500, 4000))
    fitted = fit_flow(seen)
    assert_all(isinstance(fitted, list | tuple), "`fit_flow` returns a list of layers.")
    assert_all(len(fitted) <= LAYERS, f"`fit_flow` returns at most {LAYERS} layers.")
    layers = [_layer(layer, f"layer {place}") for place, layer in enumerate(fitted, start=1)]
    return float(flow_log_likelihood(held_out, layers).mean())


def _layer(layer, name):
    z0, alpha, beta = unpack(layer, 3, name)
    z0 = as_tensor(z0, shape=(2,), what=f"z0 of {name}").double()
    alpha, beta = (as_tensor(value, what=name).double().reshape(()) for value in (alpha, beta))
    finite = z0.isfinite().all() & alpha.isfinite() & beta.isfinite()
    assert_all(finite, f"{name} holds finite numbers.")
    assert_all((alpha > 0) & (beta >= -alpha), f"{name} has alpha > 0 and beta >= -alpha.")
    return z0, alpha, beta
