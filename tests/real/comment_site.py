"""A page with comments on Django, in one file. It runs in an environment of its own, and reads its words from FOLDER.

`python -m tests.real.comment_site migrate` makes its database, `... moderator` logs one in and prints what his cookie holds;
gunicorn serves `application`.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import django
from django.conf import settings

FOLDER = Path(os.environ["FOLDER"])
SHOWN = 200
"""Comments on the page at most, the newest first."""

PAGE = """{% load comments %}<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>天气和公园</title></head><body>
<h1>天气和公园</h1>
<p>今天天气很好，很多人去公园散步。</p>
{% render_comment_form for site %}
<ol id="comments">{% for one in comments %}
<li class="comment" id="c{{ one.pk }}"><b class="name">{{ one.user_name }}</b>
<div class="text">{{ one.comment }}</div></li>{% endfor %}
</ol></body></html>
"""
_LOADERS = [
    ("django.template.loaders.locmem.Loader", {"page.html": PAGE}),
    "django.template.loaders.app_directories.Loader",
]

settings.configure(
    SECRET_KEY="only-on-the-loopback",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SITE_ID=1,
    LANGUAGE_CODE="zh-hans",
    USE_TZ=True,
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
        "django.contrib.sites",
        "django_comments",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "loaders": _LOADERS,
                "context_processors": ["django.template.context_processors.request"],
            },
        }
    ],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": FOLDER / "comments.db",
            "OPTIONS": {"timeout": 20, "transaction_mode": "IMMEDIATE"},
        }
    },
    LOGGING={
        "version": 1,
        "disable_existing_loggers": False,
        "handlers": {"console": {"class": "logging.StreamHandler"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
    },
    COMMENTS_ALLOW_PROFANITIES=False,
    COMMENTS_TIMEOUT=int(os.environ.get("GOOD_FOR", "7200")),
    PROFANITIES_LIST=(FOLDER / "words.txt").read_text(encoding="utf-8").splitlines(),
)
django.setup()

# Models can only be imported once the settings stand.
import django_comments  # noqa: E402
from django.contrib.auth import (  # noqa: E402
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
)
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.contrib.sites.models import Site  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.core.management import execute_from_command_line  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402
from django.urls import include, path  # noqa: E402


def show_page(request: HttpRequest) -> HttpResponse:
    """The page with the form and the comments. What is commented on is the site itself, so no model is needed."""
    site = Site.objects.get_current()
    comments = django_comments.get_model().objects.for_model(site)
    comments = comments.filter(is_public=True, is_removed=False).order_by("-submit_date", "-pk")[:SHOWN]
    return render(request, "page.html", {"site": site, "comments": comments})


def log_in_moderator() -> str:
    """The key of a session of somebody who may take comments away."""
    user = get_user_model().objects.create_superuser("moderator")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


urlpatterns = [path("page/", show_page), path("comments/", include("django_comments.urls"))]
application = WSGIHandler()

if __name__ == "__main__":
    if sys.argv[1:] == ["moderator"]:
        print(log_in_moderator())  # noqa: T201 - for whoever started it
    else:
        execute_from_command_line(sys.argv)
