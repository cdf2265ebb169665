"""What is taken of Streamlit beyond its public interface stands in one module, and is still where it was.

An upgrade that moves a part fails here with its name and with what the product uses it for.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path

import pytest
import streamlit as st

from tests.house.tracked import ROOT, parsed, python_files

INTERNALS = "pages/session/streamlit_internals.py"
KEEPING = ("pages/server/sessions.py", "pages/server/uploads.py")  # derive from how Streamlit keeps them


def taken(source: str) -> Iterator[tuple[str, str]]:
    """Module and name of whatever a source imports of Streamlit but ``import streamlit as st``."""
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "streamlit":
            yield from ((node.module or "", alias.name) for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names if alias.name.startswith("streamlit."))


def reached_into(source: str) -> set[str]:
    """Names with one underscore that a source reads or sets of something other than itself; ``os._exit`` is public."""
    return {
        node.attr
        for node in ast.walk(parsed(source))
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.startswith("__")
        and not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls", "os"))
    }


def elsewhere(sources: Mapping[str, str]) -> list[str]:
    """Modules of the pages that take private parts themselves."""
    return sorted(
        path
        for path, text in sources.items()
        if path.startswith(("pages/", "app.py"))
        and path not in (INTERNALS, *KEEPING)
        and (any(taken(text)) or reached_into(text))
    )


def gone(module: str, name: str) -> str | None:
    """What to say of a part that is not there; None where it is."""
    try:
        getattr(import_module(module), name)
    except (ImportError, AttributeError):
        return (
            f"Streamlit {st.__version__} has no {module}.{name} any more, which {INTERNALS} or one of {KEEPING} uses: "
            "find what took its place in Streamlit's changes, and name it there."
        )
    return None


TAKEN = sorted({part for path in (INTERNALS, *KEEPING) for part in taken((ROOT / path).read_text("utf-8"))})


def test_private_parts_are_taken_in_one_place() -> None:
    assert elsewhere(python_files()) == []
    planted = {
        "pages/x.py": "import streamlit as st\nst.write(1)\nself._own",
        "pages/y.py": "from streamlit import config",
        "pages/z.py": "def f(app):\n    app._runtime = None",
    }
    assert elsewhere(planted) == ["pages/y.py", "pages/z.py"]


@pytest.mark.parametrize(("module", "name"), TAKEN)
def test_a_part_is_where_it_was(module: str, name: str) -> None:
    assert (missing := gone(module, name)) is None, missing


def test_a_part_that_has_moved_is_named() -> None:
    assert len(TAKEN) > 10
    for module, name in (("streamlit.runtime", "NoSuchPart"), ("streamlit.no_such_module", "Part")):
        assert f"no {module}.{name} any more" in (gone(module, name) or "")


def _takes(function: Callable[..., object]) -> list[str]:
    return list(inspect.signature(function).parameters)


def test_parts_are_used_as_they_are_meant() -> None:
    """Attributes and parameters that no import would miss: to set one that nobody reads does nothing, silently."""
    from streamlit import delta_generator, string_util
    from streamlit.runtime import memory_media_file_storage
    from streamlit.runtime.app_session import AppSession
    from streamlit.runtime.media_file_manager import MediaFileManager
    from streamlit.runtime.pages_manager import PagesManager
    from streamlit.runtime.runtime import Runtime, RuntimeConfig
    from streamlit.runtime.session_manager import SessionStorage
    from streamlit.runtime.websocket_session_manager import WebsocketSessionManager
    from streamlit.web.server.starlette.starlette_websocket import StarletteSessionClient

    storage = inspect.getsource(memory_media_file_storage.MemoryMediaFileStorage)
    named = memory_media_file_storage._calculate_file_id
    found = {
        "files are named by _calculate_file_id(data, mimetype, filename)": "_calculate_file_id(" in storage
        and _takes(named) == ["data", "mimetype", "filename"],
        "PagesManager asks its uses_pages_directory": "uses_pages_directory" in inspect.getsource(PagesManager.__init__)
        and hasattr(PagesManager, "uses_pages_directory"),
        "App runs on its _runtime where it has one": "if self._runtime is None" in inspect.getsource(st.App),
        "a runtime takes its keeping of sessions": {"session_manager_class", "session_storage", "on_script_error"}
        <= set(_takes(RuntimeConfig)),
        "a page speaks to the loop by _call_soon_on_event_loop(callback)": _takes(AppSession._call_soon_on_event_loop)
        == ["self", "callback"]
        and "call_soon_threadsafe(callback)" in inspect.getsource(AppSession._call_soon_on_event_loop),
        "the warning of a console is given once": "if not _use_warning_has_been_displayed"
        in inspect.getsource(delta_generator._maybe_print_use_warning),
        "emoji have a module": "streamlit.emojis" in inspect.getsource(string_util),
        "a run's event is passed on by _call_soon_on_event_loop": "self._call_soon_on_event_loop("
        in inspect.getsource(AppSession._on_scriptrunner_event)
        and _takes(AppSession._on_scriptrunner_event)[:3] == ["self", "sender", "event"],
        "a message is noted by the sign alone": "need_send_data.set"
        in inspect.getsource(Runtime._enqueued_some_message),
        "a shelf of sessions gets, saves, deletes and lists": SessionStorage.__abstractmethods__
        == {"get", "save", "delete", "list"},
        "a session is disconnected or closed": {"disconnect_session", "close_session", "get_active_session_info"}
        <= set(dir(WebsocketSessionManager)),
        "a client holds its _websocket": "self._websocket" in inspect.getsource(StarletteSessionClient),
        "a file made at the click knows its session": "_deferred_callables"
        in inspect.getsource(MediaFileManager.execute_deferred),
        "the served page is a file": (
            Path(import_module("streamlit.file_util").get_static_dir()) / "index.html"
        ).is_file(),
    }
    changed = [what for what, holds in found.items() if not holds]
    assert changed == [], f"Streamlit {st.__version__} does otherwise; {INTERNALS} and {KEEPING} rely on: {changed}"
