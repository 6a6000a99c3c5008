"""A process of its own (see `press`): HTML in, PDF out. The page is given our static files and asks nobody else."""

import resource
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

MEMORY = 2 << 30
LARGEST = 8_000_000  # bytes of HTML
UNAVAILABLE = 69
OURS = "https://press.invalid"
KINDS = {".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    html, static = sys.stdin.buffer.read(LARGEST + 1), Path(sys.argv[1]).resolve()
    if len(html) > LARGEST:
        sys.exit("this page is too large")
    try:
        import weasyprint
        from weasyprint.urls import URLFetcher, URLFetcherResponse
    except OSError as error:  # pango and its kin are libraries of the system
        print(error, file=sys.stderr)  # noqa: T201
        sys.exit(UNAVAILABLE)

    class OurFiles(URLFetcher):
        """Static files by their address, and what stands in the page itself; nothing else."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url.startswith("data:"):
                return super().fetch(url, headers)
            place = file(url, static)
            return URLFetcherResponse(url, place.read_bytes(), {"Content-Type": KINDS[place.suffix]})

    page = weasyprint.HTML(
        string=html.decode(), base_url=OURS, url_fetcher=OurFiles(allowed_protocols=["data"])
    )
    sys.stdout.buffer.write(page.write_pdf(pdf_tags=True, optimize_images=True) or b"")


def file(url: str, static: Path) -> Path:
    """The static file of an address. Raises ValueError for all other addresses."""
    parts = urlsplit(url)
    if f"{parts.scheme}://{parts.netloc}" != OURS or not parts.path.startswith("/static/"):
        raise ValueError(f"not ours: {url[:100]}")
    place = (static / unquote(parts.path.removeprefix("/static/"))).resolve()
    if not place.is_relative_to(static) or place.suffix not in KINDS or not place.is_file():
        raise ValueError(f"no such file: {url[:100]}")
    return place


if __name__ == "__main__":
    main()
