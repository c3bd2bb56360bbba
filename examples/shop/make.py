#!/usr/bin/env python3
"""Writes this example's three files. The same files every time: the only chance in them is the seed below.

usage: make.py [FOLDER]      (default: the folder of this script)

Nobody in them exists. Some rows are wrong on purpose, as in every real export; `BAD_ORDERS` says how.
"""

import csv
import datetime
import random
import sys
from pathlib import Path

SEED = 20261031
FIRST_DAY = datetime.date(2025, 9, 1)
DAYS = 426  # to 2026-10-31
PEOPLE = 620

ITEMS = [
    ("T1001", "轻薄羽绒服", "女装", 599.00),
    ("T1002", "羊毛针织衫", "女装", 329.00),
    ("T1003", "真丝连衣裙", "女装", 468.00),
    ("T1004", "高腰直筒牛仔裤", "女装", 259.00),
    ("T2001", "纯棉衬衫", "男装", 199.00),
    ("T2002", "商务休闲西裤", "男装", 289.00),
    ("T2003", "连帽卫衣", "男装", 219.00),
    ("T3001", "保湿面霜", "护肤", 168.00),
    ("T3002", "氨基酸洁面乳", "护肤", 79.90),
    ("T3003", "防晒喷雾", "护肤", 89.90),
    ("T4001", "帆布托特包", "配饰", 129.00),
    ("T4002", "桑蚕丝方巾", "配饰", 149.00),
]
CITIES = ["上海", "杭州", "北京", "广州", "深圳", "成都", "武汉", "南京", "西安", "长沙"]
SURNAMES = "王李张刘陈杨赵黄周吴徐孙"
GIVEN_NAMES = ["雨桐", "子涵", "欣怡", "浩然", "思源", "梓萱", "明哲", "佳宁", "若溪", "俊杰", "晓雯", "一诺"]
STORES = ["天猫旗舰店", "京东旗舰店", "上海静安店", "杭州湖滨店"]
WORDS = ["羽绒服 女 短款", "面霜 保湿", "通勤衬衫", "托特包 大容量", "防晒", "连衣裙 真丝"]

ORDER_COLUMNS = ["订单编号", "行号", "时间", "类型", "买家账号", "手机号", "商品编码", "商品名称", "类目", "数量", "实付金额", "门店"]
MEMBER_COLUMNS = ["会员卡号", "手机号", "姓名", "性别", "城市", "出生年", "等级", "入会时间", "退会时间"]
VISIT_COLUMNS = ["时间", "买家账号", "访客号", "行为", "商品编码", "类目", "搜索词"]

# Seven lines that must not be taken as they are, and the one that two of them repeat. The comments say what becomes of each.
BAD_ORDERS = [
    ["SD20260001", "1", "2026-02-30 10:00:00", "付款", "U0003", "", "T1001", "轻薄羽绒服", "女装", "1", "599.00", "天猫旗舰店"],  # no such day: rejected
    ["SD20260002", "1", "2026-03-08 11:20:00", "付款", "U0004", "", "T3001", "保湿面霜", "护肤", "1", "一百六十八", "天猫旗舰店"],  # not a number: rejected
    ["SD20260003", "1", "2026-03-09 12:00:00", "换货", "U0005", "", "T2001", "纯棉衬衫", "男装", "1", "199.00", "京东旗舰店"],  # unknown behavior: rejected
    ["SD20260004", "1", "2026-04-01 09:30:00", "付款", "", "", "T4001", "帆布托特包", "配饰", "1", "129.00", "上海静安店"],  # nobody: rejected
    ["SD20260005", "1", "2026-04-02 20:15:00", "付款", "U0006", "", "T3002", "氨基酸洁面乳", "护肤", "3", "239.705", "京东旗舰店"],  # a tenth of a cent: rejected
    ["SD20260006", "1", "2026-05-20 13:14:00", "付款", "U0007", "", "T4002", "桑蚕丝方巾", "配饰", "1", "149.00", "杭州湖滨店"],  # good
    ["SD20260006", "1", "2026-05-20 13:14:00", "付款", "U0007", "", "T4002", "桑蚕丝方巾", "配饰", "1", "149.00", "杭州湖滨店"],  # the same again: duplicate
    ["SD20260006", "1", "2026-05-20 13:14:00", "付款", "U0007", "", "T4002", "桑蚕丝方巾", "配饰", "2", "298.00", "杭州湖滨店"],  # the same line with another amount: rejected
]


class World:
    """The people, and the one source of chance."""

    def __init__(self) -> None:
        self.random = random.Random(SEED)
        self.people = [self.person(number) for number in range(1, PEOPLE + 1)]

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1. Only `random()` is promised to give the same values for ever."""
        return int(self.random.random() * n)

    def pick(self, choices):
        """One of a sequence."""
        return choices[self.below(len(choices))]

    def chance(self, share: float) -> bool:
        """True for this share of calls."""
        return self.random.random() < share

    def moment(self, first: int = 0) -> datetime.datetime:
        """A time of day that people shop at, on a day of the span, not before the day with this number."""
        day = FIRST_DAY + datetime.timedelta(days=first + self.below(DAYS - first))
        return datetime.datetime.combine(day, datetime.time(8 + self.below(15), self.below(60), self.below(60)))

    def person(self, number: int) -> dict:
        """Somebody who never was."""
        return {
            "account": f"U{number:04}",
            "phone": f"1990000{number:04}",
            "visitor": f"v{self.below(1 << 32):08x}",
            "tells_phone": self.chance(0.6),
            "keenness": self.random.random() ** 3,
        }


def order_rows(world: World) -> list[list[str]]:
    """Order lines: placed and unpaid, paid, some given back."""
    rows = []
    number = 0
    for person in world.people:
        for _ in range(int(person["keenness"] * 4 + world.random.random() * 1.3)):
            number += 1
            at = world.moment()
            order = f"DD{at:%y%m%d}{number:05}"
            store = world.pick(STORES)
            phone = person["phone"] if person["tells_phone"] else ""
            paid = world.chance(0.93)
            for line in range(1, 2 + world.below(2)):
                code, name, category, price = world.pick(ITEMS)
                quantity = 2 if world.chance(0.12) else 1
                amount = round(price * quantity * world.pick([1, 1, 1, 0.9, 0.8, 0.75]), 2)
                tail = [code, name, category, str(quantity), f"{amount:.2f}", store]
                head = [order, str(line), f"{at:%Y-%m-%d %H:%M:%S}"]
                rows.append([*head, "付款" if paid else "下单", person["account"], phone, *tail])
                if paid and world.chance(0.06):
                    back = at + datetime.timedelta(days=2 + world.below(9), minutes=world.below(600))
                    if back.date() < FIRST_DAY + datetime.timedelta(days=DAYS):
                        head = [order, str(line), f"{back:%Y-%m-%d %H:%M:%S}"]
                        rows.append([*head, "退款", person["account"], phone, *tail])
    rows.sort(key=lambda row: (row[2], row[0], row[1], row[3]))
    for position, row in enumerate(BAD_ORDERS):
        rows.insert(100 + 90 * position, row)
    return rows


def member_rows(world: World) -> list[list[str]]:
    """The member list of the shops' own cash desk: it knows phones, never account names."""
    rows = []
    for person in world.people:
        if not world.chance(0.45):
            continue
        joined = world.moment()
        left = ""
        if world.chance(0.06):
            quit_at = joined + datetime.timedelta(days=20 + world.below(200))
            if quit_at.date() < FIRST_DAY + datetime.timedelta(days=DAYS):
                left = f"{quit_at:%Y-%m-%d %H:%M:%S}"
        rows.append([
            f"HY{len(rows) + 1:06}", person["phone"], world.pick(SURNAMES) + world.pick(GIVEN_NAMES),
            world.pick(["女", "女", "女", "男", ""]), world.pick(CITIES), str(1970 + world.below(36)),
            world.pick(["普通", "普通", "银卡", "金卡"]), f"{joined:%Y-%m-%d %H:%M:%S}", left,
        ])
    return rows


def visit_rows(world: World) -> list[list[str]]:
    """What people looked at; a visitor who has not logged in is known by the visitor number alone."""
    rows = []
    for _ in range(1300):
        person = world.pick(world.people)
        # Two in five fall in the last thirty days, so that the last day has an upper funnel to look at.
        at = world.moment(DAYS - 30 if world.chance(0.4) else 0)
        account = person["account"] if world.chance(0.8) else ""
        kind = world.pick(["浏览", "浏览", "浏览", "浏览", "加购", "收藏", "搜索"])
        code, _, category, _ = world.pick(ITEMS)
        word = world.pick(WORDS) if kind == "搜索" else ""
        item = ["", ""] if kind == "搜索" else [code, category]
        rows.append([f"{at:%Y-%m-%d %H:%M:%S}", account, person["visitor"], kind, *item, word])
    rows.sort()
    return rows


def write(path: Path, columns: list[str], rows: list[list[str]]) -> None:
    """One CSV file, the same bytes on every system."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)
    print(f"{path.name}: {len(rows)} rows")


def main() -> None:
    """Writes the files."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    world = World()
    write(folder / "orders.csv", ORDER_COLUMNS, order_rows(world))
    write(folder / "members.csv", MEMBER_COLUMNS, member_rows(world))
    write(folder / "visits.csv", VISIT_COLUMNS, visit_rows(world))


if __name__ == "__main__":
    main()
