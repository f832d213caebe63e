import re

import pytest

from autograder.testing import Mismatch
from autograder.testing.mismatch import PUBLIC


def test_it_is_an_assertion_error_and_reads_as_its_detail():
    mismatch = Mismatch("value", "at [0] it is 1 where 2 is expected")
    assert isinstance(mismatch, AssertionError)
    assert mismatch.kind == "value"
    assert mismatch.detail == str(mismatch) == "at [0] it is 1 where 2 is expected"


@pytest.mark.parametrize("kind", ["type", "shape", "dtype", "nan", "value", "law"])
def test_the_public_sentence_depends_on_the_kind_alone(kind):
    assert Mismatch(kind, "secret 42").public == Mismatch(kind, "").public == PUBLIC[kind]


def test_public_sentences_differ_and_hold_no_number():
    assert len(set(PUBLIC.values())) == len(PUBLIC)
    assert not any(re.search(r"\d", sentence) for sentence in PUBLIC.values())


@pytest.mark.parametrize("name", ["kind", "public", "detail"])
def test_what_it_says_cannot_be_changed(name):
    with pytest.raises(AttributeError):
        setattr(Mismatch("value", "text"), name, "other")
