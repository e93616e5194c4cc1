"""Looking at foreign objects: no answer is lost, and none is the object's own to forge."""

import dataclasses
import threading
from typing import Any

import pytest

from chasqui import foreign, raised, slots
from tests.hostile.shapes import nested

LEAVES = (ValueError, SystemExit, KeyboardInterrupt, GeneratorExit, RecursionError, MemoryError)


def on_a_thread(look):
    """Return what a look gives on a thread that is not the main one."""
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(look()))
    thread.start()
    thread.join()
    return found[0]


class Liar(Exception):
    """Says of itself whatever it likes."""

    @property  # type: ignore[misc]
    def __class__(self):
        raise SystemExit

    def __getattribute__(self, name):
        raise RuntimeError("proxy is dead")

    def __bool__(self):
        raise TypeError

    __cause__ = __context__ = __traceback__ = args = property(lambda self: 1 / 0)


@dataclasses.dataclass(frozen=True)
class Frozen(Exception):
    code: int


class Text(str):
    def __str__(self):
        raise SystemExit

    __getitem__ = __len__ = __repr__ = __str__  # type: ignore[assignment]


class Meta(type):
    def __getattribute__(cls, name):
        raise AttributeError(name)  # anything else ends pytest, which looks at all that is here

    def __hash__(cls):
        raise SystemExit

    def __eq__(cls, other):
        raise ZeroDivisionError

    __instancecheck__ = __subclasscheck__ = __eq__


class Odd(metaclass=Meta):
    pass


@pytest.mark.parametrize("error", LEAVES)
def test_a_text_that_cannot_be_had_says_so_whatever_is_raised(error):
    class Rude:
        def __str__(self):
            raise error("no")

        __repr__ = __str__

    name = error.__name__
    assert on_a_thread(lambda: foreign.text_of(Rude())) == f"(its text cannot be had: {name}: no)"
    told = on_a_thread(lambda: foreign.repr_of(Rude()))
    assert told == f"<Rude, its repr cannot be had: {name}: no>"


def test_an_error_whose_text_raises_itself_keeps_no_frame_of_who_looked():
    class Circular(Exception):
        def __str__(self):
            raise self

    error = Circular()

    assert foreign.text_of(error) == "(its text cannot be had: Circular)"
    assert raised.frames(error) is None


def test_a_text_is_cut_and_is_a_real_one():
    class Says:
        def __str__(self):
            return Text("x" * 100_000)

    text = foreign.text_of(Says(), 10)

    assert (type(text), text) == (str, "x" * 10)
    assert type(foreign.exact(Text("abc"))) is str
    assert foreign.exact(Text("abc"), 2) == "ab"


def test_a_text_of_another_type_is_no_text():
    class Wrong:
        def __str__(self):
            return 7

    assert foreign.text_of(Wrong()).startswith("(its text cannot be had: TypeError")


def test_an_integer_without_a_text_says_how_long_it_is():
    told = "<an integer of about 5,001 digits>"

    assert told == foreign.text_of(10**5000) == foreign.text_of(ValueError(10**5000))
    assert f"[{told}]" == foreign.repr_of([10**5000])


def test_a_ctrl_c_in_the_main_thread_goes_through():
    class Interrupted:
        def __str__(self):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        foreign.text_of(Interrupted())


def test_the_class_of_a_liar_and_its_name_are_those_that_python_knows():
    liar = Liar()

    assert foreign.is_a(liar, Exception)
    assert not foreign.is_a(liar, ValueError)
    assert foreign.kind_of(liar) == "Liar"
    assert foreign.label_of(Odd) == f"{__name__}.Odd"
    assert not foreign.is_a(Odd(), str, int)
    assert foreign.kind_of(type("x" * 1000, (), {})()) == "x" * foreign.NAME


def test_a_module_that_is_no_text_is_not_shown():
    assert foreign.label_of(type("K", (), {"__module__": 7})) == "<unknown>.K"


def test_what_python_keeps_of_an_error_is_read_whatever_its_class_says():
    inner, liar = ValueError("inner"), Liar("a", 1)
    try:
        raise liar from inner
    except Liar:
        pass

    assert raised.cause(liar) is inner
    assert raised.context(liar) is None
    assert raised.hides_context(liar)
    assert slots.args_of(liar) == ("a", 1)
    assert raised.frames(liar) is not None
    raised.set_frames(liar, None)
    assert raised.frames(liar) is None


def test_the_frames_of_a_frozen_error_and_of_all_behind_it_can_be_dropped():
    def fails():
        try:
            raise Frozen(1)
        except Frozen as first:
            raise ExceptionGroup("two", [first, Liar()]) from first

    with pytest.raises(ExceptionGroup) as caught:
        fails()
    raised.forget_frames(caught.value)

    first, liar = raised.members(caught.value)
    assert [None, None, None] == [raised.frames(one) for one in (caught.value, first, liar)]


@pytest.mark.slow
def test_a_long_chain_and_a_circle_of_causes_come_to_an_end():
    first = last = ValueError(0)
    for number in range(100_000):
        follows = ValueError(number)
        follows.__cause__, last = last, follows
    first.__cause__ = last

    raised.forget_frames(last)

    link: BaseException | None = last
    while link is not None:  # not by Python, which would need a frame for each
        link.__cause__, link = None, link.__cause__


def test_notes_that_raise_or_are_no_texts_say_so():
    class Raises(Exception):
        @property
        def __notes__(self):  # type: ignore[override]
            raise RuntimeError("no notes")

    class Rude:
        def __str__(self):
            raise ValueError("no")

        __repr__ = __str__

    error = ValueError()
    error.__notes__ = ["fine", Rude()]  # type: ignore[list-item]
    lone = ValueError()
    lone.__notes__ = 7  # type: ignore[assignment]

    assert raised.has_notes(Raises())
    assert raised.notes(Raises()) == ["(its notes cannot be had: RuntimeError: no notes)"]
    assert raised.notes(error) == ["fine", "(its text cannot be had: ValueError: no)"]
    assert raised.notes(lone) == ["7"]
    assert not raised.has_notes(ValueError())


def test_an_error_speaks_plainly_if_no_code_of_its_own_makes_its_text():
    class Own(Exception):
        def __str__(self):
            return "own"

    class Quiet(Exception):
        pass

    missing = FileNotFoundError(2, "missing", "a.txt")
    odd = FileNotFoundError(2, "missing", Liar())

    plain = (ValueError("x"), Quiet(1, None), KeyError("k"), missing, OSError("lone"))
    assert [True] * 5 == [foreign.speaks_plainly(one) for one in plain]
    own = (Own(), ValueError(Liar()), ValueError(10**5000), ValueError([1]), odd, OSError([1]))
    assert [False] * 6 == [foreign.speaks_plainly(one) for one in own]


def test_an_error_of_the_system_with_a_value_of_endless_text_is_named_without_it():
    assert "(its notes cannot be had: OSError)" == foreign.without("notes", OSError(nested(40, 5)))


def test_an_attribute_that_raises_has_an_answer():
    liar = Liar()

    assert foreign.attribute(liar, "x", 7) == 7


def test_fields_are_read_from_where_they_are_kept():
    class Slotted:
        __slots__ = ("a", "b")

        def __getattribute__(self, name):
            raise SystemExit

    class Plain:
        def __init__(self):
            self.d = 4

    class Kept(Plain):
        __dict__ = property(lambda self: 1 / 0)

    slotted = Slotted()
    vars(Slotted)["a"].__set__(slotted, 1)

    assert foreign.stored(slotted, "a") == 1
    assert foreign.stored(slotted, "b") is foreign.MISSING
    assert foreign.stored(Kept(), "d") == 4
    assert foreign.fields_of(Kept()) == {"d": 4}
    assert foreign.fields_of(7) == {}


def test_what_containers_hold_is_what_python_keeps_of_them():
    class Endless(dict[int, int]):
        def items(self):
            yield from [(1, 2)] * 1000

        __iter__ = keys = items

    class Lies(list[int]):
        def __iter__(self):
            raise SystemExit

        __len__ = __iter__

    class Counts:
        def __iter__(self):
            while True:
                yield 1

    assert list(foreign.pairs(Endless(a=1))) == [("a", 1)]
    assert list(foreign.elements(Lies([1, 2]))) == [1, 2]
    assert len(list(foreign.elements(Counts(), 5))) == 5
    assert foreign.is_mapping(Endless())
    assert not on_a_thread(lambda: foreign.is_mapping(Odd()))
