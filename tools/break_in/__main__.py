"""`make break-in ARGS=http://localhost:8000`: every address and frame, with what belongs to somebody else.

It makes two organisations there, so the installation must let people register. Exit code 1 where it got in.
"""

import sys

from tools.break_in.addresses import try_addresses, try_bodies, try_lists, try_pages
from tools.break_in.cast import gather
from tools.break_in.frames import try_frames


def main(base: str) -> int:
    cast = gather(base)
    tries, holes = 0, []
    for attempt in (
        *try_addresses(cast),
        *try_bodies(cast),
        *try_lists(cast),
        *try_pages(cast),
        *try_frames(cast),
    ):
        tries += 1
        if attempt.hole:
            holes.append(attempt)
            print(f"GOT IN  {attempt.who:<10} {attempt.what}: {attempt.hole}")
    print(f"{tries} attempts, {len(holes)} got in")
    return 1 if holes else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(str(__doc__).splitlines()[0])
    sys.exit(main(sys.argv[1].rstrip("/")))
