"""Write the reference: ``python -m tests.api``; with ``--check``, say whether it is up to date."""

from __future__ import annotations

import sys

from tests.api.page import FILE, page

text = page()
if "--check" in sys.argv[1:]:
    sys.exit(None if text == FILE.read_text(encoding="utf-8") else f"{FILE} is not up to date")
FILE.write_text(text, encoding="utf-8")
print(f"{FILE}: {text.count(chr(10)):,} lines")
