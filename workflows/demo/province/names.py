"""Invented people: a name in Chinese and in Latin letters, and now and then the same name a second time."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

_SURNAMES = """
王:Wang 李:Li 张:Zhang 刘:Liu 陈:Chen 杨:Yang 赵:Zhao 黄:Huang 周:Zhou 吴:Wu 徐:Xu 孙:Sun 胡:Hu 朱:Zhu 高:Gao 林:Lin
何:He 郭:Guo 马:Ma 罗:Luo 梁:Liang 宋:Song 郑:Zheng 谢:Xie 韩:Han 唐:Tang 冯:Feng 于:Yu 董:Dong 萧:Xiao 程:Cheng
曹:Cao 袁:Yuan 邓:Deng 许:Xu 傅:Fu 沈:Shen 曾:Zeng 彭:Peng 吕:Lü 苏:Su 卢:Lu 蒋:Jiang 蔡:Cai 贾:Jia 丁:Ding 魏:Wei
薛:Xue 叶:Ye 阎:Yan 余:Yu 潘:Pan 杜:Du 戴:Dai 夏:Xia 钟:Zhong 汪:Wang 田:Tian 任:Ren 姜:Jiang 范:Fan 方:Fang 石:Shi
姚:Yao 谭:Tan 廖:Liao 邹:Zou 熊:Xiong 金:Jin 陆:Lu 郝:Hao 孔:Kong 白:Bai 崔:Cui 康:Kang 毛:Mao 邱:Qiu 秦:Qin 江:Jiang
史:Shi 顾:Gu 侯:Hou 邵:Shao 孟:Meng 龙:Long 万:Wan 段:Duan 雷:Lei 钱:Qian 汤:Tang 尹:Yin 黎:Li 易:Yi 常:Chang 武:Wu
"""
_FIRST = """
建:jian 志:zhi 海:hai 永:yong 红:hong 晓:xiao 文:wen 俊:jun 雪:xue 国:guo 丽:li 春:chun 玉:yu 明:ming 振:zhen 秀:xiu
新:xin 立:li 凤:feng 宏:hong 卫:wei 淑:shu 小:xiao 雅:ya 德:de 桂:gui 长:chang 光:guang 庆:qing 世:shi 正:zheng 金:jin
思:si 子:zi 嘉:jia 瑞:rui 少:shao 伟:wei 中:zhong 爱:ai
"""
_SECOND = """
国:guo 强:qiang 涛:tao 刚:gang 梅:mei 燕:yan 博:bo 杰:jie 华:hua 生:sheng 兰:lan 辉:hui 英:ying 民:min 琴:qin 伟:wei
东:dong 珍:zhen 军:jun 静:jing 胜:sheng 芳:fang 青:qing 平:ping 峰:feng 宁:ning 霞:xia 林:lin 超:chao 莉:li 娟:juan
敏:min 勇:yong 斌:bin 慧:hui 萍:ping 亮:liang 洋:yang 雷:lei 云:yun
"""


def _spelt(table: str) -> dict[str, str]:
    """Characters with their spelling."""
    return dict(pair.split(":") for pair in table.split())


SURNAMES, FIRST, SECOND = _spelt(_SURNAMES), _spelt(_FIRST), _spelt(_SECOND)
WOMEN = frozenset("梅燕兰英琴珍静芳霞莉娟敏慧萍云")  # last characters that mostly women have
NAMESAKE_EVERY = 32  # people: so often a name comes a second time, for somebody in another organisation


@dataclass(frozen=True, slots=True)
class Name:
    """A person's name. ``in_letters`` is family name first, as on a visiting card."""

    written: str
    in_letters: str

    @property
    def of_a_woman(self) -> bool:
        """Whether most readers would take it for a woman's name."""
        return self.written[-1] in WOMEN


@dataclass(slots=True)
class Names:
    """Hands out names; the same ones for the same dice."""

    dice: random.Random
    _given: list[Name] = field(default_factory=list)
    _known: set[str] = field(default_factory=set)
    _asked: int = 0

    def next(self) -> Name:
        """A name nobody has yet, or rarely that of somebody else."""
        self._asked += 1
        if self._asked % NAMESAKE_EVERY == 0:
            return self.dice.choice(self._given)
        while (name := self._invent()).written in self._known:
            pass
        self._known.add(name.written)
        self._given.append(name)
        return name

    def _invent(self) -> Name:
        family, second = self.dice.choice(list(SURNAMES)), self.dice.choice(list(SECOND))
        first = self.dice.choice(list(FIRST)) if self.dice.random() < 0.82 else ""
        first = "" if first == second else first
        letters = FIRST.get(first, "") + SECOND[second]
        return Name(family + first + second, f"{SURNAMES[family]} {letters.capitalize()}")


def distinct(dice: random.Random, count: int) -> list[Name]:
    """So many people who have no account here, each with another name: members, candidates, heads of groups."""
    names = Names(dice)
    found: dict[str, Name] = {}
    while len(found) < count:
        name = names.next()
        found.setdefault(name.written, name)
    return list(found.values())
