"""True derivations by different roads, for `autograder validate`; no student gets this file."""

OBJECTIVE = "(tr(Wp.T @ Wp @ F1) - tr(Wp @ F12) - tr(F12 @ Wp) + tr(F2)) / 2"
TRACE = "E(norm2(Wp @ f1 - f2)) / 2"
PREDICTOR = f"-grad({OBJECTIVE}, Wp)"
PREDICTOR_END = "-(Wp @ F1) + F12.T"
VELOCITY = f"-grad({OBJECTIVE}, W)"
VELOCITY_END = "-(Wp.T @ Wp + I) @ W @ Xp - (Wp - I).T @ (Wp - I) @ W @ X"
VEC = "vec(-(Wp.T @ Wp + I) @ W @ Xp - Wt.T @ Wt @ W @ X)"
VEC_END = "-(kron(Xp, Wp.T @ Wp + I) + kron(X, Wt.T @ Wt)) @ vec(W)"

trace_derivation = [
    [
        TRACE,
        "= E((Wp @ f1 - f2).T @ (Wp @ f1 - f2)) / 2",
        "= E(f1.T @ Wp.T @ Wp @ f1 - f2.T @ Wp @ f1 - f1.T @ Wp.T @ f2 + f2.T @ f2) / 2",
        "= E(tr(Wp.T @ Wp @ f1 @ f1.T) - tr(Wp @ f1 @ f2.T) - tr(Wp.T @ f2 @ f1.T) + tr(f2 @ f2.T)) / 2",
        "= (tr(Wp.T @ Wp @ E(f1 @ f1.T)) - tr(Wp @ E(f1 @ f2.T)) - tr(E(f1 @ f2.T) @ Wp) "
        "+ tr(E(f2 @ f2.T))) / 2",
        f"= {OBJECTIVE}",
    ],
    [
        TRACE,
        "= E(norm2(Wp @ f1) - 2 * f2.T @ Wp @ f1 + norm2(f2)) / 2",
        "= E(tr(Wp @ f1 @ f1.T @ Wp.T)) / 2 - E(tr(Wp @ f1 @ f2.T)) + E(tr(f2 @ f2.T)) / 2",
        "= (tr(Wp.T @ Wp @ F1) - 2 * tr(Wp @ F12) + tr(F2)) / 2",
        f"= {OBJECTIVE}",
    ],
    [
        OBJECTIVE,
        "= (tr(Wp.T @ Wp @ E(f1 @ f1.T)) - tr(Wp @ E(f1 @ f2.T)) - tr(E(f1 @ f2.T) @ Wp) "
        "+ tr(E(f2 @ f2.T))) / 2",
        "= E(tr(f1.T @ Wp.T @ Wp @ f1) - tr(f2.T @ Wp @ f1) - tr(f1.T @ Wp.T @ f2) + tr(f2.T @ f2)) / 2",
        "= E((f1.T @ Wp.T - f2.T) @ (Wp @ f1 - f2)) / 2",
        f"= {TRACE}",
    ],
    [
        "let e = Wp @ f1 - f2",
        "E(norm2(e)) / 2",
        "= tr(E(e @ e.T)) / 2",
        "= tr(E(Wp @ f1 @ f1.T @ Wp.T - Wp @ f1 @ f2.T - f2 @ f1.T @ Wp.T + f2 @ f2.T)) / 2",
        "= (tr(Wp @ F1 @ Wp.T) - tr(Wp @ F12) - tr(F12.T @ Wp.T) + tr(F2)) / 2",
        f"= {OBJECTIVE}",
    ],
    [
        TRACE,
        "= (E(f1.T @ Wp.T @ Wp @ f1) - E(f2.T @ Wp @ f1) - E(f1.T @ Wp.T @ f2) + E(f2.T @ f2)) / 2",
        "= (E(tr(Wp.T @ Wp @ f1 @ f1.T)) - E(tr(f1 @ f2.T @ Wp)) - E(tr(Wp.T @ f2 @ f1.T)) "
        "+ E(tr(f2 @ f2.T))) / 2",
        "= (tr(Wp.T @ Wp @ F1) - tr(F12 @ Wp) - tr(Wp.T @ F12.T) + tr(F2)) / 2",
        f"= {OBJECTIVE}",
    ],
]

predictor_derivation = [
    [PREDICTOR, "= -(2 * Wp @ F1 - F12.T - F12.T) / 2", f"= {PREDICTOR_END}"],
    [
        PREDICTOR,
        "= -(grad(tr(Wp.T @ Wp @ F1), Wp) - grad(tr(Wp @ F12), Wp) - grad(tr(F12 @ Wp), Wp)) / 2",
        "= -(Wp @ F1 + Wp @ F1.T - F12.T - F12.T) / 2",
        f"= {PREDICTOR_END}",
    ],
    [
        PREDICTOR_END,
        "= -½ * (2 * Wp @ F1 − 2 * F12.T)",
        "= -½ * grad(tr(Wp.T @ Wp @ F1) - 2 * tr(Wp @ F12), Wp)",
        f"= {PREDICTOR}",
    ],
    [
        PREDICTOR,
        "= -(½ * 2 * Wp @ F1 - ½ * F12 - ½ * F12.T)",
        "= -Wp @ F1 + (F12 + F12.T) / 2",
        f"= {PREDICTOR_END}",
    ],
    [
        PREDICTOR,
        "= -grad(tr(Wp.T @ Wp @ F1), Wp) / 2 + grad(tr(Wp @ F12), Wp)",
        "= -(Wp @ (F1 + F1.T)) / 2 + F12.T",
        f"= {PREDICTOR_END}",
    ],
]

velocity_derivation = [
    [
        VELOCITY,
        "= -Wp.T @ Wp @ W @ (X + Xp) + (Wp.T + Wp) @ W @ X - W @ (X + Xp)",
        "= -(Wp.T @ Wp + I) @ W @ Xp - (Wp.T @ Wp - Wp.T - Wp + I) @ W @ X",
        f"= {VELOCITY_END}",
    ],
    [
        VELOCITY,
        "= -(2 * Wp.T @ Wp @ W @ (X + Xp) - 2 * Wp.T @ W @ X - 2 * Wp @ W @ X + 2 * W @ (X + Xp)) / 2",
        "= -Wp.T @ Wp @ W @ X - Wp.T @ Wp @ W @ Xp + Wp.T @ W @ X + Wp @ W @ X - W @ X - W @ Xp",
        "= -(Wp.T @ Wp + I) @ W @ Xp - (Wp.T @ Wp - Wp.T - Wp + I) @ W @ X",
        f"= {VELOCITY_END}",
    ],
    [
        VELOCITY_END,
        "= -Wp.T @ Wp @ W @ Xp - W @ Xp - (Wp.T @ Wp - Wp.T - Wp + I) @ W @ X",
        "= -Wp.T @ Wp @ W @ (X + Xp) + (Wp + Wp.T) @ W @ X - W @ (X + Xp)",
        f"= {VELOCITY}",
    ],
    [
        VELOCITY,
        "= -grad(tr(Wp.T @ Wp @ F1), W) / 2 + grad(tr(Wp @ F12), W) - grad(tr(F2), W) / 2",
        "= -Wp.T @ Wp @ W @ (X + Xp) + grad(tr(Wp @ W @ X @ W.T), W) - W @ (X + Xp)",
        "= -Wp.T @ Wp @ W @ (X + Xp) + Wp.T @ W @ X.T + Wp @ W @ X - W @ (X + Xp)",
        f"= {VELOCITY_END}",
    ],
    [
        "let A = Wp.T @ Wp",
        VELOCITY,
        "= -A @ W @ X - A @ W @ Xp + (Wp + Wp.T) @ W @ X - W @ X - W @ Xp",
        "= -(A + I) @ W @ Xp - (A - Wp - Wp.T + I) @ W @ X",
        "= -(A + I) @ W @ Xp - Wt.T @ Wt @ W @ X",
        f"= {VELOCITY_END}",
    ],
]

vec_derivation = [
    [
        VEC,
        "= -vec((Wp.T @ Wp + I) @ W @ Xp) - vec(Wt.T @ Wt @ W @ X)",
        "= -kron(Xp.T, Wp.T @ Wp + I) @ vec(W) - kron(X.T, Wt.T @ Wt) @ vec(W)",
        "= -kron(Xp, Wp.T @ Wp + I) @ vec(W) - kron(X, Wt.T @ Wt) @ vec(W)",
        f"= {VEC_END}",
    ],
    [
        VEC,
        "= -(vec((Wp.T @ Wp + I) @ W @ Xp) + vec(Wt.T @ Wt @ W @ X))",
        "= -(kron(Xp, Wp.T @ Wp + I) @ vec(W) + kron(X, Wt.T @ Wt) @ vec(W))",
        f"= {VEC_END}",
    ],
    [
        VEC_END,
        "= -kron(Xp, Wp.T @ Wp + I) @ vec(W) - kron(X, Wt.T @ Wt) @ vec(W)",
        "= -vec((Wp.T @ Wp + I) @ W @ Xp.T) - vec(Wt.T @ Wt @ W @ X.T)",
        f"= {VEC}",
    ],
    [
        "let A = Wp.T @ Wp + I",
        "let B = Wt.T @ Wt",
        VEC,
        "= -vec(A @ W @ Xp) - vec(B @ W @ X)",
        "= -kron(Xp, A) @ vec(W) - kron(X, B) @ vec(W)",
        "= -(kron(Xp, A) + kron(X, B)) @ vec(W)",
    ],
    [
        VEC,
        "= -vec(Wp.T @ Wp @ W @ Xp) - vec(W @ Xp) - vec(Wt.T @ Wt @ W @ X)",
        "= -kron(Xp, Wp.T @ Wp) @ vec(W) - kron(Xp, I) @ vec(W) - kron(X, Wt.T @ Wt) @ vec(W)",
        f"= {VEC_END}",
    ],
]
