"""The words and numbers of the synthetic city; its homes, people, units and media are all invented."""

from typing import NamedTuple

COLUMNS = {
    "homes": "home_id name category type county designated_on overseas stars drops opening_points"
    " delisted_on payee",
    "talents": "talent_id level county valid_from valid_to",
    "events": "event_id home_id title announced_at starts_at ends_at publicised sign_up_open region_limited"
    " fee cost",
    "media": "media_id event_id outlet tier published_on url",
    "checkins": "checkin_id home_id talent_id event_id at device",
    "adjustments": "home_id year awareness satisfaction points approved_by",
    "extensions": "home_id year days reason approved_by",
    "sanctions": "sanction_id home_id decided_on kind table row_id reason",
    "plans": "home_id month uploaded_at",
    "facilities": "home_id facility present checked_on",
    "services": "home_id service scope",
    "staff": "home_id person_id employment languages",
    "conformity": "home_id measure outcome reviewer reason",
    "redemptions": "redemption_id talent_id redeemed_on points goods",
}

# Each home's row as far as it is fixed, and how many walk-ins and events it has in a year (- is empty).
HOMES = """\
H01 鲤城区         talent_home      comprehensive 2021-06-18 640 14 4 0 1180
H02 鲤城区         talent_home      service       2022-05-27 310 12 4 0 560
H03 鲤城区         talent_community comprehensive 2022-09-09 420 13 4 0 690
H04 鲤城区         talent_home      professional  2023-07-14 120 8 - 0 150
H05 丰泽区         talent_home      comprehensive 2021-06-18 720 14 5 0 1310
H06 丰泽区         talent_home      industry      2021-06-18 260 12 3 0 610
H07 丰泽区         talent_home      professional  2022-05-27 540 13 4 0 820
H08 丰泽区         talent_community service       2023-11-10 330 12 4 0 420
H09 丰泽区         talent_home      service       2024-08-30 180 10 - - -
H10 洛江区         talent_home      industry      2022-05-27 150 10 3 0 330
H11 洛江区         talent_home      service       2023-07-14 50 4 3 0 90
H12 泉港区         talent_home      industry      2021-06-18 210 11 3 0 540
H13 泉港区         talent_home      professional  2023-11-10 95 6 3 0 140
H14 石狮市         talent_home      industry      2021-06-18 380 12 5 0 760
H15 石狮市         talent_home      comprehensive 2022-09-09 230 11 2 1 260
H16 石狮市         talent_community service       2024-11-20 140 10 - - -
H17 晋江市         talent_home      comprehensive 2021-06-18 690 14 4 0 1240
H18 晋江市         talent_home      industry      2021-06-18 520 13 4 0 980
H19 晋江市         talent_home      industry      2022-05-27 290 12 4 0 640
H20 晋江市         talent_community comprehensive 2021-12-03 460 13 4 0 870
H21 晋江市         talent_home      professional  2023-07-14 170 10 3 0 210
H22 晋江市         talent_home      service       2025-03-14 90 5 - - -
H23 南安市         talent_home      industry      2021-06-18 340 12 3 0 720
H24 南安市         talent_home      comprehensive 2022-09-09 250 11 3 0 430
H25 南安市         talent_community service       2025-06-20 110 4 - - -
H26 南安市         talent_home      service       2023-11-10 70 5 - 0 85
H27 惠安县         talent_home      industry      2022-05-27 200 11 3 0 400
H28 惠安县         talent_home      professional  2021-06-18 0 0 2 0 120
H29 惠安县         talent_community comprehensive 2024-08-30 160 10 - - -
H30 安溪县         talent_home      industry      2021-06-18 300 12 4 0 650
H31 安溪县         talent_home      service       2023-07-14 110 10 3 0 170
H32 安溪县         talent_home      professional  2024-08-30 85 7 - - -
H33 永春县         talent_home      comprehensive 2022-09-09 190 10 3 0 380
H34 永春县         talent_home      industry      2023-11-10 46 3 2 1 60
H35 德化县         talent_home      industry      2021-06-18 280 12 3 0 630
H36 德化县         talent_home      professional  2024-11-20 60 5 - - -
H37 泉州开发区     talent_home      industry      2022-05-27 240 11 3 0 460
H38 泉州开发区     talent_home      service       2025-09-12 70 2 - - -
H39 泉州台商投资区 talent_home      industry      2023-07-14 130 10 2 0 180
H40 泉州台商投资区 talent_home      professional  2022-09-09 220 11 3 0 410
"""
DELISTED = {"H28": "2024-12-20"}
OVERSEAS = ("H07", "H18")
LANGUAGES = {"H07": "英语、日语", "H18": ""}  # H18 lacks the speaker that an overseas home must have
TALENTS_ON_STAFF = {"H12": ["T0120"], "H33": ["T0345"]}
EXTENSIONS = (
    ("H17", "2025", "20", "场馆消防改造，暂停开放二十日（示例）"),
    ("H24", "2024", "15", "场馆受台风影响，暂停开放十五日（示例）"),
)
CLOSED = {"H17": ("2025-07-07", "2025-07-26")}
AFTER_THE_YEAR = {"H17": "2026-01-20"}

# The weight of each county among the talents.
COUNTIES = {
    "鲤城区": 10,
    "丰泽区": 15,
    "洛江区": 5,
    "泉港区": 6,
    "石狮市": 8,
    "晋江市": 18,
    "南安市": 10,
    "惠安县": 7,
    "安溪县": 6,
    "永春县": 4,
    "德化县": 5,
    "泉州开发区": 5,
    "泉州台商投资区": 4,
}
LEVELS = {"第一层次": 1, "第二层次": 4, "第三层次": 15, "第四层次": 30, "第五层次": 50}

# How busy each month is, as a share of an even month; the public holidays of 2025 and of January 2026.
SEASON = {
    "2025-01": 0.9,
    "2025-02": 0.6,
    "2025-03": 1.1,
    "2025-04": 1.1,
    "2025-05": 1.0,
    "2025-06": 1.0,
    "2025-07": 0.9,
    "2025-08": 0.8,
    "2025-09": 1.1,
    "2025-10": 0.9,
    "2025-11": 1.3,
    "2025-12": 1.2,
    "2026-01": 0.3,  # only the days after the year of the home that was extended
}
HOLIDAYS = (
    ("2025-01-01", "2025-01-01"),
    ("2025-01-28", "2025-02-04"),
    ("2025-04-04", "2025-04-06"),
    ("2025-05-01", "2025-05-05"),
    ("2025-05-31", "2025-06-02"),
    ("2025-10-01", "2025-10-08"),
    ("2026-01-01", "2026-01-03"),
)

# When people come by, in minutes of the day: mornings, more often afternoons, a few evenings.
HOURS = ((510, 710),) * 4 + ((865, 1050),) * 5 + ((1115, 1245),)
# When events start.
STARTS = ("09:00", "09:30", "10:00", "14:30", "15:00", "15:00", "19:00")
TITLES = {
    "comprehensive": (
        "人才政策面对面沙龙",
        "人才讲堂",
        "高层次人才联谊会",
        "在地文化体验日",
        "国情市情研修班",
    ),
    "industry": ("产业链人才对接会", "企业技术需求发布会", "行业趋势分享会", "产才融合沙龙", "智能制造观摩"),
    "professional": ("学术前沿报告会", "青年学者论坛", "创新创业辅导会", "科研项目申报交流", "专利实务讲座"),
    "service": ("人才服务开放日", "子女教育政策说明会", "健康义诊进家", "安居政策咨询会", "新引进人才欢迎会"),
}
SERVICES = {
    "comprehensive": ("人才服务管家代办", "人才港湾参访导览", "跨部门事项协调"),
    "industry": ("行业发展信息发布", "产才匹配撮合", "技术难题揭榜"),
    "professional": ("学术交流场地预约", "创新创业导师辅导", "科研项目申报指导"),
    "service": ("人才认定受理咨询", "安居就医教育帮办", "人才码使用指导"),
}
COMMON_SERVICES = ("policy_consulting", "talent_registration", "coffee_exchange")
FACILITIES = ("plaque", "light_box", "service_bar", "coffee_lounge", "multimedia", "event_space")

TIERS = {"county": 10, "city": 8, "provincial": 1}
OUTLETS = {
    "central": ("示例中央日报", "示例中央广播台"),
    "provincial": ("示例省级日报", "示例省级新闻网"),
    "city": ("示例市级晚报", "示例市级电视台", "示例市级新闻客户端"),
    "county": ("示例县级融媒体中心", "示例县级人才公众号"),
}
CENTRAL = ("H01", "H07", "H17")  # one event of each is reported by a central outlet
UNATTENDED = ("H13", "H32")  # nobody comes to the second event of each

GOODS = {5: "人才之家纪念书签", 10: "闽南文化纪念帆布袋", 15: "德化白瓷纪念杯", 20: "安溪铁观音茶礼纪念品"}


class Judged(NamedTuple):
    """The reasons for which a measure is met, and one for which it is not."""

    met: tuple[str, str]
    not_met: str


JUDGED = {
    "1": Judged(
        ("服务职责清单清晰，与站点类型相符。", "定位明确，未与商业联盟混同。"),
        "服务职责与邻近站点雷同，定位不清。",
    ),
    "2": Judged(
        ("标识统一，空间布局合理，维护良好。", "体验空间与配套服务齐全，环境整洁。"),
        "牌匾被遮挡，体验空间长期闲置。",
    ),
    "3": Judged(
        ("由协会实体化运营，分工明确。", "运营团队稳定，培训记录完整。"),
        "无实体化运营组织，值班人员临时抽调。",
    ),
    "4": Judged(
        ("主题策划贴合人才需求，有评价记录。", "活动专而精，意见收集有回应。"),
        "活动主题重复，未收集参加者意见。",
    ),
    "5": Judged(
        ("活动面向全市人才开放，跨区参加者较多。", "与其他站点共享场地和师资。"),
        "活动多限于本单位人员，覆盖面窄。",
    ),
    "6": Judged(
        ("活动坚持公益，成本摊算有说明。", "未见盈利性收费，账目清楚。"),
        "部分活动推介付费课程，公益导向不足。",
    ),
    "7": Judged(
        ("个性服务体现站点类型特色。", "服务清单上墙公示，更新及时。"), "个性服务停留在清单，未见服务记录。"
    ),
    "8": Judged(
        ("首问责任落实，接待礼仪规范。", "凭码核验身份，预约接待有序。"), "未佩戴标识胸牌，预约后无人接待。"
    ),
    "9": Judged(
        ("设有人才讲堂专区，在地文化讲解到位。", "承办研修班，家文化氛围浓厚。"),
        "未设人才讲堂专区，缺少文化讲解。",
    ),
}

APPROVED_BY = "示例主管部门"
README = """\
# Synthetic sample evidence: quanzhou-2025

Every home, talent, event, report and check-in in this folder is invented; only the counties exist.
Made by `python tools/make_city.py`, always with the same bytes; changes by hand are lost.
Flaws are deliberate: late plans, patterns of padded check-ins, voided records, for the checks to find.
"""
