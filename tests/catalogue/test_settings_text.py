"""Settings as a person wrote them: where reading ended is said by its row, never in a parser's own words."""

import pytest

from kpi.files.text import UnreadableSettings, read_settings


def test_toml_and_where_it_may_be_json() -> None:
    assert read_settings("﻿a = 1.5\n".encode(), number=str) == {"a": "1.5"}
    assert read_settings(b' {"a": 1.5}', json_too=True) == {"a": 1.5}


@pytest.mark.parametrize(
    ("data", "row"),
    [
        (b"a = 1\nb = \xff", 2),
        (b"a = 1\nb = \nc = 2", 2),
        (b"a = 1\nb = [1,\n", 2),
        (b'{"a": 1,\n "b": }', 2),
        (b"{", 1),
        (b"a = " + b"[" * 5000, 1),
        (b'{"a": ' + b"[" * 50_000, 1),
    ],
)
def test_the_row_at_which_reading_ends(data: bytes, row: int) -> None:
    with pytest.raises(UnreadableSettings) as end:
        read_settings(data, json_too=True)
    assert end.value.row == row
