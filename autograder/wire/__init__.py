"""The codec of both directions between the grader and the worker that runs a student's code.

Only data crosses and nothing is pickled. Either side may be lied to, so `decode` takes any bytes
and ends in a value or in `WireError`, in time and memory that are linear in their number.

    frame  = length of the body (4 bytes, little-endian), body
    body   = a question or an answer, see `messages`, with data in it; of a worker's hello, data alone
    data   = length of the header (4 bytes, little-endian), header, buffers
    header = one JSON node without a space; no character of a student's text is ever in it
    node   = null | true | false | integer | real | ["complex", real, real]
           | ["str", bytes] | ["name", bytes]                  UTF-8, in the buffers
           | ["object", integer, bytes]                       its number, and its class's name
           | ["list", node…] | ["tuple", node…] | ["dict", key, node, key, node…]
           | ["array" | "scalar" | "tensor", "float64:3x4"]    C order, little-endian, in buffers
           | ["table", node]                                  of pandas, see `tables`
    real   = number with a point or an exponent | "nan" | "inf" | "-inf"

Buffers follow in the order of their nodes, and a node says only how long its own is: none can be
used twice, and together they end where the data end. What a value is, `type()` says, and its data
are read by the methods of the plain base class: `__class__`, `__array__`, `__iter__` and even the
`__eq__` of a class are a student's to write.
"""

from autograder.wire.caps import (
    MAX_DEPTH,
    MAX_DICT,
    MAX_FRAME,
    MAX_HEADER,
    MAX_INT,
    MAX_NODES,
    MAX_STRING,
    MAX_TEXT,
    WireError,
)
from autograder.wire.figures import MATPLOTLIB, drawn, is_figure
from autograder.wire.framing import Frames, frame
from autograder.wire.messages import NONCE_BYTES, answer, question, read_answer, read_question
from autograder.wire.plain import Name, Object
from autograder.wire.reading import decode
from autograder.wire.tables import PANDAS, is_table, plain_table
from autograder.wire.writing import encode, is_data

__all__ = [
    "MATPLOTLIB",
    "MAX_DEPTH",
    "MAX_DICT",
    "MAX_FRAME",
    "MAX_HEADER",
    "MAX_INT",
    "MAX_NODES",
    "MAX_STRING",
    "MAX_TEXT",
    "NONCE_BYTES",
    "PANDAS",
    "Frames",
    "Name",
    "Object",
    "WireError",
    "answer",
    "decode",
    "drawn",
    "encode",
    "frame",
    "is_data",
    "is_figure",
    "is_table",
    "plain_table",
    "question",
    "read_answer",
    "read_question",
]
