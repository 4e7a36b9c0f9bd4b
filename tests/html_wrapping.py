"""Plain texts written as HTML, in the ways of those who export articles."""

from __future__ import annotations

import re
from html import escape

_PICTURE = (
    '<img loading="lazy" src="https://paper.example/wp-content/uploads/2026/03/photo-{0}-1024x683.jpg" alt="The pier"'
    ' class="wp-image-{0}" data-image-caption="&lt;p&gt;By &lt;a href=&quot;https://x.example&quot;&gt;X&lt;/a&gt; >'
    '&lt;/p&gt;" srcset="a.jpg 300w, b.jpg 1024w"/>'
)
_CAPTION = "A picture of the place, taken earlier / Agency"


def paragraphs(text: str) -> list[str]:
    """The lines of a text; its sentences if it has one line."""
    lines = [line for line in text.split("\n") if line.strip()]
    return lines if len(lines) > 1 else re.split(r"(?<=[.!?؟。।])(?=\s|[^\x00-\u05ff])", text)


def blocks(text: str, number: int) -> str:
    """As the block editor of WordPress stores it."""
    found = "\n\n".join(
        f'<!-- wp:paragraph {{"align":"right"}} -->\n<p class="right">{escape(one)}</p>\n<!-- /wp:paragraph -->'
        for one in paragraphs(text)
    )
    return (
        f'<!-- wp:image {{"id":{number},"sizeSlug":"large"}} -->\n<figure class="wp-block-image size-large">'
        f'{_PICTURE.format(number)}<figcaption class="wp-element-caption">{_CAPTION}</figcaption></figure>\n'
        f"<!-- /wp:image -->\n\n{found}"
    )


def rendered(text: str, number: int) -> str:
    """As the classic editor's posts come out of WordPress, with styles, a captioned picture, a script and links."""
    found = "".join(
        f'<p style="text-align: justify;"><span style="font-weight: 400;">{_linked(one)}</span></p>\n'
        for one in paragraphs(text)
    )
    return (
        "<style>.entry p > a { color: red }</style>"
        f'<div class="entry-content"><div id="attachment_{number}" style="width: 310px" class="wp-caption alignnone">'
        f'{_PICTURE.format(number)}<p id="c-{number}" class="wp-caption-text">{_CAPTION}</p></div>\n{found}'
        "<script>if (a < b) { document.write('<p>ads</p>'); }</script>"
        '<p><a href="https://paper.example/news" target="_blank" rel="noopener"><strong>&nbsp;</strong></a></p></div>'
    )


def shortcodes(text: str, number: int) -> str:
    """As the classic editor of WordPress stores it: blank lines between paragraphs, a caption as a shortcode."""
    found = "\n\n".join(map(_linked, paragraphs(text)))
    return (
        f'[caption id="attachment_{number}" align="alignleft" width="3"]{_PICTURE.format(number)} {_CAPTION}[/caption]'
        f'\n\n{found}\n\n[gallery ids="{number},{number + 1}"]'
    )


def feed(text: str, number: int) -> str:
    """As an exporter that escapes what it found in ``content:encoded``."""
    return escape("<![CDATA[" + "".join(f"<p>{escape(one)}</p>" for one in paragraphs(text)) + "]]>")


def breaks(text: str, number: int) -> str:
    """With line breaks alone."""
    return "<br /><BR>\n".join([*map(escape, paragraphs(text)), ""])


def messages(text: str, number: int) -> str:
    """As bots write messages: some words in bold, in italics or behind a cover, and letters within a word, too."""
    tags = ("b", "i", "tg-spoiler", "code")
    found = [escape(word) for word in text.split(" ")]
    for at in range(0, len(found), 5):
        name = tags[at % len(tags)]
        half = len(found[at]) // 2 if "&" not in found[at] else 0
        found[at] = f"{found[at][:half]}<{name}>{found[at][half:]}</{name}>"
    return " ".join(found)


def lists(text: str, number: int) -> str:
    """As items of a list in a list, which need no closing tag."""
    return f"<ol><li><ul>{''.join(f'<li>{escape(one)}' for one in paragraphs(text))}</ul></ol>"


def tables(text: str, number: int) -> str:
    """As the cells of a table, as mail programs do."""
    cells = "".join(f"<TR><TD valign=top nowrap>{escape(one)}</TD></TR>" for one in paragraphs(text))
    return f'<!DOCTYPE html><TABLE border=0 width="100%"><TBODY>{cells}</TBODY></TABLE>'


def office(text: str, number: int) -> str:
    """As pasted from a word processor."""
    start = '<?xml:namespace prefix = o ns = "urn:schemas-microsoft-com:office:office" />'
    start += "<!--[if gte mso 9]><xml><w:View>Normal</w:View></xml><![endif]-->"
    return start + "".join(
        f'<p class=MsoNormal dir=RTL><span lang=AR-SA style=\'font-family:"Arial","serif"\'>{escape(one)}<o:p></o:p>'
        "</span></p>"
        for one in paragraphs(text)
    )


WRAPPERS = (blocks, rendered, shortcodes, feed, breaks, messages, lists, tables, office)


def _linked(text: str) -> str:
    first, _, rest = escape(text).partition(" ")
    return f'<a href="https://paper.example/tag?a=1&amp;b=2" title="a > b">{first}</a> {rest}' if rest else first
