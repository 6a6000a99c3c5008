"""Mailboxes: which ways to write an address of e-mail lead to one and the same box, and which may."""

SAME = {"googlemail.com": "gmail.com", "ya.ru": "yandex.ru", "yandex.com": "yandex.ru"}
WITHOUT_DOTS = {"gmail.com"}  # where the provider says that dots make no difference
WITH_TAGS = {
    "gmail.com",
    "yandex.ru",
    "outlook.com",
    "hotmail.com",
    "icloud.com",
    "fastmail.com",
    "proton.me",
}


def box(email: str) -> str:
    """The mailbox for certain: only what its provider promises to be the same is taken as the same."""
    local, _, domain = email.strip().lower().rpartition("@")
    domain = SAME.get(domain, domain)
    if domain in WITH_TAGS:
        local = local.partition("+")[0]
    if domain in WITHOUT_DOTS:
        local = local.replace(".", "")
    return f"{local}@{domain}"


def likeness(email: str) -> str:
    """The address without dots and tags, wherever it is: what is alike may be one person's, and need not."""
    local, _, domain = email.strip().lower().rpartition("@")
    plain = local.partition("+")[0].replace(".", "")
    return f"{plain or local}@{SAME.get(domain, domain)}" if domain else ""


def masked(email: str) -> str:
    """Enough of an address for its owner to know it by."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}…@{domain}"
