"""The words and numbers of the synthetic sample; nothing here names anything real."""

from typing import NamedTuple


class Activities(NamedTuple):
    """How many regular activities of a kind, how many sign in at each, and their titles."""

    number: int
    signed_in: int
    titles: tuple[str, ...]


class Entries(NamedTuple):
    """How many regular register entries of a kind, what they name, their level, their certificate."""

    number: int
    entity: str
    level: str = ""
    certificate: str = ""


class Judged(NamedTuple):
    """One graded item: each reviewer's mark for the year and for its first half, and the reasons."""

    annual: str
    half_year: str
    reasons: tuple[str, str, str]


COLUMNS = {
    "activities": "activity_id kind title held_on place partner declared_attendance",
    "attendance": "activity_id person_id signed_at",
    "work_orders": "order_id mode client opened_on closed_on outcome client_confirmed",
    "register": "entry_id kind entity_id name level since until certificate_no",
    "documents": "document_id kind title issued_on",
    "contracts": "contract_id service client amount signed_on",
    "milestones": "item achieved achieved_on note",
    "judgements": "item reviewer mark reason",
    "proofs": "proof_id table row_id medium path sha256 location",
    "verifications": "table row_id outcome reason reviewer checked_on",
    "opinions": "unit score comment",
    "satisfaction": "respondent_id field level score answered_on",
    "inspections": "inspection_id inspected_on subject score comment",
}

# The date from which a row exists, the date from which it can be proven, how many rows are verified.
BEGINS = {
    "activities": "held_on",
    "work_orders": "opened_on",
    "register": "since",
    "documents": "issued_on",
    "contracts": "signed_on",
}
PROVEN_ON = BEGINS | {"work_orders": "closed_on", "milestones": "achieved_on"}
CHECKED = {
    "activities": 12,
    "attendance": 4,
    "work_orders": 20,
    "register": 20,
    "documents": 6,
    "contracts": 4,
    "milestones": 4,
    "proofs": 4,
}

SAMPLED_ORDERS = 46  # of the work orders that would count: what `talentcalc plan` asks for at 95 % and 5 %

ACTIVITIES = {
    "policy_talk": Activities(4, 12, ("人才政策进园区宣讲会", "惠企惠才政策宣讲活动")),
    "policy_display": Activities(13, 0, ("电子屏人才政策展播", "人才政策展板巡展", "灯箱人才政策宣传")),
    "showcase": Activities(
        11, 0, ("创新创业典型案例展示", "优秀人才事迹宣传", "青年创业实践竞赛", "创新成果展示")
    ),
    "policy_training": Activities(5, 66, ("人才政策申报专题培训班", "科技项目申报辅导培训班")),
    "exchange": Activities(12, 40, ("企业家成长培训", "人才沙龙", "创业分享会", "职业技能培训")),
    "study_tour": Activities(2, 0, ("赴先进地区人才工作集中考察调研",)),
    "cooperation": Activities(4, 0, ("与专业人才机构合作交流会", "与人力资源机构对接洽谈会")),
    "results_event": Activities(7, 0, ("科技成果推介会", "企业技术需求对接会", "科技成果评价会")),
    "talent_visit": Activities(4, 0, ("赴外地探访高端人才及团队",)),
    "partner_district": Activities(1, 0, ("区级“寻找城市合伙人”大会",)),
    "partner_regular": Activities(7, 0, ("“寻找城市合伙人”项目路演", "“寻找城市合伙人”资本对接会")),
    "project_review": Activities(2, 0, ("入库项目专家评估会",)),
}
PLACES = ("示例人才大厦一楼报告厅", "示例产业园会议中心", "示例科创基地路演厅", "示例街道党群服务中心")
PARTNERS = ("", "示例人才协会", "示例人力资源产业园", "示例高校校友会", "示例创业服务平台")

ENTITIES = {
    "RC": "人才{:04d}",
    "QY": "示例科技有限公司{:03d}",
    "JG": "示例专业服务机构{:03d}",
    "PT": "示例创新平台{:03d}",
    "TD": "示例创新团队{:03d}",
    "ZD": "示例人才工作站点{:03d}",
    "XM": "示例项目{:03d}",
    "CJ": "“人才码”示例场景{:03d}",
}
REGISTER = {
    "policy_expert": Entries(4, "RC"),
    "institution_introduced": Entries(6, "JG"),
    "institution_reserved": Entries(9, "JG"),
    "platform_city": Entries(1, "PT", "市级", "示例平台证"),
    "platform_region": Entries(1, "PT", "自治区级", "示例平台证"),
    "talent_station": Entries(1, "ZD"),
    "specialised_new_enterprise": Entries(1, "QY", "自治区级", "示例企业证"),
    "high_tech_enterprise": Entries(2, "QY", "国家级", "示例企业证"),
    "high_end_innovator": Entries(3, "RC", "E类"),
    "innovation_platform": Entries(2, "PT", "市级", "示例平台证"),
    "reserve_high_end": Entries(12, "RC", "省部级"),
    "reserve_team": Entries(4, "TD", "市级"),
    "top_talent": Entries(1, "RC", "A类"),
    "high_level_landed": Entries(5, "RC", "F类", "示例人才证"),
    "team_landed": Entries(1, "TD", "市级", "示例团队证"),
    "talent_added": Entries(87, "RC", "硕士研究生", "示例学历证"),
    "region_talent": Entries(2, "RC", "自治区级", "示例人才证"),
    "region_team": Entries(1, "TD", "自治区级", "示例团队证"),
    "city_talent": Entries(6, "RC", "市级", "示例人才证"),
    "city_team": Entries(2, "TD", "市级", "示例团队证"),
    "expert_pool": Entries(70, "RC", "副高级职称"),
    "partner_contact": Entries(48, "RC"),
    "project_reserved": Entries(50, "XM"),
    "service_scene": Entries(3, "CJ"),
}
STOCK = {"policy_expert", "institution_introduced", "institution_reserved", "expert_pool", "project_reserved"}

DOCUMENTS = (
    ("policy_compendium", "人才政策汇编（示例）", "2025-04-15"),
    ("service_guide", "人才政策服务指南（示例，上年度版）", "2024-11-20"),
    ("service_guide", "人才政策服务指南（示例）", "2025-09-10"),
    ("study_report", "关于先进地区人才服务模式的考察报告（示例）", "2025-05-20"),
    ("study_report", "关于人才飞地运营经验的调研报告（示例）", "2025-10-17"),
    ("study_report", "关于人才驿站建设情况的调研报告（示例）", "2025-12-05"),
)
CONTRACTS = (
    ("智能检测技术开发", 180_000, "2024-11-12"),
    ("新材料工艺技术咨询", 480_000, "2025-01-21"),
    ("矿用装备技术服务", 620_000, "2025-02-27"),
    ("节水灌溉技术推广", 350_000, "2025-04-03"),
    ("数据治理技术服务", 760_000, "2025-05-14"),
    ("环境监测技术咨询", 295_000, "2025-06-11"),
    ("储能系统技术开发", 540_000, "2025-07-23"),
    ("数字孪生技术开发", 880_000, "2025-08-20"),
    ("检验检测技术交流", 130_000, "2025-09-17"),
    ("羊绒智能分选技术转让", 410_000, "2025-10-15"),
    ("碳核算技术服务", 655_000, "2025-11-12"),
    ("工艺优化技术咨询", 320_000, "2025-12-03"),
)
MILESTONES = {
    "B04.1": ("2024-11-20", "公众号已完成注册认证并上线"),
    "B11.1": ("2025-11-28", "已完成年度机构服务质量考核"),
    "B16.1": ("2025-10-24", "已完成年度人才满意度调研"),
    "B16.2": ("2025-10-24", "样本覆盖六个领域"),
    "B16.3": ("2025-10-24", "样本覆盖各层次人才"),
    "A04.2": ("2025-05-16", "已建立月度联络机制"),
    "A05.1": ("", "创新中心方案论证中"),
    "A06.1": ("2025-04-22", "人才需求目录已印发"),
    "A06.2": ("2025-09-05", "已协助开展引才专场活动"),
    "A12.1": ("2025-03-27", "系统功能完成年度升级"),
    "A13.1": ("2026-01-08", "基金合伙协议于次年一月签署"),
    "A13.2": ("", "资金池出资方案尚未确定"),
    "A14.1": ("2025-08-12", "已推出“定制化”服务清单"),
    "A16.1": ("2025-05-30", "服务专员名单已公布"),
}
JUDGED = {
    "B04.2": Judged(
        "0.9 0.9 0.8",
        "0.7 0.7 0.6",
        (
            "公众号保持每周更新，服务信息发布及时。",
            "信息内容覆盖政策、活动和岗位，宣传较为持续。",
            "更新总体稳定，但个别月份推送间隔偏长。",
        ),
    ),
    "B05.1": Judged(
        "1.7 1.8 1.6",
        "1.2 1.3 1.2",
        (
            "小程序服务板块运行平稳，维护记录较为完整。",
            "系统故障响应及时，用户反馈有闭环。",
            "板块运行正常，但数据更新偶有滞后。",
        ),
    ),
    "B05.2": Judged(
        "2.5 2.6 2.3",
        "1.6 1.8 1.7",
        (
            "新增在线预约等功能，优化有计划有落实。",
            "功能优化围绕用户需求开展，使用量稳步上升。",
            "优化工作有成效，但部分功能入口仍不够便捷。",
        ),
    ),
    "B11.2": Judged(
        "1.8 1.1 1.6",
        "0.8 0.9 0.8",
        (
            "依据考核结果调整入驻机构，动态更新有依据。",
            "更新结果未全部公示，调整理由说明不够充分。",
            "已建立进退机制，更新台账基本清楚。",
        ),
    ),
    "B12.1": Judged(
        "4.9 4.7 5.1",
        "3.4 3.6 3.3",
        (
            "人才工作要点任务分解到位，多数举措已落实。",
            "举措推进有序，个别事项的完成时限有所延后。",
            "各项举措均有责任人和进展记录，落实情况较好。",
        ),
    ),
    "B12.2": Judged(
        "4.8 5.0 4.6",
        "3.5 3.3 3.4",
        (
            "协助落实安居、就医等“暖心”举措，服务记录较完整。",
            "服务项目覆盖面较广，人才反映较好。",
            "举措协助落实较好，但跨部门协调仍需加强。",
        ),
    ),
    "B13.1": Judged(
        "6.2 5.9 6.4",
        "4.0 4.3 4.1",
        (
            "主动拓展人才驿站等服务项目，方向符合功能定位。",
            "拓展项目数量适中，部分项目仍处于试行阶段。",
            "拓展服务主动性较强，受益人才逐步增加。",
        ),
    ),
    "B13.2": Judged(
        "4.4 4.2 4.5",
        "2.6 2.8 3.0",
        (
            "项目成效有数据支撑，经验材料初步成形。",
            "成效较为明显，但可推广的经验做法提炼不足。",
            "形成若干经验做法，仍需进一步总结完善。",
        ),
    ),
    "A04.3": Judged(
        "0.8 0.8 0.9",
        "0.5 0.6 0.5",
        (
            "与工作站点保持定期联系，联络记录齐全。",
            "联系频次达到约定要求，成果转化有待跟进。",
            "持续对接合作高校院所，联络成效较好。",
        ),
    ),
    "A12.2": Judged(
        "0.8 0.7 0.8",
        "0.5 0.5 0.6",
        (
            "资源信息按月更新，要素对接有记录。",
            "资源库更新及时，但撮合成功案例偏少。",
            "信息更新规范，促进了项目与资金对接。",
        ),
    ),
    "A14.2": Judged(
        "0.8 0.7 -",
        "0.4 0.5 0.4",
        (
            "“定制化”服务逐项落实，服务档案清晰。",
            "服务内容基本落实，回访记录尚不完整。",
            "“定制化”需求已完成摸底，落实方案较具体。",
        ),
    ),
    "A16.2": Judged(
        "0.7 0.8 0.7",
        "0.5 0.5 0.5",
        (
            "服务专员按企业建档，跟踪服务基本到位。",
            "“一对一”服务响应较快，企业评价较好。",
            "服务已覆盖重点项目，走访频次仍可提高。",
        ),
    ),
}

REJECTED = {
    "activities": "现场影像与申报活动不符，不予认可。",
    "attendance": "签到笔迹与本人不符，不予认可。",
    "work_orders": "回访时服务对象表示未接受该项服务，不予认可。",
    "register": "证明材料与登记级别不一致，不予认可。",
    "documents": "评估意见缺少专家签名，不予认可。",
    "proofs": "材料印章模糊且无法核实来源，不予认可。",
}
ACCEPTED = (
    "查阅原件，与台账记录一致。",
    "电话回访，情况属实。",
    "现场走访核实，情况属实。",
    "调取系统记录比对，内容一致。",
)
COMMENTS = (
    "配合较为主动，服务响应及时。",
    "建议加强与行业主管部门的信息共享。",
    "活动组织有序，宣传可再深入。",
    "",
)
FIELDS = ("教育", "卫生健康", "科技创新", "企业经营", "现代农牧业", "社会工作")
LEVELS = ("高层次人才", "高级职称人才", "硕士研究生", "青年人才", "技能人才")
SUBJECTS = ("服务窗口值守与接待", "服务档案管理", "信息系统运行维护", "场地与设施安全")

HALF_YEAR_PARAMS = """\
# Synthetic sample: no real organisation, person or amount. Made by tools/make_sample.py.
rulebook: dongsheng-2025
subject: 东胜区人才服务中心（合成样例）
period: {kind: half_year, start: 2025-01-01, end: 2025-06-30}
evidence: evidence/dongsheng-2025-half-year
ignore: [README.md]
fee: "2000000.00"
paid: "0.00"
composite: {boards: "0.70", opinions: "0.10", satisfaction: "0.10", inspections: "0.10"}
review: {agency: 示例评审机构, reviewers: [R1, R2, R3], dated: 2025-07-15}
"""
README = """\
# Synthetic sample evidence: %s

Every row, name, amount and proof in this folder is invented; nothing describes a real organisation or person.
Made by `python tools/make_sample.py`, always with the same bytes; changes by hand are lost.
Flaws are deliberate: rejected, repeated, unproven and misdated rows, for the checks and the reviewer to find.
"""
