"""Writes src/unicode-tables.ts: what the PyPI package `tokenizers` does with every code point, measured.

The library's tables are those of Unicode 8 (categories of BERT's parts), 9 (decompositions) and 16 (letters and numbers
of ByteLevel), not those of the JavaScript engine, so they cannot be had from regular expressions. Nothing is read from its source: every set below is the set of
code points on which the library behaves so.

    python3 tools/make-unicode-tables.py          # tokenizers 0.23.3; run in the folder of the package
"""

import pathlib
import unicodedata

import tokenizers
from tokenizers import normalizers, pre_tokenizers

CODE_POINTS = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]
WIDTH = 116


def bert(**on):
    flags = dict(clean_text=False, handle_chinese_chars=False, strip_accents=False, lowercase=False)
    return normalizers.BertNormalizer(**(flags | on)).normalize_str


nfd = normalizers.NFD().normalize_str
clean = bert(clean_text=True)
strip = bert(strip_accents=True)
words = pre_tokenizers.BertPreTokenizer().pre_tokenize_str
byte_level_words = pre_tokenizers.ByteLevel(add_prefix_space=False).pre_tokenize_str


def words_around(s):
    return [word for word, _ in words(f"a{s}b")]


def joins(first):
    """What ByteLevel does not split from `first`."""
    return lambda s: len(byte_level_words(first + s)) == 1


def combining_classes(simple):
    """Canonical combining class of each code point that the library reorders, by sorting it against known marks."""
    overlay, iota = "\u0334", "\u0345"  # the least and the greatest class: 1 and 240
    moving = [c for c in simple if nfd(chr(c) + overlay) != chr(c) + overlay or nfd(iota + chr(c)) != iota + chr(c)]
    mark_of = {unicodedata.combining(chr(c)): chr(c) for c in moving}
    ladder = sorted(mark_of)
    return {c: ladder[sum(nfd(chr(c) + mark_of[k]) != chr(c) + mark_of[k] for k in ladder)] for c in moving}


def base36(n):
    digits = "0123456789abcdefghijklmnopqrstuvwxyz"
    return digits[n] if n < 36 else base36(n // 36) + digits[n % 36]


def runs(values):
    """{code point: value} -> "gap,length[,value]" of every run of equal values, base 36, gaps from the previous end."""
    out, end = [], 0
    items = sorted(values.items())
    i = 0
    while i < len(items):
        start, value = items[i]
        j = i
        while j < len(items) and items[j] == (start + j - i, value):
            j += 1
        fields = [start - end, j - i] + ([] if value is True else [value])
        out.append(",".join(map(base36, fields)))
        end, i = start + j - i, j
    return out


def template(name, doc, values):
    lines, line = [], ""
    for run in runs(values):
        if len(line) + 1 + len(run) > WIDTH:
            lines.append(line)
            line = ""
        line += (" " if line else "") + run
    lines.append(line)
    body = "\n".join(lines)
    return f"/** {doc} */\nexport const {name} = `\n{body}\n`\n"


def members(holds):
    return {c: True for c in CODE_POINTS if holds(chr(c))}


def main():
    decomposing = members(lambda s: nfd(s) != s)
    simple = [c for c in CODE_POINTS if c not in decomposing]
    spaces = members(lambda s: words_around(s) == ["a", "b"])
    letters, numbers, others = members(joins("a")), members(joins("1")), members(joins("!"))
    assert set(CODE_POINTS) - {*letters, *numbers, *others} == set(spaces)
    tables = [
        template(
            "removedRuns",
            "What clean_text removes: U+FFFD and the categories Cc (but not tab, LF and CR), Cf and Co.",
            members(lambda s: clean(s) == ""),
        ),
        template(
            "accentRuns",
            "What strip_accents removes once the text is decomposed: category Mn.",
            {c: True for c in simple if strip(chr(c)) == ""},
        ),
        template(
            "punctuationRuns",
            "What is a word of its own: ASCII punctuation and the categories P*.",
            members(lambda s: words_around(s) == ["a", s, "b"]),
        ),
        template(
            "spaceRuns",
            "What separates words, of both kinds: the property White_Space.",
            spaces,
        ),
        template("letterRuns", "What ByteLevel takes for a letter: categories L*.", letters),
        template("numberRuns", "What ByteLevel takes for a number: categories N*.", numbers),
        template("decomposingRuns", "What canonical decomposition (NFD) changes.", decomposing),
        template(
            "combiningClassRuns",
            "Canonical combining classes other than 0, of what does not decompose.",
            combining_classes(simple),
        ),
    ]
    head = (
        f"// Written by tools/make-unicode-tables.py with tokenizers {tokenizers.__version__}; not edited by hand.\n"
        "// Runs of code points, base 36: gap since the end of the previous run, length[, value].\n"
    )
    target = pathlib.Path(__file__).parent.parent / "src" / "unicode-tables.ts"
    target.write_text("\n".join([head, *tables]), encoding="utf-8")


if __name__ == "__main__":
    main()
