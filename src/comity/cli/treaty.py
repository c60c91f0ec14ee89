"""The Convention at the command line: one article or paragraph, and search. Neither needs a node."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.cli.output import Reply, printable, wrap

if TYPE_CHECKING:
    from comity.cli.context import Context
    from comity.treaty.citing import Hit
    from comity.treaty.convention import Paragraph
    from comity.treaty.views import ArticleView, ParagraphView


def article(context: Context) -> Reply:
    """Show an article, or a paragraph of one."""
    import msgspec

    from comity.treaty.citing import place_named
    from comity.treaty.views import article_view

    place = place_named(context.options.text("place"))
    title = context.words.label("article", str(place.article))
    view = article_view(place, title=title)
    value = msgspec.to_builtins(view)
    for row in value["elements"]:
        row["said"] = context.words.label(f"element.{view.article}", row["code"])
    return Reply(value=value, lines=_article_lines(context, view))


def search(context: Context) -> Reply:
    """Search the titles, elements and paragraphs; a reference finds its place."""
    from comity.treaty.citing import search as find
    from comity.wording.catalogue import sentence

    text = " ".join(context.options.many("words"))
    hits = find(text, said=lambda key: sentence(key, context.words.language))
    rows = [
        {
            "ref": hit.ref,
            "title": context.words.label("article", str(hit.article.number)),
            "summary": hit.paragraph.summary if hit.paragraph else "",
        }
        for hit in hits
    ]
    lines = [line for hit in hits for line in _hit_lines(context, hit)]
    return Reply(value={"query": text, "hits": rows}, lines=tuple(lines) or (context.say("treaty.no_hit"),))


def _hit_lines(context: Context, hit: Hit) -> tuple[str, ...]:
    head = f"{hit.ref}  {context.words.label('article', str(hit.article.number))}"
    return (head, *(_said(context, hit.paragraph) if hit.paragraph else ()))


def _article_lines(context: Context, view: ArticleView) -> tuple[str, ...]:
    lines = [context.say("treaty.head", number=view.article, title=printable(view.title))]
    lines.append(context.say("treaty.own_words"))
    for rule in view.paragraphs:
        lines += ["", *_paragraph_lines(context, rule)]
    if view.elements:
        lines += ["", context.say("treaty.elements")]
        for one in view.elements:
            need = context.words.label("treaty.need", "required" if one.required else "optional")
            text = context.words.label(f"element.{view.article}", one.code)
            lines += wrap(f"{need}: {text}", indent=4, hang=2)
    if view.cited_by:
        lines += [
            "",
            *wrap(context.say("treaty.cited_by", places=", ".join(view.cited_by)), indent=0, hang=4),
        ]
    return tuple(lines)


def _paragraph_lines(context: Context, rule: ParagraphView) -> tuple[str, ...]:
    force = context.words.label("treaty.duty", rule.force.replace(" ", "_"))
    mark = context.words.label("treaty.mark", rule.mark)
    said = [*_said(context, rule)]
    if rule.caveat:
        said += wrap(context.say("treaty.caveat", text=rule.caveat), indent=4)
    actor = context.words.label("treaty.actor", rule.actor.replace(" / ", "_").replace(" ", "_"))
    return (f"{rule.ref}  {force} · {actor} · {mark}", *said)


def _said(context: Context, rule: Paragraph | ParagraphView) -> tuple[str, ...]:
    """Return a rule in our own words, in the reader's language where somebody wrote them."""
    from comity.wording.paragraphs import summary_said

    return wrap(summary_said(rule, language=context.words.language)[0], indent=4)
