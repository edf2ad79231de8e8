"""Bilibili: the search for videos, which wants a cookie of the front page and a signature."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import quote

from tests.replicas.replica import Answer, Asked, Replica, html_answer, json_answer

QUOTED = "评论截图：微博显示根据相关法律法规和政策，搜索结果未予显示。"
"""What people write about another platform: it says nothing about this one."""
VIDEOS = ("十分钟带你了解{}", "【纪录片】{}的一天", "{}入门教程 第一集", "我和{}的故事", "4K 航拍 {}")
PLACES = (
    *(46, 47, 18, 2, 53, 8, 23, 32, 15, 50, 10, 31, 58, 3, 45, 35),
    *(27, 43, 5, 49, 33, 9, 42, 19, 29, 28, 14, 39, 12, 38, 41, 13),
)
"""Which character of the two keys stands where in the mixed one. The published table goes on, but only 32 are kept."""
TYPED = {"/x/web-interface/wbi/search/type", "/x/web-interface/search/type"}
ALL = "/x/web-interface/search/all/v2"
MESSAGES = {
    -101: "账号未登录",
    -352: "风控校验失败",
    -400: "请求错误",
    -403: "访问权限不足",
    -412: "请求被拦截",
    -799: "请求过于频繁，请稍后再试",
}
VOUCHER = "voucher_5e8c1c8b-3f0a-4a37-9d0c-4b2b6c1f7a10"


def mixed_key(img_key: str, sub_key: str) -> str:
    """The key that is put behind what is signed."""
    both = img_key + sub_key
    return "".join(both[place] for place in PLACES)


def signature(parameters: dict[str, str], key: str) -> str:
    """`w_rid` for parameters that hold `wts` already."""
    kept = {name: re.sub(r"[!'()*]", "", value) for name, value in parameters.items()}
    plain = "&".join(f"{quote(name, safe='')}={quote(kept[name], safe='')}" for name in sorted(kept))
    return hashlib.md5((plain + key).encode()).hexdigest()


@dataclass(kw_only=True)
class Bilibili(Replica):
    """www.bilibili.com for the cookie, api.bilibili.com for the keys and the search."""

    troubles: ClassVar[tuple[str, ...]] = ("v_voucher", "-412", "-352", "-799")

    img_key: str = "653657f524a547ac981ded72ea172057"
    sub_key: str = "6e4909c702f846728e64f6007736a338"
    """The keys of the day."""
    given: set[str] = field(default_factory=set)
    """The values of the cookie buvid3 that it gave out."""

    def answer(self, asked: Asked) -> Answer | None:
        if asked.method != "GET" or not asked.target.isascii():
            return Answer(status=400)
        if asked.path == "/":
            return self._front_page()
        if asked.path == "/x/web-interface/nav":
            return self._keys()
        if asked.path not in {*TYPED, ALL}:
            return Answer(status=404)
        try:
            query = asked.query()
        except UnicodeDecodeError:
            return Answer(status=400)
        return self._refusal(asked, query) or self._found(query["keyword"], is_typed=asked.path in TYPED)

    def _front_page(self) -> Answer:
        value = f"0F1E2D3C-4B5A-6978-8796-A5B4C3D2{len(self.given):04X}12345infoc"
        self.given.add(value)
        page = "<!DOCTYPE html><html><head><title>哔哩哔哩 (゜-゜)つロ 干杯~-bilibili</title></head><body></body></html>"
        return html_answer(page, headers=(("set-cookie", f"buvid3={value}; path=/"),))

    def _keys(self) -> Answer:
        """For nobody who is logged in, and yet with the keys."""
        place = "https://i0.hdslb.com/bfs/wbi/"
        images = {"img_url": f"{place}{self.img_key}.png", "sub_url": f"{place}{self.sub_key}.png"}
        return _coded(-101, {"isLogin": False, "wbi_img": images})

    def _refusal(self, asked: Asked, query: dict[str, str]) -> Answer | None:
        """What a request gets that is not as demanded, or that comes in a time of trouble."""
        if self.trouble == "v_voucher":
            return _coded(0, {"v_voucher": VOUCHER})
        if self.trouble == "-352":
            return _coded(-352, {"v_voucher": VOUCHER}, (("x-bili-gaia-vvoucher", VOUCHER),))
        if self.trouble:
            return _coded(int(self.trouble))
        if asked.cookies.get("buvid3") not in self.given or "Mozilla" not in asked.headers.get(
            "user-agent", ""
        ):
            return _coded(-412)
        if asked.headers.get("referer") != "https://www.bilibili.com/":
            return _coded(-403)
        if "/wbi/" in asked.path and not self._is_signed(query):
            return _coded(0, {"v_voucher": VOUCHER})
        numbers = query.get("page", "1") + query.get("page_size", "20")
        is_video = asked.path == ALL or query.get("search_type") == "video"
        return None if query.get("keyword") and is_video and numbers.isdigit() else _coded(-400)

    def _is_signed(self, query: dict[str, str]) -> bool:
        signed = {name: value for name, value in query.items() if name != "w_rid"}
        # ten digits: seconds, not milliseconds
        is_dated = re.fullmatch(r"\d{10}", query.get("wts", "")) is not None
        return is_dated and query.get("w_rid") == signature(signed, mixed_key(self.img_key, self.sub_key))

    def _found(self, text: str, *, is_typed: bool) -> Answer:
        """Words that get nothing are answered like words without videos: nothing else is known of them."""
        has_results = self.has_results(text) and not self.is_hard(text)
        videos = _videos(text) if has_results else []
        data: dict[str, Any] = {
            "seid": "10829352136486543871",
            "page": 1,
            "pagesize": 20,
            "numResults": 1000 if videos else 0,
            "numPages": 50 if videos else 0,
            "cost_time": {"params_check": "0.000423", "illegal_handler": "0.000012", "total": "0.093201"},
        }
        if is_typed and (videos or len(text) % 2 == 0):
            data["result"] = videos
        elif not is_typed:
            others: dict[str, Any] = {"result_type": "activity", "data": []}
            data["result"] = [others, {"result_type": "video", "data": videos}]
        return _coded(0, data)


def _coded(
    code: int, data: dict[str, Any] | None = None, headers: tuple[tuple[str, str], ...] = ()
) -> Answer:
    """All is told by the code: the status is 200 throughout."""
    plain: dict[str, Any] = {"code": code, "message": MESSAGES.get(code, "0"), "ttl": 1}
    return json_answer(plain if data is None else {**plain, "data": data}, headers=headers)


def _videos(text: str) -> list[dict[str, Any]]:
    """Titles mark the words; for words of even length the last description quotes another platform."""
    return [
        {
            "type": "video",
            "id": 170001 + number,
            "aid": 170001 + number,
            "bvid": f"BV1xx411c7m{number}",
            "arcurl": f"http://www.bilibili.com/video/av{170001 + number}",
            "author": f"up主{number}",
            "title": title.format(f'<em class="keyword">{text}</em>'),
            "description": QUOTED if number == len(VIDEOS) - 1 and len(text) % 2 == 0 else "欢迎三连",
            "pubdate": 1700000000 + 86400 * number,
        }
        for number, title in enumerate(VIDEOS)
    ]
