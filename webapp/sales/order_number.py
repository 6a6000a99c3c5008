"""Order numbers: short enough to say on the telephone, telling nobody how many orders there are."""

import re
import secrets


def new_number() -> str:
    """Eight digits such as "4829-1753"; whoever stores it sees to it that it is the only one."""
    digits = f"{secrets.randbelow(9 * 10**7) + 10**7}"
    return f"{digits[:4]}-{digits[4:]}"


def tidy(text: str) -> str:
    """A number as people type it, written as we do."""
    digits = re.sub(r"\D", "", text)
    return f"{digits[:4]}-{digits[4:]}" if len(digits) == 8 else text.strip()
