"""Markup: the few elements that the report is made of. Text gets into them by `say` alone, which leaves it text."""

from __future__ import annotations

from html import escape

from probe.showing.safe_text import plain


def say(text: str, most: int = 300) -> str:
    """Foreign text for HTML, also within quotation marks: harmless, and with nothing in it left invisible."""
    return escape(plain(text, most), quote=True)


class Markup:
    """Elements. What is put into them is markup already."""

    @staticmethod
    def element(name: str, inside: str, *classes: str, **attributes: str) -> str:
        """An element with classes and attributes; `_` in a name stands for `-`, and one at its end for nothing."""
        about = f' class="{" ".join(filter(None, classes))}"' if any(classes) else ""
        for key, value in attributes.items():
            about += f' {key.rstrip("_").replace("_", "-")}="{say(value)}"'
        return f"<{name}{about}>{inside}</{name}>"

    @staticmethod
    def data(name: str, json: str) -> str:
        """JSON for the script; no character in it can end the element."""
        for character in "<>&\u2028\u2029":
            json = json.replace(character, f"\\u{ord(character):04x}")
        return f'<script type="application/json" id="{name}">{json}</script>'
