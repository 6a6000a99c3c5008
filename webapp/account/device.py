"""What a browser calls itself, in words that its owner knows it by."""

# The first word that occurs counts: almost every browser also claims to be another one.
BROWSERS = (
    ("YaBrowser", "Yandex Browser"),
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Vivaldi", "Vivaldi"),
    ("SamsungBrowser", "Samsung Internet"),
    ("FxiOS", "Firefox"),
    ("Firefox", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("CrOS", "ChromeOS"),
    ("Macintosh", "macOS"),
    ("Linux", "Linux"),
)


def described(user_agent: str) -> str:
    """Such as "Firefox, Windows"; nothing where it says neither."""
    known = (
        next((title for word, title in names if word in user_agent), "") for names in (BROWSERS, SYSTEMS)
    )
    return ", ".join(filter(None, known))
