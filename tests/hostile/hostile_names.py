"""Names that would like to be something else: a formula, a tag, a link, a picture, a formula of mathematics, a path."""

from __future__ import annotations

OUTSIDE = "http://evil.invalid/"
"""Nothing may ever ask for it."""

FORMULAS = (
    '=HYPERLINK("http://evil.invalid/f","点")',
    "=cmd|' /c calc'!A0",
    "+1+cmd|' /c calc'!A0",
    "-2+3",
    "@SUM(1+1)*cmd|' /c calc'!A0",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    ' =WEBSERVICE("http://evil.invalid/w")',
    "\t=1+1",
    "\r=1+1",
    '"=1+1"',
    "'=1+1",
    "\u3000=1+1",
    "%0A=1+1",
)
MARKUP = (
    f"<img src={OUTSIDE}i.png onerror=alert(1)>",
    f"<script src={OUTSIDE}s.js></script>",
    "<svg/onload=alert(1)>",
    f'"><iframe src="{OUTSIDE}">',
    "</textarea><style>*{display:none}</style>",
    "&lt;b&gt;&#60;i&#62;",
)
MARKDOWN = (
    f"![x]({OUTSIDE}m.png)",
    f"[点]({OUTSIDE})",
    "[点](javascript:alert(1))",
    f"{OUTSIDE} www.evil.invalid",
    "**粗** __b__ ~~d~~ `c`",
    ":material/home: :smile: :red[红] :violet-background[x]",
    r"$\frac{1}{2}$ $$x$$",
    "# 大 | 表 |",
    "- 列",
    "1. 一",
    "> 引",
)
CODE = ("{0} {name} {file.__class__} %s %(x)d", '#import "x": * #eval("1+1") $x$ \\u{41}', "'; drop table upload; --")
ALL = (*FORMULAS, *MARKUP, *MARKDOWN, *CODE)

PATHS = (
    "../../../etc/cron.d/x.csv",
    "/etc/passwd",
    "..\\..\\Windows\\x.csv",
    "C:\\Windows\\System32\\x.csv",
    "\\\\e.invalid\\share\\x.csv",
    "x\x00.csv",
    "x\n=1+1.csv",
    "x\u202exslx.csv",
    "\u200b.csv",
    "CON",
    "NUL.csv",
    "aux.xlsx",
    "..",
    ".",
    "",
    " ",
    "-rf",
    "--json",
    "~/x.csv",
    "$(touch x).csv",
    "`touch x`.csv",
    "%2e%2e%2fx.csv",
    "x\ud800.csv",
    "x" * 100_000,
    "长" * 300,
    *MARKUP[:3],
    *MARKDOWN[:3],
)
