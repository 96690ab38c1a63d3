"""Turns records of the corpus into training samples in the app's own prompt shapes.

A sample is a list of pieces (text, is_answer). Pieces are tokenized apart, as in the app, where the
prompt ends with `Assistant:` and the model begins its answer with a space.
"""

import collections
import re

SUMMARIZE = "Summarize the text above in one or two sentences."
SUMMARIZE_ALSO = [
    "Summarize the text above.", "Give a short summary of the text.", "What is the text above about?",
    "Summarize this section.", "Sum it up in a sentence or two.", "Give me a summary.",
]
NOT_SAID = [
    "The text does not say.", "The text does not say.", "The text does not say that.",
    "That is not mentioned in the text.",
]
ASK_ABOUT = [
    "What does the text say about {}?", "What does it say about {}?", "What do we learn about {}?",
    "What is said about {} in the text?", "Tell me about {}.",
]

# Questions of the corpus that ask for a title or a heading, not for a summary.
WANTS_TITLE = re.compile(r"title|headline|heading|called|section of the law|section of the statute|"
                         r"Which question|What do we learn about User|TL;DR", re.I)


def clean(text):
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[\0\1\r]", "", text or "")).strip()


def one_block(text):
    """Blank lines end a turn, so a text inside a turn has none (the app does the same)."""
    return re.sub(r"\n\s*\n+", "\n", clean(text))


def conversation(turns):
    """turns: [(what the user says, the answer)]"""
    pieces = []
    for question, answer in turns:
        pieces.append((f"User: {question}\n\nAssistant:", False))
        pieces.append((f" {answer}\n\n", True))
    return pieces


def about_text(text, turns, random, again=0.35):
    """Questions about a text: read once and ask from memory, or question, text, question."""
    (question, answer), rest = turns[0], list(turns[1:])
    if random.random() < again:
        return conversation([(f"{question}\n{text}\n{question}", answer)])
    return conversation([(f"{text}\n{question}", answer)] + rest)


# ---------------------------------------------------------------- sentences and sections

def sentences(text):
    parts = re.split(r"(?<=[.!?])[\"')]?\s+(?=[A-Z\"'(])", text.replace("\n", " "))
    return [part.strip() for part in parts if part.strip()]


STOP = set("""about above after again against almost also although always among another because been before being
below between both cannot could does doing done down during each either else even ever every from further going have
having hence here herself himself however into itself just least less like little made make makes many might more most
much must myself never nothing often once only other others ought over perhaps quite rather said same seem seemed shall
should since some something still such than that their them themselves then there therefore these they thing things
this those though three through thus together toward towards under until upon used using very well were what when where
whether which while whole whom whose will with within without would your yours yourself first second last come came
know known good great went back time long way man men people called same own look looked thought think""".split())


def content_words(text):
    return [word for word in re.findall(r"[a-z]{4,}", text.lower()) if word not in STOP]


LEANING = re.compile(r"(He|She|It|They|This|These|That|Those|But|And|So|Thus|However|Then|For example|In addition|Here|"
                     r"There|Now|Yet|Or|Nor|Also|I|You|We|As a result|Therefore|Moreover|Finally|Second)\b")


def key_sentence(text):
    """The sentence near the start that shares most with the whole text, or None."""
    counts = collections.Counter(content_words(text))
    best, best_score = None, 0.0
    for place, sentence in enumerate(sentences(text)[:7]):
        if not 45 <= len(sentence) <= 240 or sentence[-1] not in ".!" or '"' in sentence:
            continue
        if not sentence[0].isupper():
            continue
        words = set(content_words(sentence))
        score = sum(min(counts[word], 6) - 1 for word in words) / (len(words) + 3)
        score *= (1.5, 1.25, 1.1, 1, 1, 1, 1)[place]
        # A sentence that leans on the one before it makes a poor summary.
        if LEANING.match(sentence):
            score *= 0.5
        if score > best_score:
            best, best_score = sentence, score
    return best if best_score > 0.35 else None


DULL_HEADING = re.compile(r"introduction|summary|overview|conclusion|chapter|section|notes?\b|learning|exercise|"
                          r"example|see also|^\d|^[ivxlc]+\.?$", re.I)


def sections(record):
    """(heading or None, text) for each passage of a document worth a summary."""
    heading, block = record["title"], []
    for paragraph in clean(record["text"]).split("\n\n") + ["## "]:
        if paragraph.startswith("## "):
            yield from cut(heading, block)
            heading, block = paragraph[3:].strip(), []
        else:
            block.append(paragraph)


def cut(heading, block, low=500, high=3200):
    """Splits a long section into passages; only the first belongs to the heading for certain."""
    passage = []
    for paragraph in block:
        if passage and sum(map(len, passage)) + len(paragraph) > high:
            if sum(map(len, passage)) >= low:
                yield heading, "\n".join(passage)
            heading, passage = None, []
        passage.append(paragraph)
    if low <= sum(map(len, passage)) <= high * 1.5:
        yield heading, "\n".join(passage)


def section_summary(heading, text, random):
    """A rule-made summary: what the heading names and the key sentence of the section."""
    sentence = key_sentence(text)
    if not sentence:
        return None
    useful = heading and not DULL_HEADING.search(heading) and len(heading) < 60 and heading[-1] not in ".?!:"
    answer = sentence
    shown = one_block(text)
    if useful and random.random() < 0.5:
        answer = f"The text is about {lower_heading(heading)}. {sentence}"
    if useful and random.random() < 0.5:
        shown = f"{random.choice(['## ', '', ''])}{heading}\n{shown}"
    return shown, answer


def lower_heading(heading):
    """`Supply Shocks` -> `supply shocks`, but leaves names and acronyms in one-word doubt alone."""
    first, *rest = heading.split(" ")
    if len(first) > 1 and first[1:].islower() and (not rest or rest[0][:1].islower()):
        first = first.lower()
    return " ".join([first, *rest])


# ---------------------------------------------------------------- questions made by rule

def terms_of(text):
    """Words that the text uses in exactly one sentence, with that sentence."""
    places = collections.defaultdict(set)
    parts = sentences(text)
    for place, sentence in enumerate(parts):
        for word in sorted(set(re.findall(r"\b(?:[A-Z][a-z]{4,}|[a-z]{7,})\b", sentence))):
            if word.lower() not in STOP:
                places[word].add(place)
    return [(word, parts[next(iter(where))]) for word, where in places.items()
            if len(where) == 1 and 40 <= len(parts[next(iter(where))]) <= 260 and parts[next(iter(where))][-1] in ".!"]


def term_questions(text, foreign_terms, random):
    """Two to four questions: some answered by a sentence of the text, some not answered by it."""
    terms = terms_of(text)
    if len(terms) < 3:
        return None
    turns = []
    for word, sentence in random.sample(terms, min(len(terms), random.randint(1, 3))):
        turns.append((random.choice(ASK_ABOUT).format(word), sentence))
    lower = text.lower()
    for word in random.sample(foreign_terms, 6):
        if word.lower() not in lower and random.random() < 0.2:
            plain = random.random() < 0.5
            answer = f"The text does not say anything about {word}." if plain else random.choice(NOT_SAID)
            turns.append((random.choice(ASK_ABOUT).format(word), answer))
    random.shuffle(turns)
    return turns
