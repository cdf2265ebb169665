"""What a proof is, by its first bytes: nothing of it is opened here, and its name is not believed."""

from __future__ import annotations

from kpi.files.limits import is_pdf
from kpi.model.account_request import ProofKind

_PNG, _JPEG = b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff"


def proof_kind(data: bytes) -> ProofKind | None:
    """A PDF or a picture; None where it is neither."""
    if data.startswith(_PNG):
        return "png"
    if data.startswith(_JPEG):
        return "jpeg"
    return "pdf" if is_pdf(data) else None
