"""The columns of the enterprise ledger, as offices keep it (ledger fields of the policy, groups Identity to Legal)."""

from __future__ import annotations

from workflows.text import Text
from workflows.workbooks.columns import CellKind, Choice, Column

SHEET = "台账"

OPERATING = (
    Choice(True, Text("在营", "operating"), ("是", "存续", "开业", "正常", "营业", "true", "1", "yes")),
    Choice(False, Text("不在营", "not operating"), ("否", "停业", "停产", "歇业", "注销", "吊销", "false", "0", "no")),
)
STAGES = (
    Choice("settled", Text("进驻", "settled"), ("进驻一家",)),
    Choice("served", Text("服务", "served"), ("服务一家",)),
    Choice("founded", Text("建会", "union founded"), ("建会一家", "已建会")),
    Choice("standardised", Text("规范", "standardised"), ("规范一家",)),
)
UNION_FORMS = (
    Choice("single", Text("单独", "single"), ("单独建会", "独立", "独立建会")),
    Choice("joint", Text("联合", "joint"), ("联合建会",)),
    Choice("organiser", Text("组织员", "organiser")),
)
TERMS = (
    Choice(3, Text("3", "3"), ("3年", "三年", "三")),
    Choice(5, Text("5", "5"), ("5年", "五年", "五")),
)


def _text(field: str, zh: str, en: str, note: Text, *also: str, longest: int = 200) -> Column:
    return Column(field, Text(zh, en), CellKind.TEXT, note, also=also, longest=longest)


def _count(field: str, zh: str, en: str, note: Text, *also: str, present: bool = False) -> Column:
    return Column(field, Text(zh, en), CellKind.COUNT, note, also=also, present=present)


def _date(field: str, zh: str, en: str, note: Text, *also: str, past: bool = False, present: bool = False) -> Column:
    return Column(field, Text(zh, en), CellKind.DATE, note, also=also, past=past, present=present)


_NONE = Text("", "")
_DAY = Text("如 2026-03-05。", "Such as 2026-03-05.")

COLUMNS: tuple[Column, ...] = (
    Column(
        "credit_code",
        Text("统一社会信用代码", "unified social credit code"),
        CellKind.CREDIT_CODE,
        Text(
            "18 位，按营业执照填写；单元格用文本格式。",
            "18 characters from the business licence; format the cell as text.",
        ),
        also=("信用代码", "社会信用代码", "统一信用代码", "credit code"),
        present=True,
        filled=True,
    ),
    Column(
        "name",
        Text("企业名称", "enterprise"),
        CellKind.TEXT,
        Text("营业执照上的全称。", "The full name on the business licence."),
        also=("单位名称", "企业全称", "enterprise name"),
        present=True,
        filled=True,
    ),
    _text("industry", "行业/产业链", "industry", _NONE, "行业", "产业链", "所属行业"),
    _text(
        "ownership",
        "企业性质",
        "kind of ownership",
        Text("如有限责任公司、国有企业。", "Such as limited company."),
        "企业类型",
    ),
    _text("legal_representative", "法定代表人", "legal representative", _NONE, "法人代表", "法人"),
    _text("hr_head", "人力资源负责人", "head of personnel", _NONE),
    _text("address", "地址", "address", _NONE, "企业地址", "注册地址"),
    _date("settled_on", "进驻日期", "settled on", _DAY, "入驻日期", "进驻时间"),
    _date("opened_on", "开业日期", "opened on", _DAY, "开业时间", "成立日期"),
    Column(
        "operating",
        Text("在营状态", "operating"),
        CellKind.CHOICE,
        Text(
            "只有在营企业计入企业数和职工数；空着：新企业按在营，已有企业不变。",
            "Only operating enterprises count; empty: a new one operates, a known one stays as it is.",
        ),
        also=("经营状态", "状态", "是否在营", "status"),
        choices=OPERATING,
        present=True,
        keeps=True,
    ),
    _text("contact", "联系人（工会）", "contact of the union", _NONE, "工会联系人", "联系人"),
    _date("first_visit_on", "首次走访日期", "first visit on", _DAY, "首次走访", past=True),
    Column(
        "stage",
        Text("阶段", "stage"),
        CellKind.CHOICE,
        Text(
            "进驻、服务、建会、规范；空着：新企业按进驻，已有企业不变。",
            "Settled, served, founded, standardised; empty: a new one is settled, a known one stays as it is.",
        ),
        also=("工作阶段",),
        choices=STAGES,
        keeps=True,
    ),
    _count(
        "employees",
        "职工数",
        "employees",
        Text("人数；空着表示没有上报，与 0 不同。", "Persons; empty means not reported, which is not 0."),
        "职工人数",
        "职工总数",
        "员工人数",
        present=True,
    ),
    _count("women", "女职工数", "women employees", Text("不多于职工数。", "At most the employees."), "女职工人数"),
    _count(
        "migrant_workers", "农民工数", "migrant workers", Text("不多于职工数。", "At most the employees."), "农民工人数"
    ),
    _count("dispatched_workers", "劳务派遣数", "dispatched workers", _NONE, "劳务派遣人数", "派遣工数"),
    _count(
        "members", "会员数", "union members", Text("不多于职工数。", "At most the employees."), "会员人数", "工会会员数"
    ),
    _count("women_members", "女会员数", "women members", Text("不多于会员数。", "At most the members."), "女会员人数"),
    _date(
        "data_on",
        "数据日期",
        "date of the data",
        Text("人数截至哪一天；不能晚于今天。", "The day the counts are true for; not in the future."),
        "统计日期",
        "截止日期",
        "数据截止日期",
        past=True,
        present=True,
    ),
    Column(
        "union_form",
        Text("建会形式", "form of the union"),
        CellKind.CHOICE,
        Text("没有建会的空着。", "Empty where there is no union."),
        choices=UNION_FORMS,
    ),
    _text("union_approval", "建会批复文号", "approval number", _NONE, "批复文号"),
    _date("union_approved_on", "建会批复日期", "approved on", _DAY, "批复日期", "建会日期", past=True),
    _text("chair", "工会主席", "chair", _NONE, "主席", "主席姓名"),
    _text("chair_phone", "主席电话", "phone of the chair", _NONE, "主席联系电话", longest=40),
    Column(
        "term_years",
        Text("任期（年）", "term (years)"),
        CellKind.CHOICE,
        Text("3 或 5（R-110）。", "3 or 5 (R-110)."),
        also=("任期",),
        choices=TERMS,
    ),
    _date("term_ends_on", "届满日期", "term ends on", _DAY, "任期届满日期"),
    _text(
        "audit_body",
        "经审组织",
        "audit body",
        Text("经费审查委员会或经费审查委员。", "Committee or one member."),
        "经审会",
    ),
    _text("women_body", "女职工组织", "women's body", Text("女职工委员会或女职工委员。", "Committee or one member.")),
    Column(
        "wage_total",
        Text("月工资总额", "monthly wage total"),
        CellKind.MONEY,
        Text("单位为元，最多两位小数。", "In yuan, at most two decimals."),
        also=("月工资总额（元）", "工资总额"),
    ),
    _text("remark", "备注", "remark", _NONE, "说明", longest=1000),
)
BY_FIELD = {column.field: column for column in COLUMNS}
