"""How Chromium is started for tests and benchmarks: quiet, offline, and without what no page of ours shows."""

from __future__ import annotations

# Playwright itself turns off what the first three lines name. Of two such switches Chromium heeds the last: so they
# stand here again. The last line are two pages behind the address bar that each new window loads, which is more than
# half of what an empty one takes.
_OFF = (
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,"
    "LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,AvoidCorsURLLoaderRestartOnRedirect,"
    "OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,PreconnectToSearch,"
    "WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup"
)
# A browser that updates itself would reach out while a test proves that nothing does.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={_OFF}",
)
