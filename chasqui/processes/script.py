"""The script: the program's own ``__main__``, in a child.

A task type that a script defines is found by loading the script again, under the name
``__mp_main__``, as multiprocessing does. What starts an engine or a pool in it ends the loading,
and what was defined until then stays: so a script not guarded by ``if __name__`` works, too.
"""

from __future__ import annotations

import contextlib
import sys
from importlib.util import find_spec
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any, Final, NamedTuple

from chasqui.pool import loading

NAME: Final = "__mp_main__"


class Script(NamedTuple):
    """Where a program came from; at most one of the two is set."""

    path: str = ""
    module: str = ""
    """Of a program that was started with ``python -m``."""

    @property
    def found(self) -> bool:
        """Whether it can be loaded again."""
        return bool(self.path or self.module)


def of_main() -> Script:
    """Say where this program came from; nothing for ``python -c`` and a prompt."""
    main = sys.modules.get("__main__")
    spec = getattr(main, "__spec__", None)
    if spec is not None:
        return Script(module=spec.name)
    path = getattr(main, "__file__", None)
    if type(path) is str and Path(path).is_file():
        return Script(path=f"{Path(path).absolute()}")
    return Script()


def load(script: Script) -> None:
    """Load a program's script as the main module of this process, once."""
    if NAME in sys.modules:
        return
    main = ModuleType(NAME)
    code = _code_of(script, main)
    before = sys.modules["__main__"]
    sys.modules["__main__"] = sys.modules[NAME] = main
    try:
        # In the module's own namespace, so that what was defined stays when the loading is ended.
        with loading.of_script(), contextlib.suppress(loading.Over):
            exec(code, main.__dict__)
    except BaseException:  # it fails again at the next try, and says why each time
        sys.modules["__main__"] = before
        del sys.modules[NAME]
        raise


def _code_of(script: Script, main: ModuleType) -> CodeType:
    if not script.module:
        main.__file__ = script.path
        return compile(Path(script.path).read_bytes(), script.path, "exec")
    spec = find_spec(script.module)
    loader: Any = None if spec is None else spec.loader
    if spec is None or loader is None:
        raise ImportError(f"the program {script.module} cannot be found again", name=script.module)
    main.__file__, main.__package__ = spec.origin, spec.parent
    code: CodeType = loader.get_code(script.module)
    return code
