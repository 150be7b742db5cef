"""The language of short messages, on sentences written for this test alone."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.languages import everyday_messages
from benchmarks.material import development_questions
from bot.conversation.brain import Brain
from bot.conversation.loading import read_profiles
from bot.knowledge.problems import Problems
from bot.settings import ROOT
from bot.understanding.identification import Identifier
from bot.understanding.model import Example, LanguageProfile
from bot.understanding.normalising import normalise, words
from tests.understanding.stores import ArraysInMemory

SENTENCES = {
    "sv": ["min granne spelar hög musik varje natt", "kan ni skicka ett nytt kort till mig", "bussen kom aldrig i morse", "vilken dag hämtas soporna hos oss"],
    "en": ["my neighbour plays loud music every night", "can you send me a new card", "the bus never came this morning", "which day is our rubbish collected"],
    "fi": ["naapurini soittaa kovaa musiikkia joka yö", "voitteko lähettää minulle uuden kortin", "bussi ei tullut aamulla ollenkaan", "minä päivänä roskat haetaan"],
    "so": ["deriskaygu habeen walba muusik dheer ayuu shidaa", "ma ii soo diri kartaan kaar cusub", "baskii saaka ma imaan", "maalintee qashinka la qaadaa"],
    "kmr": ["cîranê min her şev muzîka bilind lê dide", "hûn dikarin karteke nû ji min re bişînin", "vê sibehê otobus nehat", "kîjan rojê çop tê birin"],
    "bs": ["moj komšija svaku noć pušta glasnu muziku", "možete li mi poslati novu karticu", "autobus jutros nije došao", "koji dan se odvozi smeće"],
    "pl": ["mój sąsiad co noc puszcza głośną muzykę", "czy możecie wysłać mi nową kartę", "autobus dziś rano nie przyjechał", "w jaki dzień wywożą śmieci"],
    "es": ["mi vecino pone música alta todas las noches", "me pueden enviar una tarjeta nueva", "el autobús no vino esta mañana", "qué día recogen la basura"],
    "tr": ["komşum her gece yüksek sesle müzik çalıyor", "bana yeni bir kart gönderebilir misiniz", "otobüs bu sabah hiç gelmedi", "çöpler hangi gün toplanıyor"],
    "fr": ["mon voisin met de la musique forte chaque nuit", "pouvez-vous m'envoyer une nouvelle carte", "le bus n'est pas passé ce matin", "quel jour ramasse-t-on les poubelles"],
    "ar": ["جاري يشغل موسيقى عالية كل ليلة", "هل يمكنكم إرسال بطاقة جديدة لي", "الباص ما اجا اليوم الصبح", "في أي يوم يجمعون القمامة"],
    "fa": ["همسایه‌ام هر شب آهنگ بلند می‌گذارد", "می‌توانید یک کارت نو برایم بفرستید", "اتوبوس امروز صبح نیامد", "زباله‌ها را چه روزی می‌برند"],
    "ckb": ["دراوسێکەم هەموو شەوێک مۆسیقای بەرز لێدەدات", "دەتوانن کارتێکی نوێم بۆ بنێرن", "پاسەکە ئەم بەیانییە نەهات", "چ ڕۆژێک خاشاک دەبەن"],
    "ps": ["زما ګاونډی هره شپه لوړ موسیقي غږوي", "ماته نوی کارت رالېږلی شئ", "بس نن سهار رانغی", "کثافات په کومه ورځ وړل کېږي"],
    "uk": ["мій сусід щоночі вмикає гучну музику", "чи можете надіслати мені нову картку", "автобус сьогодні вранці не приїхав", "якого дня вивозять сміття"],
    "ru": ["мой сосед каждую ночь включает громкую музыку", "вы можете прислать мне новую карту", "автобус сегодня утром не приехал", "в какой день вывозят мусор"],
    "ti": ["ጎረቤተይ ኩሉ ለይቲ ዓው ዝበለ ሙዚቃ የጻውት", "ሓድሽ ካርድ ክትሰዱለይ ትኽእሉ ዶ", "ኣውቶቡስ ሎሚ ንግሆ ኣይመጸን", "ጎሓፍ ኣየናይ መዓልቲ ይእለ"],
    "am": ["ጎረቤቴ በየምሽቱ ሙዚቃ ጮክ አድርጎ ይከፍታል", "አዲስ ካርድ ልትልኩልኝ ትችላላችሁ", "አውቶቡሱ ዛሬ ጠዋት አልመጣም", "ቆሻሻ በየትኛው ቀን ይወሰዳል"],
    "th": ["เพื่อนบ้านเปิดเพลงดังทุกคืน", "ช่วยส่งบัตรใหม่ให้ฉันได้ไหม", "เช้านี้รถเมล์ไม่มา"],
}  # fmt: skip
ROMANISED = {
    "ar": ["jari byesma3 musi2a 3alye kel leil", "fikon tebe3tuli bita2a jdide", "el bas ma eja lyom el sobh"],
    "fa": [
        "hamsayam har shab ahang e boland mizare",
        "mishe ye kart e jadid baram befrestid",
        "otobus emruz sobh aslan nayamad chera",
    ],
}
FOREIGN = [
    "mein Nachbar spielt jede Nacht laute Musik",
    "mijn buurman speelt elke nacht harde muziek",
    "a szomszédom minden éjjel hangosan zenél",
    "vecinul meu pune muzică tare în fiecare noapte",
    "il mio vicino mette la musica alta ogni notte",
    "میرا پڑوسی ہر رات اونچی موسیقی بجاتا ہے",
    "隣の人が毎晩うるさいです",
    "השכן שלי מנגן מוזיקה כל לילה",
]


@pytest.fixture(scope="module")
def profiles() -> tuple[LanguageProfile, ...]:
    problems = Problems()
    found = read_profiles(ROOT / "locales" / "identification.yaml", problems)
    assert not problems.errors
    return found


@pytest.fixture(scope="module")
def identifier(profiles: tuple[LanguageProfile, ...]) -> Identifier:
    return Identifier(profiles, (), ["Uddevalla", "Försäkringskassan, frågor om sjukpenning", "BankID"])


@pytest.mark.parametrize("language", SENTENCES)
def test_a_sentence_is_in_its_language_or_undecided(identifier: Identifier, language: str) -> None:
    found = [identifier.identify(sentence).reply for sentence in SENTENCES[language]]
    assert set(found) <= {language, None}
    assert found.count(language) >= len(found) / 2


def test_most_sentences_are_identified(identifier: Identifier) -> None:
    found = [identifier.identify(one).reply == language for language, group in SENTENCES.items() for one in group]
    assert sum(found) / len(found) >= 0.9


@pytest.mark.parametrize("language", SENTENCES)
def test_the_chosen_language_gets_a_head_start(identifier: Identifier, language: str) -> None:
    for sentence in SENTENCES[language]:
        shares = [identifier.identify(sentence, chosen).probabilities[language] for chosen in (None, language)]
        assert shares[0] <= shares[1]
        assert identifier.identify(sentence, language).reply in {language, None}


@pytest.mark.parametrize(("language", "sentence"), [(key, one) for key, ones in ROMANISED.items() for one in ones])
def test_arabic_and_persian_in_latin_letters_are_answered_in_their_own(
    identifier: Identifier, language: str, sentence: str
) -> None:
    found = identifier.identify(sentence)
    assert found.reply in {language, None}
    assert f"{language}-Latn" in [profile for profile, _ in found.scores[:3]]


@pytest.mark.parametrize("sentence", FOREIGN)
def test_a_language_we_do_not_speak_is_not_taken_for_ours(identifier: Identifier, sentence: str) -> None:
    assert identifier.identify(sentence).reply is None


@pytest.mark.parametrize(
    "text", ["", "12345", "😀", "x", "kvalster", "BankID", "Uddevalla Försäkringskassan", "asdf", "https://a.se/och"]
)
def test_what_says_too_little_is_undecided(identifier: Identifier, text: str) -> None:
    assert identifier.identify(text).reply is None


def test_swedish_words_in_another_script_do_not_hide_it(identifier: Identifier) -> None:
    assert identifier.identify("що таке означає betalningsanmärkning och försörjningsstöd").reply == "uk"
    assert identifier.identify("وصلتني رسالة betalningsanmärkning från Kronofogden").reply == "ar"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("dobila sam uppehållstillstånd kako do personnummera", "bs"),
        ("saako apua vårdcentral jos olen sairas", "fi"),
        ("waxaan rabaa inaan codsado försörjningsstöd", "so"),
        ("how do i apply for försörjningsstöd and bostadsbidrag", "en"),
        ("ez dixwazim försörjningsstöd bixwazim çawa ye", "kmr"),
    ],
)
def test_a_swedish_word_does_not_pull_a_sentence_of_another_language(brain: Brain, text: str, language: str) -> None:
    assert brain.understanding.identify(text) == language


def test_one_long_word_weighs_as_one_word(identifier: Identifier) -> None:
    sentence = "which day is our rubbish collected"
    alone, quoting = (identifier.identify(text) for text in (sentence, sentence + " arbetslöshetsersättningskassa"))
    assert alone.reply == quoting.reply == "en"


def test_our_own_phrases_in_latin_letters_train_a_profile_of_their_own(profiles: tuple[LanguageProfile, ...]) -> None:
    phrases = [f"de mozhna {word} zapysatysia na kurs {number}" for number in range(20) for word in ("tut", "u vas")]
    trained = Identifier(profiles, [Example(phrase, "courses", "uk") for phrase in phrases])
    assert trained.identify("de mozhna zapysatysia").scores[0][0] == "uk-Latn"
    assert trained.identify("de mozhna zapysatysia na kurs").reply == "uk"


def test_the_language_of_the_questions_is_told(brain: Brain) -> None:
    """Questions of three words and more that stand in tests/questions: wanted is 97 % right."""
    outcomes: Counter[str] = Counter()
    for one in development_questions():
        if len(words(normalise(one.text))) > 2:
            found = brain.understanding.identify(one.text)
            outcomes["right" if found == one.language else "undecided" if found is None else "wrong"] += 1
    assert outcomes["right"] / outcomes.total() >= 0.975
    assert outcomes["wrong"] / outcomes.total() <= 0.007


@pytest.mark.parametrize("split", ["dev", "test"])
def test_the_language_of_everyday_messages_is_told(brain: Brain, split: str) -> None:
    """Messages about other things than our content, which no profile has read."""
    outcomes: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    for one in everyday_messages(split):
        found, is_long = brain.understanding.identify(one.text), len(words(normalise(one.text))) > 2
        outcomes[is_long]["right" if found == one.language else "undecided" if found is None else "wrong"] += 1
    assert outcomes[True]["right"] / outcomes[True].total() >= 0.96
    assert outcomes[True]["wrong"] / outcomes[True].total() <= 0.01
    assert outcomes[False]["wrong"] / outcomes[False].total() <= 0.05


@pytest.mark.parametrize(
    ("text", "language"), [("من هو رئيس فرنسا", "ar"), ("مين رئيس هالبلد", "ar"), ("اسم رئیس شما چیه", "fa")]
)
def test_the_letters_of_the_keyboard_tell_arabic_from_persian(brain: Brain, text: str, language: str) -> None:
    assert brain.understanding.identify(text) == language


def test_the_letters_of_the_keyboard_alone_decide_nothing(brain: Brain) -> None:
    """Persian and Kurdish are often typed on an Arabic keyboard."""
    for language in ("fa", "ckb", "ps"):
        for sentence in SENTENCES[language]:
            assert brain.understanding.identify(sentence.replace("ی", "ي").replace("ک", "ك")) == language


def test_a_swedish_name_does_not_pull_a_sentence_of_another_language(brain: Brain) -> None:
    assert brain.understanding.identify("mitä framtiden bor hos oss tarkoittaa") == "fi"
    assert brain.understanding.identify("šta je barn i fokus") == "bs"


def test_what_was_learned_is_kept_between_starts(profiles: tuple[LanguageProfile, ...]) -> None:
    phrases = [f"de mozhna {word} zapysatysia na kurs {number}" for number in range(20) for word in ("tut", "u vas")]
    examples = [Example(phrase, "courses", "uk") for phrase in phrases] + [Example("kurs i svenska", "courses", "sv")]
    store = ArraysInMemory()
    first, later, without = (Identifier(profiles, examples, ["Uddevalla"], one) for one in (store, store, None))
    assert store.found == 1
    for sentence in [*SENTENCES["fi"], *SENTENCES["uk"], *SENTENCES["ar"], "de mozhna zapysatysia", "Uddevalla kurs"]:
        assert first.identify(sentence) == later.identify(sentence) == without.identify(sentence)


def test_a_link_or_address_says_nothing(identifier: Identifier) -> None:
    assert identifier.identify("where is this https://www.uddevalla.se/och-att-det-som").reply == "en"


def test_only_names_themselves_are_left_out_of_an_official_name(identifier: Identifier) -> None:
    assert identifier.identify("frågor om att jag inte får").reply == "sv"


def test_our_own_phrases_train_their_language(profiles: tuple[LanguageProfile, ...]) -> None:
    phrases = ["zumba dansgrupp", "vattengympa zumba", "zumba på torget"]
    trained = Identifier(profiles, [Example(phrase, "sports", "sv") for phrase in phrases])
    assert trained.identify("zumba vattengympa").scores[0][0] == "sv"


def test_serbian_letters_are_answered_in_bosnian(identifier: Identifier) -> None:
    assert identifier.identify("мој комшија сваку ноћ пушта гласну музику").reply == "bs"


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200), st.sampled_from([None, "sv", "ar", "nonsense"]))
def test_no_text_makes_it_fail(identifier: Identifier, text: str, chosen: str | None) -> None:
    found = identifier.identify(text, chosen)
    assert sum(found.probabilities.values()) == pytest.approx(1 if found.scores else 0, abs=1e-3)
    assert [score for _, score in found.scores] == sorted((score for _, score in found.scores), reverse=True)


def test_a_language_of_which_nothing_is_known_breaks_nothing(profiles: tuple[LanguageProfile, ...]) -> None:
    empty = LanguageProfile("xx", "Latn", (), "", (), "xx")
    assert Identifier((empty,)).identify("hello there my friend").reply in {"xx", None}
    assert Identifier((*profiles, empty)).identify("hello there my friend").reply == "en"


def test_without_profiles_nothing_is_decided() -> None:
    assert Identifier(()).identify("hello there my friend").reply is None
