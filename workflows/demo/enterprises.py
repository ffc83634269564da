"""Invented enterprises: the same ones for the same seed, with counts that add up to what was asked for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from workflows.law.credit_code import check_character
from workflows.storage.ledger import Enterprise

_FIRST = "恒泰鼎宏瑞盛隆昌嘉华新中博远天金豫嵩洛河安正德信诚永兴润和明"
_SECOND = "源达通科创联诺阳川峰泽邦元利辉腾航晟宇程海林洋成康佳力凯强祥"
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
_GIVEN = (
    "建国 志强 海涛 永刚 红梅 晓燕 文博 俊杰 雪梅 国庆 丽娟 春生 玉兰 明辉 振华 秀英 新民 立新 凤琴 宏伟 "
    "卫东 淑珍 小军 雅静 德胜 桂芳 长青 敏 涛 静 磊 洁 鹏 艳 军 娜 斌 倩 超 颖"
)
_STREETS = ("科技大道", "兴业路", "创新街", "工业一路", "长江路", "开元大道")


@dataclass(frozen=True, slots=True)
class _Trade:
    """A line of business: the words of a company's name, the industry in the ledger, share of women, wage in yuan."""

    name: str
    industry: str
    women: float
    wage: int


_TRADES = (
    _Trade("精密机械", "通用设备制造", 0.24, 5900),
    _Trade("汽车零部件", "汽车制造", 0.27, 6100),
    _Trade("电子科技", "计算机、通信和其他电子设备制造", 0.46, 6300),
    _Trade("智能装备", "专用设备制造", 0.22, 7000),
    _Trade("新材料", "化学原料和化学制品制造", 0.25, 6200),
    _Trade("耐火材料", "非金属矿物制品", 0.18, 5600),
    _Trade("铝业", "有色金属冶炼和压延加工", 0.16, 6000),
    _Trade("食品", "食品制造", 0.55, 4700),
    _Trade("冷链物流", "装卸搬运和仓储", 0.28, 5200),
    _Trade("服饰", "纺织服装、服饰", 0.72, 4600),
    _Trade("医药", "医药制造", 0.51, 6400),
    _Trade("包装印刷", "印刷和记录媒介复制", 0.42, 5000),
    _Trade("轴承", "通用设备制造", 0.21, 5800),
    _Trade("环保设备", "专用设备制造", 0.25, 6100),
    _Trade("家居", "家具制造", 0.35, 5100),
    _Trade("光电", "电气机械和器材制造", 0.44, 6600),
)
_OWNERSHIP = ("有限责任公司", "有限责任公司", "有限责任公司", "股份有限公司", "外商投资企业", "国有控股企业")


@dataclass(frozen=True, slots=True)
class Settlement:
    """What a zone's enterprises shall add up to. ``region``: the six digits of its administrative division."""

    place: str
    region: str
    operating: int
    employees: int
    not_operating: int
    founded: float
    data_on: date


def person_name(dice: random.Random) -> str:
    """A name as people have it."""
    return dice.choice(_SURNAMES) + dice.choice(_GIVEN.split())


def enterprises(zone_id: int, wanted: Settlement, *, today: date, dice: random.Random) -> Iterator[Enterprise]:
    """The enterprises of one zone: first those in operation, then those that are not."""
    sizes = _split(wanted.employees, wanted.operating, dice)
    names = _names(wanted.place, wanted.operating + wanted.not_operating, dice)
    for serial, (name, trade) in enumerate(names):
        employees = sizes[serial] if serial < wanted.operating else None
        yield _enterprise(zone_id, wanted, serial, name, trade, employees, today, dice)


def _names(place: str, count: int, dice: random.Random) -> list[tuple[str, _Trade]]:
    brands = [a + b for a in _FIRST for b in _SECOND]
    dice.shuffle(brands)
    trades = [dice.choice(_TRADES) for _ in range(count)]
    return [(f"{place}{brand}{trade.name}有限公司", trade) for brand, trade in zip(brands, trades, strict=False)]


def _split(total: int, parts: int, dice: random.Random) -> list[int]:
    """``parts`` head counts, a few large and many small, that add up to exactly ``total``."""
    weights = [dice.paretovariate(1.5) for _ in range(parts)]
    floor = 8
    spare = total - floor * parts
    sizes = [floor + int(spare * weight / sum(weights)) for weight in weights]
    sizes[sizes.index(max(sizes))] += total - sum(sizes)
    return sizes


def _enterprise(
    zone_id: int,
    wanted: Settlement,
    serial: int,
    name: str,
    trade: _Trade,
    employees: int | None,
    today: date,
    dice: random.Random,
) -> Enterprise:
    settled = today - timedelta(days=dice.randrange(240, 3600))
    body = f"91{wanted.region}" + with_check(f"MA{dice.randrange(10**6):06d}")
    row = Enterprise(
        zone_id=zone_id,
        credit_code=body + check_character(body),
        name=name,
        industry=trade.industry,
        ownership=dice.choice(_OWNERSHIP),
        legal_representative=person_name(dice),
        hr_head=person_name(dice),
        address=f"{dice.choice(_STREETS)}{dice.randrange(1, 320)}号",
        settled_on=settled,
        opened_on=settled + timedelta(days=dice.randrange(30, 160)),
        operating=employees is not None,
        stage="settled",
    )
    if employees is None:
        row.remark = dice.choice(("停产", "在建", "已搬迁，待注销"))
        return row
    _count(row, employees, trade, wanted.data_on, dice)
    _progress(row, wanted, serial, today, dice)
    return row


def with_check(code: str) -> str:
    """The eight characters of an organisation code and its check character (GB 11714), inside the eighteen."""
    total = sum(int(character, 36) * weight for character, weight in zip(code, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    return code + "0123456789X0"[(11 - total % 11)]


def _count(row: Enterprise, employees: int, trade: _Trade, data_on: date, dice: random.Random) -> None:
    row.employees = employees
    row.women = round(employees * min(0.9, max(0.05, dice.gauss(trade.women, 0.06))))
    row.migrant_workers = round(employees * dice.uniform(0.25, 0.7))
    row.dispatched_workers = round(employees * dice.uniform(0, 0.15))
    row.members = 0
    row.women_members = 0
    row.data_on = data_on
    row.wage_total = Decimal(employees) * Decimal(round(trade.wage * dice.uniform(0.85, 1.2)))


def _progress(row: Enterprise, wanted: Settlement, serial: int, today: date, dice: random.Random) -> None:
    """How far the enterprise has come from 进驻 to 规范, and the facts that go with it."""
    chance = dice.random()
    if chance > wanted.founded + 0.3:
        return
    row.contact = person_name(dice)
    opened = row.opened_on or today
    row.first_visit_on = min(today, opened + timedelta(days=dice.randrange(5, 120)))
    row.stage = "served"
    if chance > wanted.founded:
        return
    employees = row.employees or 0
    approved = min(today, max(opened, today - timedelta(days=dice.randrange(40, 900))) + timedelta(days=20))
    row.stage = "standardised" if chance < wanted.founded * 0.4 else "founded"
    row.members = round(employees * dice.uniform(0.82, 1.0))
    row.women_members = min(row.members, row.women or 0)
    row.union_form = "single" if row.members >= 25 else "joint"
    row.union_approval = f"工发〔{approved.year}〕{10 + serial}号"
    row.union_approved_on = approved
    row.chair = person_name(dice)
    row.chair_phone = f"1990000{dice.randrange(10**4):04d}"
    row.term_years = dice.choice((3, 5))
    row.term_ends_on = date(approved.year + row.term_years, approved.month, min(approved.day, 28))
    row.audit_body = "经费审查委员会" if row.members >= 100 else "经费审查委员"
    row.women_body = "女职工委员会" if (row.women_members or 0) >= 10 else "女职工委员"
