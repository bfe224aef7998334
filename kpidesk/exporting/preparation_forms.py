"""The preparation form as files: a web page that is filled in without any network, and text for any editor."""

from __future__ import annotations

import base64
import hashlib

from kpidesk import paths
from kpidesk.core.preparations import ASKED_FOR, QUESTIONS, PrepForm, PrepQuestion, form_text
from kpidesk.exporting.html_form import safe

SHORT = frozenset(("energy",))
STYLES = ("page", "preparation")
SCRIPT = """
document.getElementById("save").hidden = false;
document.getElementById("save").addEventListener("click", function () {
  var text = document.getElementById("plain").textContent;
  document.querySelectorAll("textarea").forEach(function (field) {
    var lines = field.value.replace(/\\r/g, "").split("\\n").map(function (line) {
      return line.replace(/^\\s*#+/, "");
    });
    var hint = field.dataset.hint;
    text = text.split(hint + "\\n").join(hint + "\\n" + lines.join("\\n") + "\\n");
  });
  var made = document.createElement("a");
  made.href = URL.createObjectURL(new Blob([text], {type: "text/plain;charset=utf-8"}));
  made.download = "answers.txt";
  made.click();
});
"""
"""It only puts the answers under their questions in the text form and saves that; it sends nothing."""


def preparation_text(form: PrepForm) -> bytes:
    """The form as text that any editor opens, with the mark by which it knows the letters."""
    return form_text(form).encode("utf-8-sig")


def preparation_html(form: PrepForm) -> bytes:
    """The form as one web page; without scripts the text form at its end can be copied and filled in."""
    digest = base64.b64encode(hashlib.sha256(SCRIPT.encode()).digest()).decode()
    policy = (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; base-uri 'none';"
        " form-action 'none'"
    )
    plain = "\n".join(safe(line) for line in form_text(form).splitlines()) + "\n"
    themes = paths.resources() / "themes"
    style = "".join((themes / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)
    return "\n".join((
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<title>Preparation · {safe(form.rep)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>",
        '<p class="over">Preparation for our one-on-one</p>',
        f'<h1 dir="auto">{safe(form.rep)}</h1>',
        f'<p class="known">{safe(form.period)} · code {safe(form.code)}</p>',
        '<p class="known">Write what you want to talk about, save your answers as a file, and send it back. '
        "Nothing leaves this page by itself.</p>",
        *(_question(one) for one in QUESTIONS),
        '<button type="button" id="save" hidden>Save my answers</button>',
        _told("What is open from our last meetings", form.promised),
        _told("Deals to talk about", form.deals),
        "<details><summary>The button is missing or does nothing? Use the form as text</summary>",
        "<p>Copy this into an empty text file, write under the lines that begin with ##, and send it back.</p>",
        f'<pre id="plain" dir="auto">{plain}</pre></details>',
        f"</main>\n<script>{SCRIPT}</script>\n</body>\n</html>\n",
    )).encode()  # fmt: skip


def _question(one: PrepQuestion) -> str:
    short = ' class="short"' if one.key in SHORT else ""
    return (
        f'<div class="question"><label for="{one.key}">{safe(one.heading)}<span>{safe(one.asks)}</span></label>\n'
        f'<textarea id="{one.key}" dir="auto" maxlength="{ASKED_FOR}" data-hint="({safe(one.asks)})"{short}>'
        "</textarea></div>"
    )


def _told(title: str, texts: tuple[str, ...]) -> str:
    if not texts:
        return ""
    listed = "\n".join(f'<li dir="auto">{safe(text)}</li>' for text in texts)
    return f"<h2>{safe(title)}</h2>\n<ul>\n{listed}\n</ul>"
