/**
 * What a run of a line looks like that a Hebrew line would reorder or break: addresses, paths, amounts, phones, signed
 * numbers, ranges, equations, codes. The twin of `config/kernel/hebrew/runs.py`, pattern for pattern; `text.js` says what
 * becomes of them.
 */

export const CURRENCY = "₪$€£";

const WORD = "0-9A-Za-z_\\u05d0-\\u05ea";
const GAP = "[ \\u00a0\\u202f]";
const QUOTE = "(?:[\"\u05f4\u201d]|''|\u05f3\u05f3)";
// Money and shares in words, measures by their initials, and what computers are measured in.
const UNIT =
  `(?:ש${QUOTE}ח|שקל(?:ים)?|דולר(?:ים)?|אירו|יורו|אחוז(?:ים)?|[קסמ]${QUOTE}[מגרל]` +
  `|(?:[KMGT]i?B|[KMGT]bit|[kMG]Hz|[kcm]?m|k?g|ms)(?![-._/+#:][0-9A-Za-z]))`;
const SIGN = "[-+\\u2212\\u00b1~\\u2248]";
const RELATION = "(?:[<>!=]=|[<>=\\u2264\\u2265\\u2260\\u2248])";
const DEGREES = `(?:${GAP}?°[CF]|°)`;
const NUMBER = "[0-9]+(?:[.,][0-9]+)*";
const FIRST = `(?<![${WORD}])(?<![0-9][.,])`; // where a number begins that is not the end of another
const LAST = "(?![\\s\\S])";
const MEASURED = `[${CURRENCY}]?${NUMBER}(?:[%${CURRENCY}]|${DEGREES})?`;
const MOMENT = `[${CURRENCY}]?[0-9]+(?:[.,:/][0-9]+)*(?:[%${CURRENCY}]|${DEGREES})?`; // of times and dates, too
const OPERAND = `(?:${SIGN}?[${CURRENCY}]?${NUMBER}%?|[A-Za-z](?![0-9A-Za-z]))`;
const OPERATION = ` ?[-+\\u2212*/\\u00d7\\u00f7^] ?${OPERAND}`;
const COMPARISON = ` ?${RELATION} ?${OPERAND}`;
const EQUATION =
  `${FIRST}[${CURRENCY}]?${NUMBER}%?(?:(?:${OPERATION}){0,9}${COMPARISON}(?:${OPERATION}|${COMPARISON}){0,9}` +
  `|(?: ?[+*\\u00d7\\u00f7^] ?${OPERAND}| x ${NUMBER})(?:${OPERATION}){0,9}(?: ?=)?)`;
// After a Latin word the sign stands where it belongs: Settings > 5.
const SIGNED =
  `(?<![${WORD}%)\\]])(?:(?<![0-9A-Za-z)] )(?<![<>=!])${RELATION} ?${SIGN}?|${SIGN}|[${CURRENCY}]${SIGN})` +
  `${MEASURED}(?:[-\\u2013\\u2014/]${SIGN}?${MEASURED}){0,3}`;
const RANGE =
  `${FIRST}(?:${MOMENT}(?:[\\u2013\\u2014]${MOMENT}){1,3}` +
  `|(?:[${CURRENCY}]${NUMBER}|${NUMBER}[%${CURRENCY}])-${MOMENT}|${NUMBER}(?:-${NUMBER})?${GAP}?°[CF])`;
// A folder may have spaces in its name, and a Hebrew one; the last name of a path goes on with the words after it.
const NAME = "[^\\s\\\\,;:<>\"'`|\\[\\]\\u0590-\\u05ff]";
const HEBREW_NAME = "[\\u05d0-\\u05ea][\\u05d0-\\u05ea0-9._-]*";
const FOLDER = `(?:${NAME}+(?: ${NAME}+)*|${HEBREW_NAME}(?: ${HEBREW_NAME})*)\\\\`;
const UNIX_NAME = "[A-Za-z0-9._~@-]+";
const VARIABLE = "%[A-Za-z][A-Za-z0-9_()]*";

const CODE = "`[^`\\n]+`";
const URL = "(?:https?://|www\\.)[^\\s<>\"'`\\u0590-\\u05ff\\u201c\\u201d]+";
const MAIL = "[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)+";
const MARK = "[ \\t]?\\[[0-9]{1,3}\\]";
export const WINDOWS_PATH =
  `(?<![${WORD}/:.<\\\\])(?:[A-Za-z]:\\\\|\\\\\\\\(?=[A-Za-z0-9])|\\.{1,2}\\\\(?=[${WORD}.])|${VARIABLE}%\\\\)` +
  `(?:${FOLDER})*(?:${HEBREW_NAME}\\.[A-Za-z0-9]{1,5}|${NAME}*)`;
const UNIX_PATH = `(?<![${WORD}/:.<])(?:~|\\.{1,2})?/${UNIX_NAME}(?:(?: ${UNIX_NAME}){0,3}/${UNIX_NAME})*/?`;
// The number may have become a run of its own just before: then its sign alone is left to be kept.
const AMOUNT =
  `(?:${FIRST}${NUMBER}(?:-${NUMBER})?|(?<=[0-9]))${GAP}(?:[%${CURRENCY}]|${UNIT})(?![${WORD}])` +
  `|(?<![${WORD}])[${CURRENCY}]${GAP}${NUMBER}(?![0-9A-Za-z]|[.,][0-9])`;
// Half of one that is still being written, too.
const PHONE =
  `(?<![${WORD}])(?:\\+[0-9]{1,3}[- ]?\\(?[0-9]{1,4}\\)?(?:[- ]?[0-9]{2,4}){1,4}(?:-[0-9]${LAST})?` +
  "|[*#][0-9]{2,5}(?:[*#][0-9]{1,5})*#|\\*[0-9]{3,5}|\\(0[0-9]{1,2}\\)(?:[- ]?[0-9]{1,7})+" +
  "|(?:0[0-9]{1,2}|1[- ]?[78]00)(?:[- ][0-9]{2,4}){2,3}|0[0-9]{1,2} [0-9]{7}" +
  "|[0-9]{4}(?: [0-9]{4}){2,3}" +
  `|(?:\\*[0-9]{1,2}|\\(0[0-9]{0,2}\\)?|0[0-9]{1,2}(?: [0-9]{1,4}){1,2})${LAST})(?![0-9])`;
const NUMBERS = `(?:${EQUATION}|${SIGNED}|${RANGE})(?![0-9A-Za-z])`;
// Any file of a kind, and what a shell has by name.
const NAMES =
  `(?<![${WORD}*])\\*\\.[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*` +
  `|(?<![${WORD}%])${VARIABLE}%?(?![${WORD}%])|\\$\\{[A-Za-z0-9_]+\\}?`;
const RUN =
  `(?<![${WORD}])(?:[@#.$](?=[A-Za-z])|--(?=[A-Za-z])|-(?=[A-Za-z](?![${WORD}])))?` +
  "[A-Za-z0-9]+(?:[-._/+#:=]{1,2}[A-Za-z0-9]+|\\([0-9]{1,3}\\)(?=\\.[A-Za-z]))*(?:[+#]+|%)?";

export const PIECE =
  `(?<code>${CODE})|(?<url>${URL})|(?<mail>${MAIL})|(?<mark>${MARK})` +
  `|(?<path>${WINDOWS_PATH}|${UNIX_PATH})|(?<amount>${AMOUNT})|(?<phone>${PHONE})` +
  `|(?<numbers>${NUMBERS})|(?<names>${NAMES})|(?<run>${RUN})`;
