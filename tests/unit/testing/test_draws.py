import numpy as np
import pytest
import torch

from autograder.testing import integers, normal, uniform


def rng():
    return np.random.default_rng(7)


@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (0, 4)])
def test_shapes_and_dtypes(shape):
    for dtype in (torch.float64, torch.float32, torch.bfloat16):
        drawn = normal(rng(), *shape, dtype=dtype)
        assert (tuple(drawn.shape), drawn.dtype) == (shape, dtype)
        drawn = uniform(rng(), 0, 1, *shape, dtype=dtype)
        assert (tuple(drawn.shape), drawn.dtype) == (shape, dtype)
    drawn = integers(rng(), 0, 5, *shape)
    assert (tuple(drawn.shape), drawn.dtype) == (shape, torch.int64)


def test_the_default_is_float64_whatever_torch_says():
    assert normal(rng()).dtype == uniform(rng(), 0, 1).dtype == torch.float64


def test_the_draws_are_those_of_the_generator():
    assert normal(rng(), 2, 3).tolist() == rng().standard_normal((2, 3)).tolist()
    assert uniform(rng(), -2, 5, 4).tolist() == (7 * rng().random(4) - 2).tolist()


def test_a_narrow_dtype_rounds_the_same_draws_and_leaves_the_stream_alike():
    wide, narrow = rng(), rng()
    assert torch.equal(normal(wide, 5).float(), normal(narrow, 5, dtype=torch.float32))
    assert wide.random() == narrow.random()


def test_integers_include_both_ends():
    drawn = integers(rng(), 1, 3, 200)
    assert set(drawn.tolist()) == {1, 2, 3}
    assert integers(rng(), 4, 4).item() == 4


def test_uniform_stays_in_its_interval_and_fills_it():
    drawn = uniform(rng(), -2.0, -1.0, 1000)
    assert -2 <= drawn.min() < -1.98
    assert -1.02 < drawn.max() < -1


def test_normal_has_the_moments_of_a_standard_normal():
    drawn = normal(rng(), 20_000)
    assert abs(drawn.mean()) < 4 / 20_000**0.5
    assert abs(drawn.var() - 1) < 4 * (2 / 20_000) ** 0.5


@pytest.mark.parametrize("draw", [normal, lambda rng, **options: uniform(rng, 0, 1, **options)])
@pytest.mark.parametrize("dtype", [torch.int64, torch.bool, torch.complex128])
def test_a_dtype_without_fractions_is_refused(draw, dtype):
    with pytest.raises(ValueError, match="dtype must be a floating-point dtype"):
        draw(rng(), dtype=dtype)


def test_the_global_generator_of_torch_is_not_touched():
    before = torch.random.get_rng_state()
    normal(rng(), 3), uniform(rng(), 0, 1, 3), integers(rng(), 0, 1, 3)
    assert torch.equal(before, torch.random.get_rng_state())
