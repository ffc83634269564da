"""The unified social credit code 统一社会信用代码 of GB 32100-2015.

18 characters: 1 registering department, 1 kind of body, 6 digits of the region, 9 of the body itself, 1 check
character. Letters I, O, S, V and Z are not used.
"""

from __future__ import annotations

from workflows.text import Text

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH = 18
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, position, 31) for position in range(LENGTH - 1))
_LOOKS_LIKE = {"O": "0", "I": "1", "S": "5", "Z": "2", "V": "U"}
_REGION = range(2, 8)
_IGNORED = str.maketrans("", "", " \t\r\n　-—")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


def normalised(code: str) -> str:
    """The code in half-width capitals without spaces and hyphens; says nothing about its being right."""
    return code.translate(_HALF_WIDTH).translate(_IGNORED).upper()


def check_character(first_seventeen: str) -> str:
    """The character that must follow seventeen characters of the alphabet (GB 32100-2015, modulus 31)."""
    total = sum(_VALUE[character] * weight for character, weight in zip(first_seventeen, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def refusal(code: str) -> Text | None:
    """What is wrong with a normalised code, or None if it is a possible one.

    The expected check character is not said: usually another character is the wrong one.
    """
    if not code:
        return Text("缺少统一社会信用代码。", "The unified social credit code is missing.")
    if len(code) != LENGTH:
        return Text(
            f"统一社会信用代码应为 {LENGTH} 位，现为 {len(code)} 位。",
            f"A unified social credit code has {LENGTH} characters, this one has {len(code)}.",
        )
    for position, character in enumerate(code, start=1):
        if character not in _VALUE:
            return _foreign(position, character)
    for index in _REGION:
        if not code[index].isdigit():
            return Text(
                f"统一社会信用代码第 3–8 位是行政区划码，只能是数字；第 {index + 1} 位是“{code[index]}”。",
                "Characters 3–8 of a unified social credit code are the region, digits only; "
                f"character {index + 1} is “{code[index]}”.",
            )
    if check_character(code[:-1]) != code[-1]:
        return Text(
            "统一社会信用代码的校验位不符，请按营业执照逐位核对。",
            "The check character of the unified social credit code does not fit: compare it with the business licence.",
        )
    return None


def _foreign(position: int, character: str) -> Text:
    meant = _LOOKS_LIKE.get(character)
    return Text(
        f"统一社会信用代码第 {position} 位“{character}”不是可用字符" + (f"，是否应为“{meant}”？" if meant else "。"),
        f"Character {position} of the unified social credit code, “{character}”, is not used in such codes"
        + (f"; should it be “{meant}”?" if meant else "."),
    )
