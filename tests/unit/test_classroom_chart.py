"""Curves of classes: what is drawn where, in words too, and what no curve can be drawn from."""

from __future__ import annotations

import re
from itertools import pairwise
from xml.etree import ElementTree

import pytest

from tests.classroom import chart
from tests.classroom.curve import Sample

SVG = "{http://www.w3.org/2000/svg}"


def drawn(curves):
    """The picture, and the points of each class: those of what is finished, then those of memory."""
    image = ElementTree.fromstring(chart.draw(curves))
    lines = [
        [
            tuple(map(float, point.split()))
            for point in re.split("[ML]", path.attrib["d"])
            if point and "h" not in point
        ]
        for path in image.iter(f"{SVG}path")
        if path.attrib["class"].startswith("curve")
    ]
    # The last class is drawn first; the legend comes at the end.
    count = len(curves)
    return image, lines[:count][::-1], lines[count : 2 * count][::-1]


def test_what_grows_in_proportion_is_a_straight_line_beside_the_dashed_one():
    """Equal factors are equal steps on both axes; at a constant rate both have the same factors."""
    looks = [Sample(2.0 * count, count, 100.0, 5) for count in (1, 10, 100, 1000)]
    image, [finished], _ = drawn({1000: looks})
    steps = [(b[0] - a[0], a[1] - b[1]) for a, b in pairwise(finished)]
    assert steps == [pytest.approx(steps[0], abs=0.2)] * 3 and min(steps[0]) > 0
    guide = next(path for path in image.iter(f"{SVG}path") if path.attrib["class"] == "guide")
    ends = [tuple(map(float, end.split())) for end in guide.attrib["d"][1:].split("L")]
    assert ends == [finished[0], finished[-1]]


def test_classes_of_one_rate_lie_on_one_another_and_a_slower_one_below():
    curves = {
        size: [Sample(rate * count, count, 50.0, 5) for count in range(1, size + 1)]
        for size, rate in ((4, 3.0), (5, 6.0), (8, 3.0))
    }
    _, [small, slow, large], _ = drawn(curves)
    assert large[:4] == small
    places = dict(small)
    both = [(x, y) for x, y in slow if x in places]
    assert both and all(y > places[x] for x, y in both)  # downwards, as SVG counts


def test_memory_is_linear_and_its_bound_is_where_so_much_memory_is():
    looks = [Sample(10.0**place, 1, memory, 5) for place, memory in enumerate((200, 400, 600, 800))]
    image, _, [memory] = drawn({1: looks})
    heights = [y for _, y in memory]
    assert [a - b for a, b in pairwise(heights)] == [
        pytest.approx(heights[0] - heights[1], abs=0.2)
    ] * 3
    guides = [path for path in image.iter(f"{SVG}path") if path.attrib["class"] == "guide"]
    assert f" {heights[2]}H" in guides[-1].attrib["d"]


def test_a_short_peak_is_not_lost_among_many_looks():
    looks = [Sample(1 + second / 10, 1, 100.0, 5) for second in range(20_000)]
    looks[15_000] = looks[15_000]._replace(pss_mb=900.0)
    _, _, [memory] = drawn({1: looks})
    assert len(memory) < 400
    heights = sorted(y for _, y in memory)
    assert heights[0] < heights[1] == heights[-1]


def test_it_says_in_words_what_it_shows():
    curves = {
        10: [Sample(0.0, 0, 40.0, 1), Sample(20.0, 10, 512.0, 5)],
        1000: [
            Sample(0.0, 0, 40.0, 1),
            Sample(1800.0, 1000, 655.0, 5),
            Sample(1801.0, 1000, 9.0, 1),
        ],
    }
    image, _, _ = drawn(curves)
    named = {found.attrib["id"]: found.text for found in image if "id" in found.attrib}
    assert [named[name] for name in image.attrib["aria-labelledby"].split()] == [
        "A batch over classes of 10 and 1,000 submissions",
        named["about"],
    ]
    assert (
        "Class of 10: 10 finished after 20 seconds, 2.00 seconds each; at most 512 MB."
        in (named["about"])
    )
    assert "at most 655 MB" in named["about"]
    texts = [text.text for text in image.iter(f"{SVG}text")]
    assert texts.count("seconds since the command began") == 2
    assert {"submissions finished", "memory (PSS) in MB", "600 MB"} <= set(texts)


HEAD = "seconds,finished,pss_mb,processes\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no column seconds, finished, pss_mb, processes"),
        ("seconds,finished,processes\n1,1,1\n", "no column pss_mb"),
        (HEAD, "no submission was finished"),
        (HEAD + "1,0,100,5\n", "no submission was finished"),
        (HEAD + "1,1,100,5\n2,1,much,5\n", r"line 3: pss_mb is 'much'"),
        (HEAD + "1,1,nan,5\n", "line 2: pss_mb is 'nan'"),
        (HEAD + "-1,1,100,5\n", "line 2: seconds is '-1'"),
        (HEAD + "1,1\n", "line 2: pss_mb is None"),
        (HEAD + "2,1,100,5\n1,1,100,5\n", "line 3: time or what is finished goes back"),
        (HEAD + "1,2,100,5\n2,1,100,5\n", "line 3: time or what is finished goes back"),
        (HEAD + "0,3,100,5\n1,4,100,5\n", "3 submissions were finished before"),
        (HEAD + "0,0,100,5\n1,11,100,5\n", "11 submissions of a class of 10"),
    ],
)
def test_what_no_curve_can_be_drawn_from_is_said(tmp_path, capsys, text, says):
    table, picture = tmp_path / "ten.csv", tmp_path / "out.svg"
    table.write_text(text)
    with pytest.raises(SystemExit) as stopped:
        chart.main([str(picture), f"10={table}"])
    assert stopped.value.code == 2
    assert re.search(says, capsys.readouterr().err)
    assert not picture.exists()


@pytest.mark.parametrize("argument", ["ten.csv", "=ten.csv", "0=ten.csv", "10=", "ten=10.csv"])
def test_a_table_without_the_size_of_its_class_is_said(tmp_path, capsys, argument):
    with pytest.raises(SystemExit):
        chart.main([str(tmp_path / "out.svg"), argument])
    assert "such as 100=hundred.csv" in capsys.readouterr().err


def test_a_picture_is_written(tmp_path):
    table, picture = tmp_path / "ten.csv", tmp_path / "out.svg"
    table.write_text(f"{HEAD}0.0,0,30.5,1\n1.0,4,300.0,5\n2.0,10,310.0,5\n")
    chart.main([str(picture), f"10={table}"])
    assert ElementTree.fromstring(picture.read_text()).tag == f"{SVG}svg"
