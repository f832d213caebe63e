"""The laws of the wire: data cross unchanged, anything else is Refused, and no hook is run."""

import collections
import enum
import json
import math
import struct
import subprocess
import sys
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as stn

from autograder import wire
from autograder.wire import Frames, Name, WireError, caps, decode, encode, frame, framing

ROOT = str(Path(wire.__file__).parents[2])
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
DTYPES = ["bool", *INTEGERS, "float16", "float32", "float64", "complex64", "complex128"]
MERSENNE = 2**61 - 1  # the modulus of Python's hash of an integer


def trip(value):
    return decode(encode(value))


def body(header, *buffers):
    """A body by hand, from the description of the format in the module's docstring."""
    text = (
        header if isinstance(header, bytes) else json.dumps(header, separators=(",", ":")).encode()
    )
    return struct.pack("<I", len(text)) + text + b"".join(buffers)


def reals(array):
    """The real numbers of a floating array, complex ones as pairs."""
    return (
        array.reshape(-1).view(array.real.dtype) if array.dtype.kind == "c" else array.reshape(-1)
    )


def assert_canonical(array):
    numbers = reals(array)
    if numbers.dtype.kind == "f":
        assert not np.signbit(numbers[numbers == 0]).any()
        assert len({number.tobytes() for number in numbers[np.isnan(numbers)]}) <= 1


def assert_same(actual, expected):
    """Same types all the way down, same numbers; NaN equals NaN."""
    assert type(actual) is type(expected)
    if isinstance(expected, (list, tuple)):
        assert len(actual) == len(expected)
        for one, other in zip(actual, expected, strict=True):
            assert_same(one, other)
    elif isinstance(expected, dict):
        assert_same(list(actual.items()), list(expected.items()))
    elif isinstance(expected, torch.Tensor):
        assert actual.dtype is expected.dtype
        assert actual.shape == expected.shape
        wide = torch.complex128 if expected.is_complex() else torch.float64
        if expected.is_floating_point() or expected.is_complex():
            actual, expected = actual.to(wide), expected.to(wide)
        assert_same(actual.numpy(), expected.detach().resolve_conj().resolve_neg().numpy())
    elif isinstance(expected, (np.ndarray, np.generic)):
        assert actual.dtype == expected.dtype
        assert actual.shape == expected.shape
        assert np.array_equal(actual, expected, equal_nan=expected.dtype.kind in "fc")
        assert_canonical(np.asarray(actual))
    elif isinstance(expected, complex):
        assert_same((actual.real, actual.imag), (expected.real, expected.imag))
    elif isinstance(expected, float) and math.isnan(expected):
        assert math.isnan(actual)
    else:
        assert actual == expected
        if expected == 0 and isinstance(actual, float):
            assert math.copysign(1, actual) == 1


integers = st.integers(-(2**4096) + 1, 2**4096 - 1) | st.integers()
texts = st.text(st.characters(exclude_categories=["Cs"]))
leaves = (
    st.none()
    | st.booleans()
    | integers
    | st.floats()
    | st.complex_numbers()
    | texts
    | st.sampled_from(DTYPES).flatmap(
        lambda name: stn.arrays(name, stn.array_shapes(min_dims=0, min_side=0))
    )
    | st.sampled_from(DTYPES).flatmap(lambda name: stn.from_dtype(np.dtype(name)))
)
plain_keys = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | texts
keys = st.recursive(plain_keys, lambda key: st.lists(key, max_size=3).map(tuple), max_leaves=4)
values = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.lists(inner, max_size=5).map(tuple)
        | st.dictionaries(keys, inner, max_size=5)
    ),
    max_leaves=12,
)


class TestRoundTrips:
    @settings(deadline=None, max_examples=100)
    @given(values)
    def test_nested_data_come_back_as_they_went(self, value):
        assert_same(trip(value), value)

    @settings(deadline=None, max_examples=60)
    @given(values)
    def test_a_second_trip_changes_no_byte(self, value):
        once = encode(trip(value))
        assert encode(decode(once)) == once

    @settings(deadline=None, max_examples=80)
    @given(st.data())
    def test_every_layout_of_every_dtype_comes_back_in_c_order(self, data):
        name = data.draw(st.sampled_from(DTYPES))
        array = data.draw(stn.arrays(name, stn.array_shapes(min_dims=0, max_dims=4, min_side=0)))
        order = data.draw(st.permutations(range(array.ndim)))
        steps = [data.draw(st.sampled_from([1, -1, 2, -2])) for _ in order]
        view = array.transpose(order)[(*(slice(None, None, step) for step in steps), ...)]
        result = trip(view)
        assert_same(result, np.array(view))
        assert result.flags.owndata
        assert result.flags.writeable
        assert result.flags.c_contiguous
        assert_same(trip(view.astype(view.dtype.newbyteorder(">"))), np.array(view))

    @pytest.mark.parametrize("name", [*DTYPES, "bfloat16"])
    @pytest.mark.parametrize("shape", [(), (0,), (3,), (0, 4), (2, 3, 5)])
    def test_tensors_of_every_dtype(self, name, shape):
        numbers = torch.arange(-3, math.prod(shape) - 3).reshape(shape)
        tensor = numbers.to(getattr(torch, name))
        result = trip(tensor)
        assert_same(result, tensor)
        assert not result.requires_grad

    @pytest.mark.parametrize("name", DTYPES)
    def test_numpy_scalars_stay_scalars(self, name):
        assert_same(trip(np.dtype(name).type(1)), np.dtype(name).type(1))

    @pytest.mark.parametrize(
        ("view", "expected"),
        [
            (lambda z: z.conj(), [1 - 2j, -3 + 4j]),
            (lambda z: z.conj().imag, [-2.0, 4.0]),
            (lambda z: z.real, [1.0, -3.0]),
            (lambda z: torch._neg_view(z.real.clone()), [-1.0, 3.0]),
            (lambda z: z.imag.flip(0), [-4.0, 2.0]),
            (lambda z: z.imag[1:].expand(3), [-4.0, -4.0, -4.0]),
            (lambda z: z.real.clone().requires_grad_(), [1.0, -3.0]),
            (lambda z: torch.nn.Parameter(z.real) * 2, [2.0, -6.0]),
            (lambda z: torch.nn.Parameter(z.real.bfloat16()).float(), [1.0, -3.0]),
        ],
    )
    def test_views_of_tensors_are_taken_by_what_they_show(self, view, expected):
        result = trip(view(torch.tensor([1 + 2j, -3 - 4j], dtype=torch.complex128)))
        assert type(result) is torch.Tensor
        assert result.tolist() == expected
        assert not result.requires_grad
        assert not result.is_conj()
        assert not result.is_neg()

    def test_a_tensor_is_the_only_owner_of_its_memory(self):
        data = bytearray(encode(torch.arange(3.0)))
        result = decode(bytes(data))
        result += 1
        assert result.tolist() == [1.0, 2.0, 3.0]
        assert decode(bytes(data)).tolist() == [0.0, 1.0, 2.0]

    def test_int64_under_either_of_its_names(self):
        assert_same(trip(np.array([1, 2], np.longlong)), np.array([1, 2], np.int64))

    def test_surrogates_are_replaced(self):
        assert trip(["a\ud800b", {"\udfff": 1}]) == ["a?b", {"?": 1}]

    def test_numpy_scalars_as_keys_become_the_numbers_they_equal(self):
        table = {np.int64(3): "i", (np.float32(0.5), np.str_("s")): "t", np.bool_(False): "b"}
        assert_same(trip(table), {3: "i", (0.5, "s"): "t", False: "b"})

    def test_negative_and_nan_keys(self):
        result = trip({-1: "a", -2: "b", math.nan: "c", -0.0: "d"})
        assert [str(key) for key in result] == ["-1", "-2", "nan", "0.0"]

    def test_the_header_holds_no_text_of_the_value(self):
        data = encode({"key": ["secret", 'quoted", [']})
        header = data[4 : 4 + struct.unpack_from("<I", data)[0]]
        assert json.loads(header) == ["dict", ["str", 3], ["list", ["str", 6], ["str", 10]]]


class TestCanonicalNumbers:
    @pytest.mark.parametrize(
        ("name", "bits", "nans"),
        [
            ("float16", "<u2", [0x7C01, 0xFE00, 0x7FFF, 0xFFFF]),
            ("float32", "<u4", [0x7F800001, 0xFFC00000, 0x7FFFFFFF, 0xFFFFFFFF]),
            ("float64", "<u8", [0x7FF0000000000001, 0xFFF8000000000000, 2**63 - 1, 2**64 - 1]),
            ("complex64", "<u4", [0x7F800001, 0xFFC00000, 0x7FFFFFFF, 0xFFFFFFFF]),
            ("complex128", "<u8", [0x7FF0000000000001, 0xFFF8000000000000, 2**63 - 1, 2**64 - 1]),
        ],
    )
    def test_nan_payloads_and_signs_vanish(self, name, bits, nans):
        result = reals(trip(np.array(nans, bits).view(name)))
        assert np.isnan(result).all()
        assert len({number.tobytes() for number in result}) == 1

    def test_nan_payloads_and_negative_zeros_of_bfloat16_vanish(self):
        bits = torch.tensor([0x7F81, 0x7FFF, -0x40, -1, -0x8000, 0x7F80, -0x80], dtype=torch.int16)
        result = trip(bits.view(torch.bfloat16)).view(torch.int16).tolist()
        assert result == [0x7FC0] * 4 + [0, 0x7F80, -0x80]

    @pytest.mark.parametrize("name", ["float16", "float32", "float64", "complex64", "complex128"])
    def test_zeros_lose_their_sign_and_other_numbers_nothing(self, name):
        real = np.finfo(name)
        parts = [-0.0, 0.0, real.smallest_subnormal, -real.smallest_subnormal, real.max, real.min]
        array = np.array([*parts, np.inf, -np.inf], real.dtype).view(name)
        result = trip(array)
        assert_same(result, array)
        assert reals(result).tobytes() == (reals(array) + reals(array).dtype.type(0)).tobytes()

    def test_numbers_across_the_chunks_of_a_long_array(self):
        array = np.full(100_003, -0.0)
        array[::1000] = -np.nan
        assert_same(trip(array), array)

    def test_python_numbers_too(self):
        assert_same(trip([-0.0, complex(-0.0, -math.nan)]), [0.0, complex(0.0, math.nan)])
        assert math.copysign(1, trip(-math.nan)) == 1

    def test_a_byte_that_is_no_bool_becomes_one(self):
        result = decode(body(["array", "bool:3"], b"\x00\x02\xff"))
        assert result.tobytes() == b"\x00\x01\x01"
        odd = torch.tensor([0, 2], dtype=torch.uint8).view(torch.bool)
        assert trip(odd).view(torch.uint8).tolist() == [0, 1]


class Point(collections.namedtuple("Point", "x y")):
    __slots__ = ()


class Colour(enum.IntEnum):
    RED = 3


class Word(enum.StrEnum):
    YES = "yes"


def forbidden(*_args, **_kwargs):
    raise AssertionError("a student's method was run")


METHODS = """
    __iter__ __len__ __getitem__ __contains__ __eq__ __ne__ __lt__ __bool__ __index__ __int__
    __float__ __complex__ __abs__ __neg__ __str__ __repr__ __format__ __reduce__ __reduce_ex__
    __getattr__ __getattribute__ __array__ __array_ufunc__ __array_function__ __array_wrap__
    __array_finalize__ __buffer__ keys values items copy encode view tobytes astype reshape detach
    numpy contiguous stride size dim resolve_conj resolve_neg
"""
PROPERTIES = """
    __class__ __dict__ __array_interface__ __array_struct__ dtype shape nbytes real imag data layout
    device is_nested requires_grad is_sparse
"""
HOOKS = {
    **dict.fromkeys(METHODS.split(), forbidden),
    **dict.fromkeys(PROPERTIES.split(), property(forbidden)),
}


def hooked(base, **more):
    """A subclass that overrides all that a reader might call."""
    return type("Hooked", (base,), {**HOOKS, "__hash__": base.__hash__, **more})


class TestSubclasses:
    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (Point(1, 2.0), (1, 2.0)),
            (collections.OrderedDict(a=1), {"a": 1}),
            (collections.defaultdict(list, a=[1]), {"a": [1]}),
            (collections.Counter("aab"), {"a": 2, "b": 1}),
            (Colour.RED, 3),
            (Word.YES, "yes"),
            ({Colour.RED: Word.YES}, {3: "yes"}),
            (torch.Size([2, 3]), (2, 3)),
            (np.str_("text"), "text"),
        ],
    )
    def test_known_ones_become_their_plain_types(self, value, expected):
        assert_same(trip(value), expected)

    def test_results_of_torch_are_tuples(self):
        assert_same(trip(torch.tensor([3, 5]).max(0)), (torch.tensor(5), torch.tensor(1)))

    @pytest.mark.parametrize(
        "value", [7, 2.5, "text", 1 + 2j, [1, [2]], (1, (2,)), {"a": 1, (2, 3): 4}, {}], ids=repr
    )
    def test_no_hook_of_a_plain_types_subclass_is_run(self, value):
        result = encode(hooked(type(value))(value))
        assert_same(decode(result), value)

    @pytest.mark.parametrize("value", [7, 2.5, "text", (1, 2)], ids=repr)
    def test_no_hook_of_a_keys_subclass_is_run(self, value):
        key = hooked(type(value))(value)
        assert_same(trip({key: 1}), {value: 1})

    @pytest.mark.parametrize("name", ["float64", "float32", "complex64", "int16"])
    def test_no_hook_of_a_numpy_scalars_subclass_is_run(self, name):
        base = np.dtype(name).type
        assert_same(trip(hooked(base)(3)), base(3))

    def test_no_hook_of_an_arrays_subclass_is_run(self):
        plain = dict(HOOKS)
        del plain["__array_finalize__"]  # numpy calls it while the student makes the view
        cls = type("Hooked", (np.ndarray,), plain)
        value = np.ndarray.view(np.arange(6.0).reshape(2, 3)[:, ::-1], cls)
        cls.__array_finalize__ = forbidden
        assert_same(trip(value), np.array([[2.0, 1.0, 0.0], [5.0, 4.0, 3.0]]))

    def test_no_hook_of_a_tensors_subclass_is_run(self):
        # A class that is full of hooks from the start could not be made a view: that asks for some.
        cls = type("Hooked", (torch.Tensor,), {})
        value = torch.arange(3.0).as_subclass(cls)
        for name in {*HOOKS, "__torch_function__", "__torch_dispatch__"} - {
            "__class__",
            "__dict__",
        }:
            setattr(cls, name, HOOKS.get(name, forbidden))
        assert_same(trip(value), torch.arange(3.0))

    def test_no_hook_of_a_dispatching_tensor_is_run(self):
        cls = type("Hooked", (torch.Tensor,), {"__torch_dispatch__": classmethod(forbidden)})
        value = torch.Tensor._make_subclass(cls, torch.arange(3.0))
        assert_same(trip(value), torch.arange(3.0))

    def test_no_hook_of_a_mode_is_run(self):
        class Function(torch.overrides.TorchFunctionMode):
            __torch_function__ = forbidden

        class Dispatch(torch.utils._python_dispatch.TorchDispatchMode):
            __torch_dispatch__ = forbidden

        value = torch.arange(6.0)[::2]
        with Function(), Dispatch():
            data = encode(value)
        assert_same(decode(data), torch.tensor([0.0, 2.0, 4.0]))

    def test_no_hook_of_a_metaclass_is_run(self):
        names = (
            "__eq__ __ne__ __hash__ __instancecheck__ __subclasscheck__ __getattribute__ __bool__"
        )
        liar = {"__name__": property(forbidden), "__mro__": property(forbidden)}
        meta = type("Meta", (type,), {**dict.fromkeys(names.split(), forbidden), **liar})
        assert_same(trip(meta("Integer", (int,), {})(5)), 5)
        with pytest.raises(WireError, match=r"^a value of type Thing$"):
            encode(meta("Thing", (), {})())

    def test_a_lying_class_does_not_pass(self):
        liar = type(
            "Liar", (), {"__class__": property(lambda _: float), "__float__": lambda _: 1.0}
        )
        with pytest.raises(WireError, match=r"^a value of type Liar$"):
            encode(liar())

    def test_a_class_name_that_is_itself_a_hooked_string(self):
        thing = type("Thing", (), {})
        thing.__name__ = hooked(str)("Other")
        with pytest.raises(WireError, match=r"^a value of type Other$"):
            encode(thing())

    def test_matrices_lose_their_algebra_only(self):
        with pytest.warns(PendingDeprecationWarning):
            value = np.matrix([[1, 2]])
        assert_same(trip(value), np.array([[1, 2]]))


def refusal(value):
    with pytest.raises(WireError) as caught:
        encode(value)
    return str(caught.value)


class TestRefusedValues:
    @pytest.mark.parametrize(
        ("value", "name"),
        [
            (b"bytes", "bytes"),
            (bytearray(b"x"), "bytearray"),
            ({1, 2}, "set"),
            (frozenset(), "frozenset"),
            ((n for n in [1]), "generator"),
            (lambda: 0, "function"),
            (len, "builtin_function_or_method"),
            (math, "module"),
            (int, "type"),
            (range(3), "range"),
            ({}.keys(), "dict_keys"),
            (collections.deque(), "deque"),
            (object(), "object"),
            (NotImplemented, "NotImplementedType"),
            (torch.float32, "dtype"),
            (torch.nn.Linear(1, 1), "Linear"),
            (Name("f"), "Name"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_what_is_no_data_is_named_by_its_type(self, value, name):
        for holder in (value, [value], {"key": (value,)}):
            assert refusal(holder) == f"a value of type {name}"

    def test_a_class_name_is_cut_and_stripped(self):
        assert refusal(type("x" * 61, (), {})()) == "a value of type " + "x" * 60
        assert refusal(type("a\x1b[31m\n\u202eb", (), {})()) == "a value of type a[31mb"

    @pytest.mark.parametrize(
        ("array", "name"),
        [
            (np.array([None]), "object"),
            (np.array([(1, 2.0)], "i4,f8"), r"void \(structured\)"),
            (np.rec.array([(1, 2.0)], "i4,f8"), r"void \(structured\)"),
            (np.array(["a"]), "str"),
            (np.array([b"a"]), "bytes"),
            (np.array(["2020-01-01"], "M8[D]"), "datetime64"),
            (np.array([1], "m8[s]"), "timedelta64"),
            (np.array(["2020-01-01"], "M8[D]")[0], "datetime64"),
            (np.array([(1, 2.0)], "i4,f8")[0], r"void \(structured\)"),
        ],
    )
    def test_other_dtypes_are_named(self, array, name):
        with pytest.raises(WireError, match=rf"^an? (array|number) of dtype {name}$"):
            encode(array)

    @pytest.mark.parametrize("kind", [np.longdouble, np.clongdouble])
    def test_long_doubles_are_named(self, kind):
        name = np.dtype(kind).name
        assert refusal(np.zeros(2, kind)) == f"an array of dtype {name}"
        assert refusal(kind(1)) == f"a number of dtype {name}"

    def test_masked_arrays_are_named(self):
        assert refusal(np.ma.masked_array([1, 2], [0, 1])) == "a masked array"
        assert refusal(np.ma.masked) == "a masked array"

    def test_a_structured_dtype_is_not_asked_for_its_name(self):
        record = type("Secret", (np.void,), {"__name__": property(forbidden)})
        assert "Secret" not in refusal(np.zeros(2, np.dtype((record, [("a", "i4")]))))

    @pytest.mark.parametrize(
        ("make", "text"),
        [
            (lambda: torch.ones(3, device="meta"), "a tensor on the device meta"),
            (lambda: torch.eye(3).to_sparse(), "a tensor of layout sparse_coo"),
            (lambda: torch.eye(3).to_mkldnn(), "a tensor of layout _mkldnn"),
            (lambda: torch.eye(3).to(torch.float8_e5m2), "a tensor of dtype float8_e5m2"),
        ],
    )
    def test_other_tensors_are_named(self, make, text):
        assert refusal(make()) == text

    @pytest.mark.filterwarnings("ignore::UserWarning")  # torch's own, of these kinds of tensor
    @pytest.mark.parametrize(
        ("make", "text"),
        [
            (
                lambda: torch.quantize_per_tensor(torch.ones(3), 1.0, 0, torch.quint8),
                "dtype quint8",
            ),
            (lambda: torch.zeros(2, dtype=torch.complex32), "dtype complex32"),
            (lambda: torch.eye(2).to_sparse_csr(), "layout sparse_csr"),
            (lambda: torch.nested.nested_tensor([torch.ones(2), torch.ones(3)]), "nested tensor"),
            (
                lambda: torch.nested.nested_tensor([torch.ones(2)], layout=torch.jagged),
                "nested tensor",
            ),
        ],
    )
    def test_experimental_tensors_are_named(self, make, text):
        assert text in refusal(make())

    def test_tensors_without_memory_are_not_read(self):
        shrunk = torch.arange(1000.0)
        shrunk.untyped_storage().resize_(8)
        emptied = torch.arange(10.0)
        emptied.untyped_storage().resize_(0)
        wrapper = torch.Tensor._make_wrapper_subclass(
            type("Wrapper", (torch.Tensor,), {"__torch_dispatch__": classmethod(forbidden)}), (3,)
        )
        for tensor in (shrunk, emptied, wrapper):
            assert refusal(tensor) == "a tensor without its own memory"

    def test_a_tensor_inside_a_transform_is_refused(self):
        seen = []
        torch.func.grad(lambda x: seen.append(refusal(x)) or x.sum())(torch.ones(2))
        assert seen == ["a value that could not be read"]

    @pytest.mark.parametrize(
        ("key", "name"),
        [
            (b"k", "bytes"),
            (1j, "complex"),
            (np.complex64(1), "complex64"),
            (frozenset(), "frozenset"),
            ((1, b"k"), "bytes"),
        ],
    )
    def test_other_keys_are_named(self, key, name):
        assert refusal({key: 1}) == f"a dict key of type {name}"

    def test_keys_that_would_fall_together(self):
        two = type("Two", (int,), {"__hash__": object.__hash__, "__eq__": object.__eq__})
        for table in (
            {two(1): 1, two(1): 2},
            {chr(0xD800): 1, chr(0xD801): 2},
            {float("nan"): 1, -math.nan: 2},
        ):
            assert len(table) == 2
            assert refusal(table) == "a dict with equal keys"

    def test_too_little_memory_ends_in_refused(self, monkeypatch):
        def starve(*_args):
            raise MemoryError

        data = encode([1])
        monkeypatch.setattr(caps.FrameBudget, "count", starve)
        assert refusal([1]) == "more data than fits into memory"
        with pytest.raises(WireError, match=r"^more data than fits into memory$"):
            decode(data)


def nest(depth, kind=list):
    value = kind()
    for _ in range(depth - 1):
        value = kind([value]) if kind is not dict else {0: value}
    return value


class TestCaps:
    @pytest.mark.parametrize("kind", [list, tuple, dict])
    def test_depth(self, kind):
        assert_same(trip(nest(32, kind)), nest(32, kind))
        assert refusal(nest(33, kind)) == f"a {kind.__name__} nested deeper than 32"
        assert refusal({nest(33, tuple): 1}) == "a dict key of type tuple"

    def test_containers_that_hold_themselves(self):
        loop: list = []
        loop += [loop] * 10
        assert refusal(loop) == "a list nested deeper than 32"
        table: dict = {}
        table["self"] = table
        assert refusal(table) == "a dict nested deeper than 32"

    def test_containers_that_share_their_items(self):
        value: tuple = ()
        for _ in range(30):
            value = (value, value)
        assert refusal(value) == "more than 100,000 items"

    def test_a_key_that_shares_its_items(self):
        # Python's own hash of such a key would take 2**30 steps, hence a class that has another.
        shared = type("Shared", (tuple,), {"__hash__": object.__hash__})
        value = shared()
        for _ in range(30):
            value = shared((value, value))
        assert refusal({value: 1}) == "more than 100,000 items"

    def test_nodes(self):
        assert trip([None] * 99_999) == [None] * 99_999
        assert refusal([None] * 100_000) == "more than 100,000 items"
        assert refusal([[None] * 99_998, 1]) == "more than 100,000 items"
        header = b'["list"' + b",null" * 100_000 + b"]"
        with pytest.raises(WireError, match=r"^more than 100,000 items$"):
            decode(body(header))

    @pytest.mark.parametrize("kind", [list, tuple])
    def test_a_container_of_too_much_is_not_copied(self, kind):
        value = kind([0]) * 5_000_000
        tracemalloc.start()
        try:
            assert refusal(value) == "more than 100,000 items"
            assert tracemalloc.get_traced_memory()[1] < 1 << 20
        finally:
            tracemalloc.stop()

    @pytest.mark.parametrize("header", [b"[1" + b",1" * 300_001 + b"]", b"[" * 100_001])
    def test_a_header_of_too_much_is_not_parsed(self, header):
        with pytest.raises(WireError, match=r"^more than 100,000 items$"):
            decode(body(header))

    def test_any_message_that_is_written_is_read(self):
        # The densest headers: most lists, most commas, for each node.
        value = [[], 1j, ""] * 33_333
        assert trip(value) == value

    def test_keys_of_a_dict(self):
        assert_same(trip(dict.fromkeys(range(2000))), dict.fromkeys(range(2000)))
        assert refusal(dict.fromkeys(range(2001))) == "a dict of more than 2,000 keys"
        header = ["dict", *[item for key in range(2001) for item in (key, None)]]
        with pytest.raises(WireError, match=r"^a dict of more than 2,000 keys$"):
            decode(body(header))

    def test_characters_of_a_string(self):
        longest = "\U0001f600" * 2**20
        assert trip(longest) == longest
        assert refusal(longest + "x") == "a string of more than 1,048,576 characters"
        with pytest.raises(WireError, match=r"^a string of more than 1,048,576 characters$"):
            decode(body(["str", 2**20 + 1], b"x" * (2**20 + 1)))
        with pytest.raises(WireError, match=r"^a string of a malformed length$"):
            decode(body(["str", 2**22 + 1], b"x" * (2**22 + 1)))

    def test_text_of_a_message(self):
        text = "x" * 2**20
        assert trip([text] * 8) == [text] * 8
        assert refusal([text] * 9) == "more than 8 MB of text"
        with pytest.raises(WireError, match=r"^more than 8 MB of text$"):
            decode(body(["list", *[["str", 2**20]] * 9], b"x" * 9 * 2**20))

    def test_integers(self):
        edge = 2**4096 - 1
        assert trip([edge, -edge]) == [edge, -edge]
        for number in (edge + 1, -edge - 1, 10**100_000):
            assert refusal(number) == "an integer of more than 4,096 bits"
        with pytest.raises(WireError, match=r"^an integer of more than 4,096 bits$"):
            decode(body(str(2**4096).encode()))
        with pytest.raises(WireError, match=r"^a malformed number$"):
            decode(body(b"9" * 2000))

    def test_header(self):
        assert refusal([2**4095] * 4000) == "values that take more than 4 MB to describe"
        with pytest.raises(WireError, match=r"^a header longer than 4 MB$"):
            decode(body(b"1" * ((4 << 20) + 1)))

    @pytest.mark.parametrize(
        "view",
        [
            lambda: np.broadcast_to(np.float64(1), (2**14, 2**14)),
            lambda: np.lib.stride_tricks.as_strided(np.zeros(1), (2**40,), (0,)),
            lambda: torch.zeros(1).expand(2**31),
            lambda: torch.zeros(1, dtype=torch.complex64).conj().expand(2**31),
            lambda: np.zeros((0, 2**40)),
            lambda: torch.zeros(2**40, 0),
        ],
    )
    def test_giant_views_are_refused_before_a_copy(self, view):
        value = view()
        tracemalloc.start()
        try:
            assert refusal(value) == "an array larger than 64 MB"
            assert tracemalloc.get_traced_memory()[1] < 1 << 20
        finally:
            tracemalloc.stop()

    def test_data_of_a_message(self, monkeypatch):
        monkeypatch.setattr(caps, "MAX_FRAME", 1 << 20)
        half = np.zeros(1 << 19, np.uint8)
        assert len(trip([half, half])) == 2
        assert refusal([half, half, half[:1]]) == "more than 1 MB of data"
        assert refusal([half, half, "x"]) == "more than 1 MB of data"
        with pytest.raises(WireError, match=r"^more than 1 MB of data$"):
            decode(
                body(["list", ["array", "int8:524288"], ["array", "int8:524289"]], bytes(1 << 21))
            )

    def test_axes(self):
        assert_same(trip(np.ones((1,) * 32)), np.ones((1,) * 32))
        assert refusal(torch.ones((1,) * 33)) == "an array of more than 32 axes"


class TestHostileBytes:
    """Whatever arrives: a value or Refused."""

    @settings(deadline=None, max_examples=200)
    @given(st.binary(max_size=200) | st.binary(max_size=60).map(lambda text: body(text)))
    def test_random_bytes(self, data):
        for names in (False, True):
            try:
                value = decode(data, names=names)
            except WireError:
                continue
            assert_same(decode(encode(value, names=names), names=names), value)

    nodes = st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-3, 70)
        | st.floats()
        | st.sampled_from(["nan", "list", "int8:2", "float64:", "bool:0x3", "bfloat16:1", "x", ""]),
        lambda node: st.lists(node, max_size=4).flatmap(
            lambda items: st.sampled_from(
                [
                    "list",
                    "tuple",
                    "dict",
                    "str",
                    "name",
                    "array",
                    "scalar",
                    "tensor",
                    "complex",
                    None,
                ]
            ).map(lambda tag: items if tag is None else [tag, *items])
        ),
        max_leaves=8,
    )

    @settings(deadline=None, max_examples=250)
    @given(nodes, st.binary(max_size=40))
    def test_headers_that_are_nearly_right(self, node, buffers):
        try:
            value = decode(body(node, buffers))
        except WireError:
            return
        assert_same(trip(value), value)

    sample = encode(
        [
            1,
            -2.5,
            3 + 4j,
            "text",
            {"key": (None, True)},
            np.arange(3),
            np.float32(2),
            torch.ones(2, 2),
        ]
    )

    @settings(deadline=None, max_examples=200)
    @given(st.data())
    def test_valid_bodies_with_bytes_changed(self, data):
        changed = bytearray(self.sample)
        for _ in range(data.draw(st.integers(1, 4))):
            start = data.draw(st.integers(0, len(changed)))
            end = data.draw(st.integers(start, min(len(changed), start + 3)))
            changed[start:end] = data.draw(st.binary(max_size=3))
        try:
            value = decode(bytes(changed))
        except WireError:
            return
        assert_same(trip(value), value)

    def test_every_truncation_is_refused(self):
        for end in range(len(self.sample)):
            with pytest.raises(WireError):
                decode(self.sample[:end])

    def test_trailing_bytes_are_refused(self):
        with pytest.raises(WireError, match=r"^a frame with bytes left over$"):
            decode(self.sample + b"\0")

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"\xff\xff\xff\xff",
            struct.pack("<I", 5) + b"1",
            body(b""),
            body(b" 1"),
            body(b"NaN"),
            body(b"Infinity"),
            body(b"-Infinity"),
            body(b"[NaN]"),
            body(b"1e999"),
            body(b"1E5"),
            body(b'{"a":1}'),
            body(b'"\\u0041"'),
            body("é".encode()),
            body(b"\xff"),
            body(b"1 2"),
            body(b"1,2"),
            body(b"[1"),
            body([]),
            body([[]]),
            body(["list", []]),
            body("text"),
            body(["float", "nan"]),
            body(["unknown", 1]),
            body(["list", ["list"], "list"]),
            body(["complex", 1.5]),
            body(["complex", 1, 2]),
            body(["complex", 1.5, None]),
            body(["complex", 1.5, [1.5]]),
            body(["complex", 1.5, 2.5, 3.5]),
            body(["str"]),
            body(["str", -1]),
            body(["str", True], b"a"),
            body(["str", 1.0], b"a"),
            body(["str", "1"], b"a"),
            body(["str", 2], b"a"),
            body(["str", 1], b"\xff"),
            body(["str", 3], b"\xed\xa0\x80"),
            body(["str", 1, 1], b"aa"),
            body(["name", 1], b"f"),
            body(["dict", 1]),
            body(["dict", 1, 2, 3]),
            body(["dict", 1, 2, 1, 3]),
            body(["dict", 1, 2, 1.0, 3]),
            body(["dict", 1, 2, True, 3]),
            body(["dict", "nan", 2, "nan", 3]),
            body(["dict", ["list"], 1]),
            body(["dict", ["dict"], 1]),
            body(["dict", ["complex", 1.5, 1.5], 1]),
            body(["dict", ["tuple", ["complex", 1.5, 1.5]], 1]),
            body(["dict", ["scalar", "int8:"], 1], b"\1"),
            body(["dict", ["array", "int8:1"], 1], b"\1"),
            body(["array", "int8"], b"\1"),
            body(["array", "int8:2"], b"\1"),
            body(["array", "int8:1"], b"\1\1"),
            body(["array", "int8:-1"], b"\1"),
            body(["array", "int8:1x"], b"\1"),
            body(["array", "int8:x1"], b"\1"),
            body(["array", "int8:+1"], b"\1"),
            body(["array", "int8:1.0"], b"\1"),
            body(["array", "int8:" + "1x" * 32 + "1"], b"\1"),
            body(["array", "int8:0x9999999999x9999999999"]),
            body(["array", "int8:99999999999"]),
            body(["array", "int8:0x99999999999999999999"]),
            body(["array", "object:1"], b"\1" * 8),
            body(["array", "float128:1"], b"\1" * 16),
            body(["array", "i8:1"], b"\1" * 8),
            body(["array", "bfloat16:1"], b"\1\1"),
            body(["array", 1], b"\1"),
            body(["array", ["int8", [1]]], b"\1"),
            body(["scalar", "int8:1"], b"\1"),
            body(["scalar", "bfloat16:"], b"\1\1"),
            body(["tensor", "float8:1"], b"\1"),
            body(["tensor", "int8:1"]),
            body(["list", ["array", "int8:4"], ["array", "int8:4"]], b"\1" * 4),
        ],
        ids=lambda data: data[4:40].decode("latin-1"),
    )
    def test_lies_are_refused(self, data):
        with pytest.raises(WireError):
            decode(data)

    @pytest.mark.parametrize("data", [None, "text", 5, [b"x"]])
    def test_what_is_not_bytes_is_refused(self, data):
        with pytest.raises(WireError, match=r"^a malformed frame$"):
            decode(data)

    @pytest.mark.parametrize(
        "header",
        [
            b'["list",' + b"[]," * 1_390_000 + b"[]]",
            b'["list"' + b',["list"]' * 400_000 + b"]",
            b"[" * (4 << 20),
            b'["list",' * 99_000 + b"1" + b"]" * 99_000,
            b'["list"' + (b"," + b"[" * 800 + b"]" * 800) * 2_600 + b"]",
            b"1" * (4 << 20),
            b"0." + b"1" * ((4 << 20) - 2),
            b'"' * (4 << 20),
            b"[1" + b",1" * 2_000_000 + b"]",
            b"[1" + b",1" * 299_000 + b"]",
            b'["list"' + b",1.5" * 99_000 + b"]",
            b'["list"' + b',["array","float64:0"]' * 9_000 + b"]",
        ],
        ids=lambda header: header[:24].decode(),
    )
    def test_a_header_takes_little_memory(self, header):
        data = body(header)
        tracemalloc.start()
        try:
            decode(data)
        except WireError:
            pass
        finally:
            peak = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
        assert peak < 50 << 20

    def test_an_array_takes_its_own_bytes_and_little_more(self):
        data = encode(np.full(4 << 20, -0.0))
        tracemalloc.start()
        try:
            decode(data)
            assert tracemalloc.get_traced_memory()[1] < 1.1 * len(data)
        finally:
            tracemalloc.stop()

    @pytest.mark.parametrize(
        "key",
        [
            lambda n: n * MERSENNE + 5,
            lambda n: ["tuple", 1, n * MERSENNE + 5],
            lambda n: ["tuple", ["tuple", n * MERSENNE + 5], None],
        ],
    )
    def test_keys_of_one_hash_are_refused(self, key):
        def table(keys):
            return body(["dict", *[item for n in range(keys) for item in (key(n), None)]])

        assert len(decode(table(64))) == 64
        with pytest.raises(WireError, match=r"^a dict whose keys share one hash$"):
            decode(table(65))

    def test_keys_of_one_hash_are_refused_where_they_are_written(self):
        assert refusal({n * MERSENNE: n for n in range(65)}) == "a dict whose keys share one hash"

    @pytest.mark.parametrize(
        "data",
        [
            body(["str", 9], b"\xffsecret42"),
            body(b'["secret42"]'),
            body(["secret42", 1]),
            body(["array", "secret42:1"]),
            body(b"[secret42"),
            body(["dict", ["str", 8], 1, ["str", 8], 2], b"secret42" * 2),
        ],
    )
    def test_no_message_holds_what_was_sent(self, data):
        with pytest.raises(WireError) as caught:
            decode(data)
        assert "secret" not in str(caught.value)
        assert "42" not in str(caught.value)
        assert caught.value.__suppress_context__ or caught.value.__context__ is None


class TestNames:
    def test_names_cross_where_they_may(self):
        value = [Name("f"), {"model": Name("größe")}]
        assert_same(decode(encode(value, names=True), names=True), value)

    def test_names_are_refused_where_they_may_not(self):
        with pytest.raises(WireError, match=r"^a value of type Name$"):
            encode([Name("f")])
        with pytest.raises(WireError):
            decode(encode([Name("f")], names=True))

    @pytest.mark.parametrize("name", ["", "a.b", "f()", "1", "a b", 5, None])
    def test_names_are_names(self, name):
        with pytest.raises(WireError):
            encode(Name(name), names=True)

    def test_received_names_are_names(self):
        with pytest.raises(WireError, match="not a name"):
            decode(body(["name", 3], b"a.b"), names=True)

    def test_a_subclass_is_no_name(self):
        other = type("Other", (Name,), {})
        with pytest.raises(WireError, match=r"^a value of type Other$"):
            encode(other("f"), names=True)

    def test_a_name_is_frozen(self):
        with pytest.raises(AttributeError):
            Name("f").name = "g"


TOO_LONG = struct.pack("<I", (1 << 16) + 4 + (4 << 20) + (64 << 20) + 1)


class TestFrames:
    @settings(deadline=None, max_examples=60)
    @given(st.lists(st.binary(max_size=20), max_size=8), st.integers(1, 30))
    def test_bodies_come_out_as_they_went_in_however_the_stream_is_cut(self, bodies, size):
        stream = b"".join(map(frame, bodies))
        frames, taken = Frames(), []
        for start in range(0, len(stream), size):
            frames.feed(stream[start : start + size])
            while (one := frames.take()) is not None:
                taken.append(one)
        assert taken == bodies
        assert all(type(one) in (bytes, bytearray) for one in taken)
        assert frames.waiting == 0

    def test_the_length_is_little_endian(self):
        assert frame(b"abc") == b"\x03\0\0\0abc"

    def test_bytes_left_over_are_known(self):
        frames = Frames()
        assert frames.waiting == 0
        assert frames.take() is None
        frames.feed(frame(b"abc") + b"\x05\0")
        assert frames.waiting == 9
        assert frames.take() == b"abc"
        assert frames.waiting == 2
        assert frames.take() is None
        frames.feed(b"\0\0hell")
        assert frames.take() is None
        frames.feed(b"o")
        assert frames.take() == b"hello"
        assert frames.waiting == 0

    def test_a_length_over_the_cap_is_refused_at_once_and_for_good(self):
        frames = Frames()
        frames.feed(TOO_LONG[:3])
        with pytest.raises(WireError, match=r"^a frame longer than 68 MB$"):
            frames.feed(TOO_LONG[3:])
        assert frames.waiting == 0
        with pytest.raises(WireError, match=r"^bytes after a malformed frame$"):
            frames.feed(frame(b"abc"))
        with pytest.raises(WireError, match=r"^bytes after a malformed frame$"):
            frames.take()
        assert frames.waiting == 0

    def test_a_length_over_the_cap_behind_a_good_frame(self):
        frames = Frames()
        frames.feed(frame(b"abc") + TOO_LONG)
        assert frames.take() == b"abc"
        with pytest.raises(WireError, match=r"^a frame longer than 68 MB$"):
            frames.take()

    def test_the_longest_length_is_waited_for_without_memory(self):
        frames = Frames()
        tracemalloc.start()
        try:
            frames.feed(struct.pack("<I", 4 + (4 << 20) + (64 << 20)) + b"x")
            assert frames.take() is None
            assert tracemalloc.get_traced_memory()[1] < 1 << 20
        finally:
            tracemalloc.stop()

    def test_frames_that_nobody_takes_are_refused(self, monkeypatch):
        monkeypatch.setattr(framing, "MAX_BODY", 100)
        monkeypatch.setattr(framing, "_SLACK", 50)
        frames = Frames()
        with pytest.raises(WireError, match=r"^more frames than were asked for$"):
            for _ in range(20):
                frames.feed(frame(b"x" * 10))
        assert frames.waiting == 0

    def test_a_frame_that_no_reader_takes_is_not_made(self, monkeypatch):
        monkeypatch.setattr(framing, "MAX_BODY", 100)
        assert len(frame(b"x" * 100)) == 104
        with pytest.raises(WireError, match=r"^a frame longer than 0 MB$"):
            frame(b"x" * 101)

    def test_a_long_body_is_held_once(self):
        data = frame(bytes(8 << 20))
        frames = Frames()
        tracemalloc.start()
        try:
            for start in range(0, len(data), 1 << 16):
                frames.feed(data[start : start + (1 << 16)])
            assert tracemalloc.get_traced_memory()[1] < 1.3 * len(data)
            assert len(frames.take()) == 8 << 20
            assert tracemalloc.get_traced_memory()[1] < 1.3 * len(data)
            frames.feed(data + b"abc")
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
            assert len(frames.take()) == 8 << 20
            assert tracemalloc.get_traced_memory()[1] - before < 1 << 20
            assert frames.waiting == 3
        finally:
            tracemalloc.stop()


class TestImports:
    def run(self, code):
        program = f"import sys; sys.path.insert(0, {ROOT!r}); before = set(sys.modules)\n{code}"
        result = subprocess.run(
            [sys.executable, "-W", "error", "-c", program],
            capture_output=True,
            text=True,
            check=True,
        )
        return set(result.stdout.split())

    def test_only_numpy_beyond_the_standard_library_is_imported(self):
        loaded = self.run(
            "import autograder.wire\n"
            "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
        )
        ours = {name for name in loaded if name not in sys.stdlib_module_names}
        assert ours <= {"autograder", "numpy", "__mp_main__"}

    def test_a_message_without_a_tensor_does_not_import_torch(self):
        loaded = self.run(
            "import numpy as np\n"
            "from autograder.wire import WireError, decode, encode\n"
            "decode(encode([1, 'a', np.ones(3), np.float32(1), {1: (2,)}]))\n"
            "try: encode(object())\n"
            "except WireError: print(*sys.modules)\n"
        )
        assert "numpy" in loaded
        assert "torch" not in loaded


class TestMessages:
    """Questions, which are ours, and answers, which may be anybody's."""

    nonces = st.binary(min_size=wire.NONCE_BYTES, max_size=wire.NONCE_BYTES)
    texts = st.text(st.characters())  # lone surrogates too

    @given(nonces, st.dictionaries(texts, texts | st.lists(texts)), st.binary())
    def test_a_question_comes_as_it_went(self, nonce, about, data):
        came = wire.read_question(wire.question(nonce, about, data))
        assert came == (nonce, about, data)

    @given(nonces, st.sampled_from(["done", "value", "raised", "refused", "missing"]), st.binary())
    def test_an_answer_comes_as_it_went(self, nonce, status, data):
        assert wire.read_answer(wire.answer(nonce, status, data), nonce) == (status, data)

    @given(st.binary(max_size=40), nonces)
    def test_any_bytes_are_no_answer_to_another_question(self, body, nonce):
        assume(not body.startswith(nonce))
        with pytest.raises(WireError):
            wire.read_answer(body, nonce)

    @given(nonces, st.binary(max_size=3))
    def test_any_bytes_after_the_nonce_are_an_answer_or_refused(self, nonce, rest):
        if rest[:1] and rest[0] < 6:
            assert wire.read_answer(nonce + rest, nonce)[1] == rest[1:]
        else:
            with pytest.raises(WireError, match=r"^something that is not an answer$"):
                wire.read_answer(nonce + rest, nonce)

    def test_the_largest_value_crosses_in_an_answer(self):
        value = np.zeros(wire.MAX_FRAME, np.uint8)
        nonce = bytes(wire.NONCE_BYTES)
        frames = Frames()
        frames.feed(frame(wire.answer(nonce, "value", encode(value))))
        _, data = wire.read_answer(frames.take(), nonce)
        assert_same(decode(data), value)

    def test_the_data_of_an_answer_are_not_copied(self):
        body = bytearray(wire.answer(bytes(wire.NONCE_BYTES), "value", encode("x")))
        _, data = wire.read_answer(body, bytes(wire.NONCE_BYTES))
        body[-1] = ord("y")
        assert decode(data) == "y"
