"""The cells that today's reader gets wrong: whoever puts one right takes it out, and the test says so."""

from __future__ import annotations

KNOWN_WRONG: dict[str, str] = {
    # Headed 项目 | 数值 the table is taken for our own form, and the facts above it are not found.
    "long, headed as our form is": "B5 B6 B7 B8 B9 B10 B11",
    # A wide table with one recognised KPI and a filled header to its right is read down the side: the value is lost.
    "wide, one KPI and a remark": "E2",
    "wide, one KPI among the facts": "D2",
    "near names that mean the same, wide": "E2 F2 G2 H2 I2 J2",
    "near names that may be two, wide": "E2 F2 G2 H2",
    "near names of something else, wide": "E2 F2",
    "unknown names, wide": "E2",
    "a KPI twice": "E2",
    # KPIs of one factory and year on two sheets: one application, not a second of the same.
    "KPIs on two sheets": "绿色!B5 绿色!B6 绿色!B7",
    # 改造情况 over 改造前 | 改造后 is no factory; 改造效果 and 提升幅度 are the value beside them.
    "xls, before and after merged": "D6 D7",
    "ods, before and after merged": "D6 D7",
    "long, before and after merged, 改造效果": "D6 D7 D8",
    "long, before and after merged, 提升幅度": "D6 D7 D8",
    "long, before and after merged, 改造效果（%）": "D6 D7 D8",
    "long, before and after merged, 数值": "D6 D7 D8",
    "long, before, after and effect in one row": "D5 D6",
    # Months, quarters and halves are no factories and no values; 全年, 2025年全年 and 全年累计 are the year's value.
    "long, months and the year": "N5 N6 B4 C4 D4 E4 F4 G4 H4 I4 J4 K4 L4 M4",
    "long, months with their year": "N5 N6 B4 C4 D4 E4 F4 G4 H4 I4 J4 K4 L4 M4",
    "long, months of two digits": "B4 C4 D4 E4 F4 G4 H4 I4 J4 K4 L4 M4",
    "long, quarters and the year": "F5 F6 B4 C4 D4 E4",
    "long, halves and the year": "D5 D6 B4 C4",
    "long, months and a total": "N5 N6 B4 C4 D4 E4 F4 G4 H4 I4 J4 K4 L4 M4",
    "long, months in English": "B4 C4 D4",
    "long, months alone": "B4 C4 D4 E4 F4 G4 H4 I4 J4 K4 L4 M4",
    # A month a row: only 全年 is the year's.
    "wide, a month a row": "F2 G2 F3 G3 F4 G4 F5 G5 F6 G6 F7 G7 F8 G8 F9 G9 F10 G10 F11 G11 F12 G12 F13 G13 F14 G14",
    # 完成值（%）, 2025年实际, 本年值 and 本期 are the value beside its target or last year's.
    "target and result in percent": "D5 D6 D7",
    "target and result, both in percent": "D5 D6 D7",
    "plan and actual": "D5 D6 D7",
    "last year and this": "D5 D6 D7",
    "last period and this": "D5 D6 D7",
    "sections of last year and this": "B6 B7 B9 B10",
    # 目标值 in a KPI's header: not proposed as the KPI.
    "wide, target named in the header": "E2",
    # 责任部门, 填报人, 得分 and 填报日期 are no factories and no values; 数据来源 beside them is no second value.
    "departments beside": "C4 D4",
    "departments before": "E5 E6 E7 E8 E9 E10 E11 B4 C4",
    "departments of numbers": "C4",
    "a year and a date of reporting": "C3",
    # The header repeated between two factories is no factory.
    "a header repeated": "E4 F4 G4 H4 I4 J4 K4",
    # Silently wrong: a heading over several KPIs says 2025年目标值, 上年数 or 1-6月, and they are read as results.
    "over two KPIs, 2025年目标值": "E3 F3",
    "over two KPIs, 2025年目标": "E3 F3",
    "over two KPIs, 年度目标": "E3 F3",
    "over two KPIs, 上年数": "E3 F3",
    "over two KPIs, 2026年计划": "E3 F3",
    "over two KPIs, 行业平均水平": "E3 F3",
    "over two KPIs, 1-6月": "E3 F3",
    "over KPIs, target and result": "E3 F3 G3 H3",
    # A target's, a plan's, a month's column is not proposed as the value.
    "alone, 2025年目标": "B4",
    "alone, 规划值": "B4",
    "alone, 参考值": "B4",
    "alone, 环比": "B4",
    "alone, 2025年1月": "B4",
    # 最低要求, 评分标准, 最高值 and 最低值 are no factories, and 实际值 or 数值 beside them is no second value.
    "a lowest value and a rule of scoring": "D5 D6 B4 C4",
    "highest and lowest": "D5 D6 B4 C4",
    # Silently wrong: 2024年 40 | 2025年 50 | 提升幅度 25 under 生产效率提升: the quantities are read as changes.
    "two years of a quantity under its change": "B5 B6 C5 C6",
    # 其中：二期 and its number are dropped as if they were a note.
    "a part of a works below it": "B6 B7",
    # Silently wrong: the row's own 类型 says 目标, or its 月份 1月; the result or the year beside it is lost.
    "list, targets among results": "G2 G3",
    "list, targets alone": "G2 G3",
    "list, a month alone": "G2 G3",
    "list, two months": "G2 G4",
    "wide, targets in a row": "F2 G2 F3 G3",
    "wide, targets alone in a row": "F2 G2",
    "wide, a month alone": "F2 G2",
    # A list with its phases in rows, or its years in columns, is not read.
    "list, before and after in rows": "G3",
    "list, years in columns": "E2 F2 E3 F3",
    # Silently wrong: a section, a title or the sheet's name says that the numbers are targets or last year's.
    "a section of targets": "B6 B7",
    "a sheet of results and one of targets": "目标!B5 目标!B6",
    "a sheet of targets": "B5 B6",
    "a title of targets": "B6 B7",
    # Notes and signatures below a wide table are no factory.
    "a KPI first, notes below": "A3 A4",
    "a KPI first, a note without its word below": "A3",
    "wide, notes below": "A5",
    # Reported as merged over two KPIs, and read for the first.
    "a value over two KPIs": "B5",
    # Points that the cell states itself are a basis: nothing is asked.
    "units in the cells": "B8 B9 B10 B11",
    "points in the cells": "E2 F2 G2 H2",
    "points in some cells of a column": "E2",
    "aliases, long": "B9",
    "aliases, wide": "I2",
    "short names, long": "B13 B14 B15 B17 B18",
    "short names, wide": "M2 N2 O2 Q2 R2",
    "codes, long": "B13 B14 B15 B17 B18",
    "codes, wide": "M2 N2 O2 Q2 R2",
    "codes without nought, long": "B13 B14 B15 B17 B18",
    "codes without nought, wide": "M2 N2 O2 Q2 R2",
    "codes and names, long": "B13 B14 B15 B17 B18",
    "codes and names, wide": "M2 N2 O2 Q2 R2",
    "numbered names, long": "B13 B14 B15 B17 B18",
    "numbered names, wide": "M2 N2 O2 Q2 R2",
    "English names, long": "B13 B14 B15 B17 B18",
    "English names, wide": "M2 N2 O2 Q2 R2",
    # A unit that the KPI does not have: the words must say that before and after are needed.
    "list with units": "F4",
    "units that the KPIs do not have": "C5 C6 C7 C8",
    # Asked about as fractions, and still in the application: what is asked is not read.
    "plain decimals": "B5 B6 B7 B8",
    "plain decimals, wide": "E2 F2 G2",
    "plain decimals, growth among them": "E2 F2 G2",
    "texts of percentages beside decimals": "B6 B7",
    "one decimal among percentages": "B5",
    "a one among decimals": "E2 F2 E3 F3",
    "decimals as texts": "E2 F2",
    # 45% as the sheet shows it is 45; plain decimals beside it are asked about and not read.
    "xls, percentages": "B5 B6",
    "ods, percentages": "B5 B6",
    "percentage formats": "B5 B6 B7 B8",
    "percentage formats, wide": "E2 F2 E3 F3",
    "one percentage format among decimals": "B5 B6 B7 B8",
    "one percentage format among decimals, wide": "E2 F2 G2",
    "a column of both formats": "E2 E3",
    "a column of a percentage and a plain number": "E2 E3",
    "percentage formats beside plain numbers": "B5",
    "percentages of changes with two bases": "B6",
    "percentage formats before and after": "C5",
    "percentage formats in three years": "B4 C4 B5 C5",
    "one year in percentage formats": "B4 C4 B5 C5",
    # Silently wrong: 0.128 beside a cell that shows 45%, and 0.38 below 45.5, are read as 0.128 % and 0.38 %.
    "a growth beside a percentage format": "E2 F2",
    "a growth beside a percentage format, long": "B5 B6",
    "a decimal below percentages": "E3",
    # 45% above a 0.38: the first says its unit, the second is asked about.
    "a text of a percentage above a decimal": "E2 E3",
    # A level is not proposed as the KPI of its change, in whichever unit.
    "levels alike": "B6 B7 B8 B9 B12",
    "levels alike, with units": "C6 C7 C8 C9 C12",
    "levels alike, wide with units": "F2 G2 H2 I2 J2 K2 L2 M2",
    "levels alike, wide": "G2 H2 I2 J2 M2",
    "levels named, wide with units": "H2 M2 N2",
    "levels with units in the cells": "B7 B8",
    # (models) and (enterprises) are the catalogue's English units; with it the name of K21 is too long to be looked at.
    "English throughout": "I2 T2",
    # Another statistic is not proposed as the KPI that it resembles.
    "near names of something else, long": "B5 B6 B7 B10",
    # 注册资本 is dropped as if it were a note (注).
    "unknown names, long": "B6",
}

# Seeds of ``mutations``: what lost its percentage format (a growth of 0.128, a 1 that was 100 %) beside others that
# kept theirs is read as 0.128 % and 1 %.
SILENTLY_WRONG = """
73 142 153 222 293 352 418 444 445 540 591 596 688 767 928 934 961 1006 1012 1076 1083 1126 1135 1271 1287 1431 1552
1559 1650 1654 1712 1745 1747 1763 1841 1878 1917 1941 2018 2146 2271 2341 2364 2368 2405 2486 2513 2521 2587 2615
2740 2965 3003 3056 3118 3220 3283 3378 3397 3419 3427 3437 3448 3502 3535 3608 3611 3614 3668 3685 3710 3720 3742
3944 4112 4168 4182 4220 4243 4259 4299 4310 4315 4325 4368 4396 4458 4488 4588 4643 4677 4693 4824 4853 4882
"""
