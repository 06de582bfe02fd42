"""What LINE WORKS bills its partner: the customers' usage, month by month."""

from datetime import UTC, datetime

from sandbox.world.papers import Bill, Customer, Item

PARTNER = "蒼鷺ソリューションズ株式会社"
#: List prices a user and month in yen, before tax.
_PRICES = {"STD": 450, "ADV": 800}
_ARCHIVE_PRICE = 300
#: name, domain, plan, members when it signed up
_CUSTOMERS = (
    ("株式会社青鷺", "aosagi.example", "ADV", 42),
    ("白樺建設株式会社", "shirakaba-kensetsu.example", "STD", 31),
    ("有限会社みなと水産", "minato-suisan.example", "STD", 12),
    ("医療法人 桜会", "sakurakai.example", "ADV", 27),
    ("株式会社ことのは出版", "kotonoha.example", "STD", 18),
    ("北斗電機株式会社", "hokuto-denki.example", "ADV", 64),
    ("やまびこ観光株式会社", "yamabiko.example", "STD", 22),
    ("合同会社つむぎ", "tsumugi.example", "STD", 7),
    ("学校法人 若葉学園", "wakaba.example", "STD", 85),
    ("東雲不動産株式会社", "shinonome.example", "STD", 16),
    ("株式会社カワセミ運輸", "kawasemi.example", "STD", 48),
    ("Blue Heron Japan K.K.", "blueheron.example", "ADV", 21),
    ("社会福祉法人 ひだまり", "hidamari.example", "STD", 39),
    ("株式会社月見製菓", "tsukimi.example", "STD", 14),
    ("鳴門海運株式会社", "naruto-kaiun.example", "ADV", 33),
    ("株式会社O'Hara & 佐藤設計", "ohara-sato.example", "STD", 9),
    ("富士見印刷株式会社", "fujimi.example", "STD", 26),
    ("株式会社 春日野ホテル", "kasugano.example", "ADV", 52),
    ("税理士法人 松風", "matsukaze.example", "STD", 11),
    ("株式会社あけぼの食品", "akebono.example", "STD", 37),
    ("桐生織物協同組合", "kiryu.example", "STD", 6),
    ("株式会社ミライ薬局", "mirai.example", "STD", 29),
    ("瀬戸内造船株式会社", "setouchi.example", "ADV", 73),
    ("株式会社たんぽぽ保育", "tanpopo.example", "STD", 24),
    ("尾瀬酒造株式会社", "oze.example", "STD", 8),
    ("株式会社サファイア物流", "sapphire.example", "ADV", 45),
    ("一般社団法人 里山の会", "satoyama.example", "STD", 5),
)


def bill_month(year: int, month: int) -> Bill:
    """Make the bill for what was used in a month; the very first month was a trial."""
    age = (year - 2021) * 12 + month - 1
    shown = min(len(_CUSTOMERS), 23 + age // 15)
    return Bill(
        year=year,
        month=month,
        # "On the 1st of every month, a bill is created based on the previous month's
        # usage" (LINE WORKS API, partners/invoices).
        issued_at=_first_after(year, month),
        pays_at=_first_after(year, month).replace(day=28),
        customers=[_customer(index, age=age) for index in range(shown)],
    )


def _first_after(year: int, month: int) -> datetime:
    if month == 12:
        return datetime(year + 1, 1, 1, tzinfo=UTC)
    return datetime(year, month + 1, 1, tzinfo=UTC)


def _customer(index: int, *, age: int) -> Customer:
    name, domain, product, signed_up = _CUSTOMERS[index]
    members = signed_up + age * (index % 4) // 6
    items = [_product(index, product, members, age=age), *_extras(index, members, age)]
    customer = Customer(
        domain_id=100_281_000 + index * 37,
        domain=domain,
        name=name,
        code=f"AO-{index + 1:03d}",
        items=items,
    )
    return customer if age else _trial(customer)


def _product(index: int, product: str, members: int, *, age: int) -> Item:
    full = _PRICES[product] * (members + 2)
    # Yearly contracts are a little cheaper, in whole yen.
    discount = full // 10 if index % 3 == 0 else 0
    plan = "ANNUAL_LICENSE" if index % 3 == 0 else "MONTHLY"
    return Item(
        kind="PRODUCT",
        item_id=product,
        subscription=500_000 + index * 10,
        plan=plan,
        licenses=members + 2,
        members=members - (age + index) % 2,
        discount=discount,
        amount=full - discount,
    )


def _extras(index: int, members: int, age: int) -> list[Item]:
    extras = []
    if index % 5 == 0:
        extras.append(_archive(index, members))
    if (index * 7 + age) % 29 == 0:
        extras.append(Item(kind="ADJUSTMENT", item_id="goodwill", amount=-1500))
    if index % 8 == 3:
        extras.append(_storage(index))
    if index == 4 and age % 14 == 9:
        # Left a yearly contract early.
        extras.append(Item(kind="PENALTY", amount=30_000))
    return extras


def _archive(index: int, members: int) -> Item:
    return Item(
        kind="OPTION_PRODUCT",
        item_id="ACV",
        subscription=500_001 + index * 10,
        plan="MONTHLY",
        licenses=members,
        members=members,
        amount=_ARCHIVE_PRICE * members,
    )


def _storage(index: int) -> Item:
    return Item(
        kind="OPTION_PLUS",
        item_id="SSTG",
        subscription=500_002 + index * 10,
        plan="MONTHLY",
        quantity=1 + index % 3,
        amount=5000 * (1 + index % 3),
    )


def _trial(customer: Customer) -> Customer:
    product = customer.items[0]
    product.plan, product.amount, product.discount = "TRIAL", 0, 0
    customer.items = [product]
    return customer
