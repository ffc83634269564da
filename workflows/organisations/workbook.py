"""The workbook with an office's organisations, people, posts and zones: its four sheets, and its template."""

from __future__ import annotations

from enum import StrEnum

from workflows.storage.organisations import OrganisationKind, Role
from workflows.text import Text
from workflows.workbooks.columns import CellKind, Choice, Column
from workflows.workbooks.writing import Page, to_xlsx


class SheetName(StrEnum):
    """The sheets, in the order in which they are taken over."""

    ORGANISATIONS = "organisations"
    PEOPLE = "people"
    POSTS = "posts"
    ZONES = "zones"

    @property
    def label(self) -> Text:
        return _SHEETS[self]


_SHEETS = {
    SheetName.ORGANISATIONS: Text("组织", "organisations"),
    SheetName.PEOPLE: Text("人员", "people"),
    SheetName.POSTS: Text("岗位", "posts"),
    SheetName.ZONES: Text("集聚区", "zones"),
}

KINDS = (
    Choice(OrganisationKind.PROVINCIAL_UNION.value, Text("省总工会", "provincial union")),
    Choice(OrganisationKind.CITY_UNION.value, Text("市总工会", "city union"), ("省辖市总工会",)),
    Choice(OrganisationKind.COUNTY_UNION.value, Text("县总工会", "county union"), ("县（市、区）总工会", "区总工会")),
    Choice(
        OrganisationKind.ZONE_OFFICE.value, Text("集聚区工会办公室", "union office of a zone"), ("集聚区工会筹备组",)
    ),
    Choice(OrganisationKind.ZONE_UNION.value, Text("集聚区工会", "union of a zone")),
    Choice(OrganisationKind.PARTY_COMMITTEE.value, Text("党（工）委", "Party work committee"), ("党工委", "党委")),
    Choice(OrganisationKind.STAFFING_AUTHORITY.value, Text("机构编制部门", "staffing authority"), ("编办", "编委")),
    Choice(OrganisationKind.ENTERPRISE_UNION.value, Text("企业工会", "union of an enterprise")),
)
ROLES = (
    Choice(Role.SECRETARY.value, Text("干事", "secretary"), ("秘书",)),
    Choice(Role.CLERK.value, Text("经办人", "clerk")),
    Choice(Role.LEADER.value, Text("负责人", "leader"), ("主要负责人", "领导")),
    Choice(Role.MANAGER.value, Text("分管领导", "manager")),
    Choice(Role.ADMINISTRATOR.value, Text("管理员", "administrator")),
)
_YES_NO = (
    Choice(True, Text("有", "yes"), ("是", "true", "1")),
    Choice(False, Text("没有", "no"), ("无", "否", "false", "0")),
)


def _key(field: str, zh: str, en: str, note: Text, *, needed: bool = True) -> Column:
    return Column(field, Text(zh, en), CellKind.KEY, note, present=needed, filled=needed, keeps=not needed)


def _text(field: str, zh: str, en: str, note: Text = Text("", ""), *, needed: bool = False) -> Column:  # noqa: B008
    return Column(field, Text(zh, en), CellKind.TEXT, note, present=needed, filled=needed, keeps=not needed)


_CODE = Text("单位自定，以后不变；按编码识别。", "Given by the office and never changed; it identifies the line.")
_HIGHER = Text(
    "集聚区工会办公室填写；按级别报上级审批时用（R-424）。",
    "For the union office of a zone, where the rank sends a request higher up (R-424).",
)
_ENGLISH = Text("可空。", "May be empty.")

COLUMNS: dict[SheetName, tuple[Column, ...]] = {
    SheetName.ORGANISATIONS: (
        _key("code", "编码", "code", _CODE),
        _text("name", "名称", "name", Text("全称。", "The full name."), needed=True),
        _text("name_en", "英文名称", "English name", _ENGLISH),
        Column(
            "kind",
            Text("类型", "kind"),
            CellKind.CHOICE,
            Text("登记后不能通过导入改变。", "Cannot be changed by an import later."),
            choices=KINDS,
            present=True,
            filled=True,
        ),
        _key(
            "parent",
            "上级编码",
            "code of the superior",
            Text("上一级工会的编码。", "The next higher union."),
            needed=False,
        ),
        _text("paper_prefix", "机关代字", "paper prefix", Text("用于发文字号，如“郑工发”。", "For numbers of papers.")),
        Column(
            "has_accounts",
            Text("有无账号", "has accounts"),
            CellKind.CHOICE,
            Text("没有账号的单位用纸质公文答复；空着按有。", "Without accounts it answers on paper; empty means yes."),
            choices=_YES_NO,
            keeps=True,
        ),
        _key(
            "party_committee",
            "党工委编码",
            "code of the Party work committee",
            Text("集聚区工会办公室填写。", "For the union office of a zone."),
            needed=False,
        ),
        _key(
            "staffing_authority",
            "编制部门编码",
            "code of the staffing authority",
            Text("集聚区工会办公室填写。", "For the union office of a zone."),
            needed=False,
        ),
        *(
            _key(
                f"{level}_staffing_authority",
                f"{zh}级编制部门编码",
                f"code of the staffing authority of the {en}",
                _HIGHER,
                needed=False,
            )
            for level, zh, en in (("city", "市", "city"), ("provincial", "省", "province"))
        ),
    ),
    SheetName.PEOPLE: (
        _key("code", "编码", "code", _CODE),
        _text("name", "姓名", "name", needed=True),
        _text("name_en", "英文姓名", "English name", _ENGLISH),
        _text("phone", "电话", "phone"),
        _text("email", "邮箱", "e-mail"),
    ),
    SheetName.POSTS: (
        _key("person", "人员编码", "code of the person", Text("“人员”中的编码。", "A code from “people”.")),
        _key(
            "organisation",
            "组织编码",
            "code of the organisation",
            Text("“组织”中的编码。", "A code from “organisations”."),
        ),
        Column(
            "role",
            Text("角色", "role"),
            CellKind.CHOICE,
            Text("决定能办什么。", "Says what may be done."),
            choices=ROLES,
            present=True,
            filled=True,
        ),
        _text("title", "职务", "title", Text("显示用，如“副主任”。", "For display.")),
        Column(
            "valid_from",
            Text("开始日期", "from"),
            CellKind.DATE,
            Text("空着：自导入当日。", "Empty: from the day of the import."),
            keeps=True,
        ),
        Column(
            "valid_to",
            Text("结束日期", "until"),
            CellKind.DATE,
            Text(
                "最后一日（含）；空着：继续任职。岗位只结束，不删除。",
                "Last day; empty: goes on. Posts end and are never deleted.",
            ),
            keeps=True,
        ),
    ),
    SheetName.ZONES: (
        _key("code", "编码", "code", _CODE),
        _text("name", "名称", "name", needed=True),
        _text("name_en", "英文名称", "English name", _ENGLISH),
        _key(
            "office",
            "工会办公室编码",
            "code of the union office",
            Text("“组织”中的编码。", "A code from “organisations”."),
        ),
    ),
}

FILENAME = Text("组织人员模板.xlsx", "organisations-template.xlsx")
_GENERAL = (
    Text(
        "带 * 的列必须填写；不需要的工作表可以删去。空格表示“不变”，不会清空已有内容。",
        "Columns with * must be filled; sheets that are not needed can be removed. An empty cell changes nothing.",
    ),
    Text(
        "只要有一格不能接受，就不导入任何内容；文件里没有的组织、人员和岗位保持不变。",
        "If one cell is refused, nothing is imported; what the file does not name stays as it is.",
    ),
)


def template() -> bytes:
    """The template as an XLSX file."""
    pages = [Page(name.label.zh, COLUMNS[name]) for name in SheetName]
    return to_xlsx(pages, general=_GENERAL, prepared_rows=2_000)
