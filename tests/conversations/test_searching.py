"""A search says where in a conversation its words are."""

import pytest

from accounts.types import Actor
from conversations.searching import excerpt
from conversations.selectors import inbox
from tests.conversations.turns import answer, ask

LONG = (
    "מכסת החופשה היא 21 ימים בשנה לכל מי שעובדים בארגון שנתיים ומעלה, "
    "ואת הבקשה מגישים שבועיים מראש דרך המערכת."
)


def test_the_latest_message_with_the_words_is_named_with_the_text_around_them(actor: Actor) -> None:
    first = ask(actor, "כמה ימי חופשה?")
    answer(first, LONG)
    second = ask(actor, "ומתי מגישים?", conversation_id=first.conversation_id)
    answer(second, "את הבקשה מגישים שבועיים מראש.")
    (line,) = inbox(actor=actor, search="הבקשה").items
    assert line.found_message_id == second.answer_id
    assert line.excerpt == "את הבקשה מגישים שבועיים מראש."


@pytest.mark.parametrize("typed", ["חוּפְשָׁה", 'צה"ל', "צה״ל", "צהל", 'מנכ"ל צה”ל', "צ'ק", "צ׳ק"])
def test_words_are_found_however_a_keyboard_spells_them(actor: Actor, typed: str) -> None:
    answer(ask(actor, "מה כתוב?"), "חופשה לפי מנכ״ל צה״ל, בלי צ׳ק")
    (line,) = inbox(actor=actor, search=typed).items
    assert line.excerpt.strip("…") in "חופשה לפי מנכ״ל צה״ל, בלי צ׳ק"


def test_an_abbreviation_from_a_keyboard_is_found_by_the_sign_of_print(actor: Actor) -> None:
    ask(actor, 'מי המנכ"ל?')
    assert len(inbox(actor=actor, search="מנכ״ל").items) == 1
    assert inbox(actor=actor, search="מנהל").items == ()


@pytest.mark.parametrize("typed", ["בחופשה", "החופשה", "שבחופשה", "לחופשה שנתית"])
def test_a_word_is_found_with_other_particles_than_were_typed(actor: Actor, typed: str) -> None:
    answer(ask(actor, "מה כתוב?"), f"{'מילים שלפני כן ' * 6}(חופשה שנתית) היא 21 ימים")
    (line,) = inbox(actor=actor, search=typed).items
    assert "(חופשה שנתית)" in line.excerpt


@pytest.mark.parametrize("typed", ["הוצאות", "מנהל", "לקוח"])
def test_what_only_begins_like_a_particle_is_not_torn_off_within_other_words(
    actor: Actor, typed: str
) -> None:
    answer(ask(actor, "מה כתוב?"), "תוצאות הסקר, נהלים ופיקוח")
    assert inbox(actor=actor, search=typed).items == ()


def test_words_of_the_title_alone_need_no_excerpt(actor: Actor) -> None:
    ask(actor, "חופשה")
    (line,) = inbox(actor=actor, search="חופש").items
    assert line.excerpt == "חופשה"  # an automatic title is the question's own words
    assert inbox(actor=actor).items[0].excerpt == ""


@pytest.mark.parametrize("words", ["מכסת", "המערכת", "בשנה\n לכל", "absent"])
def test_an_excerpt_is_cut_between_words_around_what_was_found(words: str) -> None:
    found = excerpt(f"{LONG} {LONG}", words)
    assert len(found) <= 122
    assert " ".join(words.split()) in found or words == "absent"
    assert found.strip("…") in f"{LONG} {LONG}"
    assert {*found.strip("…").split()} <= {*LONG.split()}


def test_an_excerpt_of_one_endless_word_is_cut_all_the_same() -> None:
    assert len(excerpt("א" * 5000, "א")) == 121


def test_an_excerpt_of_a_table_reads_as_words() -> None:
    table = "| ותק | ימים |\n|---|---:|\n| 1–3 | 15 [1] |\n\n- עד **2** ימים [2]"
    assert excerpt(table, "ותק") == "ותק · ימים 1–3 · 15 • עד 2 ימים"
