"""64. Returns a right tensor and a wrong one, both of a subclass whose comparisons lie.

expect: double passed, total wrong
"""

import torch


class Always(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        if getattr(function, "__name__", "") in (
            "eq",
            "sub",
            "rsub",
            "isclose",
            "allclose",
            "equal",
            "ne",
        ):
            return torch.tensor(0.0)
        return super().__torch_function__(function, types, args, kwargs or {})


def double(x):
    return (2 * x).as_subclass(Always)


def total(x):
    return torch.tensor(123.0, dtype=x.dtype).as_subclass(Always)
