"""Dates and numbers in Hebrew: the day first, commas between thousands, the week from Sunday.

Django's own Hebrew locale has no input formats, so it reads 03/04/2026 as the 4th of March.
"""

DATE_INPUT_FORMATS = ["%d/%m/%Y", "%d.%m.%Y", "%d/%m/%y", "%d.%m.%y", "%Y-%m-%d"]
TIME_INPUT_FORMATS = ["%H:%M:%S", "%H:%M"]
DATETIME_INPUT_FORMATS = [
    f"{date} {time}" for date in ("%d/%m/%Y", "%d.%m.%Y", "%Y-%m-%d") for time in ("%H:%M:%S", "%H:%M")
] + DATE_INPUT_FORMATS

DATE_FORMAT = "j בF Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j בF Y H:i"
YEAR_MONTH_FORMAT = "F Y"
MONTH_DAY_FORMAT = "j בF"
SHORT_DATE_FORMAT = "d/m/Y"
SHORT_DATETIME_FORMAT = "d/m/Y H:i"

FIRST_DAY_OF_WEEK = 0
DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
