"""Cleaning: what leaves a saved page, what must stay, and what the furniture tells."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py3langid.langid import LanguageIdentifier

from communique.errors import InputError
from communique.ingest import Article, clean_article, read_articles
from communique.ingest.datelines import find_dateline
from communique.ingest.furniture import Kind, is_furniture, load_furniture
from communique.ingest.language import _load_identifier
from communique.knowledge.load import DATA

LEAD = "The foreign ministers of Norway and Chile signed a treaty in Oslo on Monday, officials of both countries said."
MORE = "“We have kept our word,” the Norwegian minister told reporters after the ceremony in the city hall."
LAST = "Chile denied that it had been asked to open its ports to Norwegian warships, as a newspaper had reported."
TITLE = "Norway and Chile Sign a Treaty"
BODY = "\n\n".join((LEAD, MORE, LAST))


def clean(text: str, **fields: str) -> list[str]:
    return clean_article(Article(text=text, **fields)).text.split("\n")


@pytest.mark.parametrize("kind", load_furniture().kind, ids=lambda kind: kind.name)
def test_every_kind_drops_and_keeps_its_examples(kind: Kind) -> None:
    everywhere = frozenset({"any", "below", "head", "foot"})
    assert [line for line in kind.drops if not is_furniture(line, frozenset({kind.zone}))] == []
    assert [line for line in kind.keeps if is_furniture(line, everywhere)] == []


@pytest.mark.parametrize(
    ("page", "title", "publisher"),
    [
        (f"{TITLE}\n\n{BODY}", TITLE, None),
        (f"{TITLE}\n{TITLE}\n{BODY}", TITLE, None),
        (
            f"Home Uncategorized {TITLE}\n\n{TITLE}\n\nSource: The Fjord Times\n\n{BODY}",
            TITLE,
            "The Fjord Times",
        ),
        (f"Home Uncategorized {TITLE}\n\n{BODY}", TITLE, None),
        (f"Home > World > Europe\n{TITLE}\n{BODY}", TITLE, None),
        (f"{TITLE} | The Fjord Times\n{TITLE}\n{BODY}", TITLE, "The Fjord Times"),
        (f"{TITLE}\nBy Maria Poe and Jan Doe\n3 min read\n{BODY}", TITLE, None),
        (f"WORLD NEWS\n{TITLE}\n\nBy Reuters\n\n{BODY}", TITLE, "Reuters"),
        (f"{TITLE}\n\nOSLO, May 4 (Reuters) - {BODY}", TITLE, "Reuters"),
        (f"{TITLE}\n\nOSLO — {BODY}", TITLE, None),
        (f"Norway and Chile Sign a Treaty.\n\nOSLO - {BODY}", "Norway and Chile Sign a Treaty.", None),
        (f"{TITLE}\n\n{BODY}\n\nSource: AFP", TITLE, "Agence France-Presse"),
        (f"{TITLE}\n\n{BODY}\n\nPlease enter your comment!\nPlease enter your name here", TITLE, None),
        (
            f"{TITLE}\n\n{BODY}\n\nShare on Facebook\nTweet\nWhatsApp\nTags: Chile, Norway\n© 2021 Fjord Times",
            TITLE,
            None,
        ),
        (f"{TITLE}\n\n{LEAD}\n\nAdvertisement\n\n{MORE}\n\nRead more: The long road\n\n{LAST}", TITLE, None),
        (f"{TITLE}\n\nPhoto: The ministers/Pool\n\n{BODY}", TITLE, None),
    ],
)
def test_furniture_leaves_and_nothing_else(page: str, title: str, publisher: str | None) -> None:
    document = clean_article(Article(text=page))
    assert document.text.split("\n") == [title, LEAD, MORE, LAST]
    assert (document.title, document.publisher) == (title, publisher)


@pytest.mark.parametrize(
    "line",
    [
        "Source close to the talks said that the deal was dead.",
        "“Please enter your name here,” a clerk told the envoy as he arrived at the ministry.",
        "By Friday evening the rebels held the airport.",
        "Share prices fell after the announcement.",
        "Read the treaty again, the president told his critics.",
        "Home Secretary Priti Patel rejected the appeal.",
        "World leaders condemned the attack.",
        "Published figures show that exports to Iran have doubled.",
        "Source: officials say that the talks have failed.",
        "Copyright disputes between Washington and Beijing go back decades.",
        "Facebook said it had removed the accounts.",
        "On 4 February 2022 the two presidents met.",
        "Advertisements paid for by Moscow ran in several papers.",
        "Reuters reported the arrest on Monday.",
        "Follow-up talks will be held in Geneva.",
        "Photographs showed tanks near the border.",
        "Monday, Sept 5: The minister resigns and leaves for Vienna at once.",
    ],
)
@pytest.mark.parametrize("place", ["head", "middle", "foot"])
def test_sentences_that_look_like_furniture_stay(line: str, place: str) -> None:
    lines = {
        "head": [TITLE, line, LEAD, MORE],
        "middle": [TITLE, LEAD, line, MORE],
        "foot": [TITLE, LEAD, MORE, line],
    }
    assert clean("\n\n".join(lines[place])) == lines[place]


@pytest.mark.parametrize(
    ("line", "end", "agency", "date"),
    [
        ("KYIV, Feb 4 (Reuters) - The army said that it was ready.", 24, "Reuters", None),
        ("MOSCOW (AP) — The army said that it was ready.", 14, "Associated Press", None),
        ("BEIJING, Feb. 4, 2022 (Xinhua) -- The army said that it was ready.", 34, "Xinhua", "2022-02-04"),
        ("MOSCOW, February 4. /TASS/. The army said that it was ready.", 28, "TASS", None),
        ("(Reuters) - The army said that it was ready.", 12, "Reuters", None),
        ("Geneva, 4 February 2022 – The army said that it was ready.", 26, None, "2022-02-04"),
        ("NEW DELHI: The army said that it was ready.", 11, None, None),
    ],
)
def test_datelines(line: str, end: int, agency: str | None, date: str | None) -> None:
    found = find_dateline(line, opening=True)
    assert found is not None
    assert (found.end, found.agency, found.date) == (end, agency, date)


@pytest.mark.parametrize(
    "line",
    [
        "NATO — the alliance of thirty states — said that it was ready.",
        "The president (AP) — as some call him — said that he was ready.",
        "Iran - the largest of the states - said that it was ready.",
        "BRUSSELS (Reuters) The army said that it was ready.",
        "MILLER: And that is why we say that it was ready.",
        "KYIV, Feb 4 (Reuters) - Short.",
    ],
)
def test_no_datelines(line: str) -> None:
    assert find_dateline(line, opening=True) is None


def test_a_transcript_keeps_its_speakers() -> None:
    turns = [
        TITLE,
        "LONDON: We have nothing to add to what was said yesterday.",
        "HOST: And what was said yesterday?",
    ]
    assert clean("\n\n".join(turns)) == turns


def test_hard_wrapped_text_is_unwrapped() -> None:
    wrapped = (
        "Norway and Chile Sign a Treaty\n\n"
        "The foreign ministers of Norway and Chile signed a treaty in Oslo on\n"
        "Monday, officials of both countries said. Their long-\n"
        "standing quarrel over fish is settled, they added.\n\n"
        "Chile denied that it had been asked to open its ports to Norwegian\n"
        "warships, as a newspaper had reported."
    )
    assert clean(wrapped) == [
        TITLE,
        "The foreign ministers of Norway and Chile signed a treaty in Oslo on Monday, officials of both countries said. "
        "Their long-standing quarrel over fish is settled, they added.",
        LAST,
    ]


def test_one_line_paragraphs_are_not_joined() -> None:
    lines = [
        f"{name} said on Monday that it would vote for the draft resolution at once."
        for name in ("Chile", "Norway", "Ghana")
    ]
    assert clean("\n".join(lines)) == lines


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        (
            "The\u00a0king\u200b met\r\nthe queen &amp; the &#8217;prince&amp;#8217;.",
            ["The king met", "the queen & the ’prince’."],
        ),
        ("The cafe\u0301 closed.\x00\x07\ufeff", ["The café closed."]),
        ("FranÃ§ois Hollande left.", ["FranÃ§ois Hollande left."]),  # nothing is guessed about mojibake
        ("Bad \ud800 half.", ["Bad \ufffd half."]),
    ],
)
def test_characters(raw: str, cleaned: list[str]) -> None:
    assert clean(raw) == cleaned


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        (TITLE, BODY, TITLE),  # the record's headline is not in the text
        (TITLE, f"{TITLE}.\n{BODY}", TITLE),  # it is, with a full stop
        ("By Any Means", BODY, "By Any Means"),  # it may look like anything
        (None, f"Is the Treaty Dead?\n{BODY}", "Is the Treaty Dead?"),
        (None, f"Norway: ‘We Kept Our Word.’\n{BODY}", "Norway: ‘We Kept Our Word.’"),
        (None, BODY, None),
        (None, LEAD, None),
    ],
)
def test_title_is_the_first_line_once(title: str | None, text: str, expected: str | None) -> None:
    document = clean_article(Article(text=text, title=title))
    assert document.title == expected
    if expected:
        assert document.text.split("\n").count(expected) == 1
        assert document.text.startswith(expected + "\n")


@pytest.mark.parametrize(
    ("fields", "head", "published", "noted"),
    [
        ({"published": "2020-01-02"}, "Published: 4 May 2021", "2020-01-02", False),
        ({"published": "2020-01-02T23:59:00+09:00"}, "", "2020-01-02", False),
        ({"published": "soon"}, "Published: 4 May 2021 10:31 GMT", "2021-05-04", True),
        ({"published": "2999-01-01"}, "", None, True),
        ({}, "Updated May 5, 2021\nPosted on Tuesday, May 4, 2021", "2021-05-04", False),
        ({}, "Updated 5 May 2021", "2021-05-05", False),
        ({}, "By Maria Poe | 4 May 2021", "2021-05-04", False),
        ({}, "2021-05-04", "2021-05-04", False),
        ({}, "Published 4 May, 10:31", None, True),
        ({"url": "https://fjord.example/2021/05/04/treaty"}, "", "2021-05-04", True),
        ({}, "", None, True),
    ],
)
def test_publication_date(fields: dict[str, str], head: str, published: str | None, noted: bool) -> None:
    document = clean_article(Article(text=f"{TITLE}\n{head}\n{BODY}", **fields))
    assert document.published == published
    assert bool(document.notes) == noted
    assert document.text.split("\n") == [TITLE, LEAD, MORE, LAST]


def test_a_bare_date_in_the_middle_stays() -> None:
    lines = [
        TITLE,
        LEAD,
        "4 May 2021",
        MORE,
        *[LAST.replace("Chile", c) for c in ("Peru", "Ghana", "Fiji", "Cuba", "Mali")],
    ]
    document = clean_article(Article(text="\n".join(lines)))
    assert document.text.split("\n") == lines
    assert document.published is None


def test_the_argument_overrides_and_must_be_a_date() -> None:
    article = Article(text=BODY, published="2020-01-02")
    assert clean_article(article, "2022-02-04").published == "2022-02-04"
    with pytest.raises(InputError):
        clean_article(article, "yesterday")


@pytest.mark.parametrize(
    ("text", "lang", "expected"),
    [
        (BODY, None, "en"),
        (
            "Die Außenminister trafen sich am Montag in Oslo und unterzeichneten einen Vertrag über Fischerei.",
            None,
            "de",
        ),
        ("Kurz und gut.", None, None),
        (BODY, "en-GB", "en"),
        (BODY, "English", "en"),
        ("Kurz und gut.", "DE", "de"),
    ],
)
def test_language(text: str, lang: str | None, expected: str | None) -> None:
    assert clean_article(Article(text=text, lang=lang)).lang == expected


@given(
    st.one_of(
        st.text(min_size=1, max_size=300),
        st.lists(
            st.sampled_from([*BODY.split(), "президент", "総理大臣", "año", "الرئيس", "größte"]), min_size=1
        ).map(" ".join),
    )
)
@settings(max_examples=100, deadline=None)
def test_language_scores_are_the_librarys(text: str) -> None:
    identifier = _load_identifier()
    data = text.encode("utf-8", "surrogatepass")
    expected = LanguageIdentifier._raw_score(identifier, data)
    np.testing.assert_allclose(identifier._raw_score(data), expected, rtol=1e-3, atol=1e-2)


def test_a_page() -> None:
    html = (
        "<html><head><title>Norway and Chile Sign a Treaty</title><meta property='og:site_name' content='Fjord Times'>"
        "<meta property='article:published_time' content='2021-05-04T10:00:00Z'></head><body><nav>Home</nav><article>"
        f"<h1>{TITLE}</h1><p>By Maria Poe</p><p>{LEAD}</p><p>{MORE}</p><p>Advertisement</p><p>{LAST}</p></article></body></html>"
    )
    document = clean_article(Article(html=html, name="page"))
    assert document.text.split("\n") == [TITLE, LEAD, MORE, LAST]
    assert (document.published, document.publisher, document.lang) == ("2021-05-04", "Fjord Times", "en")


def test_a_short_page_keeps_its_paragraphs_apart() -> None:
    html = f"<html><body><div><h1>{TITLE}</h1><p>By Maria Poe</p><p>{LEAD}</p><p>Chile denied it.</p></div></body></html>"
    assert clean_article(Article(html=html)).text.split("\n") == [TITLE, LEAD, "Chile denied it."]


@pytest.mark.parametrize(
    "article",
    [
        Article(),
        Article(text="a", html="b"),
        Article(text=" \n "),
        Article(text="Advertisement\n\nTweet"),
        Article(html="<html><body></body></html>"),
        Article(html="<<<>>>"),
        Article(text="word " * 3_000_000),
    ],
)
def test_unusable_articles(article: Article) -> None:
    with pytest.raises(InputError):
        clean_article(article)


@pytest.mark.parametrize(
    "line",
    [
        "x > " * 30 + "y" * 250,
        "copy link " * 29 + "!",
        "1" * 290 + "!",
        "&" + "amp;" * 5_000,
        "By John Smith and " * 16 + "!",
        "a - " * 5_000,
    ],
)
def test_no_line_takes_for_ever(line: str) -> None:
    assert clean(f"{TITLE}\n{line}\n{BODY}")[-3:] == [LEAD, MORE, LAST]


def test_ids() -> None:
    assert clean_article(Article(text=BODY, id="7")).id == "7"
    one, two = (clean_article(Article(text=BODY, name=name)).id for name in ("a.txt", "b.txt"))
    assert one == two != clean_article(Article(text=BODY), "2021-05-04").id


def test_samples_are_dated_english_articles_without_furniture() -> None:
    articles = list(read_articles([str(DATA / "samples")]))
    assert len(articles) >= 6
    for article in articles:
        assert isinstance(article, Article)
        document = clean_article(article)
        first, *paragraphs = document.text.split("\n")
        assert document.title == first
        assert (document.lang, document.notes) == ("en", ())
        assert document.published is not None
        assert 250 <= len(document.text.split()) <= 700
        assert all(len(p) > 60 and p[-1] in ".”" for p in paragraphs), Path(article.name).name


LINES = st.sampled_from(
    [line for kind in load_furniture().kind for line in (*kind.drops, *kind.keeps)]
    + [
        TITLE,
        LEAD,
        MORE,
        LAST,
        f"Home World {TITLE}",
        f"{TITLE} | Fjord Times",
        "Source: Fjord Times",
        "4 May 2021",
        "",
    ]
    + [
        "OSLO, May 4 (AP) — " + LEAD,
        "World",
        "Home > World > Chile",
        "Updated 5 May 2021",
        "(AP) - OSLO — " + LEAD,
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(LINES | st.text(max_size=90), min_size=1, max_size=14), st.sampled_from(["\n", "\n\n"]))
def test_cleaning_twice_changes_nothing(lines: list[str], separator: str) -> None:
    try:
        once = clean_article(Article(text=separator.join(lines)))
    except InputError:
        return
    assert clean_article(Article(text=once.text)).text == once.text
    assert once.title is None or once.text.split("\n")[0] == once.title
    assert all(line == line.strip() and line for line in once.text.split("\n"))


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_any_title_is_the_first_line(title: str) -> None:
    document = clean_article(Article(text=BODY, title=title))
    assert document.title is None or document.text.split("\n")[0] == document.title
