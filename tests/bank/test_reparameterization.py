"""The reparameterized Gaussian against torch.distributions, quadrature, autograd and mpmath."""

import itertools
import math

import mpmath
import numpy as np
import pytest
import torch
from torch.autograd.functional import jacobian
from torch.distributions import Independent, MultivariateNormal, Normal

from reference.reparameterization import (
    determinant_cost,
    diagonal_log_abs_det,
    diagonal_log_density,
    diagonal_sample,
    linear_log_density,
    linear_sample,
    triangular_log_abs_det,
)

F32, F64 = torch.float32, torch.float64


def tensor(*values, dtype=F64):
    return torch.tensor(values, dtype=dtype)


def diagonal_case(seed, n=4, k=3):
    rng = np.random.default_rng(seed)
    arrays = rng.normal(size=k), rng.uniform(0.2, 3, size=k), rng.normal(size=(n, k))
    return tuple(torch.from_numpy(array) for array in arrays)


def linear_case(seed, n=4, k=3):
    rng = np.random.default_rng(seed)
    # Twice the identity keeps a random S well-conditioned.
    S = rng.normal(size=(k, k)) / math.sqrt(k) + 2 * np.eye(k)
    arrays = rng.normal(size=k), S, rng.normal(size=(n, k))
    return tuple(torch.from_numpy(array) for array in arrays)


def reflected(values, seed):
    """A dense matrix Q₁ diag(values) Q₂ with reflections Q, and its inverse."""
    u, v = np.random.default_rng(seed).normal(size=(2, len(values)))

    def reflect(w, matrix):  # (I − 2wwᵀ/‖w‖²) matrix: its own inverse, and symmetric
        return matrix - 2 / (w @ w) * np.outer(w, w @ matrix)

    right = reflect(v, np.eye(len(values)))
    left = reflect(u, np.eye(len(values)))
    return reflect(u, values[:, None] * right), reflect(v, left / values[:, None])


def exact_log_density(z, mu, S, digits=200):
    """Log N(z; mu, S Sᵀ) through the covariance, not through S⁻¹; in float64, from many digits."""
    with mpmath.workdps(digits):
        S = mpmath.matrix(S.tolist())
        covariance = S * S.T
        log_det = mpmath.log(mpmath.det(covariance))
        logs = []
        for row in z.tolist():
            d = mpmath.matrix([mpmath.mpf(a) - m for a, m in zip(row, mu.tolist(), strict=True)])
            square = (d.T * mpmath.lu_solve(covariance, d))[0]
            logs.append(float(-(square + len(d) * mpmath.log(2 * mpmath.pi) + log_det) / 2))
    return tensor(*logs)


def exact_diagonal_log_density(z, mu, sigma):
    """Sum the logarithms of one-dimensional densities in 40 digits."""
    with mpmath.workdps(40):
        parameters = list(zip(mu.tolist(), sigma.tolist(), strict=True))
        return tensor(
            *(
                float(
                    mpmath.fsum(
                        mpmath.log(mpmath.npdf(a, m, s))
                        for a, (m, s) in zip(row, parameters, strict=True)
                    )
                )
                for row in z.tolist()
            )
        )


def exact_log_product(factors):
    with mpmath.workdps(40):
        return float(mpmath.log(mpmath.fprod(factors)))


def close(actual, expected, rtol=1e-10, atol=1e-11):
    torch.testing.assert_close(actual, expected, rtol=rtol, atol=atol)


class TestDiagonalSample:
    def test_by_hand(self):
        z = diagonal_sample(tensor(1, -2), tensor(3, 0.5), tensor([0, 0], [1, 2], [-1, 4]))
        assert z.tolist() == [[1, -2], [4, -1], [-2, 0]]

    def test_agrees_with_a_loop_over_entries(self):
        mu, sigma, z0 = diagonal_case(0)
        z = diagonal_sample(mu, sigma, z0)
        assert z.shape == (4, 3)
        for n, k in np.ndindex(4, 3):
            assert z[n, k].item() == pytest.approx(
                mu[k].item() + sigma[k].item() * z0[n, k].item(), rel=1e-14
            )

    def test_has_mean_mu_and_variance_sigma_squared(self):
        mu, sigma, _ = diagonal_case(1, k=4)
        # Gauss–Hermite integrates polynomials against the standard normal density exactly.
        nodes, weights = np.polynomial.hermite_e.hermegauss(5)
        weights = torch.from_numpy(weights / weights.sum())
        z = diagonal_sample(mu, sigma, torch.from_numpy(nodes)[:, None].expand(5, 4))
        close(weights @ z, mu)
        close(weights @ (z - mu) ** 2, sigma**2)

    def test_is_differentiable_in_every_argument(self):
        leaves = tuple(v.requires_grad_() for v in diagonal_case(2))
        assert torch.autograd.gradcheck(diagonal_sample, leaves)
        assert torch.autograd.gradgradcheck(diagonal_sample, leaves)

    def test_in_float32_survives_cancellation(self):
        mu, sigma = tensor(-1000.1, 3, dtype=F32), tensor(10.3, 2, dtype=F32)
        z0 = tensor([97.1, 1], [97.0, -1], [97.2, 0], dtype=F32)
        z = diagonal_sample(mu, sigma, z0)
        assert z.dtype == F32
        for row, given in zip(z.tolist(), z0.tolist(), strict=True):
            for k, value in enumerate(row):
                exact = mpmath.mpf(mu[k].item()) + mpmath.mpf(sigma[k].item()) * given[k]
                assert value == pytest.approx(float(exact), rel=1e-7)


class TestDiagonalLogAbsDet:
    def test_is_that_of_the_jacobian_of_a_sample(self):
        mu, sigma, z0 = diagonal_case(3, n=3, k=5)
        for row in z0:
            J = jacobian(lambda v: diagonal_sample(mu, sigma, v[None])[0], row)
            close(diagonal_log_abs_det(sigma), torch.linalg.slogdet(J).logabsdet)

    def test_by_hand(self):
        assert diagonal_log_abs_det(tensor(2, 0.5, math.e)).item() == pytest.approx(1, rel=1e-15)
        assert diagonal_log_abs_det(tensor(1e-300)).item() == pytest.approx(-300 * math.log(10))

    @pytest.mark.parametrize("dtype", [F32, F64])
    def test_where_the_determinant_underflows(self, dtype):
        sigma = torch.logspace(-3, -0.5, 2000, dtype=dtype)
        assert sigma.prod() == 0
        log_abs_det = diagonal_log_abs_det(sigma)
        assert log_abs_det.shape == () and log_abs_det.dtype == dtype
        rel = 1e-12 if dtype == F64 else 1e-7
        assert log_abs_det.item() == pytest.approx(exact_log_product(sigma.tolist()), rel=rel)

    @pytest.mark.parametrize(("dtype", "tol"), [(F32, 1e-6), (F64, 1e-10)])
    def test_where_large_logarithms_cancel(self, dtype, tol):
        rng = np.random.default_rng(4)
        small = rng.uniform(1e-3, 2e-3, size=1000)
        sigma = torch.from_numpy(np.concatenate([small, 1 / rng.permuted(small)])).to(dtype)
        exact = exact_log_product(sigma.tolist())
        assert abs(exact) < 1e-3
        assert diagonal_log_abs_det(sigma).item() == pytest.approx(exact, rel=tol, abs=tol)

    def test_gradient_is_one_over_sigma_at_every_size(self):
        sigma = tensor(1e-300, 1e-3, 1, 7, 1e300).requires_grad_()
        diagonal_log_abs_det(sigma).backward()
        close(sigma.grad, tensor(1e300, 1e3, 1, 1 / 7, 1e-300), rtol=1e-14, atol=0)


class TestDiagonalLogDensity:
    def test_agrees_with_torch_distributions(self):
        mu, sigma, z = diagonal_case(5, n=6, k=4)
        expected = Independent(Normal(mu, sigma), 1).log_prob(z)
        actual = diagonal_log_density(z, mu, sigma)
        assert actual.shape == (6,)
        close(actual, expected)

    def test_is_the_base_density_over_the_volume_that_a_sample_stretches(self):
        mu, sigma, z0 = diagonal_case(6, n=5, k=3)
        z = diagonal_sample(mu, sigma, z0)
        base = Normal(0.0, 1.0).log_prob(z0).sum(-1)
        close(diagonal_log_density(z, mu, sigma) + diagonal_log_abs_det(sigma), base)

    def test_integrates_to_one(self):
        mu, sigma = tensor(0.7, -1), tensor(0.4, 1.3)
        axis = torch.linspace(-14, 14, 281, dtype=F64)
        grid = torch.cartesian_prod(axis, axis)
        cell = (axis[1] - axis[0]) ** 2
        mass = diagonal_log_density(grid, mu, sigma).exp().sum() * cell
        assert mass.item() == pytest.approx(1, rel=1e-12)

    @pytest.mark.parametrize("k", [1, 2, 7])
    def test_at_the_mean_has_two_pi_once_a_dimension(self, k):
        mode = diagonal_log_density(torch.ones(3, k), torch.ones(k), torch.ones(k))
        close(mode.double(), torch.full((3,), math.log((2 * math.pi) ** (-k / 2)), dtype=F64), 1e-6)

    @pytest.mark.parametrize(("dtype", "rtol"), [(F32, 1e-6), (F64, 1e-12)])
    def test_in_two_thousand_dimensions(self, dtype, rtol):
        rng = np.random.default_rng(7)
        mu = torch.from_numpy(rng.normal(size=2000)).to(dtype)
        sigma = torch.from_numpy(rng.permuted(np.geomspace(1e-3, 1, 2000))).to(dtype)
        z = (mu + sigma * torch.from_numpy(rng.normal(size=(3, 2000)))).to(dtype)
        actual = diagonal_log_density(z, mu, sigma)
        assert actual.dtype == dtype
        close(actual.double(), exact_diagonal_log_density(z, mu, sigma), rtol)

    def test_where_sigma_squared_under_and_overflows(self):
        mu, sigma = tensor(0, 0, 1), tensor(1e-200, 1e200, 1)
        z = tensor([1e-200, 1e200, 1], [-2e-200, 3e200, 1.5], [0, 0, 0])
        close(diagonal_log_density(z, mu, sigma), exact_diagonal_log_density(z, mu, sigma), 1e-13)

    def test_is_differentiable_in_every_argument(self):
        mu, sigma, z = (v.requires_grad_() for v in diagonal_case(8))
        assert torch.autograd.gradcheck(diagonal_log_density, (z, mu, sigma))
        assert torch.autograd.gradgradcheck(diagonal_log_density, (z, mu, sigma))

    def test_gradients_where_sigma_is_tiny(self):
        mu = torch.zeros(4, dtype=F64, requires_grad=True)
        sigma = tensor(1e-200, 1e-3, 1, 1e200).requires_grad_()
        z0 = tensor([1, -2, 0, 3], [0, 1, 2, -1], [2, 2, 2, 2])
        z = (sigma * z0).detach().requires_grad_()
        diagonal_log_density(z, mu, sigma).sum().backward()
        close(z.grad, -z0 / sigma.detach(), 1e-14)
        close(mu.grad, -z.grad.sum(0), 1e-14)
        close(sigma.grad, ((z0**2 - 1) / sigma.detach()).sum(0), 1e-14)


class TestLinearSample:
    def test_by_hand(self):
        S = tensor([1, 2], [0, 3])
        z = linear_sample(tensor(10, 20), S, tensor([1, 0], [0, 1], [1, -1]))
        assert z.tolist() == [[11, 20], [12, 23], [9, 17]]

    def test_agrees_with_a_loop_over_entries(self):
        mu, S, z0 = linear_case(9)
        z = linear_sample(mu, S, z0)
        assert z.shape == (4, 3)
        for n, k in np.ndindex(4, 3):
            expected = mu[k] + sum(S[k, j] * z0[n, j] for j in range(3))
            assert z[n, k].item() == pytest.approx(expected.item(), rel=1e-13)

    def test_has_covariance_s_s_transposed(self):
        mu, S, _ = linear_case(10, k=4)
        # ±√K e_k with equal weights have mean 0 and covariance I.
        z0 = 2 * torch.cat([torch.eye(4, dtype=F64), -torch.eye(4, dtype=F64)])
        z = linear_sample(mu, S, z0)
        close(z.mean(0), mu)
        covariance = MultivariateNormal(mu, scale_tril=torch.linalg.cholesky(S @ S.T))
        close(torch.cov(z.T, correction=0), covariance.covariance_matrix)

    def test_is_differentiable_in_every_argument(self):
        leaves = tuple(v.requires_grad_() for v in linear_case(11))
        assert torch.autograd.gradcheck(linear_sample, leaves)
        assert torch.autograd.gradgradcheck(linear_sample, leaves)

    def test_in_float32_survives_cancellation(self):
        rng = np.random.default_rng(12)
        mu, S, z0 = (
            torch.from_numpy(rng.normal(size=size)).to(F32) for size in [50, (50, 50), (3, 50)]
        )
        z = linear_sample(mu, S, z0)
        assert z.dtype == F32
        for n, k in np.ndindex(3, 50):
            products = (a * b for a, b in zip(S[k].tolist(), z0[n].tolist(), strict=True))
            expected = math.fsum([mu[k].item(), *products])  # each product is exact in float64
            assert z[n, k].item() == pytest.approx(expected, rel=1e-7)


class TestLinearLogDensity:
    def test_agrees_with_torch_distributions(self):
        mu, S, z = linear_case(13, n=6, k=4)
        expected = MultivariateNormal(mu, covariance_matrix=S @ S.T).log_prob(z)
        actual = linear_log_density(z, mu, S)
        assert actual.shape == (6,)
        close(actual, expected)

    def test_is_the_base_density_over_the_volume_that_a_sample_stretches(self):
        mu, S, z0 = linear_case(14, n=5, k=3)
        z, base = linear_sample(mu, S, z0), Normal(0.0, 1.0).log_prob(z0).sum(-1)
        for n, row in enumerate(z0):
            J = jacobian(lambda v: linear_sample(mu, S, v[None])[0], row)
            stretched = base[n] - torch.linalg.det(J).abs().log()
            close(linear_log_density(z, mu, S)[n], stretched)

    def test_integrates_to_one_with_second_moment_s_s_transposed(self):
        mu, S = tensor(0.5, -1), tensor([0.8, -0.6], [1.1, 0.3])
        axis = torch.linspace(-16, 16, 401, dtype=F64)
        z = torch.cartesian_prod(axis, axis)
        weights = linear_log_density(z, mu, S).exp() * (axis[1] - axis[0]) ** 2
        assert weights.sum().item() == pytest.approx(1, rel=1e-12)
        close(weights @ z, mu)
        close(((z - mu) * weights[:, None]).T @ (z - mu), tensor([1, 0.7], [0.7, 1.3]))

    def test_knows_s_only_through_the_covariance(self):
        mu, S, z = linear_case(15, n=5, k=4)
        Q = torch.from_numpy(reflected(tensor(1, 1, -1, 1).numpy(), 16)[0])
        expected = linear_log_density(z, mu, S)
        for other in (S @ Q, -S, S[:, [2, 0, 3, 1]], torch.linalg.cholesky(S @ S.T)):
            close(linear_log_density(z, mu, other), expected)

    def test_of_a_diagonal_is_the_product_of_its_dimensions(self):
        mu, sigma, z = diagonal_case(17, n=5, k=4)
        expected = exact_diagonal_log_density(z, mu, sigma)
        signs = tensor(1, -1, -1, 1)
        close(linear_log_density(z, mu, torch.diag(sigma)), expected)
        close(linear_log_density(z, mu, torch.diag(sigma * signs)), expected)

    @pytest.mark.parametrize("sizes", [(1, 1), (1, 3), (3, 1), (0, 2)])
    def test_of_the_smallest_sizes(self, sizes):
        n, k = sizes
        mu, S, z = linear_case(18, n, k)
        actual = linear_log_density(z, mu, S)
        assert actual.shape == (n,)
        if n:
            close(actual, exact_log_density(z, mu, S))

    @pytest.mark.parametrize(("dtype", "rtol"), [(F32, 1e-6), (F64, 1e-12)])
    @pytest.mark.parametrize("triangular", [False, True])
    def test_where_the_determinant_is_1e_minus_600(self, triangular, dtype, rtol):
        rng = np.random.default_rng(19)
        S = rng.normal(size=(20, 20)) / math.sqrt(20) + np.eye(20)
        S = torch.from_numpy((np.tril(S) if triangular else S) * 1e-30).to(dtype)
        mu = torch.from_numpy(rng.normal(size=20) * 1e-30).to(dtype)
        z = torch.from_numpy(rng.normal(size=(3, 20)) * 2e-30).to(dtype)
        assert torch.linalg.det(S.double()) == 0
        actual = linear_log_density(z, mu, S)
        assert actual.dtype == dtype
        close(actual.double(), exact_log_density(z, mu, S), rtol)

    def test_where_the_determinant_of_two_entries_is_1e_minus_600(self):
        S, mu = tensor([1e-300, 2e-300], [3e-300, 4e-300]), tensor(1e-300, 0)
        z = tensor([2e-300, 5e-300], [0, 1e-300], [1e-300, 0])
        close(linear_log_density(z, mu, S), exact_log_density(z, mu, S), 1e-13)

    @pytest.mark.exhaustive
    @pytest.mark.parametrize("triangular", [False, True])
    def test_in_two_thousand_dimensions_with_gradients(self, triangular):
        K, rng = 2000, np.random.default_rng(20)
        values = rng.permuted(np.geomspace(1e-3, 1, K))
        if triangular:
            # The bidiagonal B diag(values), where B has ones and halves: B⁻¹ is known in full.
            S = np.diag(values) + np.diag(0.5 * values[:-1], -1)
            lag = np.subtract.outer(np.arange(K), np.arange(K))
            inverse = np.where(lag >= 0, (-0.5) ** np.maximum(lag, 0), 0) / values[:, None]
        else:
            S, inverse = reflected(values, 21)
        S, inverse = torch.from_numpy(S).requires_grad_(), torch.from_numpy(inverse)
        mu = torch.from_numpy(rng.normal(size=K)).requires_grad_()
        z0 = torch.from_numpy(rng.normal(size=(3, K)))
        z = (mu + z0 @ S.T).detach().requires_grad_()

        actual = linear_log_density(z, mu, S)
        base = -0.5 * (z0.square().sum(-1) + K * math.log(2 * math.pi))
        close(actual.detach(), base - exact_log_product(values.tolist()), 1e-11)

        actual.sum().backward()
        close(z.grad, -z0 @ inverse, 1e-7, 1e-7)
        close(mu.grad, (z0 @ inverse).sum(0), 1e-7, 1e-7)
        expected = (z0 @ inverse).T @ z0 - 3 * inverse.T
        assert (S.grad - expected).norm() < 1e-9 * expected.norm()

    @pytest.mark.parametrize("by_columns", [False, True])
    def test_of_an_ill_conditioned_triangle_keeps_its_digits(self, by_columns):
        rng = np.random.default_rng(22)
        S = np.tril(rng.normal(size=(24, 24)), -1) + np.diag(10 ** -np.abs(2 * rng.normal(size=24)))
        S = torch.from_numpy(S)
        if by_columns:
            S = S.T.contiguous().T
        z, mu = torch.from_numpy(rng.normal(size=(3, 24))), torch.zeros(24, dtype=F64)
        z[2] = mu  # where nothing but the determinant is left
        close(linear_log_density(z, mu, S), exact_log_density(z, mu, S), 1e-12)

    def test_where_the_product_of_two_small_entries_underflows(self):
        # z = S z0 with z0 = (2, 0), and |det S| = 1e-400.
        S, z = tensor([1, 1e-200], [1e-200, 0]), tensor([2, 2e-200])
        expected = tensor(-2 - math.log(2 * math.pi) + 400 * math.log(10))
        close(linear_log_density(z, tensor(0, 0), S), expected, 1e-14)
        assert linear_sample(tensor(0, 0), S, tensor([2, 0])).tolist() == z.tolist()

    def test_of_rows_or_columns_of_very_different_size(self):
        mu, S, z = linear_case(23, n=3, k=6)
        scale = 10 ** torch.linspace(-40, 40, 6, dtype=F64)
        for case in ((z * scale, mu * scale, S * scale[:, None]), (z, mu, S * scale)):
            close(linear_log_density(*case), exact_log_density(*case, digits=400), 1e-12)

    @pytest.mark.parametrize("triangular", [False, True])
    def test_is_differentiable_in_every_argument(self, triangular):
        mu, S, z = linear_case(24)
        # Of a triangular S too all entries have a gradient: nothing says that the zeros must stay.
        S = S.tril() if triangular else S
        leaves = tuple(v.requires_grad_() for v in (z, mu, S))
        assert torch.autograd.gradcheck(linear_log_density, leaves)
        assert torch.autograd.gradgradcheck(linear_log_density, leaves)


class TestTriangularLogAbsDet:
    def test_is_that_of_the_sum_over_permutations(self):
        rng = np.random.default_rng(25)
        S = np.tril(rng.normal(size=(5, 5)), -1) + np.diag(rng.uniform(0.2, 3, size=5))
        determinant = 0.0
        for p in itertools.permutations(range(5)):
            sign = (-1) ** sum(p[i] > p[j] for i, j in itertools.combinations(range(5), 2))
            determinant += sign * math.prod(S[i, p[i]] for i in range(5))
        actual = triangular_log_abs_det(torch.from_numpy(S))
        assert actual.shape == ()
        assert actual.item() == pytest.approx(math.log(determinant), rel=1e-12)

    def test_is_that_of_the_jacobian_of_a_sample(self):
        mu, S, z0 = linear_case(26, n=1, k=4)
        J = jacobian(lambda v: linear_sample(mu, S.tril(), v[None])[0], z0[0])
        close(triangular_log_abs_det(S.tril()), torch.linalg.slogdet(J).logabsdet)

    @pytest.mark.parametrize("dtype", [F32, F64])
    def test_where_the_determinant_is_1e_minus_600(self, dtype):
        rng = np.random.default_rng(27)
        diagonal = rng.permuted(np.geomspace(1e-3, 10**2.4, 2000))
        S = torch.from_numpy(np.tril(rng.normal(size=(2000, 2000)), -1) + np.diag(diagonal))
        S = S.to(dtype)
        exact = exact_log_product(S.diagonal().tolist())
        assert exact == pytest.approx(-600 * math.log(10), rel=1e-5)
        actual = triangular_log_abs_det(S)
        assert actual.dtype == dtype
        assert actual.item() == pytest.approx(exact, rel=1e-12 if dtype == F64 else 1e-7)

    def test_gradient_is_the_inverse_of_the_diagonal(self):
        S = tensor([1e-300, 0, 0], [5, 1e-3, 0], [-7, 0.1, 8]).requires_grad_()
        triangular_log_abs_det(S).backward()
        close(S.grad, torch.diag(tensor(1e300, 1e3, 0.125)), 1e-14, 0)


def test_both_determinants_are_products_of_k_entries():
    assert determinant_cost() == {"diagonal": 1, "triangular": 1}


class TestAllTogether:
    calls = (
        (diagonal_sample, ("mu", "sigma", "z0")),
        (diagonal_log_density, ("z", "mu", "sigma")),
        (linear_sample, ("mu", "S", "z0")),
        (linear_log_density, ("z", "mu", "S")),
        (diagonal_log_abs_det, ("sigma",)),
        (triangular_log_abs_det, ("S",)),
    )

    @staticmethod
    def arguments(names, **changes):
        mu, S, z = linear_case(28, n=4, k=3)
        tensors = {"mu": mu, "sigma": S.diagonal().abs(), "S": S.tril(), "z": z, "z0": z}
        return {name: (tensors | changes)[name] for name in names}

    @pytest.mark.parametrize(("function", "names"), calls)
    def test_leave_their_arguments_as_they_were(self, function, names):
        arguments = self.arguments(names)
        before = {name: value.clone() for name, value in arguments.items()}
        function(**arguments)
        assert all(torch.equal(arguments[name], before[name]) for name in names)

    @pytest.mark.parametrize(("function", "names"), calls)
    def test_float32_in_gives_float32_out(self, function, names):
        arguments = {name: value.to(F32) for name, value in self.arguments(names).items()}
        actual = function(**arguments)
        assert actual.dtype == F32
        expected = function(**{name: value.double() for name, value in arguments.items()})
        assert expected.dtype == F64
        close(actual.double(), expected, 1e-6, 1e-7)

    @pytest.mark.parametrize(("function", "names"), calls[:4])
    @pytest.mark.parametrize("parameters", [F32, F64, torch.int64])
    @pytest.mark.parametrize("data", [F32, F64])
    def test_the_data_decide_the_dtype(self, function, names, data, parameters):
        rounded = {name: value.to(parameters) for name, value in self.arguments(names).items()}
        for name in {"z", "z0"} & set(names):
            rounded[name] = rounded[name].to(data)
        assert function(**rounded).dtype == data

    @pytest.mark.parametrize(("function", "names"), calls)
    def test_refuse_what_lies_outside_the_domain(self, function, names):
        wrong = {
            "mu": [torch.zeros(2), torch.zeros(3, 1), torch.tensor(0.0)],
            "sigma": [torch.ones(1, 3), tensor(1, 0, 2), tensor(1, 2, -1e-9), tensor(1, 2, np.nan)],
            "S": [torch.ones(3), torch.ones(3, 4), torch.ones(2, 3, 3)],
            "z": [torch.zeros(3), torch.zeros(4, 2), torch.zeros(2, 4, 3)],
            "z0": [torch.zeros(3), torch.zeros(4, 2), torch.zeros(2, 4, 3)],
        }
        whole = torch.zeros(4, 3, dtype=torch.int64)
        wrong["z"].append(whole)
        wrong["z0"].append(whole)
        if len(names) == 1:
            wrong["sigma"].append(torch.ones(3, dtype=torch.int64))
            wrong["S"].append(torch.eye(3, dtype=torch.int64))
        else:
            wrong["sigma"].append(torch.ones(2))
            wrong["S"].append(torch.eye(2))
        for name in names:
            for value in wrong[name]:
                with pytest.raises(ValueError, match=rf"^{name} must"):
                    function(**self.arguments(names, **{name: value}))

    @pytest.mark.parametrize("function", [linear_sample, linear_log_density])
    @pytest.mark.parametrize(
        "S", [torch.zeros(3, 3), torch.ones(3, 3), tensor([1, 2, 0], [2, 4, 0], [0, 0, 1])]
    )
    def test_refuse_a_singular_matrix(self, function, S):
        names = ("mu", "S", "z0") if function is linear_sample else ("z", "mu", "S")
        with pytest.raises(ValueError, match="S must be non-singular"):
            function(**self.arguments(names, S=S))

    @pytest.mark.parametrize(
        ("S", "rule"),
        [
            (tensor([1, 1e-12], [0, 1]), "be lower triangular"),
            (tensor([1, 0], [3, 0]), "have a positive diagonal"),
            (tensor([1, 0], [3, -2]), "have a positive diagonal"),
        ],
    )
    def test_refuse_what_is_no_triangle_with_a_positive_diagonal(self, S, rule):
        with pytest.raises(ValueError, match=f"S must {rule}"):
            triangular_log_abs_det(S)
