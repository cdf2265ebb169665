"""All that the product takes of Streamlit beyond its public interface: an upgrade of Streamlit is checked here.

Each function stands for one thing that Streamlit does inside and offers no setting for. Two modules have more:
``pages/server/sessions.py`` and ``uploads.py`` replace how Streamlit keeps sessions and uploads, by deriving from its
classes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import plotly.graph_objects as go
import plotly.io
import streamlit as st
from streamlit import file_util
from streamlit.components.v2.component_manager import BidiComponentManager
from streamlit.runtime import Runtime, memory_media_file_storage
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.memory_media_file_storage import MemoryMediaFileStorage
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.pages_manager import PagesManager
from streamlit.runtime.runtime import RuntimeConfig
from streamlit.runtime.scriptrunner import StopException, get_script_run_ctx
from streamlit.runtime.secrets import secrets_singleton
from streamlit.runtime.session_manager import SessionClient, SessionManager, SessionStorage
from streamlit.runtime.state import SafeSessionState
from streamlit.runtime.uploaded_file_manager import UploadedFile, UploadedFileManager
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks, is_host_allowed


class PageEnded(StopException):
    """The page ends here, and the frame around it goes on; a page that is run without the frame just ends."""


def key_of_this_run(key: str) -> str:
    """The first of ``key-0``, ``key-1`` and so on that no widget of this run has: two of one key are refused."""
    run = get_script_run_ctx()
    taken = run.shared.widget_user_keys_this_run if run else ()
    return next(own for own in (f"{key}-{number}" for number in count()) if own not in taken)


def fields_of_words() -> list[str]:
    """The keys of the fields in which one chooses among words: what the browser keeps of a choice are its words."""
    run = get_script_run_ctx()
    if run is None:
        return []
    state = run.session_state._state
    drawn = state._new_widget_state.widget_metadata
    return [
        key
        for widget, key in state._key_id_mapper.id_key_mapping.items()
        if widget in drawn and hasattr(getattr(drawn[widget].deserializer, "__self__", None), "format_func")
    ]


class NameFile(Protocol):
    """Names a file by its content, MIME type and file name: the last part of the address that it is served at."""

    def __call__(self, data: bytes, mimetype: str, filename: str | None = None) -> str: ...


def name_media_by(name_file: NameFile) -> None:
    """From now on the files that pages show or offer are named by ``name_file``."""
    memory_media_file_storage._calculate_file_id = name_file


def tell_whose_click(clicked: ContextVar[str]) -> None:
    """A file that is made at the click is made outside the run of a page: meanwhile ``clicked`` is the session."""
    execute = MediaFileManager.execute_deferred

    def execute_for(self: MediaFileManager, file_id: str) -> str:
        entry = self._deferred_callables.get(file_id)
        token = clicked.set(entry["session_id"] if entry else "")
        try:
            return execute(self, file_id)
        finally:
            clicked.reset(token)

    MediaFileManager.execute_deferred = execute_for  # type: ignore[method-assign] # it has no hook


def running_session() -> str | None:
    """The session whose page this thread runs, if any."""
    context = get_script_run_ctx(suppress_warning=True)
    return context.session_id if context else None


def client_of(session: str) -> SessionClient | None:
    """The open page of a session; None where it has left or no server runs."""
    return Runtime.instance().get_client(session) if Runtime.exists() else None


def release_upload(file: UploadedFile) -> None:
    """Keep neither its bytes in memory nor its place on disk: later runs of the page find no file."""
    file.seek(0)
    file.truncate()
    session = running_session()
    if session and Runtime.exists():
        uploads = Runtime.instance().uploaded_file_mgr
        if isinstance(uploads, MemoryUploadedFileManager):
            uploads.remove_file(session, file.file_id)


def register_nothing_by_folder() -> None:
    """Have Streamlit know from the start that pages are registered by ``app.py``, not found in a folder.

    It learns so itself when ``app.py`` first runs; until then any other address opened first is "page not found".
    """
    PagesManager.uses_pages_directory = False


def host_allowed(host: str | None) -> bool:
    """Whether a request's Host header is among ``server.allowedHosts``."""
    return bool(is_host_allowed(host))


def page_template() -> str:
    """The HTML page that Streamlit serves at every address."""
    return (Path(file_util.get_static_dir()) / "index.html").read_text("utf-8")


def own_code(part: str) -> str:
    """The address of Streamlit's own script of that name, such as ``data-grid-overlay-editor``, which edits a cell."""
    [file] = (Path(file_util.get_static_dir()) / "static" / "js").glob(f"{part}.*.js")
    return f"/static/js/{file.name}"


def identity_provider_configured() -> bool:
    """Whether this installation's secrets name a provider for Streamlit's sign-in."""
    return secrets_singleton.load_if_toml_exists() and "auth" in secrets_singleton


def identity_cookie(cookies: Mapping[str, str]) -> bytes | None:
    """The JSON of the claims in Streamlit's sign-in cookie; None where there is none or its signature is wrong."""
    signed: bytes | None = _get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE_NAME)
    return signed


class StateByKey(Mapping[str, Any]):
    """What a session keeps, a key looked up at a time; the whole is gathered only for whoever asks for all of it."""

    def __init__(self, state: SafeSessionState) -> None:
        self._one, self._all = state, partial(_gathered, state)

    def __getitem__(self, key: str) -> Any:
        with self._one._lock:
            return self._one._state[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr(self._all())


def _gathered(state: SafeSessionState) -> dict[str, Any]:
    with state._lock:
        return state._state.filtered_state


def look_up_fields_by_key() -> None:
    """Each field asks what its own key has, and Streamlit gathers the whole session to answer: the time of a form grows
    with the square of its fields.
    """
    SafeSessionState.filtered_state = property(StateByKey)  # type: ignore[assignment,method-assign] # it has no hook


def seek_no_components() -> None:
    """Streamlit reads at its start what every installed package says of itself, in search of components. That takes a
    fifth of a second, and the product uses no component of others.
    """
    BidiComponentManager.discover_and_register_components = _seek_none  # type: ignore[method-assign] # it has no setting


def _seek_none(self: BidiComponentManager, *, start_file_watching: bool = True) -> None:
    """Instead."""


def use_runtime(
    app: st.App,
    script: Path,
    *,
    media: str,
    uploads: UploadedFileManager,
    sessions: type[SessionManager],
    shelf: SessionStorage,
    on_script_error: Callable[[Exception], bool],
) -> None:
    """Have ``app`` run ``script`` with this keeping of sessions. ``media`` is the address of files.

    ``st.App`` has no setting for how sessions are kept; it makes a runtime where none is.
    """
    app._runtime = Runtime(
        RuntimeConfig(
            script_path=str(script),
            media_file_storage=MemoryMediaFileStorage(media),
            uploaded_file_manager=uploads,
            session_manager_class=sessions,
            session_storage=shelf,
            on_script_error=on_script_error,
        )
    )


# A figure as it goes to the browser, sent again without being put together again.
#
# Streamlit takes a figure apart, copies it and writes it as JSON at every run, which takes longer than drawing it. It
# asks ``to_dict`` of the figure and ``plotly.io.to_json`` of the answer: a figure that is ready answers both with what
# it was the first time.


class _Ready(dict[str, Any]):
    """What Streamlit looks at of a figure, and its JSON."""

    spec: str


class SentFigure(go.Figure):  # type: ignore[misc] # plotly has no types
    """``spec`` is the JSON of a figure of that height in pixels."""

    def __init__(self, spec: str, height: int) -> None:
        # Not as a figure begins: there is nothing to check or to copy.
        object.__setattr__(self, "_ready", _Ready(layout={"height": height}))
        self._ready.spec = spec

    def to_dict(self) -> dict[str, Any]:
        ready: dict[str, Any] = self._ready
        return ready


def spec_of(figure: go.Figure) -> str:
    """The JSON that Streamlit would send, with Chinese letters as they are: escaped, each takes twice the room."""
    return json.dumps(json.loads(_to_json(figure.to_dict(), validate=False)), ensure_ascii=False, separators=(",", ":"))


_to_json = plotly.io.to_json


def _ready_or_written(figure: Any, *args: Any, **kwargs: Any) -> str:
    return figure.spec if isinstance(figure, _Ready) else str(_to_json(figure, *args, **kwargs))


plotly.io.to_json = _ready_or_written
