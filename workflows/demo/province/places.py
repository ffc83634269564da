"""The invented counties and zones of the large demo. None of them exists."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class County:
    """A county with its general union. ``pace``: how many times longer than usual its union takes; ``on_paper``: its
    staffing authority has no accounts here; ``region``: the six digits of its administrative division, invented."""

    code: str
    name: str
    name_en: str
    city: str
    region: str
    pace: float = 1.0
    staffing_pace: float = 1.0
    on_paper: bool = False


COUNTIES = (
    County("SH", "索河县", "Suohe", "HN-ZZ", "410171"),
    County("YN", "伊南县", "Yinan", "HN-LY", "410371", staffing_pace=3.2, on_paper=True),
    County("SJ", "双洎县", "Shuangji", "HN-ZZ", "410172", pace=2.6),
    County("JD", "涧东县", "Jiandong", "HN-LY", "410372"),
    County("XN", "荥南县", "Xingnan", "HN-ZZ", "410173", staffing_pace=2.2, on_paper=True),
    County("ML", "邙岭县", "Mangling", "HN-LY", "410373", pace=1.5),
    County("JL", "贾鲁县", "Jialu", "HN-ZZ", "410174", staffing_pace=1.6),
    County("XE", "熊耳县", "Xionger", "HN-LY", "410374", pace=2.0, staffing_pace=3.6, on_paper=True),
    County("JC", "具茨县", "Juci", "HN-ZZ", "410175"),
    County("ZN", "周南县", "Zhounan", "HN-LY", "410375"),
)

PLACES = (
    ("东城", "Dongcheng"),
    ("清溪", "Qingxi"),
    ("石桥", "Shiqiao"),
    ("临港", "Lingang"),
    ("白沙", "Baisha"),
    ("高岗", "Gaogang"),
    ("柳园", "Liuyuan"),
    ("新店", "Xindian"),
    ("龙湖", "Longhu"),
    ("西坡", "Xipo"),
    ("平乐", "Pingle"),
    ("南寨", "Nanzhai"),
    ("杏林", "Xinglin"),
    ("回龙", "Huilong"),
    ("古渡", "Gudu"),
    ("青石", "Qingshi"),
    ("大营", "Daying"),
    ("万泉", "Wanquan"),
    ("双塔", "Shuangta"),
    ("枣庄坡", "Zaozhuangpo"),
)
