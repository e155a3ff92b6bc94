"""What a run of a line looks like that a Hebrew line would reorder or break: addresses, paths, amounts,
phones, signed numbers, ranges, equations, codes.

The twin of `static/js/lib/runs.js`, pattern for pattern; `config.kernel.hebrew.pieces` says what becomes
of them.
"""

CURRENCY = "₪$€£"

_WORD = "0-9A-Za-z_\u05d0-\u05ea"
_GAP = "[ \u00a0\u202f]"
_QUOTE = "(?:[\"\u05f4\u201d]|''|\u05f3\u05f3)"
# Money and shares in words, measures by their initials, and what computers are measured in.
_UNIT = (
    f"(?:ש{_QUOTE}ח|שקל(?:ים)?|דולר(?:ים)?|אירו|יורו|אחוז(?:ים)?|[קסמ]{_QUOTE}[מגרל]"
    "|(?:[KMGT]i?B|[KMGT]bit|[kMG]Hz|[kcm]?m|k?g|ms)(?![-._/+#:][0-9A-Za-z]))"
)
_SIGN = "[-+\u2212\u00b1~\u2248]"
_RELATION = "(?:[<>!=]=|[<>=\u2264\u2265\u2260\u2248])"
_DEGREES = f"(?:{_GAP}?°[CF]|°)"
_NUMBER = "[0-9]+(?:[.,][0-9]+)*"
_FIRST = f"(?<![{_WORD}])(?<![0-9][.,])"  # where a number begins that is not the end of another
_LAST = r"(?![\s\S])"
_MEASURED = f"[{CURRENCY}]?{_NUMBER}(?:[%{CURRENCY}]|{_DEGREES})?"
_MOMENT = f"[{CURRENCY}]?[0-9]+(?:[.,:/][0-9]+)*(?:[%{CURRENCY}]|{_DEGREES})?"  # of times and dates, too
_OPERAND = f"(?:{_SIGN}?[{CURRENCY}]?{_NUMBER}%?|[A-Za-z](?![0-9A-Za-z]))"
_OPERATION = f" ?[-+\u2212*/\u00d7\u00f7^] ?{_OPERAND}"
_COMPARISON = f" ?{_RELATION} ?{_OPERAND}"
_EQUATION = (
    f"{_FIRST}[{CURRENCY}]?{_NUMBER}%?"
    f"(?:(?:{_OPERATION}){{0,9}}{_COMPARISON}(?:{_OPERATION}|{_COMPARISON}){{0,9}}"
    f"|(?: ?[+*\u00d7\u00f7^] ?{_OPERAND}| x {_NUMBER})(?:{_OPERATION}){{0,9}}(?: ?=)?)"
)
# After a Latin word the sign stands where it belongs: Settings > 5.
_SIGNED = (
    f"(?<![{_WORD}%)\\]])(?:(?<![0-9A-Za-z)] )(?<![<>=!]){_RELATION} ?{_SIGN}?|{_SIGN}|[{CURRENCY}]{_SIGN})"
    f"{_MEASURED}(?:[-\u2013\u2014/]{_SIGN}?{_MEASURED}){{0,3}}"
)
_RANGE = (
    f"{_FIRST}(?:{_MOMENT}(?:[\u2013\u2014]{_MOMENT}){{1,3}}"
    f"|(?:[{CURRENCY}]{_NUMBER}|{_NUMBER}[%{CURRENCY}])-{_MOMENT}|{_NUMBER}(?:-{_NUMBER})?{_GAP}?°[CF])"
)
# A folder may have spaces in its name, and a Hebrew one; the last name goes on with the words after it.
_NAME = "[^\\s\\\\,;:<>\"'`|\\[\\]\u0590-\u05ff]"
_HEBREW_NAME = "[\u05d0-\u05ea][\u05d0-\u05ea0-9._-]*"
_FOLDER = rf"(?:{_NAME}+(?: {_NAME}+)*|{_HEBREW_NAME}(?: {_HEBREW_NAME})*)\\"
_UNIX_NAME = "[A-Za-z0-9._~@-]+"
_VARIABLE = "%[A-Za-z][A-Za-z0-9_()]*"

CODE = "`[^`\\n]+`"
URL = "(?:https?://|www\\.)[^\\s<>\"'`\u0590-\u05ff\u201c\u201d]+"
MAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"
MARK = r"[ \t]?\[[0-9]{1,3}\]"
WINDOWS_PATH = (
    rf"(?<![{_WORD}/:.<\\])(?:[A-Za-z]:\\|\\\\(?=[A-Za-z0-9])|\.{{1,2}}\\(?=[{_WORD}.])|{_VARIABLE}%\\)"
    rf"(?:{_FOLDER})*(?:{_HEBREW_NAME}\.[A-Za-z0-9]{{1,5}}|{_NAME}*)"
)
UNIX_PATH = rf"(?<![{_WORD}/:.<])(?:~|\.{{1,2}})?/{_UNIX_NAME}(?:(?: {_UNIX_NAME}){{0,3}}/{_UNIX_NAME})*/?"
# The number may have become a run of its own just before: then its sign alone is left to be kept.
AMOUNT = (
    f"(?:{_FIRST}{_NUMBER}(?:-{_NUMBER})?|(?<=[0-9])){_GAP}(?:[%{CURRENCY}]|{_UNIT})(?![{_WORD}])"
    f"|(?<![{_WORD}])[{CURRENCY}]{_GAP}{_NUMBER}(?![0-9A-Za-z]|[.,][0-9])"
)
# Half of one that is still being written, too.
PHONE = (
    rf"(?<![{_WORD}])(?:\+[0-9]{{1,3}}[- ]?\(?[0-9]{{1,4}}\)?(?:[- ]?[0-9]{{2,4}}){{1,4}}(?:-[0-9]{_LAST})?"
    r"|[*#][0-9]{2,5}(?:[*#][0-9]{1,5})*#|\*[0-9]{3,5}|\(0[0-9]{1,2}\)(?:[- ]?[0-9]{1,7})+"
    r"|(?:0[0-9]{1,2}|1[- ]?[78]00)(?:[- ][0-9]{2,4}){2,3}|0[0-9]{1,2} [0-9]{7}"
    r"|[0-9]{4}(?: [0-9]{4}){2,3}"
    rf"|(?:\*[0-9]{{1,2}}|\(0[0-9]{{0,2}}\)?|0[0-9]{{1,2}}(?: [0-9]{{1,4}}){{1,2}}){_LAST})(?![0-9])"
)
NUMBERS = f"(?:{_EQUATION}|{_SIGNED}|{_RANGE})(?![0-9A-Za-z])"
# Any file of a kind, and what a shell has by name.
NAMES = (
    rf"(?<![{_WORD}*])\*\.[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*"
    rf"|(?<![{_WORD}%]){_VARIABLE}%?(?![{_WORD}%])|\$\{{[A-Za-z0-9_]+\}}?"
)
RUN = (
    rf"(?<![{_WORD}])(?:[@#.$](?=[A-Za-z])|--(?=[A-Za-z])|-(?=[A-Za-z](?![{_WORD}])))?"
    r"[A-Za-z0-9]+(?:[-._/+#:=]{1,2}[A-Za-z0-9]+|\([0-9]{1,3}\)(?=\.[A-Za-z]))*(?:[+#]+|%)?"
)
