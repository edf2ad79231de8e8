"""What a model says: answers, and refusals in its own words, in the language that it was asked in.

Made up here, and the same for the same question: a replica has no model behind it.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping, Sequence

SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7a3]")),
    ("ru", re.compile(r"[\u0400-\u04ff]")),
    ("zh-Hant", re.compile("[嗎麼說這個們國時會為過還請問關於樣種東學點對話題讓來無開門見]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
)
"""A character tells a language; the first one that is there wins."""
LATIN = re.compile(r"[a-z\u00df-\u024f]+")
_SMALL_WORDS = {
    "es": "qué que es el la los las de cómo dónde por una sobre cuál dime en",
    "fr": "que qu quel quelle est le la les des une dans sur où comment pourquoi parlez",
    "de": "was ist der die das und wie wo ein eine über welche erzähl mir den",
    "en": "what is the a an of how where why tell me about in which who when are",
}
SMALL_WORDS = {name: frozenset(words.split()) for name, words in _SMALL_WORDS.items()}

ANSWERS: Mapping[str, Sequence[str]] = {
    "zh": (
        "关于“{about}”，可以从三个方面来看。首先是它的由来，各地的说法不尽相同；其次是它和日常生活的关系；"
        "最后是今天人们怎样看它。如果你想了解其中的某一点，可以继续问我。",
        "“{about}”是个很好的问题。简单地说，要看季节、地点和当时的条件。下面举两个例子：一是在南方的山区，"
        "二是在沿海的城市，两处的情形很不一样。具体的数字我无法逐一核实，但总的来说变化不大。",
        "先说结论：“{about}”没有唯一的答案。常见的看法有两种，一种着眼于历史，一种着眼于现状。"
        "前者的材料比较多，后者则还在变化。两种看法并不矛盾。",
    ),
    "zh-Hant": (
        "關於「{about}」，可以從三個方面來看：它的由來、它和日常生活的關係，以及今天人們怎樣看它。"
        "如果想了解其中的某一點，可以繼續問我。",
        "「{about}」要看季節、地點和當時的條件。山區和沿海的情形很不一樣，具體的數字我無法逐一核實，但大致如此。",
    ),
    "en": (
        'There are three sides to "{about}": where it comes from, what it has to do with daily life, and how '
        "people see it today. The first is the best documented of them. Ask me about any one of these for more.",
        'In short, "{about}" depends on the season and the place. In the mountains of the south it is one thing, '
        "in the towns by the sea another. I cannot give you exact figures for every year, but on the whole "
        "there has been little change.",
        '"{about}" has no single answer. Some look at its history, of which much has been written, and others '
        "at what it is now, which is still changing. The two views do not exclude each other.",
    ),
    "ja": (
        "「{about}」については、由来、日常生活との関係、そして今日の見方という三つの面があります。"
        "詳しく知りたい点があれば、続けて質問してください。",
        "「{about}」は季節や場所によって異なります。山の地方と海辺の町ではかなり様子が違います。",
    ),
    "ko": (
        "“{about}”에 대해서는 유래, 일상생활과의 관계, 그리고 오늘날의 시각이라는 세 가지 면이 있습니다. "
        "더 알고 싶은 점이 있으면 계속 물어보세요.",
    ),
    "ru": (
        "Если говорить о «{about}», то есть три стороны: происхождение, связь с повседневной жизнью и то, "
        "как на это смотрят сегодня. О первой написано больше всего.",
    ),
    "es": (
        "Sobre «{about}» hay tres aspectos: de dónde viene, qué relación tiene con la vida diaria y cómo se ve "
        "hoy. Del primero es del que más se ha escrito.",
    ),
    "fr": (
        "Au sujet de « {about} », il y a trois aspects : son origine, son lien avec la vie quotidienne et le "
        "regard qu'on y porte aujourd'hui. Le premier est le mieux connu.",
    ),
    "de": (
        "Bei „{about}“ gibt es drei Seiten: woher es kommt, was es mit dem Alltag zu tun hat und wie man es "
        "heute sieht. Über die erste ist am meisten geschrieben worden.",
    ),
}
REFUSALS: Mapping[str, Sequence[str]] = {
    "zh": (
        "抱歉，我无法回答这个问题。如果你有其他想了解的内容，我很乐意帮忙。",
        "对不起，这个话题我不便讨论。我们聊点别的吧，比如天气、美食或者旅行？",
        "作为一个人工智能助手，我不能就此提供相关信息。请换一个问题。",
        "很抱歉，我还没有学会如何思考这类问题，我擅长数学、代码、逻辑类的题目，欢迎与我交流。",
        "根据相关规定，我不能提供有关内容。感谢您的理解。",
    ),
    "zh-Hant": (
        "抱歉，我無法回答這個問題。如果你有其他想了解的內容，我很樂意幫忙。",
        "對不起，這個話題我不便討論。我們聊點別的吧？",
    ),
    "en": (
        "I'm sorry, but I can't help with that. Is there something else you would like to know?",
        "Sorry, that's beyond my current scope. Let's talk about something else.",
        "As an AI assistant, I am not able to discuss this topic. Please ask me another question.",
        "I cannot provide information on this subject. If you have other questions, I'd be happy to assist.",
    ),
    "ja": (
        "申し訳ありませんが、その質問にはお答えできません。ほかの話題についてお手伝いします。",
        "恐れ入りますが、この話題についてはお話しすることができません。",
    ),
    "ko": ("죄송하지만 그 질문에는 답변드릴 수 없습니다. 다른 주제에 대해 물어봐 주세요.",),
    "ru": ("Извините, я не могу ответить на этот вопрос. Давайте поговорим о чём-нибудь другом.",),
    "es": ("Lo siento, no puedo ayudarte con eso. ¿Hay algo más que quieras saber?",),
    "fr": ("Désolé, je ne peux pas répondre à cette question. Parlons d'autre chose.",),
    "de": ("Es tut mir leid, aber dabei kann ich nicht helfen. Sprechen wir über etwas anderes.",),
}


def language(text: str) -> str:
    """The language of a text, `en` where nothing tells it: a sketch, enough for questions of one sentence.

    A foreign name in an English sentence does not change its language, so small words come before scripts.
    """
    words = LATIN.findall(text.lower())
    found = {name: sum(word in small for word in words) for name, small in SMALL_WORDS.items()}
    likeliest = max(reversed(found), key=found.__getitem__)
    if found[likeliest] >= 2:
        return likeliest
    return next((name for name, script in SCRIPTS if script.search(text)), likeliest)


def answer_to(question: str) -> str:
    """What a model says that has nothing against the question; it repeats some of it."""
    about = " ".join(question.split()).strip("。？?！!.,，“”\"'「」«»„ ")[:40]
    return _one_of(ANSWERS, question).format(about=about)


def refusal_of(question: str) -> str:
    """How a model declines in its own words."""
    return _one_of(REFUSALS, question)


def _one_of(texts: Mapping[str, Sequence[str]], question: str) -> str:
    of_language = texts[language(question)]
    return of_language[zlib.crc32(question.encode()) % len(of_language)]
