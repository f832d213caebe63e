"""Tables of pandas over the wire: they arrive as they were, and lies about them are refused."""

from __future__ import annotations

import time

import numpy as np
import pandas as pd
import pytest

from autograder.wire import MAX_NODES, WireError, decode, encode, is_data, plain_table
from autograder.wire.tables import table_from_plain

WHOLE = pd.DataFrame(
    {
        "integer": np.array([1, 2, 3], np.int16),
        "float": [1.5, np.nan, -2.0],
        "truth": [True, False, True],
        "complex": [1j, 2, 3],
        "text": ["x", None, "ü"],
        "string": pd.array(["q", None, "r"], dtype="string"),
        "object": pd.Series([1, "a", None], dtype=object),
        "day": pd.to_datetime(["2020-01-01", None, "2021-06-30"]),
        "time": pd.to_timedelta([1, 2, 3], unit="s"),
        "category": pd.Categorical(["u", "v", None], categories=["v", "u", "w"], ordered=True),
        "nullable": pd.array([1, None, 3], dtype="Int32"),
        "maybe": pd.array([True, None, False], dtype="boolean"),
        "short": np.array([1, 2, 3], np.float32),
    }
)
TABLES = {
    "every dtype": WHOLE,
    "labelled rows": WHOLE.set_index("text"),
    "grouped by two": WHOLE.groupby(["truth", "integer"])["float"].agg(["mean", "count"]),
    "described": WHOLE[["integer", "float"]].describe(),
    "pivoted": WHOLE.pivot_table(index="truth", columns="integer", values=["float", "short"]),
    "crossed": pd.crosstab(WHOLE["truth"], WHOLE["integer"]),
    "columns of one name": pd.DataFrame([[1, 2.5]], columns=["a", "a"]),
    "numbered columns": pd.DataFrame(np.eye(2)),
    "no rows": WHOLE.iloc[:0],
    "no columns": pd.DataFrame(index=[3, 1]),
    "levels with gaps": pd.DataFrame(
        {"a": [1, 2, 3]},
        index=pd.MultiIndex.from_arrays(
            [
                [2.5, np.nan, -1.0],
                pd.to_datetime(["2021-01-01", None, "2020-01-01"]),
                ["x", None, "x"],
                pd.array([3, None, 1], dtype="Int64"),
                pd.Categorical(["u", "v", None], categories=["v", "u", "w"], ordered=True),
            ],
            names=["float", "day", "text", None, ("a", 1)],
        ),
    ),
    "dated rows": pd.DataFrame({"a": [1, 2]}, index=pd.to_datetime(["2020-01-01", "2020-01-02"])),
}
SERIES = {
    "plain": WHOLE["integer"],
    "with a name of levels": pd.Series([1.0, 2.0], name=("a", 1)),
    "counted": WHOLE["truth"].value_counts(),
    "without a name": pd.Series(["a", None]),
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_a_table_arrives_as_it_was(table):
    pd.testing.assert_frame_equal(decode(encode(table)), table, check_freq=False)


@pytest.mark.parametrize("series", SERIES.values(), ids=SERIES)
def test_a_series_arrives_as_it_was(series):
    pd.testing.assert_series_equal(decode(encode(series)), series)


def test_tables_may_stand_in_other_data():
    came = decode(encode({"both": [WHOLE["float"], (WHOLE,)]}))
    pd.testing.assert_frame_equal(came["both"][1][0], WHOLE)


def test_what_arrives_is_the_receivers_own():
    came = decode(encode(WHOLE))
    came.loc[0, "integer"] = 100
    assert WHOLE.loc[0, "integer"] == 1


def test_a_subclass_is_taken_by_its_data():
    class Lying(pd.DataFrame):
        @property
        def columns(self):
            return ["lie"]

        @property
        def dtypes(self):
            return pd.Series({"lie": np.dtype("O")})

        def __len__(self):
            return 10**9

    came = decode(encode(Lying({"a": [1]})))
    assert type(came) is pd.DataFrame
    assert list(came.columns) == ["a"]


def test_where_pandas_is_not_permitted_a_table_is_no_data():
    assert is_data(WHOLE)
    assert not is_data(WHOLE, libraries=("matplotlib",))
    with pytest.raises(WireError, match="a value of type DataFrame"):
        encode(WHOLE, libraries=())


class Reduced:
    def __reduce__(self):
        raise AssertionError("nothing is pickled")

    __repr__ = __str__ = __hash__ = __eq__ = __reduce__


REFUSED = {
    "an entry of type Reduced": pd.DataFrame({"a": [Reduced()]}),
    "an entry of type list": pd.DataFrame({"a": [[1]]}),
    "an entry of type Timestamp": pd.DataFrame(
        {"a": pd.Series([pd.Timestamp("2020")], dtype=object)}
    ),
    "an integer of more than 64 bits": pd.DataFrame({"a": [2**70]}),
    "a table of more than 8,388,608 rows": pd.DataFrame(index=pd.RangeIndex(10**12)),
    "more than 2,000 columns": pd.DataFrame(np.zeros((1, 2001))),
    "a column of type PeriodArray": pd.DataFrame({"a": pd.period_range("2020", periods=2)}),
    "a column of type DatetimeArray": pd.DataFrame(
        {"a": pd.date_range("2020", periods=2, tz="UTC")}
    ),
    "index is of type IntervalIndex": pd.DataFrame(index=pd.interval_range(0, 2)),
    "100,000 items": pd.DataFrame({"a": ["x"] * (MAX_NODES + 1)}),
}


@pytest.mark.parametrize(("words", "table"), REFUSED.items(), ids=REFUSED)
def test_what_is_no_data_is_named(words, table):
    with pytest.raises(WireError, match=words):
        encode(table)


def test_a_view_that_claims_more_than_it_holds_is_refused():
    wide = np.broadcast_to(np.zeros((1, 1)), (5_000_000, 4))
    with pytest.raises(WireError, match="64 MB"):
        encode(pd.DataFrame(wide))


def colliding(count):
    """Different integers for which the hash of pandas, k >> 33 ^ k ^ k << 11 in 32 bits, is 0."""
    low = np.arange(1, 5 * count, dtype=np.uint64)
    high = ((low ^ (low << np.uint64(11))) & np.uint64(0xFFFFFFFF)) << np.uint64(1)
    return ((high << np.uint64(32)) | low)[high < 1 << 32][:count].view(np.int64)


def test_numbers_of_one_hash_are_read_in_a_time_that_is_linear_in_their_number():
    """Half a minute, where pandas hashes them, in a call that nothing can interrupt."""
    numbers = colliding(49_000)
    assert len(set(numbers.tolist())) == 49_000
    axis = [[None] * 2, [["numbers", numbers]] * 2]
    none = [[None], [["numbers", np.zeros(0)]]]
    plain = {"table": "frame", "index": axis, "columns": none, "name": None, "data": []}
    begin = time.process_time()
    came = table_from_plain(plain)
    assert time.process_time() - begin < 2
    assert came.index.get_level_values(1).tolist() == numbers.tolist()
    longer = [[None] * 2, [["numbers", np.zeros(MAX_NODES)]] * 2]
    with pytest.raises(WireError, match="an index of too many entries"):
        table_from_plain({**plain, "index": longer})


def test_categories_that_are_numbers_are_few():
    column = ["categories", np.zeros(1, np.int64), ["numbers", colliding(49_000)], True]
    index = [[None], [["numbers", np.zeros(1)]]]
    plain = {"table": "series", "index": index, "columns": None, "name": None, "data": [column]}
    with pytest.raises(WireError, match="more than 5,000 categories"):
        table_from_plain(plain)
    with pytest.raises(WireError, match="more than 5,000 categories"):
        encode(pd.Series(range(5_001), dtype="category"))
    words = pd.Series([f"w{place}" for place in range(5_001)], dtype="category")
    pd.testing.assert_series_equal(decode(encode(words)), words)


def lies():
    good = plain_table(WHOLE[["integer", "text", "category", "nullable", "day"]])
    numbers, text, category, nullable, day = good["data"]

    def with_data(*data):
        return {**good, "data": [*data, *good["data"][len(data) :]]}

    yield {}
    yield {**good, "table": "panel"}
    yield {**good, "columns": None}
    yield {**good, "index": [[None], []]}
    yield {**good, "index": [[None, None], good["index"][1]]}
    yield {**good, "index": [[[1]], good["index"][1]]}
    yield {**good, "data": good["data"][1:]}
    yield {**good, "data": None}
    yield with_data(["numbers", np.zeros((3, 1))])
    yield with_data(["numbers", np.zeros(2)])
    yield with_data(["numbers", [1, 2, 3]])
    yield with_data(["unknown", np.zeros(3)])
    yield with_data(numbers, ["text", "str", [1, 2, 3]])
    yield with_data(numbers, ["objects", [[], {}, ()]])
    yield with_data(numbers, ["objects", [2**70, 0, 0]])
    yield with_data(numbers, ["objects", [decode(encode(WHOLE)), 0, 0]])
    yield with_data(numbers, text, ["categories", np.array([7, 0, 0]), category[2], False])
    yield with_data(numbers, text, ["categories", category[1], category, True])
    yield with_data(numbers, text, ["categories", category[1], category[2], "yes"])
    yield with_data(numbers, text, category, ["nullable", "Int8", *nullable[2:]])
    yield with_data(numbers, text, category, ["nullable", "Int32", nullable[2], np.zeros(2, bool)])
    yield with_data(numbers, text, category, nullable, ["times", "datetime64[D]", day[2]])
    yield with_data(numbers, text, category, nullable, ["times", "O", day[2]])
    yield {**plain_table(WHOLE["text"]), "name": {}}


@pytest.mark.parametrize("plain", [*lies()])
def test_lies_about_a_table_are_refused(plain):
    """As they would come: the header's node for a table, around the data that say what is in it."""
    with pytest.raises(Exception):  # noqa: B017 - whichever; `decode` makes one of all
        table_from_plain(plain)
    honest = encode([0, plain])
    length = int.from_bytes(honest[:4], "little")
    header = honest[4 : 4 + length].decode()
    lying = f'["table",{header.removeprefix("[" + chr(34) + "list" + chr(34) + ",0,")}'.encode()
    with pytest.raises(WireError):
        decode(len(lying).to_bytes(4, "little") + lying + honest[4 + length :])


def test_the_helper_of_the_test_above_makes_a_table_of_the_truth():
    honest = encode([0, plain_table(WHOLE)])
    length = int.from_bytes(honest[:4], "little")
    header = honest[4 : 4 + length].decode()
    table = f'["table",{header.removeprefix("[" + chr(34) + "list" + chr(34) + ",0,")}'.encode()
    came = decode(len(table).to_bytes(4, "little") + table + honest[4 + length :])
    pd.testing.assert_frame_equal(came, WHOLE)
