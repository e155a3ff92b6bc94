"""What a question is about: its words without those that only make it a question."""

from config.kernel.hebrew.normalise import content_words, words

# Words by which people ask, wish and point, whatever they ask about. They are rare in documents, so a search
# that weighs words by their rarity would take them for what matters.
_ASKING = frozenset(
    words(
        """
        אפשר אפשרי ניתן צריך צריכה צריכים צריכות מותר רוצה רוצים רוצות רציתי יכול יכולה יכולים יכולות
        אוכל נוכל עושים לעשות עושה קורה יקרה קרה מגיע יש אין לי לנו שלי שלנו שלכם אצלכם אצלי אצלנו בא באה
        מקבל מקבלת מקבלים מקבלות לקבל אקבל נקבל קיבלתי קיבלנו
        מישהו משהו כאן פה שם עוד גם רק כבר עכשיו הרבה קצת לאן מאיפה ממתי תוך בלי כש
        הזה הזאת האלה הם להן שלהם שלהן דבר נא בבקשה שלום תודה תגידו תגיד תגידי
        can could should would may must need want please me we our you your it this that there with if
        """
    )
)


def asked_words(question: str) -> list[str]:
    """Return the words that a question is about, in their normal form; all words where none would be left."""
    meant = content_words(question)
    return [word for word in meant if word not in _ASKING] or meant
