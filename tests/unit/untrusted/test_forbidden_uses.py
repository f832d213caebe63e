"""Where a submission uses what it is asked not to use: found by syntax, through aliases and helpers."""

from __future__ import annotations

import textwrap

import pytest

from autograder.untrusted.forbidden import uses

KL = "torch.nn.functional.kl_div"


def found(*sources: str, forbidden=(KL,), functions=("f",)):
    units = [("", f"cell {n}", textwrap.dedent(text)) for n, text in enumerate(sources, 1)]
    return uses(units, functions, forbidden)


@pytest.mark.parametrize(
    "source",
    [
        "import torch\ndef f(p):\n    return torch.nn.functional.kl_div(p)",
        "import torch.nn.functional as F\ndef f(p):\n    return F.kl_div(p)",
        "import torch.nn as nn\ndef f(p):\n    return nn.functional.kl_div(p)",
        "from torch.nn import functional\ndef f(p):\n    return functional.kl_div(p)",
        "from torch.nn.functional import kl_div as g\ndef f(p):\n    return g(p)",
        "from torch.nn.functional import *\ndef f(p):\n    return kl_div(p)",
        "import torch\nF = torch.nn.functional\ndef f(p):\n    return F.kl_div(p)",
        "import torch\ndef f(p):\n    F = torch.nn.functional; return F.kl_div(p)",
        "import torch\nF = torch.nn.functional\nG = F\ndef f(p):\n    return G.kl_div(p)",
        "import torch.nn.functional as F\ndef f(p):\n    return getattr(F, 'kl_div')(p)",
        "import torch.nn.functional as F\ndef f(p, g=F.kl_div):\n    return g(p)",
        "import torch.nn.functional as F\n@F.kl_div\ndef f(p):\n    return p",
        "import torch.nn.functional as F\ndef h(p):\n    return F.kl_div(p)\ndef f(p):\n    return h(p)",
        "import torch.nn.functional as F\nclass M:\n    def g(self):\n        F.kl_div\ndef f(p):\n    M()",
        "import torch.nn.functional as F\nasync def f(p):\n    return [F.kl_div(q) for q in p]",
    ],
)
def test_every_way_to_say_it(source):
    assert {(function, name) for function, _, _, name in found(source)} == {("f", KL)}


def test_inside_the_function():
    source = "def f(p):\n    from torch.nn.functional import kl_div\n    return kl_div(p)"
    assert {use[2] for use in found(source)} == {2, 3}


@pytest.mark.parametrize(
    "source",
    [
        "import torch.nn.functional as F\ndef g(p):\n    return F.kl_div(p)\ndef f(p):\n    return p",
        "import torch.nn.functional as F\nF.kl_div\ndef f(p):\n    return p",
        "def kl_div(p):\n    return p\ndef f(p):\n    return kl_div(p)",
        "import torch.nn.functional as F\ndef f(p):\n    return F.kl_divergence(p)",
        "def f(p):\n    '''Do not use F.kl_div.'''\n    # F.kl_div\n    return 'F.kl_div'",
        "def f(:",
        "def f(p): return p\n" + "(" * 5_000,
        "x" * 10 + "\0",
    ],
)
def test_what_is_no_use_of_it(source):
    assert found(source) == []


def test_everything_below_a_name():
    source = "from torch.distributions import Normal\ndef f(p):\n    return Normal(p, 1)"
    assert found(source, forbidden=["torch.distributions"])[0][1:] == (
        *("cell 1", 3),
        "torch.distributions",
    )


def test_a_method_of_any_object():
    source = "def f(p):\n    return p.exp().softmax(0)"
    assert found(source, forbidden=[".softmax"]) == [("f", "cell 1", 2, ".softmax")]


def test_names_of_earlier_cells_and_magics():
    head = "%matplotlib inline\n!pip install x\nimport torch.nn.functional as F"
    assert found(head, "x = 1", "def f(p):\n    return F.kl_div(p)") == [("f", "cell 3", 2, KL)]


def test_the_last_definition_counts():
    first = "import torch.nn.functional as F\ndef f(p):\n    return F.kl_div(p)"
    assert found(first, "def f(p):\n    return p") == []


def test_namespaces_are_apart():
    units = [
        ("", "cell 1", "import torch.nn.functional as F\ndef f(p):\n    return p"),
        ("toy", "toy.py", "def f(p):\n    return F.kl_div(p)"),
    ]
    assert uses(units, ["f"], [KL]) == []


def test_the_list_has_an_end():
    source = "def f(p):\n" + "    p.exp()\n" * 500
    assert len(found(source, forbidden=[".exp"])) == 50
