"""The smallest counterexample of a function that returns a table or a figure, and of a module of torch."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
import torch
from matplotlib.figure import Figure
from torch import nn

from autograder.grading.calls import InProcess, Recorder
from autograder.grading.names import Namespace
from autograder.grading.smallest import example
from autograder.model import Kind
from autograder.testing import misconception

mpl.use("Agg")


def shown(right, wrong, *given, known=()):
    """What a student reads whose function `f` answers as another one does."""
    recorder = Recorder(InProcess({"f": wrong}))
    Namespace(recorder, None).get("f")(*given)
    found = example(recorder.calls, InProcess({"f": wrong}), {"f": right}, known)
    return found.text if found else None


def centred(x):
    x = np.array(x)
    return pd.DataFrame({"value": x, "centred": x - x.mean()})


X = [1.37, 2.25, -0.81]


def test_of_a_table_the_column_that_differs_is_shown():
    """Of one number the distance to the mean is 0, and the mean 0 only where the number is."""
    text = shown(centred, lambda x: centred(x).assign(centred=x), X)
    assert text == (
        "With x = [1] your `f` returns a table whose column 'centred' is [1]; [0] is right."
    )


def test_of_long_columns_the_row_is_shown():
    def squares(count):
        return pd.DataFrame({"n": range(count), "square": [n**2 for n in range(count)]})

    def doubled(count):  # right for 0, 1 and 2
        table = squares(count)
        return table.assign(square=[2 * n if n > 7 else n**2 for n in table["n"]])

    text = shown(squares, doubled, 9)
    assert text == (
        "With count = 9 your `f` returns a table whose column 'square' is 16 in row 8; 64 is right."
    )


def test_a_table_of_other_rows_is_shown_by_their_number():
    text = shown(centred, lambda x: centred(x).iloc[1:], X)
    assert text == ("With x = [0] your `f` returns a table whose number of rows is 0; 1 is right.")


def test_of_a_series_its_entries_are_shown():
    text = shown(lambda x: pd.Series(x).cumsum(), lambda x: pd.Series(x), X)
    values = text.removeprefix("With x = ").removesuffix(" is right.")
    given, came, right = values.replace(" your `f` returns a Series that is ", "; ").split("; ")
    assert eval(came) == eval(given)
    assert eval(right) == np.cumsum(eval(given)).tolist()
    assert len(eval(given)) == 2  # the sum of one number is that number


@pytest.mark.parametrize(
    "wrong",
    [
        lambda x: centred(x),
        lambda x: centred(x)[["centred", "value"]],
        lambda x: centred(x).rename(columns={"centred": "Centred"}),
        lambda x: centred(x).assign(more=1.0),
        lambda x: centred(x).to_numpy(),
        lambda x: None,
        lambda x: "a table",
    ],
)
def test_what_does_not_hang_on_the_numbers_of_the_input_has_no_example(wrong):
    assert shown(centred, wrong, X) is None


def test_a_table_among_the_arguments_is_not_written_down():
    def scaled(table, by):
        return float(table["value"].sum() * by)

    table = pd.DataFrame({"value": [1.5, 2.5]})
    assert shown(scaled, lambda table, by: scaled(table, by) + 1, table, 2.5) is None
    assert shown(scaled, lambda table, by: scaled(*table, by) + 1, [table], 2.5) is None


def curves(losses, first=1, **labels):
    figure = Figure()
    axes = figure.subplots()
    axes.plot([first + n for n in range(len(losses))], losses, label="loss")
    axes.axhline(min(losses))
    axes.set(**labels)
    return figure


def test_of_a_figure_the_curve_that_differs_is_shown():
    text = shown(lambda x: curves(x), lambda x: curves(x, first=0), [0.71, 0.43, 0.52])
    assert text == (
        "With x = [0] your `f` returns a figure in which x of the line 'loss' is [0]; [1] is right."
    )


def test_curves_without_a_label_are_counted_and_axes_where_there_are_several():
    def twice(x, shift=0.0):
        figure = Figure()
        for axes in figure.subplots(2):
            axes.scatter(x, x)
            axes.scatter(x, [2 * one + shift for one in x])
            shift = 0.0
        return figure

    text = shown(twice, lambda x: twice(x, 1.0), [0.7, 1.9])
    assert text.startswith("With x = [")
    assert "a figure in which y of the set of points 2 of axes 1 is [" in text


def test_words_and_limits_of_a_figure_are_not_compared():
    other = {"xlabel": "Steps", "title": "Mine", "xlim": (-3, 9)}
    assert shown(lambda x: curves(x), lambda x: curves(x, **other), [0.7, 0.4]) is None


def test_the_mistake_in_a_table_stays_the_same():
    @misconception("The mean is not taken off.", caught_by=())
    def not_centred():
        return {"f": lambda x: centred(x).assign(centred=x)}

    def wrong(x):  # a single number is centred to 1, which is another mistake
        table = centred(x)
        return table.assign(centred=x) if len(x) > 1 else table.assign(centred=[1.0 + x[0]])

    text = shown(centred, wrong, X, known=[not_centred])
    given = eval(text.removeprefix("With x = ").partition(" your ")[0])
    assert len(given) == 2


class Scale(nn.Module):
    """Multiplies by a parameter, and counts what it has seen in a buffer."""

    def __init__(self, features):
        super().__init__()
        self.weight = nn.Parameter(torch.full((features,), 2.0))
        self.register_buffer("seen", torch.tensor(0))

    def forward(self, x):
        self.seen += len(x)
        return self.weight * x


class Halves(Scale):
    """Leaves out the parameter while it does not train."""

    def forward(self, x):
        return super().forward(x) if self.training else x


class Forgets(Scale):
    """Counts batches in the place of examples."""

    def forward(self, x):
        self.seen += 1
        return self.weight * x


def of_module(wrong, script):
    recorder = Recorder(InProcess({"Scale": wrong}))
    script(Namespace(recorder, None, {"Scale": Kind.CLASS}).get("Scale"))
    return example(recorder.calls, InProcess({"Scale": wrong}), {"Scale": Scale}, ())


def test_of_a_module_the_calls_are_shown_that_change_it():
    def script(make):
        layer = make(3)
        layer(torch.tensor([[0.25, -1.5, 3.75]]))
        layer.eval()
        layer(torch.tensor([[1.25, -0.5, 2.75], [0.3, 0.1, -0.2]]))

    text = of_module(Halves, script).text
    assert "`a = Scale(" in text
    assert "`a.eval()`" in text
    assert "your `a(" in text or "your `a.forward(" in text


def test_the_state_of_a_module_is_set_and_asked():
    def script(make):
        layer = make(2)
        layer(torch.tensor([[1.5, 2.5], [0.5, 3.5]]))
        layer.seen

    text = of_module(Forgets, script).text
    assert text.endswith("your `a.seen` is 1; 2 is right.")


def test_a_right_module_has_no_example():
    assert of_module(Scale, lambda make: make(2)(torch.tensor([[1.5, 2.5]]))) is None
