"""Each kind of line of a list, beside what the real sha256sum makes of it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess

import pytest

from chasqui_files.verify import ChecksumMismatch

CONTENT = b"content\n"
HEX = hashlib.sha256(CONTENT).hexdigest()
OTHER = hashlib.sha256(b"other").hexdigest()
SHA1 = hashlib.sha1(CONTENT).hexdigest()
HALF = hashlib.blake2b(CONTENT, digest_size=32).hexdigest()
WHOLE = hashlib.blake2b(CONTENT).hexdigest()
FILES = [
    b"a", b"b c", b" lead", b"*star", b"trail ", b"new\nline", b"cr\rx", b"back\\slash",
    b"caf\xe9", b"(x) = y", b"a)", b"#hash", b"tab\t",
]  # fmt: skip

GOOD = {
    "two spaces": f"{HEX}  a\n",
    "binary": f"{HEX} *a\n",
    "a tab": f"{HEX}\t a\n",
    "one space": f"{HEX} a\n",
    "one space, in all lines": f"{HEX} a\n{HEX} b c\n",
    "one space, then a name with a space in front": f"{HEX} a\n{HEX}  lead\n",
    "one space, then a name with a star in front": f"{HEX} a\n{HEX} *star\n",
    "three spaces": f"{HEX}   lead\n",
    "two stars": f"{HEX} **star\n",
    "a space behind": f"{HEX}  trail \n",
    "space in front": f" \t {HEX}  a\n",
    "large letters": f"{HEX.upper()}  a\n",
    "mixed letters": f"{HEX[:30].upper()}{HEX[30:]}  a\n",
    "no newline at the end": f"{HEX}  a",
    "CR LF": f"{HEX}  a\r\n{HEX}  b c\r\n",
    "empty lines": f"\n\r\n{HEX}  a\n\n",
    "comments": f"# of today\n#\n{HEX}  a\n",
    "a name like a comment": f"{HEX}  #hash\n",
    "an escaped newline": f"\\{HEX}  new\\nline\n",
    "an escaped CR": f"\\{HEX}  cr\\rx\n",
    "an escaped backslash": f"\\{HEX}  back\\\\slash\n",
    "a backslash that is one": f"{HEX}  back\\slash\n",
    "a needless escape mark": f"\\{HEX}  a\n",
    "an escaped name behind one space": f"\\{HEX} new\\nline\n",
    "not UTF-8": f"{HEX}  caf\udce9\n",
    "BSD": f"SHA256 (a) = {HEX}\n",
    "BSD, a name with brackets": f"SHA256 ((x) = y) = {HEX}\nSHA256 (a)) = {HEX}\n",
    "BSD, escaped": f"\\SHA256 (new\\nline) = {HEX}\n",
    "BSD, large letters": f"SHA256 (a) = {HEX.upper()}\n",
    "BSD, spaces": f"  SHA256 (a)\t=  {HEX}\n",
    "BSD, not UTF-8": f"SHA256 (caf\udce9) = {HEX}\r\n",
    "openssl": f"SHA256(a)= {HEX}\n",
    "BSD beside the other": f"SHA256 (a) = {HEX}\n{HEX}  a\n",
    "a name like BSD": f"{HEX} (x) = y\n",
    "a tab behind": f"{HEX}  tab\t\n",
}
# What it takes beyond sha256sum.
MORE = {
    "a byte order mark": f"\ufeff{HEX}  a\n",
    "openssl 3": f"SHA2-256(a)= {HEX}\n",
    "a tag in small letters": f"sha256 (a) = {HEX}\n",
    "other algorithms": f"SHA1 (a) = {SHA1}\n{SHA1}  a\n{HEX}  a\n",
    "half of a blake2b": f"BLAKE2b-256 (a) = {HALF}\n",
    "a blake2b of openssl": f"BLAKE2B-512(a)= {WHOLE}\n",
}
BAD = {
    "nonsense": ("nonsense\n", "line 1 is not a checksum line"),
    "no name": (f"{HEX}\n", "line 1 is not"),
    "no name, with a space": (f"{HEX} \n", "line 1 is not"),
    "too short": (f"{HEX[:-1]}  a\n", "line 1 has 63 digits"),
    "too long": (f"{HEX}0  a\n", "line 1 has 65 digits"),
    "no hex": (f"{'x' * 64}  a\n", "line 1 is not"),
    "a comma": (f"{HEX},a\n", "line 1 is not"),
    "a comment behind spaces": (f"{HEX}  a\n  # more\n", "line 2 is not"),
    "only spaces": (f"{HEX}  a\n  \n", "line 2 is not"),
    "an unknown escape": (f"\\{HEX}  a\\tb\n", "line 1 has an unknown escape in its name"),
    "an escape that ends": (f"\\{HEX}  a\\\n", "line 1 has an unknown escape in its name"),
    "one space behind two": (f"{HEX}  a\n{HEX} a\n", "line 2 has one space before its name"),
    "BSD of another algorithm": (f"MD4 (a) = {HEX}\n", "line 1 is not"),
    "BSD of no digest": (f"SHA256 (a) = {HEX[:-2]}\n", "line 1 has 62 digits, which is no sha256"),
    "BSD without =": (f"SHA256 (a) {HEX}\n", "line 1 is not"),
    "BSD with more": (f"SHA256 (a) = {HEX} \n", "line 1 is not"),
    "a long line": (f"{HEX}  a\n{HEX}  {'n' * 5000}\n", "cannot be read: File name too long"),
}


@pytest.fixture
def folder(tmp_path):
    for name in FILES:
        (tmp_path / os.fsdecode(name)).write_bytes(CONTENT)
    return tmp_path


def verify(chasqui, folder, text, **more):
    (folder / "sums").write_bytes(text.encode("utf-8", "surrogateescape"))
    return chasqui.run("files.verify", checksums=folder / "sums", **more)


def system_takes(folder, text):
    """Say whether the system's own sha256sum takes every line."""
    return not subprocess.run(
        ["sha256sum", "--check", "--strict", "--status", "-"],
        input=text.encode("utf-8", "surrogateescape"),
        cwd=folder,
        capture_output=True,
    ).returncode


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_what_the_system_takes_is_taken(chasqui, folder, text):
    assert system_takes(folder, text)
    assert (
        text.count(HEX) + text.count(HEX.upper()) <= verify(chasqui, folder, text).result()["files"]
    )


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_a_file_that_differs_is_named_however_its_line_is_written(chasqui, folder, text):
    for name in FILES:
        (folder / os.fsdecode(name)).write_bytes(b"not this")

    with pytest.raises(ChecksumMismatch, match="differs"):
        verify(chasqui, folder, text).result()


@pytest.mark.parametrize("text", MORE.values(), ids=MORE)
def test_more_is_taken_than_by_the_system(chasqui, folder, text):
    assert not system_takes(folder, text)
    assert verify(chasqui, folder, text).result()["files"]


@pytest.mark.parametrize(("text", "says"), BAD.values(), ids=BAD)
def test_a_line_that_the_system_refuses_is_refused_with_its_number(chasqui, folder, text, says):
    assert not system_takes(folder, text)
    with pytest.raises(ChecksumMismatch, match=says):
        verify(chasqui, folder, text).result()


def test_a_line_of_another_algorithm_than_asked_for_is_refused(chasqui, folder):
    with pytest.raises(ChecksumMismatch, match="line 1 is of sha1, not of sha256"):
        verify(chasqui, folder, f"SHA1 (a) = {SHA1}\n", algorithm="sha256").result()
    with pytest.raises(ChecksumMismatch, match="line 1 has 40 digits, which is no sha256"):
        verify(chasqui, folder, f"{SHA1}  a\n", algorithm="sha256").result()


@pytest.mark.skipif(shutil.which("b2sum") is None, reason="this system has no b2sum")
@pytest.mark.parametrize("bits", ["512", "256", "8"])
def test_a_list_of_b2sum_verifies_when_its_algorithm_is_given(chasqui, folder, bits):
    made = subprocess.run(["b2sum", "-l", bits, "a"], cwd=folder, capture_output=True, text=True)

    assert 1 == verify(chasqui, folder, made.stdout, algorithm="blake2b").result()["files"]


def test_a_line_without_end_is_refused_without_being_held(chasqui, folder):
    text = f"{HEX}  a\n{HEX}  {'n' * 3_000_000}\nnonsense\n"

    with pytest.raises(ChecksumMismatch) as refused:
        verify(chasqui, folder, text).result()
    assert "2 of" in str(refused.value)
    assert "line 2 is longer than 16,384 bytes; line 3 is not" in str(refused.value)


def test_of_many_problems_the_first_are_named(chasqui, folder):
    with pytest.raises(ChecksumMismatch, match=r"50 of .*line 20 is not.*; and 30 more$"):
        verify(chasqui, folder, "nonsense\n" * 50).result()


def test_a_list_in_utf_16_is_refused_with_what_to_do(chasqui, folder):
    (folder / "sums").write_bytes(f"{HEX}  a\r\n".encode("utf-16"))

    with pytest.raises(ChecksumMismatch, match="is UTF-16 text; save it as UTF-8"):
        chasqui.run("files.verify", checksums=folder / "sums").result()


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("-", "line 1 is of the standard input"),
        ("a\0b", "line 1 has a NUL"),
        ("gone", "gone cannot"),
    ],
)
def test_a_name_that_is_no_file_is_refused(chasqui, folder, name, says):
    with pytest.raises(ChecksumMismatch, match=says):
        verify(chasqui, folder, f"{HEX}  {name}\n").result()


def test_a_fifo_or_a_folder_in_a_list_does_not_hold_it_up(chasqui, folder):
    os.mkfifo(folder / "fifo")
    (folder / "sub").mkdir()

    with pytest.raises(
        ChecksumMismatch, match=r"fifo cannot be read: .* a FIFO.*sub cannot.*folder"
    ):
        verify(chasqui, folder, f"{OTHER}  fifo\n{OTHER}  sub\n").result()
