"""Requests for a summary: of a file as a whole, where a search for their words would find nothing."""

from config.kernel.hebrew.normalise import words

# A request holds one word of the first kind, and else nothing but words of the other two or of a file's name.
_SUMMARISE = """סכם סכמי סכמו לסכם תסכם תסכמי תסכמו נסכם סיכום תקציר תמצת תמצתי תמצתו לתמצת תתמצת תתמצתי
    תמצית summarize summarise summary tldr outline"""
_FILE = """קובץ הקובץ קבצים הקבצים לקובץ מהקובץ שבקובץ מסמך המסמך מסמכים המסמכים למסמך מהמסמך שבמסמך
    צרופה הצרופה צרופות הצרופות מצורף המצורף מצורפים המצורפים מצורפת המצורפת צורף שצורף שצירפתי שצרפתי
    שהעליתי שהועלה pdf file files document documents doc attachment attachments attached uploaded"""
_BESIDE = """נא אנא בבקשה אפשר ניתן אבקש רוצה צריך צריכה מבקש מבקשת אני לי לנו לקבל להכין תכין תכיני הכן הכיני
    כתוב כתבי תן תני את של על ב ה זה הזה הזו אותו אותם בקצרה קצר קצרה בקיצור כללי כללית עיקרי עיקרי הדברים
    העיקריים תוכן התוכן כל כולו המלא please can could you me us for give write make a an the this that these
    of short brief briefly quick i want need my it contents content whole entire""".replace(" ב ה ", " ")


def summary_request(message: str) -> tuple[str, ...] | None:
    """Return the words by which a request for a summary names a file, none where it names none of them; None
    for every other message.
    """
    spoken = words(message)
    if not any(word in _VERBS for word in spoken):
        return None
    return tuple(word for word in spoken if word not in _KNOWN)


_VERBS = frozenset(words(_SUMMARISE))
_KNOWN = _VERBS | frozenset(words(_FILE)) | frozenset(words(_BESIDE))
