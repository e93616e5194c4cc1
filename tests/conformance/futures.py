"""Run CPython's own tests of thread-pool executors over PoolExecutor.

    python -m tests.conformance.futures

They are those of the first interpreter found that has them: this one, or another that is installed.
In a virtual environment made for the purpose, `ThreadPoolExecutor` is the stand-in, in the tests'
own process and in the programs that they start.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SUITE = "test.test_concurrent_futures"
MODULES = ("test_wait", "test_as_completed", "test_shutdown", "test_thread_pool")

SKIPPED = {
    "test_idle_thread_reuse": "expects threads to start with the tasks; a pool's are all there",
    "test_threads_terminate": "expects threads to start with the tasks; a pool's are all there",
    "test_del_shutdown": "expects an executor that is dropped to end its threads; a pool keeps its",
    "test_thread_names_assigned": "expects the names of threads as the original gives them",
    "test_thread_names_default": "expects the names of threads as the original gives them",
}

RUNNER = """
import sys, unittest
from test import support
support.use_resources = ["cpu", "walltime"]
import concurrent.futures
assert concurrent.futures.ThreadPoolExecutor.__module__ == "tests.conformance.stand_in"
suite, skipped = unittest.TestSuite(), {skipped!r}
def take(tests):
    for test in tests:
        if isinstance(test, unittest.TestSuite):
            take(test)
        elif "Process" not in type(test).__name__ and test._testMethodName not in skipped:
            suite.addTest(test)
for name in {modules!r}:
    take(unittest.defaultTestLoader.loadTestsFromName("{suite}." + name))
result = unittest.TextTestRunner(verbosity=2).run(suite)
sys.exit(not result.wasSuccessful())
"""


def main() -> int:
    interpreter = _interpreter()
    if interpreter is None:
        print(f"no interpreter here has {SUITE}")
        return 2
    with tempfile.TemporaryDirectory(prefix="chasqui-conformance-") as folder:
        subprocess.run([interpreter, "-m", "venv", "--without-pip", folder], check=True)
        (site,) = Path(folder, "lib").glob("python*/site-packages")
        lines = f"{ROOT}\nimport tests.conformance.install\n"
        (site / "stand_in.pth").write_text(lines, encoding="utf-8")
        code = RUNNER.format(skipped=set(SKIPPED), modules=MODULES, suite=SUITE)
        python = Path(folder, "bin", "python")
        done = subprocess.run([python, "-c", code], cwd=folder, capture_output=True, text=True)
    for name, reason in SKIPPED.items():
        print(f"skipped {name}: {reason}")
    ran = re.search(r"^Ran (\d+) tests", done.stderr, re.MULTILINE)
    classes = sorted(set(re.findall(r"test_concurrent_futures\.(\w+\.\w+)\.test_", done.stderr)))
    print(f"of {interpreter}: {', '.join(classes)}")
    if done.returncode:
        print(done.stderr)
    verdict = "failed" if done.returncode else "passed"
    count = ran[1] if ran else 0
    print(f"{count} of CPython's tests {verdict} over PoolExecutor, {len(SKIPPED)} skipped")
    return done.returncode


def _interpreter() -> str | None:
    names = ["python3", *(f"python3.{minor}" for minor in range(12, 20))]
    found = [sys.executable, *(path for name in names if (path := shutil.which(name)))]
    # Where several are installed side by side, they are siblings of this one.
    found += sorted(map(str, Path(sys.base_prefix).parent.glob("*/bin/python3")), reverse=True)
    probe = f"import sys; assert sys.version_info >= (3, 11); import {SUITE}.executor"
    for path in found:
        if subprocess.run([path, "-c", probe], capture_output=True).returncode == 0:
            return path
    return None


if __name__ == "__main__":
    sys.exit(main())
