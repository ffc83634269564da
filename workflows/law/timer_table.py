"""The table of the timers: number, variant, length (or the parameter that gives it), unit, sense, rule; and its words."""

from __future__ import annotations

from workflows.text import Text

_D, _W, _M = "calendar_days", "working_days", "months"
_ACT, _LEAST, _BEFORE, _WINDOW, _ENDS = "act_by", "at_least", "before", "window", "ends"

TABLE: tuple[tuple[str, str, int | str | None, str, str, str], ...] = (
    ("T-01", "", "election.result_reply", _D, _ACT, "R-331"),
    ("T-02", "", "election.candidate_publicity", _W, _LEAST, "R-310"),
    ("T-03", "", "election.chair_publicity", _D, _LEAST, "R-355"),
    ("T-04", "enterprise_chair", "vacancy.enterprise_chair", _M, _ACT, "R-336"),
    ("T-04", "chair", "vacancy.chair", _M, _ACT, "R-335"),
    ("T-04", "vice_chair", "vacancy.vice_chair", _M, _ACT, "R-335"),
    ("T-05", "enterprise_chair", "acting.enterprise_chair", _M, _ACT, "R-336"),
    ("T-05", "chair", "acting.chair", _M, _ACT, "R-335"),
    ("T-06", "three_years", 36, _M, _ENDS, "R-110"),
    ("T-06", "five_years", 60, _M, _ENDS, "R-110"),
    ("T-07", "", "term.shift", _M, _ENDS, "R-332"),
    ("T-08", "", "founding.within", _M, _ACT, "R-108"),
    ("T-09", "", "legal_person.apply_within", _D, _ACT, "R-505"),
    ("T-10", "", "legal_person.review", _D, _ACT, "R-507"),
    ("T-11", "", "legal_person.change", _D, _ACT, "R-508"),
    ("T-12", "", "legal_person.renewal", _D, _WINDOW, "R-509"),
    ("T-13", "", "consent.leaders", _M, _ACT, "R-412"),
    ("T-14", "", 7, _D, _BEFORE, "R-608"),
    ("T-15", "", 15, _D, _BEFORE, "R-608"),
    ("T-16", "", 12, _M, _ACT, "R-605"),
    ("T-17", "", 7, _D, _LEAST, "R-622"),
    ("T-18", "", 10, _D, _BEFORE, "R-615"),
    ("T-19", "", 5, _D, _ACT, "R-804"),
    ("T-20", "", 3, _W, _ACT, "R-805"),
    ("T-21", "", 15, _D, _ACT, "R-806"),
    ("T-22", "", 15, _D, _LEAST, "R-806"),
    ("T-23", "", 15, _D, _ACT, "R-807"),
    ("T-24", "", 10, _W, _ACT, "R-707"),
    ("T-25", "", 3, _W, _ACT, "R-706"),
    ("T-26", "", 5, _W, _BEFORE, "R-708"),
    ("T-27", "", 2, _M, _ACT, "R-709"),
    ("T-28", "", 15, _D, _ACT, "R-716"),
    ("T-29", "start", 5, _W, _ACT, "R-716"),
    ("T-29", "finish", 30, _D, _ACT, "R-716"),
    ("T-30", "", 5, _W, _ACT, "R-712"),
    ("T-31", "", 15, _D, _LEAST, "R-713"),
    ("T-32", "", 5, _D, _ACT, "R-714"),
    ("T-33", "", 2, _M, _WINDOW, "R-715"),
    ("T-34", "decision", 7, _D, _ACT, "R-812"),
    ("T-34", "assignment", 3, _D, _ACT, "R-812"),
    ("T-35", "", None, _M, _ENDS, "R-531"),
    ("T-36", "", 15, _W, _ACT, "R-832"),
    ("T-37", "superior_union", "sla.superior_union", _D, _ACT, "R-422"),
    ("T-37", "staffing_authority", "sla.staffing_authority", _D, _ACT, "R-422"),
    ("T-37", "party_committee", "sla.party_committee", _D, _ACT, "T-37"),
    ("T-38", "earliest", 36, _M, _ENDS, "3.8"),
    ("T-38", "latest", 60, _M, _ENDS, "3.8"),
)

_ESCALATE = Text(
    "标记逾期并提请上级督办，不自动批准", "it is shown as overdue and escalated; nothing is approved by itself"
)
_NOT_EARLIER = Text("期满之前不得继续办理", "things cannot go on before")
REMINDER_ONLY = Text("提醒", "a reminder")

WORDS: dict[tuple[str, str], tuple[Text, Text]] = {
    ("T-01", ""): (Text("收到选举结果报告", "report of the result received"), _ESCALATE),
    ("T-02", ""): (Text("候选人名单开始公示", "publicity of the candidates begins"), _NOT_EARLIER),
    ("T-03", ""): (Text("企业工会主席候选人开始公示", "publicity of the candidates for chair begins"), _NOT_EARLIER),
    ("T-04", "enterprise_chair"): (Text("企业工会主席出缺", "post of an enterprise chair vacant"), _ESCALATE),
    ("T-04", "chair"): (Text("其他工会主席出缺", "post of another chair vacant"), _ESCALATE),
    ("T-04", "vice_chair"): (Text("副主席出缺", "post of a vice-chair vacant"), _ESCALATE),
    ("T-05", "enterprise_chair"): (
        Text("开始代理企业工会主席", "acting chair of an enterprise union begins"),
        _ESCALATE,
    ),
    ("T-05", "chair"): (Text("开始代理其他工会主席", "acting chair of another union begins"), _ESCALATE),
    ("T-06", "three_years"): (
        Text("选举之日（任期三年）", "election day, term of three years"),
        Text("超期，延期换届须经上级工会批准", "out of term; a late re-election needs the superior union's approval"),
    ),
    ("T-06", "five_years"): (
        Text("选举之日（任期五年）", "election day, term of five years"),
        Text("超期，延期换届须经上级工会批准", "out of term; a late re-election needs the superior union's approval"),
    ),
    ("T-07", ""): (Text("任期届满", "end of the term"), Text("不得再次延期", "there is no second extension")),
    ("T-08", ""): (Text("用人单位开办", "employer opened"), Text("列入逾期未建会名单", "it is on the overdue list")),
    ("T-09", ""): (Text("工会成立", "union founded"), REMINDER_ONLY),
    ("T-10", ""): (Text("受理法人登记申请", "application accepted"), _ESCALATE),
    ("T-11", ""): (Text("登记事项变更", "registered fact changed"), REMINDER_ONLY),
    ("T-12", ""): (Text("法人证书有效期满", "certificate expires"), Text("证书过期", "the certificate is expired")),
    ("T-13", ""): (
        Text("收到征求意见函", "request for consent received"),
        Text("提请双方负责人处理，不视为同意", "both heads are asked; silence is no consent"),
    ),
    ("T-14", ""): (
        Text("职代会召开", "the congress meets"),
        Text("会议不得如期召开", "the date of the meeting is blocked"),
    ),
    ("T-15", ""): (Text("职代会召开", "the congress meets"), Text("提示", "a warning")),
    ("T-16", ""): (Text("上次职代会", "last congress"), Text("列入逾期名单", "it is on the overdue list")),
    ("T-17", ""): (Text("厂务公开内容开始公示", "display of open affairs begins"), _NOT_EARLIER),
    ("T-18", ""): (Text("巡视检查", "the inspection"), Text("提示", "a warning")),
    ("T-19", ""): (Text("提出协商要求", "wish to negotiate"), Text("视为不愿协商", "it counts as unwilling")),
    ("T-20", ""): (Text("收到调解申请", "application for mediation received"), _ESCALATE),
    ("T-21", ""): (
        Text("受理调解", "mediation accepted"),
        Text("视为调解不成，双方同意延长的除外", "mediation has failed, unless both agree to extend"),
    ),
    ("T-22", ""): (
        Text("收到调解申请", "application for mediation received"),
        Text("可以申请仲裁", "arbitration is open"),
    ),
    ("T-23", ""): (
        Text("调解协议生效", "agreement takes effect"),
        Text("不能再申请仲裁审查", "joint review has lapsed"),
    ),
    ("T-24", ""): (
        Text("收到工资协商要约", "wage offer received"),
        Text("按拒绝协商处理", "it is treated as a refusal"),
    ),
    ("T-25", ""): (Text("协商代表产生", "negotiators chosen"), REMINDER_ONLY),
    ("T-26", ""): (Text("协商会议", "the negotiation"), Text("会议不得如期召开", "the meeting is blocked")),
    ("T-27", ""): (
        Text("收到工资协商要约", "wage offer received"),
        Text("可以申请协调处理", "coordination may be asked for"),
    ),
    ("T-28", ""): (Text("协商期满", "end of the negotiation"), Text("本轮协商结束", "the round ends")),
    ("T-29", "start"): (
        Text("收到协调申请（开始协调）", "application received, to begin"),
        Text("本轮协商结束", "the round ends"),
    ),
    ("T-29", "finish"): (
        Text("受理协调（协调结束，可延长15日）", "coordination accepted, to finish; 15 more are possible"),
        Text("本轮协商结束", "the round ends"),
    ),
    ("T-30", ""): (Text("集体合同签订", "contract signed"), _ESCALATE),
    ("T-31", ""): (Text("报送集体合同", "contract filed"), Text("未提出异议的即行生效", "it takes effect by silence")),
    ("T-32", ""): (Text("集体合同生效", "contract takes effect"), REMINDER_ONLY),
    ("T-33", ""): (Text("集体合同期满", "contract expires"), REMINDER_ONLY),
    ("T-34", "decision"): (
        Text("收到法律援助申请（作出决定）", "application for legal aid received, to decide"),
        _ESCALATE,
    ),
    ("T-34", "assignment"): (Text("决定给予法律援助（指派）", "legal aid granted, to assign"), _ESCALATE),
    ("T-35", ""): (Text("每月工资总额确定", "wages of the month known"), Text("列为欠缴", "dues are in arrears")),
    ("T-36", ""): (
        Text("送达劳动法律监督意见书", "supervision letter received"),
        Text("建议劳动行政部门处理", "the authority is asked"),
    ),
    ("T-37", "superior_union"): (Text("上级工会收到请示", "request received by the superior union"), REMINDER_ONLY),
    ("T-37", "staffing_authority"): (
        Text("机构编制部门收到请示", "request received by the staffing authority"),
        REMINDER_ONLY,
    ),
    ("T-37", "party_committee"): (
        Text("党（工）委收到方案", "plan received by the Party work committee"),
        REMINDER_ONLY,
    ),
    ("T-38", "earliest"): (
        Text("目标起算日（三年）", "base date, three years"),
        Text("报告进度", "progress is reported"),
    ),
    ("T-38", "latest"): (Text("目标起算日（五年）", "base date, five years"), Text("报告进度", "progress is reported")),
}
