"""`figure_data`: what a figure shows, read from the figure itself and from what crossed the wire."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from autograder.testing import Mismatch, figure_data
from autograder.wire import WireError, decode, encode, is_data

mpl.use("Agg")


def made():
    figure = Figure()
    left, right = figure.subplots(1, 2)
    figure.suptitle("Both")
    left.plot([0, 1, 2], [3.0, 2.0, 1.0], label="Training")
    left.plot([0, 1, 2], [4.0, np.nan, 2.0], "--", label="validation ")
    left.plot([5, 5], [0, 1])
    left.set(title="Loss", xlabel="step", ylabel="nats", xlim=(0, 2), yscale="log")
    left.legend()
    right.scatter([1, 2], [3, 4], label="seen")
    right.bar([1, 2], [5, 6], width=0.5, label="counts")
    right.imshow(np.arange(6.0).reshape(2, 3))
    return figure


@pytest.mark.parametrize("cross", [lambda value: value, lambda value: decode(encode(value))])
def test_texts_limits_and_curves(cross):
    figure = figure_data(cross(made()), axes=2)
    left, right = figure.axes
    assert figure.title == "Both"
    assert (left.title, left.xlabel, left.ylabel) == ("Loss", "step", "nats")
    assert (left.xlim, left.xscale, left.yscale) == ((0.0, 2.0), "linear", "log")
    assert left.legend == ("Training", "validation ")
    assert [one.label for one in left.lines] == ["Training", "validation ", ""]
    np.testing.assert_array_equal(left.line("validation").y, [4.0, np.nan, 2.0])
    np.testing.assert_array_equal(right.points_of("seen").y, [3, 4])
    bars = right.bars_of()
    np.testing.assert_allclose((bars.x, bars.y), ([1, 2], [5, 6]))
    np.testing.assert_array_equal(right.images[0], [[0, 1, 2], [3, 4, 5]])


def test_axes_stand_for_their_figure():
    assert figure_data(made().axes[0]).title == "Both"


def missed(call):
    with pytest.raises(Mismatch) as raised:
        call()
    return raised.value


def test_a_line_that_is_not_there_is_said_with_those_that_are():
    axes = figure_data(made()).axes[0]
    assert missed(lambda: axes.line("test")).detail == (
        "The figure: expected one line labelled `test`, yours has `Training`, `validation `, "
        "one without a label."
    )
    assert missed(axes.line).detail == "The figure: expected one line, yours has 3."
    assert "Training" not in missed(lambda: axes.line("test")).diff


@pytest.mark.parametrize(
    "value",
    [3.0, "a figure", {}, {"figure": "", "axes": 1}, {"figure": "", "axes": [{}]}, [], object()],
)
def test_what_is_no_figure_is_a_mismatch(value):
    assert missed(lambda: figure_data(value)).detail.endswith(", expected a matplotlib figure.")


def test_no_figure_and_another_number_of_axes():
    assert "None was returned" in missed(lambda: figure_data(None)).detail
    told = missed(lambda: figure_data(made(), axes=1)).detail
    assert told == "The figure: yours has 2 pairs of axes, expected 1."


def test_what_a_submission_writes_itself_is_checked():
    plain = decode(encode(made()))
    for key, lie in (
        ("title", 1),
        ("xlim", [1]),
        ("lines", [{"label": "", "x": [1], "y": [1, 2]}]),
    ):
        forged = {**plain, "axes": [{**plain["axes"][0], key: lie}]}
        assert missed(lambda forged=forged: figure_data(forged)).kind == "type"


def test_of_many_lines_the_first_labels_are_said():
    plain = {"label": "x", "x": np.zeros(1), "y": np.zeros(1)}
    with pytest.raises(Mismatch) as told:
        figure_data(_with_lines(plain, 900)).axes[0].line("loss")
    assert told.value.detail.endswith("yours has `x`, `x`, `x`, `x`, `x` and 895 more.")
    with pytest.raises(Mismatch, match="expected a matplotlib figure"):  # no real one crosses so
        figure_data(_with_lines(plain, 1_001))


def _with_lines(line, count):
    """What a figure crosses as."""
    texts = dict.fromkeys(("title", "xlabel", "ylabel", "xscale", "yscale"), "")
    more = {"xlim": [0.0, 1.0], "ylim": [0.0, 1.0], "points": [], "bars": [], "images": []}
    axes = {**texts, **more, "legend": [], "lines": [line] * count}
    return {"figure": "", "axes": [axes]}


def test_where_matplotlib_is_not_permitted_a_figure_is_no_data():
    assert is_data(made())
    assert not is_data(made(), libraries=("pandas",))
    with pytest.raises(WireError, match="a value of type Figure"):
        encode(made(), libraries=())


def test_a_million_points_are_bounded_by_what_a_message_holds():
    figure = Figure()
    axes = figure.subplots()
    axes.plot(np.zeros(1_000_000))
    assert len(figure_data(decode(encode(figure))).axes[0].line().y) == 1_000_000
    for _ in range(4):
        axes.plot(np.zeros(1_000_000))
    with pytest.raises(WireError, match="64 MB"):
        encode(figure)


def test_an_artist_that_raises_is_a_mismatch():
    from matplotlib.lines import Line2D

    class Broken(Line2D):
        def get_label(self):
            raise SystemError

    figure = Figure()
    line = Line2D([1], [2])
    figure.subplots().add_line(line)
    line.__class__ = Broken
    assert missed(lambda: figure_data(figure)).kind == "type"


def test_a_line_that_lies_is_read_by_its_data():
    from matplotlib.lines import Line2D

    class Lying(Line2D):
        def get_data(self, orig=True):
            return [0.0], [0.0]

        def get_ydata(self, orig=True):
            raise AssertionError

    figure = Figure()
    figure.subplots().add_line(Lying([1, 2], [3, 4]))
    np.testing.assert_array_equal(figure_data(figure).axes[0].line().y, [3, 4])
