"""`make bench`: what a token costs beside peers, then what a replica bears; both write their figures."""

import sys

import bench.endurance.__main__ as endurance
import bench.gateways.__main__ as gateways


def main(arguments: list[str]) -> int:
    return gateways.main(["--write", *arguments]) or endurance.main(["--write", *arguments])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
