"""Derivations about importance-weighted bounds, with K = 3 draws from three values, summed exactly."""

from autograder.derivations import (
    Derivation,
    Instance,
    Operator,
    Space,
    Symbol,
    Waypoint,
    Wrong,
    simplex,
)

K = 3

SYMBOLS = {
    "w1": Symbol("w_1", "the weight p(x, z_1) / q(z_1 | x)"),
    "w2": Symbol("w_2", "the weight p(x, z_2) / q(z_2 | x)"),
    "w3": Symbol("w_3", "the weight p(x, z_3) / q(z_3 | x)"),
    "q": Symbol(r"q(z_1 \mid x)", "the proposal, at z = z_1"),
    "p_xz": Symbol("p(x, z_1)", "the joint, at z = z_1"),
    "qt": Symbol(
        r"\tilde{q}", "the refined proposal p(x, z) / ((w1 + w2 + w3) / K), at z = z_1", ("qtilde",)
    ),
    "qK": Symbol("q_K", "the mean of the refined proposal over z_2 and z_3, at z = z_1"),
    "K": Symbol("K", "the number of draws, here 3"),
}

OPERATORS = (
    Operator(
        "E(f)", r"\mathbb{E}_{z_{1:K}}\left[#1\right]", "the expectation over z1, z2, z3 from q"
    ),
    Operator(
        "E_rest(f)", r"\mathbb{E}_{z_{2:K}}\left[#1\right]", "the expectation over z2, z3 from q"
    ),
    Operator("sum(f)", r"\sum_{z_1} #1", "the sum over z = z_1", in_brackets=True),
)

QUANTITIES = (
    "log(K)",
    "E(log((w1 + w2 + w3) / K))",
    "sum(qK * log(p_xz / qK))",
    "sum(q * log(p_xz / q))",
    "E(log(w1))",
    "-E(log(q))",
    "log(sum(p_xz))",
    "E(w1)",
)


def three_draws(rng, special):
    """Draw a proposal and a joint on three values of z."""
    space = Space(z1=3, z2=3, z3=3)
    q = simplex(rng, 3)
    joint = q * rng.uniform(0.1, 0.9) if special else rng.uniform(0.02, 0.5, 3)
    weights = [space.table(joint / q, axis) for axis in space.names]
    draws = [space.table(q, axis) for axis in space.names]
    p_xz = space.table(joint, "z1")
    refined = p_xz / (sum(weights) / K)
    rest = draws[1] * draws[2]
    values = {
        "w1": weights[0],
        "w2": weights[1],
        "w3": weights[2],
        "q": draws[0],
        "p_xz": p_xz,
        "qt": refined,
        "qK": space.sum(rest * refined, "z2", "z3"),
        "K": space.number(K),
    }
    functions = {
        "E": lambda f: space.sum(draws[0] * rest * f, "z1", "z2", "z3"),
        "E_rest": lambda f: space.sum(rest * f, "z2", "z3"),
        "sum": lambda f: space.sum(f, "z1"),
    }
    return Instance(space, values, functions)


refined_derivation = Derivation(
    title="The importance-weighted bound is the mean bound of the refined proposal",
    symbols=SYMBOLS,
    operators=OPERATORS,
    instance=three_draws,
    first="E(log((w1 + w2 + w3) / K))",
    last="= E_rest(sum(qt * log(p_xz / qt)))",
    unlisted=("qK",),
    waypoints=(
        Waypoint(
            "K equal expectations: w1 over the sum, under E over all K draws.",
            "E w1 w2 w3 log / no qt E_rest / w1>=3",
        ),
        Waypoint(
            "p over q-tilde is the mean weight.",
            "E_rest sum qt w1 w2 w3 log / no p_xz",
            "E_rest sum q|p_xz w1 w2 w3 log / no qt",
            "E qt q|p_xz w1 w2 w3 log / no E_rest",
        ),
    ),
    quantities=QUANTITIES,
    wrong=(
        Wrong(
            "weight for the refined proposal",
            after="E_rest(sum(qt * log(p_xz / qt)))",
            line="= E_rest(sum(qt * log(p_xz / ((w1 + w2 + w3) / K))))",
            sentence=(
                "The refined proposal is the joint over the mean weight; inside the logarithm the "
                "mean weight alone stands where the refined proposal should."
            ),
        ),
        Wrong(
            "factor K lost",
            after="E(log((w1 + w2 + w3) / K))",
            line="= E(w1 / (w1 + w2 + w3) * log((w1 + w2 + w3) / K))",
            sentence=(
                "Of K weights that have the same distribution, one over their sum has the mean 1/K "
                "and not 1."
            ),
        ),
    ),
)

resampled_derivation = Derivation(
    title="The bound of the resampled proposal is at least as tight",
    symbols=SYMBOLS,
    operators=OPERATORS,
    instance=three_draws,
    first="E(log((w1 + w2 + w3) / K))",
    last="<= sum(qK * log(p_xz / qK))",
    relations=("=", "<="),
    tight="q is the posterior, so that all weights are equal",
    waypoints=(
        Waypoint(
            "The bound stands as the mean of L_1 at q-tilde.",
            "E_rest sum qt p_xz log / no qK w1",
            "E_rest qt log / no qK E",
            "E_rest sum p_xz w1 w2 w3 log / no qt qK E",
        ),
    ),
    quantities=QUANTITIES,
    wrong=(
        Wrong(
            "bounds taken for equal",
            after="E_rest(sum(qt * log(p_xz / qt)))",
            line="= sum(qK * log(p_xz / qK))",
            sentence=(
                "The mean of a concave function is at most the function of the mean; in general the "
                "two are not equal."
            ),
        ),
    ),
    note="The step that uses that -x log x is concave is an inequality, `<=`.",
)
