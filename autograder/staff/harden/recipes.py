"""Ways to draw a call, and the text of a case that draws it and compares the result."""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from autograder.staff.harden import domains
from autograder.staff.harden.template import ODD_SIZE, Template, leaves_of
from autograder.staff.harden.trees import Fixed, Manner

REPEATS: Final = 5
OF_RARE: Final = 12
OF_LAWS: Final = 20
"""How often a case draws its inputs: usually; with extremes, where few inputs show a mistake; for laws.

A wrong answer may obey a law by chance on some inputs.
"""

_RARE: Final = (domains.WIDE, domains.FAR, domains.EDGES)


@dataclass(frozen=True)
class Recipe:
    """One case.

    Attributes:
        title: what it shows, after the function's name.
        templates: the calls; several where nothing is drawn.
        manner: how numbers are drawn.
        ones: whether one axis after the other has the size 1.
        many: whether one axis after the other has hundreds of entries.
        gradient: whether gradients are compared, not values.
        resort: whether it is written only where no other case notices as much.
    """

    title: str
    templates: tuple[Template, ...]
    manner: Manner = field(default_factory=Manner)
    ones: bool = False
    many: bool = False
    gradient: bool = False
    resort: bool = False

    @property
    def template(self) -> Template:
        """The first of the calls."""
        return self.templates[0]

    @property
    def function(self) -> str:
        """The student's function."""
        return self.template.function

    @property
    def kind(self) -> tuple[Manner, bool, bool, bool]:
        """How it is drawn, whatever the call."""
        return self.manner, self.ones, self.many, self.gradient

    def name(self, part: str) -> str:
        """The case's name in a part, which often has the name of its only function."""
        whose = "" if part == self.function else f"{self.function}, "
        return f"{part}: {whose}{self.title}"

    @property
    def extreme(self) -> bool:
        """Whether right solutions may fail it: empty lines, edges, very large numbers, integers."""
        wide = self.manner.values in (domains.EMPTY, *_RARE)
        return wide or self.manner.integers or (self.gradient and not self.template.promised)

    @property
    def special(self) -> str:
        """Which special numbers it draws that the docstring allows; ``""`` for none.

        Small changes of the reference seldom need them, but mistakes do: zeros, and numbers so large or
        small that something overflows or cancels.
        """
        values = self.manner.values
        if values in (domains.WIDE, domains.FAR):
            return "extremes"
        if values == domains.EDGES:
            return values
        allowed = any(
            leaf.domain is not domains.REAL
            and values in leaf.domain.texts
            and values not in leaf.refused
            for leaf in self.template.drawn
        )
        return values if values in (domains.ZEROS, domains.EMPTY) and allowed else ""

    @property
    def repeats(self) -> int:
        """How often it draws its inputs."""
        if self.template.judge is None:
            return OF_LAWS
        return OF_RARE if self.manner.values in _RARE else REPEATS

    @property
    def identifier(self) -> str:
        """The name of the case's function."""
        return re.sub(r"\W+", "_", f"{self.function}_{self.title}").strip("_").lower()

    def body(self) -> list[str]:
        """The statements of the case."""
        if not self.template.drawn and not self.template.declared:
            return [line for one in self.templates for line in self._compared(one)]
        one, lines = self.template, []
        axes = [axis for axis in one.axes(self.manner) if axis not in one.odd]
        if self.ones or self.many:
            special = [axis for axis in axes if axis in (one.ones if self.ones else one.many)]
            others = [axis for axis in axes if axis not in special]
            names = ", ".join(special) + ("," if len(special) == 1 else "")
            names = f"({names})" if len(special) == 1 else names
            helper = "one_at_a_time" if self.ones else "many_at_a_time"
            lines.append(f"for {names} in {helper}(rng, {len(special)}):")
        else:
            others = axes
            lines.append(f"for _ in range({self.repeats}):")
        inner = []
        if others:
            names = ", ".join(others) + ("," if len(others) == 1 else "")
            names = f"({names})" if len(others) == 1 else names
            inner.append(f"{names} = {one.sizes_of(len(others))}")
        inner += [f"{axis} = {ODD_SIZE}" for axis in one.axes(self.manner) if axis in one.odd]
        inner += one.draws(self.manner)
        inner += self._compared(one)
        return [*lines, *(f"    {line}" for line in inner)]

    def _compared(self, one: Template) -> list[str]:
        """The lines that call and compare, inside loops over what is chosen."""
        lines = list(self._comparison(one))
        for node in reversed(one.chosen()):
            values = ", ".join(node.among) + ("," if len(node.among) == 1 else "")
            lines = [f"for {node.name} in ({values}):", *(f"    {line}" for line in lines)]
        return lines

    def _comparison(self, one: Template) -> Iterator[str]:
        right = f"reference.{one.function}"
        if self.gradient:
            yield from self._gradients(one, right)
            return
        found = one.call(one.function, self.manner, inside="via")
        if one.judge is None:
            given = [
                name if leaves_of(node) or name in one.declared else node.text(self.manner)
                for name, node in one.nodes.items()
                if node is not None
            ]
            call = ", ".join([found, *given])
            yield f'assert_all(laws["{one.function}"]({call}), "what is asked of {one.function} holds")'
            return
        yield f"expected = {one.call(right, self.manner)}"
        options = "".join(f", {key}={value!r}" for key, value in one.judge.options.items())
        if one.equal:
            yield f"assert_equal({found}, expected)"
        elif one.parts_of_result:
            yield f"found = unpack({found}, {one.parts_of_result})"
            yield "for part, right in zip(found, expected, strict=True):"
            yield f"    {one.judge.assertion}(part, right{options})"
        else:
            yield f"{one.judge.assertion}({found}, expected{options})"

    def _gradients(self, one: Template, right: str) -> Iterator[str]:
        given = ", ".join(
            name if leaves_of(node) or name in one.declared else node.text(self.manner)
            for name, node in one.nodes.items()
            if node is not None
        )
        names = [name for name, node in one.nodes.items() if one.driver is None or node is not None]
        places = [names.index(name) for name in one.differentiable]
        where = f"[{', '.join(map(str, places))}]"
        where += f', "{one.driver.__name__}"' if one.driver is not None else ""
        yield f"given = [{given}]"
        yield f"expected = result_gradients({right}, given, {where})"
        yield f"found = unpack(via(result_gradients, {one.function}, given, {where}), {len(places)})"
        yield "for part, right in zip(found, expected, strict=True):"
        yield "    assert_close(part, right)"

    def source(self, part: str, points: float) -> str:
        """The case as it stands in a file.

        Args:
            part: the key of the part.
            points: its weight.
        """
        body = self.body()
        needs = [
            self.function,
            *(["rng"] if any(re.search(r"\brng\b", line) for line in body) else []),
        ]
        written = textwrap.indent("\n".join(body), "    ")
        return (
            f'@test_case(name="{self.name(part)}", points={points:g}, hidden=True)\n'
            f"def {self.identifier}({', '.join(needs)}):\n{written}\n"
        )


def candidates(templates: Sequence[Template], *, wide: bool = True) -> list[Recipe]:
    """Every way to draw the calls of one function in one part.

    Args:
        templates: calls whose domains are known to fit.
        wide: whether very large and very small numbers, and integers, are drawn.
    """
    fixed = tuple(one for one in templates if not one.drawn and not one.declared)
    found = [Recipe("the answer", fixed)] if fixed else []
    if fixed and all(one.driver is not None and len(one.nodes) == 1 for one in fixed):
        # A driver of a case of form may hide the answer; without it, another form of it may be refused.
        plain = replace(fixed[0], driver=None, nodes={}, positional=0, equal=True)
        found.append(Recipe("the answer itself", (plain,), resort=True))
    drawn = [one for one in templates if one.drawn or one.declared]
    for one, note in zip(drawn, _notes(drawn) if drawn else [], strict=True):
        some = _of(one, f" ({note})" if note else "")
        found += [recipe for recipe in some if wide or not recipe.extreme]
    return found


def _notes(some: Sequence[Template]) -> list[str]:
    """What tells each of several calls of one function from the others; ``""`` where nothing does."""
    shared = {name for name in some[0].nodes if all(name in one.nodes for one in some)}

    def note(one: Template) -> str:
        told = []
        if one.driver is not None and any(other.driver is not one.driver for other in some):
            told.append(one.driver.__name__.replace("_", " "))
        fixed = {name: node for name, node in one.nodes.items() if isinstance(node, Fixed)}
        absent = [name for name, node in fixed.items() if node == Fixed("None")]
        told += [
            node.text_of_it.strip('"')
            for name, node in fixed.items()
            if name not in absent and any(other.nodes.get(name) != node for other in some)
        ]
        added = [n for n in one.nodes if n not in {*shared, *fixed} and one.driver is None]
        told += [f"with {' and '.join(added)}"] if added else []
        told += [f"without {' and '.join(absent)}"] if absent else []
        return ", ".join(told)

    notes = [note(one) for one in some]
    times = Counter(notes)
    return [
        f"{told}, {number}".strip(", ") if times[told] > 1 else told
        for number, told in enumerate(notes, start=1)
    ]


def _of(one: Template, note: str) -> Iterator[Recipe]:
    plain = Manner(rest=one.rest[0])
    texts = {tuple(one.draws(plain))}
    yield Recipe(f"drawn values{note}", (one,), plain)
    if one.ones:
        yield Recipe(f"sizes of 1{note}", (one,), plain, ones=True)
    for place, (title, values) in enumerate(
        (
            ("small whole numbers", domains.WHOLE),
            ("zeros among the numbers", domains.ZEROS),
            ("lines of zeros", domains.EMPTY),
            ("large and small numbers", domains.WIDE),
            ("very large and very small numbers", domains.FAR),
            ("edges and equal lines", domains.EDGES),
        )
    ):
        manner = Manner(values, one.rest[(place + 1) % len(one.rest)])
        if (text := tuple(one.draws(manner))) not in texts:
            texts.add(text)
            yield Recipe(f"{title}{note}", (one,), manner)
    manner = Manner(domains.WIDE, one.rest[0])
    if one.many and tuple(one.draws(manner)) != tuple(one.draws(plain)):
        yield Recipe(f"hundreds of entries{note}", (one,), manner, many=True)
    single = replace(plain, single=True)
    if tuple(one.draws(single)) not in texts:
        yield Recipe(f"float32{note}", (one,), single)
    if one.ones:
        # Small enough to be read, where an input is shown on which a change of the reference differs.
        small = Manner(domains.WHOLE, one.rest[0])
        yield Recipe(
            f"small whole numbers, sizes of 1{note}", (one,), small, ones=True, resort=True
        )
    integers = Manner(domains.WHOLE, one.rest[0], integers=True)
    if tuple(one.draws(integers)) not in {tuple(one.draws(replace(integers, integers=False)))}:
        yield Recipe(f"integers{note}", (one,), integers)
    if one.differentiable:
        yield Recipe(f"gradients{note}", (one,), plain, gradient=True)
