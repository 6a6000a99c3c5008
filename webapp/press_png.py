"""A process of its own (see `press`): SVG in, PNG out. It reads no file and no address."""

import re
import resource
import sys

MEMORY = 1 << 30
LARGEST = 4_000_000  # bytes of SVG
# A drawing may name files of this machine; ours hold all that they show.
OUTSIDE = re.compile(rb"""<\s*(?:\w+:)?(?:image|feImage|script|foreignObject)\b|<!(?:DOCTYPE|ENTITY)""", re.I)


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    svg, width = sys.stdin.buffer.read(LARGEST + 1), int(sys.argv[1])
    if len(svg) > LARGEST:
        sys.exit("this drawing is too large")
    if OUTSIDE.search(svg):
        sys.exit("this drawing names something outside itself")
    import resvg_py

    picture = resvg_py.svg_to_bytes(svg_string=svg.decode(), width=width, skip_system_fonts=True)
    sys.stdout.buffer.write(bytes(picture))


if __name__ == "__main__":
    main()
