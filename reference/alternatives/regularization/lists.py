"""Dropout and ridge regression in plain Python: loops, and Gaussian elimination in float64."""


def dot(a, b):
    return sum(float(x) * float(y) for x, y in zip(a, b))


def dropout_loss(X, y, w, mask):
    total = 0.0
    for row, target, kept in zip(X, y, mask):
        seen = [x if r else 0.0 for x, r in zip(row, kept)]
        total += (float(target) - dot(seen, w)) ** 2
    return total


def expected_dropout_loss(X, y, w, p):
    # For each example the variance of the error and the square of its mean.
    total = 0.0
    for row, target in zip(X, y):
        terms = [float(x) * float(weight) for x, weight in zip(row, w)]
        total += (float(target) - p * sum(terms)) ** 2
        total += p * (1 - p) * sum(term**2 for term in terms)
    return total


def dropout_lambda(p):
    return 1 / p - 1


def eliminate(matrix, side):
    """Solve a linear system with partial pivoting."""
    rows = [[*row, value] for row, value in zip(matrix, side)]
    size = len(rows)
    for k in range(size):
        best = max(range(k, size), key=lambda i: abs(rows[i][k]))
        rows[k], rows[best] = rows[best], rows[k]
        for i in range(k + 1, size):
            factor = rows[i][k] / rows[k][k]
            rows[i] = [a - factor * b for a, b in zip(rows[i], rows[k])]
    solution = [0.0] * size
    for k in reversed(range(size)):
        rest = dot(rows[k][k + 1 : size], solution[k + 1 :])
        solution[k] = (rows[k][size] - rest) / rows[k][k]
    return solution


def normal_equations(X, y):
    columns = list(zip(*X))
    return [[dot(a, b) for b in columns] for a in columns], [dot(a, y) for a in columns]


def dropout_solution(X, y, p):
    gram, side = normal_equations(X, y)
    for k in range(len(gram)):
        gram[k][k] *= 1 + dropout_lambda(p)
    return [weight / p for weight in eliminate(gram, side)]


def ridge_loss(X, y, w, lam):
    errors = [float(target) - dot(row, w) for row, target in zip(X, y)]
    return dot(errors, errors) + lam * dot(w, w)


def ridge_solution(X, y, lam):
    gram, side = normal_equations(X, y)
    for k in range(len(gram)):
        gram[k][k] += lam
    return eliminate(gram, side)


def shrinks_evenly():
    return {"ridge": True, "dropout": False}
