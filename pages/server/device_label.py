"""Which device signs in, in the few words by which its holder knows it again."""

from __future__ import annotations

# The first that fits: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
_BROWSERS = {"Edg": "Edge", "OPR": "Opera", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
_SYSTEMS = {
    "Windows": "Windows",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Mac": "macOS",
    "Linux": "Linux",
}


def device_label(user_agent: str) -> str:
    """Browser and system as far as they are known; nothing else of what a browser says of itself is kept."""
    found = [next((name for sign, name in known.items() if sign in user_agent), "") for known in (_BROWSERS, _SYSTEMS)]
    return " · ".join(name for name in found if name)
