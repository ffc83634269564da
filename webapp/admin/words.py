"""Names on screen of the values that stand in tables."""

from __future__ import annotations

from flask_babel import gettext as _

from webapp.admin.blueprint import blueprint


@blueprint.app_template_filter()
def organisation_kind(value: str) -> str:
    return {
        "provincial_union": _("省总工会"),
        "city_union": _("市总工会"),
        "county_union": _("县（市、区）总工会"),
        "zone_office": _("集聚区工会办公室（筹备组）"),
        "zone_union": _("集聚区工会"),
        "party_committee": _("党工委"),
        "staffing_authority": _("机构编制部门"),
        "enterprise_union": _("企业工会"),
    }.get(value, value)


@blueprint.app_template_filter()
def confidence_title(value: str) -> str:
    return {
        "sourced": _("有原文"),
        "high": _("把握大"),
        "medium": _("把握中等"),
        "low": _("把握小"),
        "chosen": _("自行选定"),
    }.get(value, value)


@blueprint.app_template_filter()
def unit_title(value: str) -> str:
    return {
        "enterprises": _("家"),
        "persons": _("人"),
        "calendar_days": _("日"),
        "years": _("年"),
        "text": "",
        "level": "",
        "working_days": _("工作日"),
        "months": _("个月"),
        "percent": "%",
        "per_mille": "‰",
        "fraction": "",
    }.get(value, value)


@blueprint.app_template_filter()
def administration_event(value: str) -> str:
    return {
        "account_created": _("新建账号"),
        "account_locked": _("账号锁定"),
        "account_unlocked": _("解除锁定"),
        "account_deactivated": _("停用账号"),
        "account_reactivated": _("恢复账号"),
        "password_changed": _("本人更改密码"),
        "password_reset": _("重置密码"),
        "sessions_ended": _("结束全部会话"),
        "person_added": _("新增人员"),
        "post_begun": _("任职"),
        "post_ended": _("免职"),
        "parameter_set": _("设定参数"),
        "calendar_loaded": _("载入日历"),
        "procedure_published": _("发布程序"),
        "definition_published": _("发布程序"),
        "organisations_imported": _("导入组织机构"),
        "demo_created": _("写入演示数据"),
        "names_exported": _("导出含姓名的事件日志"),
    }.get(value, value)
