"""Sources of records: lines, paths, columns, and several of them together."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import pytest

from chasqui.control.intake.columns import ColumnsSource, InputColumns
from chasqui.control.intake.lines import MAX_LINE, NEVER, Unreadable, Until
from chasqui.control.intake.products import Linked, Product
from chasqui.control.intake.sources import LinesSource, ValuesSource, paths_source
from tests.present import present


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def write(tmp_path):
    def write(name, data):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return name

    return write


def records(source):
    return [line for group in source.groups(NEVER) for line in group]


def values(source):
    return [tuple(line.values) for line in records(source)]


def words(*some):
    return ValuesSource(partial(iter, some))


def table(*files, by=",", quoted=True, header=False):
    return ColumnsSource(LinesSource(files), InputColumns(by, quoted, header), Until())


def test_files_are_read_one_after_another_and_numbered_as_one(write):
    source = LinesSource([write("a", b"\xef\xbb\xbf1\n\n"), write("b", b"\xef\xbb\xbf2\n3")])

    assert [(1, "1"), (3, "2"), (4, "3")] == [(one.number, one.text) for one in records(source)]


@pytest.mark.parametrize("name", ["gone", "."])
def test_a_later_file_that_cannot_be_read_is_said_before_anything_runs(write, name):
    with pytest.raises(Unreadable, match="cannot be read"):
        LinesSource([write("a", b"1\n"), name])


def test_a_csv_has_quotes_and_lines_in_values_and_is_numbered_by_first_lines(write):
    source = table(write("a.csv", b'u,n\n"a\n""b""",1\n\n,,\nz,\xe9\n'), header=True)
    found = records(source)

    assert ("u", "n") == source.columns
    assert [(2, ['a\n"b"', "1"]), (6, ["z", "\udce9"])] == [
        (one.number, one.fields) for one in found if not one.problem
    ]


def test_ragged_rows_are_given_out_with_what_is_wrong(write):
    found = records(table(write("a.csv", b"u,n\na,1\nb\nc,1,2\n"), header=True))

    assert ["", "has 1 column; the header names 2", "has 3 columns; the header names 2"] == [
        one.problem for one in found
    ]
    assert [2, 3, 4] == [one.number for one in found]


def test_without_a_header_the_first_record_says_how_many_columns(write):
    source = table(write("a", b'a\t"b\nc\n'), by="\t", quoted=False)

    assert ["", "has 1 column; the first record has 2"] == [one.problem for one in records(source)]


def test_each_file_has_the_header_and_one_that_differs_is_refused(write):
    first, same, other = (
        write(f"{n}.csv", data)
        for n, data in enumerate((b"a,b\n1,2\n", b"a,b\n3,4\n", b"b,a\n5,6\n"))
    )

    assert [("1", "2"), ("3", "4")] == values(table(first, same, header=True))
    with pytest.raises(Unreadable, match=r"2\.csv: its header is not that of 0\.csv"):
        records(table(first, other, header=True))


@pytest.mark.parametrize(
    ("data", "why"),
    [(b"", "has no header"), (b"a,a\n", "two columns a"), (b'"a\n', "does not end")],
)
def test_a_header_that_names_no_columns_is_refused(write, data, why):
    with pytest.raises(Unreadable, match=why):
        table(write("a.csv", data), header=True)


def test_a_record_is_known_by_all_of_its_values_and_their_names(write):
    texts = {
        present(records(table(write("t.csv", data), header=header))[-1].text)
        for data, header in [
            (b'h,i\n"a,b",c\n', True),
            (b'i,h\n"a,b",c\n', True),
            (b'h,i\na,"b,c"\n', True),
            (b'"a,b",c\n', False),
        ]
    }

    assert 4 == len(texts)


def test_a_record_is_given_out_though_the_rest_has_not_come():
    reader, writer = os.pipe()
    os.write(writer, b'n\n"a\nb"\n')
    source = table(f"/dev/fd/{reader}", header=True)
    first = next(iter(source.groups(NEVER)))
    os.close(writer)
    os.close(reader)

    assert ["a\nb"] == [one.fields[0] for one in first]


def test_a_product_has_every_combination_the_last_list_first(write):
    source = Product([words("a", "b"), LinesSource([write("n", b"1\n2\n")])])

    assert [("a", "1"), ("a", "2"), ("b", "1"), ("b", "2")] == values(source)
    assert [1, 2, 3, 4] == [one.number for one in records(Product([words("a", "b"), words(*"12")]))]


def test_a_product_too_large_to_hold_is_iterated():
    many = words(*map(str, range(1000)))
    source = Product([many, many, many, many])
    first = next(iter(source.groups(NEVER)))

    assert ("0", "0", "0", "0") == tuple(first[0].values)


def test_only_the_first_list_of_a_product_may_be_read_once():
    os.mkfifo("pipe")
    file = os.open("pipe", os.O_RDWR)
    with pytest.raises(Unreadable, match="only the first list"):
        Product([words("a"), LinesSource(["pipe"])])
    os.close(file)


def test_linked_lists_go_together():
    assert [("a", "1"), ("b", "2")] == values(Linked([words("a", "b"), words("1", "2")]))


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [("abc", "12", "number 2 ends after 2"), ("a", "12", "the first ends before list 2")],
)
def test_linked_lists_of_different_lengths_are_refused_after_what_they_have(one, other, why):
    groups = Linked([words(*one), words(*other)]).groups(NEVER)
    got: list[tuple[str, ...]] = []
    with pytest.raises(Unreadable, match=why):
        got.extend(tuple(line.values) for group in groups for line in group)

    assert list(zip(one, other, strict=False)) == got


def test_paths_are_sorted_within_folders_and_hidden_ones_are_asked_for(write):
    for name in ("b/y.png", "b/x.png", "a/.z.png", "a/deep/z.png", "c.png", "caf\udce9.png"):
        write(name, b"")

    def found(*patterns):
        return [one.text for one in records(paths_source(patterns))]

    assert ["c.png", "caf\udce9.png", "a/deep/z.png", "b/x.png", "b/y.png"] == found("**/*.png")
    assert ["b/x.png", "c.png"] == found("b/x*", "c.png")
    assert ["a/.z.png"] == found("*/.*.png")
    assert ["a/", "b/"] == found("*/")
    assert ["a/deep/z.png"] == found("a/**/z.png")


def test_a_pattern_that_finds_nothing_is_said():
    with pytest.raises(Unreadable, match=r"--glob \*\.nothing: finds nothing"):
        records(paths_source(["*.nothing"]))


def test_links_to_folders_are_not_followed_at_any_depth(write):
    write("a/x", b"")
    Path("a/up").symlink_to("..")

    assert ["a/x"] == [one.text for one in records(paths_source(["**/x"]))]


@pytest.mark.parametrize(
    ("data", "quoted", "given"),
    [
        (b"1,2\n3\n", True, ["1,2", "3"]),
        (b"1,2\n3\n", False, ["1,2", "3"]),
        (b'1,"2\n3"\n4,5\n', True, ['1,"2\n3"', "4,5"]),
        (b'1,2\n\n"3,4\n5,6\n', True, ["1,2", '"3,4\n5,6']),
        (b"1,2\n%b\n" % (b"x" * MAX_LINE * 2), False, ["1,2", None]),
        (b"1,2\n%b\n" % (b"x" * MAX_LINE * 2), True, ["1,2", None]),
    ],
)
def test_a_record_knows_what_stands_in_the_input(write, data, quoted, given):
    assert given == [one.given for one in records(table(write("a", data), quoted=quoted))]


def test_of_several_lists_the_values_are_what_is_given():
    assert ["a 1", "a 2"] == [one.given for one in records(Product([words("a"), words("1", "2")]))]
