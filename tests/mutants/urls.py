"""Mutants of which hosts and URLs are asked for, and of how packed content is read."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

HTTP = "plugins/chasqui-http/chasqui_http"
TESTS = "plugins/chasqui-http/tests"

MUTANTS = (
    Mutant(
        "hosts-empty-label",
        "a name has no empty part",
        f"{HTTP}/hosts.py",
        "        if not label:\n",
        "        if False:\n",
        f"{TESTS}/test_hosts.py",
    ),
    Mutant(
        "hosts-long-label",
        "a part of a name is no longer than DNS allows",
        f"{HTTP}/hosts.py",
        "if len(label) > LABEL:",
        "if False:",
        f"{TESTS}/test_hosts.py",
    ),
    Mutant(
        "hosts-long-name",
        "a name is no longer than DNS allows",
        f"{HTTP}/hosts.py",
        'if len(name.removesuffix(".")) > NAME:',
        "if False:",
        f"{TESTS}/test_hosts.py",
    ),
    Mutant(
        "hosts-any-character",
        "a name has letters, digits, - and _ only",
        f"{HTTP}/hosts.py",
        'if found := re.search(r"[^a-z0-9_-]", label):',
        "if found := None:",
        f"{TESTS}/test_hosts.py",
    ),
    Mutant(
        "hosts-any-punycode",
        "what is no Punycode is no name",
        f"{HTTP}/hosts.py",
        'if label.startswith("xn--") and',
        "if False and",
        f"{TESTS}/test_hosts.py",
    ),
    Mutant(
        "hosts-idna-error",
        "a name that has no ASCII form is refused in words",
        f"{HTTP}/hosts.py",
        "except UnicodeError as error:  # IDNAError",
        "except KeyError as error:  # IDNAError",
        f"{TESTS}/test_hosts.py",
    ),
    Mutant(
        "hosts-zone",
        "a zone is written as systems have it",
        f"{HTTP}/hosts.py",
        'zone = zone.removeprefix("25") if len(zone) > 2 else zone',
        "zone = zone",
        f"{TESTS}/test_hosts.py",
    ),
    Mutant(
        "urls-any-port",
        "a port is a number from 1 to 65535",
        f"{HTTP}/urls.py",
        'if port and not (re.fullmatch("[0-9]{1,5}", port) and 0 < int(port) < 65536):',
        "if False:",
        f"{TESTS}/test_hosts.py",
    ),
    Mutant(
        "urls-control",
        "no URL holds a control character",
        f"{HTTP}/urls.py",
        "    _refuse_unprintable(text)\n    said",
        "    said",
        f"{TESTS}/test_hosts.py",
    ),
    Mutant(
        "urls-unprintable",
        "what is shown of a URL can be printed",
        f"{HTTP}/urls.py",
        "c if c.isprintable() else repr(c)[1:-1]",
        "c",
        f"{TESTS}/test_hosts.py",
    ),
    Mutant(
        "urls-several-places",
        "a redirect names one place",
        f"{HTTP}/urls.py",
        "if len(set(locations)) != 1 or not",
        "if not",
        f"{TESTS}/test_hosts.py",
    ),
    Mutant(
        "urls-bad-redirect",
        "a redirect to what is no URL fails in words",
        f"{HTTP}/urls.py",
        "except (HttpFailed, ValueError) as error:",
        "except HttpFailed as error:",
        f"{TESTS}/test_hosts.py",
    ),
    Mutant(
        "unpacking-all-at-once",
        "a little is unpacked at a time",
        f"{HTTP}/unpacking.py",
        "state.decompress(chunk, PIECE)",
        "state.decompress(chunk)",
        f"{TESTS}/test_broken.py",
    ),
    Mutant(
        "unpacking-early-end",
        "packed content that ends too early is broken",
        f"{HTTP}/unpacking.py",
        "if state is not None and not state.eof:",
        "if False:",
        f"{TESTS}/test_broken.py",
    ),
    Mutant(
        "unpacking-bare",
        "deflate without a head is read",
        f"{HTTP}/unpacking.py",
        "        return zlib.decompressobj(BARE)",
        "        return zlib.decompressobj(EITHER)",
        f"{TESTS}/test_broken.py",
    ),
    Mutant(
        "unpacking-unknown",
        "no text is looked for in content that cannot be read",
        f"{HTTP}/judging.py",
        "if wanted.contains and not is_known(packing):",
        "if False:",
        f"{TESTS}/test_broken.py",
    ),
)
