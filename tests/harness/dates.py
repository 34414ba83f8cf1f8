"""Instants as header values: what an exchange writes as {"now": seconds, "fmt": form}."""
import datetime

DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']


def header_value(instant, epoch):
    """Forms: imf (the default), rfc850, asctime, utc (IMF with UTC for GMT), epoch@ (nginx's `@seconds`)."""
    seconds = int(epoch + instant['now'])
    form = instant.get('fmt', 'imf')
    if form == 'epoch@':
        return f'@{seconds}'
    # Not strftime: it speaks the locale's language.
    date = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds)
    day, month = DAYS[date.weekday()], MONTHS[date.month - 1]
    time = f'{date.hour:02}:{date.minute:02}:{date.second:02}'
    if form == 'rfc850':
        return f'{day}, {date.day:02}-{month}-{date.year % 100:02} {time} GMT'
    if form == 'asctime':
        return f'{day[:3]} {month} {date.day:2} {time} {date.year}'
    zone = 'UTC' if form == 'utc' else 'GMT'
    return f'{day[:3]}, {date.day:02} {month} {date.year:04} {time} {zone}'
