"""Values that claim to be whatever is asked for, and write down every hook of theirs that runs."""

import numpy as np
import torch

RUN = []

# fmt: off
HOOKS = (
    "__array__", "__array_interface__", "__array_struct__", "__eq__", "__ne__", "__lt__",
    "__le__", "__gt__", "__ge__", "__float__", "__int__", "__index__", "__complex__",
    "__bool__", "__len__", "__iter__", "__getitem__", "__contains__", "__repr__", "__str__",
    "__format__", "__hash__", "__sub__", "__rsub__", "__abs__", "__neg__", "__add__", "__mul__",
    "__array_ufunc__", "__array_function__", "keys", "values", "items", "copy", "tolist",
    "item", "numpy", "detach", "to", "view", "dtype", "shape", "size", "ndim", "device",
    "layout", "requires_grad", "is_nested", "T",
)
# fmt: on


def lie(name):
    def hook(self, *arguments, **keywords):
        RUN.append(name)
        return True

    return hook


def hooks(*, without=()):
    made = {name: lie(name) for name in HOOKS if name not in without}
    made["__class__"] = property(lambda self: RUN.append("__class__") or float)
    return made


def look_up(self, name):
    RUN.append(name)
    return True


class Meta(type):
    """A metaclass that lies about its class."""

    __name__ = property(lambda cls: RUN.append("__name__") or "float")

    def __instancecheck__(cls, value):
        RUN.append("__instancecheck__")
        return True

    def __subclasscheck__(cls, other):
        RUN.append("__subclasscheck__")
        return True

    def __getattribute__(cls, name):
        RUN.append(f"Meta.{name}")
        return type.__getattribute__(cls, name)


class Torchy:
    """Claims to take part in every torch function."""

    @classmethod
    def __torch_function__(cls, function, types, arguments=(), keywords=None):
        RUN.append("__torch_function__")
        return torch.full((3,), 7.0)


def subclass(base, **extra):
    return type("Liar", (base,), {**hooks(), "__getattribute__": look_up, **extra})


def plain_object():
    return Meta("Liar", (Torchy,), {**hooks(), "__getattribute__": look_up})()


def tensor(data):
    """A tensor that says it is another one, and that no function may touch."""
    made = {**hooks(), "__torch_function__": Torchy.__dict__["__torch_function__"]}
    return torch.tensor(data, dtype=torch.float64).as_subclass(type("T", (torch.Tensor,), made))


def dispatched_tensor(data):
    """A tensor that answers below the level of functions, at every operator."""

    def dispatch(cls, function, types, arguments=(), keywords=None):
        RUN.append("__torch_dispatch__")
        return torch.full((3,), 7.0)

    made = {"__torch_dispatch__": classmethod(dispatch)}
    cls = type("D", (torch.Tensor,), made)
    return torch.Tensor._make_subclass(cls, torch.tensor(data, dtype=torch.float64))


def hollow_tensor(*shape):
    """A tensor of a shape and a dtype, with no memory behind it."""
    cls = type(
        "W", (torch.Tensor,), {"__torch_dispatch__": classmethod(lambda *_: torch.zeros(shape))}
    )
    return torch.Tensor._make_wrapper_subclass(cls, shape, dtype=torch.float64)


def array(data):
    return np.array(data, dtype=np.float64).view(
        type("A", (np.ndarray,), {**hooks(), "__array_finalize__": lambda self, other: None})
    )


def scalar(value):
    return subclass(np.float64)(value)
