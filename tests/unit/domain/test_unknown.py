import copy
import pickle

import pytest

from ackb.domain.unknown import UNKNOWN, Unknown


def test_there_is_one_unknown():
    assert Unknown() is UNKNOWN
    assert copy.deepcopy({"a": UNKNOWN})["a"] is UNKNOWN
    assert copy.copy(UNKNOWN) is UNKNOWN
    assert pickle.loads(pickle.dumps(UNKNOWN)) is UNKNOWN


def test_unknown_is_neither_true_nor_false():
    with pytest.raises(TypeError, match="UNKNOWN is neither true nor false"):
        bool(UNKNOWN)


def test_unknown_says_so():
    assert repr({"id": UNKNOWN}) == "{'id': UNKNOWN}"
