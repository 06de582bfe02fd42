import pytest
from fontTools.ttLib import TTFont

from bot.exports.fonts import FAMILIES, drawable, font_files


@pytest.mark.parametrize(
    "name",
    [
        "Łódź Café Ελλάδα Железо 1,234.50 € ₩ ¥ × − – …",
        "株式会社青鷺ホテル 髙﨑 さくら・カタカナ（株）",
        "주식회사 푸른왜가리 똠방각하",
        "上海蓝鹭酒店有限公司 臺灣藍鷺股份有限公司",
    ],
)
def test_names_of_every_market_can_be_drawn(name: str) -> None:
    assert drawable(name) == name


def test_what_has_no_shape_is_a_question_mark() -> None:
    assert drawable("a🦩b\U000f0000") == "a?b?"


def test_the_files_name_themselves_as_we_say() -> None:
    named = {
        str(TTFont(file, lazy=True)["name"].getDebugName(1)) for file in font_files()
    }
    assert named == set(FAMILIES)


def test_each_typeface_has_its_licence_beside_it() -> None:
    licences = {each.name for each in font_files()[0].parent.glob("LICENSE-*.txt")}
    assert licences == {"LICENSE-NotoSans.txt", "LICENSE-DroidSansFallback.txt"}
