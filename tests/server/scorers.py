"""Reviewers at the score form of a served page, in the protocol of its browser half."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from streamlit.proto.Alert_pb2 import Alert
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

from tests.pages.websocket_client import RUN_SECONDS

REMARK, DRAFT = "-remark", "-draft"


@dataclass(slots=True)
class Drawn:
    """A run: its page, the fields and buttons of the form by the ends of their keys, whether it says that it saved."""

    page: str = ""
    widgets: dict[str, str] = field(default_factory=dict)
    saved: bool = False
    wrong: str = ""

    def take(self, said: ForwardMsg) -> None:
        kind = said.WhichOneof("type")
        if kind == "new_session":
            self.page = said.new_session.page_script_hash
        elif kind == "navigation":
            self.page = said.navigation.page_script_hash or self.page
        elif kind == "delta":
            element = said.delta.new_element
            drawn = element.WhichOneof("type")
            if drawn == "exception":
                self.wrong = element.exception.message
            elif drawn == "alert":
                self.saved |= element.alert.format == Alert.SUCCESS
            elif drawn in ("text_input", "button"):
                number = getattr(element, drawn).id
                self.widgets |= {end: number for end in (REMARK, DRAFT) if number.endswith(end)}


@contextmanager
def at_score_form(url: str, cookie: str, round_id: str, code: str) -> Iterator[Callable[[str], bool]]:
    """Open a candidate's form. What is yielded saves it with a remark; True is a version that is acknowledged.

    Raises:
        OSError, WebSocketException: the server is gone.
        AssertionError: the page shows a bug, or no form.
    """
    stream = url.replace("http://", "ws://") + "/_stcore/stream"
    headers = {"Cookie": f"duibiao={cookie}"}
    # No limit to what waits unread: where it is reached, the goodbye at the end does not arrive for ten seconds.
    with connect(
        stream, subprotocols=["streamlit"], additional_headers=headers, max_size=None, max_queue=None, proxy=None
    ) as page:
        asked = BackMsg()
        asked.rerun_script.page_name = "scores"
        asked.rerun_script.query_string = f"round={round_id}&candidate={code}"
        drawn = _run(page, asked)

        def save(remark: str) -> bool:
            pressed = BackMsg()
            pressed.rerun_script.query_string = asked.rerun_script.query_string
            pressed.rerun_script.page_script_hash = drawn.page
            states = pressed.rerun_script.widget_states.widgets
            states.add(id=drawn.widgets[REMARK]).string_value = remark
            states.add(id=drawn.widgets[DRAFT]).trigger_value = True
            return _run(page, pressed).saved

        assert drawn.widgets.keys() == {REMARK, DRAFT}, "a page without its form"
        yield save


def _run(page: ClientConnection, asked: BackMsg) -> Drawn:
    drawn, said = Drawn(), ForwardMsg()
    page.send(asked.SerializeToString())
    while said.WhichOneof("type") != "script_finished" or said.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY:
        said.ParseFromString(page.recv(RUN_SECONDS))
        drawn.take(said)
    assert not drawn.wrong, drawn.wrong
    return drawn
