from collections import OrderedDict, namedtuple
from fractions import Fraction

import numpy as np
import pytest
import torch

from autograder.testing.values import MAX_ENTRIES, MAX_ITEMS, UnreadableValue, read, type_name
from autograder.wire import MAX_DEPTH
from testing import liars

NUMPY_DTYPES = (
    *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
    *("float16", "float32", "float64", "complex64", "complex128"),
)
WIDE = {"b": "bool", "i": "int64", "u": "int64", "f": "float64", "c": "complex128"}


def refusal(value):
    with pytest.raises(UnreadableValue) as caught:
        read(value)
    return caught.value.kind, caught.value.text


@pytest.mark.parametrize("name", NUMPY_DTYPES)
@pytest.mark.parametrize("make", [np.asarray, torch.as_tensor, lambda array: array[1]])
def test_arrays_tensors_and_numpy_scalars_keep_their_values_in_the_widest_dtype(name, make):
    source = np.array([0, 1, 1], dtype=name)
    values = read(make(source))
    assert values.array.dtype == WIDE[source.dtype.kind]
    assert values.dtype == name
    assert not values.literal
    assert np.array_equal(values.array, make(source))


def test_bfloat16_keeps_its_values_and_its_name():
    values = read(torch.tensor([1.0, -0.15625, 3e38], dtype=torch.bfloat16))
    assert values.dtype == "bfloat16"
    assert values.array.dtype == np.float64
    assert values.array.tolist() == [1.0, -0.15625, float(torch.tensor(3e38).bfloat16())]


@pytest.mark.parametrize(
    ("value", "dtype"),
    [(True, "bool"), (-3, "int64"), (2.5, "float64"), (1 - 2j, "complex128")],
)
def test_python_numbers_are_0d_and_literal(value, dtype):
    values = read(value)
    assert (values.shape, values.array.dtype, values.literal) == ((), dtype, True)
    assert values.array.item() == value


@pytest.mark.parametrize("base", [int, float, complex])
def test_subclasses_of_python_numbers_are_read_by_their_base(base):
    assert read(liars.subclass(base)(7)).array.item() == 7


def test_integers_beyond_64_bits_are_read_as_floats():
    assert read(2**63 - 1).array.item() == 2**63 - 1
    assert read(-(2**63)).array.item() == -(2**63)
    for value in (2**63, [2**63], np.array([2**63], np.uint64), -(2**63) - 1):
        values = read(value)
        assert values.kind == "float"
        assert abs(values.array.item()) == 2.0**63
    assert read(np.array([2**63 - 1], np.uint64)).array.tolist() == [2**63 - 1]
    assert refusal(10**400) == ("type", "is an integer too large for a float")


@pytest.mark.parametrize(
    ("value", "shape", "dtype"),
    [
        ([], (0,), "float64"),
        ([[], []], (2, 0), "float64"),
        ([True, False], (2,), "bool"),
        ([True, 2], (2,), "int64"),
        ([(1, 2.5, True)], (1, 3), "float64"),
        ([1, 2.5, 1j], (3,), "complex128"),
        ([torch.ones(2), np.zeros(2)], (2, 2), "float64"),
        ([np.float32(1), 2], (2,), "float64"),
        (torch.Size([3, 4]), (2,), "int64"),
        (namedtuple("P", "x y")(1.0, 2.0), (2,), "float64"),
        ([np.zeros((0, 3))], (1, 0, 3), "float64"),
    ],
)
def test_nested_lists_take_the_widest_kind_of_their_leaves(value, shape, dtype):
    values = read(value)
    assert (values.shape, values.array.dtype, values.literal) == (shape, dtype, True)


def test_nested_lists_keep_their_order():
    value = [[torch.tensor([1, 2]), [3, 4.5]], ([np.int8(5), True], np.array([7.0, 8.0]))]
    assert read(value).array.tolist() == [[[1, 2], [3, 4.5]], [[5, 1], [7, 8]]]


def test_lists_of_one_dtype_remember_it():
    assert read([torch.tensor(1.0), torch.tensor(2.0)]).dtype == "float32"
    assert read([torch.tensor(1.0), torch.tensor(2.0).double()]).dtype == "float64"


@pytest.mark.parametrize("value", [[1, [2]], [[1], 2], [[1, 2], [3]], [np.zeros(2), np.zeros(3)]])
def test_ragged_lists_are_a_matter_of_shape(value):
    assert refusal(value) == ("shape", "holds items of unequal shapes, which make no array")


def layouts():
    grid = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
    tensor = torch.from_numpy(grid.copy())
    pair = torch.complex(tensor, -tensor)
    yield grid[::-1, ::2, ::-1]
    yield grid.T
    yield np.asfortranarray(grid)
    yield np.broadcast_to(grid, (5, 2, 3, 4))
    yield grid.astype(">f4")
    yield np.array(2.5, dtype=np.float32)
    yield tensor.permute(2, 0, 1)[::2]
    yield tensor.expand(5, 2, 3, 4)
    yield tensor.clone().requires_grad_() * 2
    yield torch.nn.Parameter(tensor.clone())
    yield pair.conj()
    yield pair.conj().imag
    yield pair.mH
    yield torch.zeros(0, 3)[:, ::2]


@pytest.mark.parametrize("value", list(layouts()))
def test_layout_gradients_and_views_do_not_matter(value):
    plain = value.tolist() if isinstance(value, np.ndarray) else value.detach().tolist()
    values = read(value)
    assert values.shape == tuple(value.shape)
    assert values.array.tolist() == plain
    assert values.array.flags.c_contiguous


def test_what_is_read_is_a_copy():
    for source in (np.zeros(3), torch.zeros(3, dtype=torch.float64), torch.zeros(3)):
        values = read(source)
        source[0] = 1
        values.array[1] = 1
        assert values.array[0] == 0
        assert source[1] == 0


def test_inference_tensors_are_read():
    with torch.inference_mode():
        value = torch.ones(2)
    assert read(value).array.tolist() == [1, 1]


def escaped():
    """A tensor that only means something inside torch.vmap."""
    kept = []
    torch.vmap(lambda row: kept.append(row) or row)(torch.ones(3, 2))
    return kept[0]


def storage(size):
    value = torch.ones(4)
    value.untyped_storage().resize_(size)
    return value


def itself():
    value = []
    value.append(value)
    return value


def lattice():
    """Forty lists that hold 2 ** 40 items."""
    value = []
    for _ in range(MAX_DEPTH - 2):
        value = [value, value]
    return value


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: None, "is None"),
        (lambda: [1.0, None], "holds None"),
        (lambda: ..., "is a value of type `ellipsis`"),
        (lambda: "0.5", "is a value of type `str`"),
        (lambda: b"0.5", "is a value of type `bytes`"),
        (lambda: Fraction(1, 2), "is a value of type `Fraction`"),
        (lambda: {1.0, 2.0}, "is a value of type `set`"),
        (lambda: {0: 1.0}, "is a value of type `dict`"),
        (lambda: OrderedDict(), "is a value of type `OrderedDict`"),
        (lambda: (x for x in (1.0,)), "is a value of type `generator`"),
        (lambda: range(3), "is a value of type `range`"),
        (lambda: [1.0, "a"], "holds a value of type `str`"),
        (lambda: torch.ones, "is a value of type `builtin_function_or_method`"),
        (lambda: np.array([1.0, None]), "is an array of dtype object"),
        (lambda: np.array(["a"]), "is an array of dtype str32"),
        (lambda: np.str_("a"), "is an array of dtype str32"),
        (lambda: np.array(["2020"], "datetime64[Y]"), "is an array of dtype datetime64[Y]"),
        (lambda: np.zeros(2, [("x", float)]), "is an array of dtype void64"),
        (lambda: np.zeros(2, np.longdouble), f"is an array of dtype {np.dtype('g').name}"),
        (lambda: np.ma.array([1.0]), "is a masked array"),
        (lambda: [np.ma.array([1.0])], "holds a masked array"),
        (lambda: torch.ones(2).to_sparse(), "is a tensor of layout torch.sparse_coo"),
        (
            lambda: torch.ones(2, device="meta"),
            "is a tensor on the device meta; return it on the CPU",
        ),
        (lambda: torch.ones(2).to(torch.float8_e5m2), "is a tensor of dtype torch.float8_e5m2"),
        (
            lambda: torch.nested.nested_tensor([torch.ones(2)], layout=torch.jagged),
            "is a tensor that is nested",
        ),
        (escaped, "is a tensor whose data cannot be read"),
        (lambda: storage(0), "is a tensor without data"),
        (lambda: storage(15), "is a tensor without data"),
        (lambda: liars.hollow_tensor(3), "is a tensor without data"),
        (
            lambda: torch.zeros(1).expand(MAX_ENTRIES + 1),
            f"is a tensor of {MAX_ENTRIES + 1} entries, too many to compare",
        ),
        (
            lambda: np.broadcast_to(0.0, 10**15),
            f"is an array of {10**15} entries, too many to compare",
        ),
        (
            lambda: [np.broadcast_to(np.False_, MAX_ENTRIES // 2)] * 3,
            f"holds over {MAX_ENTRIES} entries, too many to compare",
        ),
        (itself, f"is nested deeper than {MAX_DEPTH}"),
        (lattice, f"has more than {MAX_ITEMS} items in its lists"),
        (lambda: [0.0] * MAX_ITEMS, f"has more than {MAX_ITEMS} items in its lists"),
        (lambda: [[[np.zeros((1,) * 30)]]], f"is nested deeper than {MAX_DEPTH}"),
    ],
)
def test_what_is_no_array_of_numbers_is_refused_by_name(make, text):
    assert refusal(make()) == ("type", text)


def test_the_last_element_of_a_storage_is_still_data():
    assert read(storage(16)).array.tolist() == [1, 1, 1, 1]
    assert read(storage(12)[:3]).shape == (3,)
    view = torch.ones(4)[2:]
    view.untyped_storage().resize_(12)
    assert refusal(view) == ("type", "is a tensor without data")
    assert read(view[:1]).array.tolist() == [1]


def test_the_greatest_depth_and_number_of_items_are_read():
    value = 1.0
    for _ in range(MAX_DEPTH):
        value = [value]
    assert read(value).shape == (1,) * MAX_DEPTH
    assert read([0.0] * (MAX_ITEMS - 1)).shape == (MAX_ITEMS - 1,)


def test_modes_that_a_notebook_left_open_are_not_asked():
    class Mode(torch.overrides.TorchFunctionMode):
        def __torch_function__(self, function, types, arguments=(), keywords=None):
            return 7.0

    value = torch.tensor([1.0, 2.0])
    with Mode():
        assert read(value).array.tolist() == [1.0, 2.0]


def test_type_names_are_cut_and_printable():
    assert type_name(type("A" * 1000, (), {})()) == "A" * 60
    assert type_name(type("a`\n\x1b[0m\u202eb", (), {})()) == "a[0mb"
    assert type_name(1.0) == "float"


def test_a_type_name_asks_neither_the_metaclass_nor_the_name():
    class Name(str):
        def __str__(self):
            raise AssertionError

        __getitem__ = __iter__ = __str__

    assert type_name(liars.Meta(Name("Evil"), (), {})()) == "Evil"
