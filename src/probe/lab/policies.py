"""The standard platforms, one for each way in which a question can end, and the standard messenger."""

from probe.lab.messenger_policy import MessageAct, MessengerPolicy
from probe.lab.policy import Act, Form, Policy

HARD = frozenset({"谣言", "六四", "法轮功", "翻墙"})
SOFT = frozenset({"色情", "诈骗"})
COMBOS = frozenset({("维权", "律师")})

STANDARD: tuple[Policy, ...] = (
    # Censorship that says so, or does not.
    Policy(name="notice", hard=HARD, combos=COMBOS),
    Policy(name="silent", form=Form.JSON, hard=HARD, combos=COMBOS, hard_act=Act.EMPTY, provable=True),
    Policy(name="sources", hard=HARD, combos=COMBOS, soft=SOFT, soft_act=Act.SOURCES),
    Policy(name="sources-notice", hard=HARD, combos=COMBOS, soft=SOFT, soft_act=Act.SOURCES_NOTICE),
    Policy(
        name="verified",
        form=Form.JSON,
        hard=HARD,
        combos=COMBOS,
        soft=SOFT,
        hard_act=Act.EMPTY,
        soft_act=Act.AUTHORS,
        provable=True,
    ),
    Policy(name="scarce", hard=HARD, combos=COMBOS, soft=SOFT, soft_act=Act.SCARCE),
    Policy(name="nagging", hard=HARD, combos=COMBOS, soft=SOFT, soft_act=Act.SOURCES_NOTICE, nag_rate=0.6),
    Policy(
        name="moderation",
        form=Form.MODERATION,
        hard=HARD,
        combos=COMBOS,
        soft=SOFT,
        hard_act=Act.BLOCK,
        soft_act=Act.REVIEW,
    ),
    Policy(name="wall", hard=HARD, combos=COMBOS, hard_act=Act.CUT, residual=0.2),
    # No censorship: what the same search finds where nobody interferes.
    Policy(name="open"),
    # No answer to be had, which is not censorship.
    Policy(name="captcha", always=Act.CAPTCHA),
    Policy(name="captcha-disguised", form=Form.JSON, always=Act.DISGUISED),
    Policy(name="login", always=Act.LOGIN),
    # Censorship behind ordinary trouble.
    Policy(name="limited", hard=HARD, combos=COMBOS, throttle=(5, 1.0)),
    Policy(name="slow", hard=HARD, combos=COMBOS, delay=(0.1, 0.4)),
    Policy(name="flaky", hard=HARD, combos=COMBOS, error_rate=0.15),
)

STANDARD_MESSENGERS: tuple[MessengerPolicy, ...] = (
    MessengerPolicy(
        name="messenger",
        words={
            "六四": MessageAct.REJECT,
            "法轮功": MessageAct.DROP,
            "翻墙": MessageAct.CUT,
            "谣言": MessageAct.REPLACE,
            "色情": MessageAct.MASK,
            "诈骗": MessageAct.REVIEW,
        },
        latency=(0.05, 0.2),
    ),
)
